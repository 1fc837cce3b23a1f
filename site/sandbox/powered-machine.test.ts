import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentClient } from './agent.ts';
import { AGENT_CONSOLE, Consoles } from './consoles.ts';
import type { Emulator, EmulatorEvents, EmulatorParts } from './emulator.ts';
import { PoweredMachine } from './powered-machine.ts';
import { switchedOff } from './problems.ts';
import type { PartsSource, StartParts } from './start-parts.ts';
import type { MachineState } from './state.ts';
import type { SandboxState } from './types.ts';

/** The emulators that were made, in order: the last is the one that is connected. */
const made: {
  readonly events: EmulatorEvents;
  readonly run: () => void;
  readonly stop: () => void;
  readonly destroy: () => void;
  readonly resizeConsole: Emulator['resizeConsole'];
}[] = [];
/** Whether emulators come at once; otherwise when the test resolves `come`. */
const making = { come: Promise.resolve() };
/** Settles when the guest has zeroed its free memory. */
const zeroing = { done: Promise.resolve() };

vi.mock('./emulator.ts', () => ({
  V86_VERSION: 'fake',
  Emulator: {
    create: async (parts: EmulatorParts, events: EmulatorEvents): Promise<Partial<Emulator>> => {
      if ('state' in parts.from) await parts.from.state;
      const emulator = {
        events,
        run: vi.fn(),
        stop: vi.fn(() => Promise.resolve()),
        zeroFreeMemory: () => zeroing.done,
        destroy: vi.fn(() => Promise.resolve()),
        resizeConsole: vi.fn(),
        // The agent answers everything at once, the programs of a boot too unless they are held.
        offerToConsole: (index: number, bytes: Uint8Array) => {
          if (index === AGENT_CONSOLE) answer(events, bytes);
          else typed.push(`${index} ${new TextDecoder().decode(bytes)}`);
          return bytes.length;
        },
      };
      await making.come;
      made.push(emulator);
      return emulator;
    },
  },
}));
vi.mock('./start-parts.ts', () => ({
  fetchParts: async ({ mayFetch }: PartsSource, snapshot: string | null): Promise<StartParts> => {
    await mayFetch([{ sizeBytes: 1, transferBytes: 1, chunks: ['abc'] }]);
    return {
      image: {
        kernelCommandLine: '',
        memoryBytes: 0,
        disk: { sizeBytes: 4096, chunks: [null] },
        kernel: KERNEL,
      },
      firmware: remembered({}),
      from:
        snapshot === null
          ? { kind: 'kernel', kernel: new Uint8Array() }
          : {
              kind: 'snapshot',
              origin: { base: null, diskChanges: {}, prefetch: [] },
              state: memory.come,
            },
    } as unknown as StartParts;
  },
}));

/** The firmware of the last machine, as long as somebody keeps it. */
const parts: { firmware: WeakRef<object> | null } = { firmware: null };
function remembered<T extends object>(firmware: T): T {
  parts.firmware = new WeakRef(firmware);
  return firmware;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const KERNEL = { sizeBytes: 0, transferBytes: 0, chunks: [] };
const SERVICES_HANG = { now: false };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the agent was asked. */
const asked: string[] = [];
/** What it has not answered. */
const AGENT_HANGS = { now: false, unanswered: [] as (() => void)[] };
/** What was given to the terminals, each with its number. */
const typed: string[] = [];
/** The memory of a snapshot, when it has come. */
const memory = { come: Promise.resolve<MachineState | null>(null) };

function answer(events: EmulatorEvents, line: Uint8Array): void {
  const { id, op } = JSON.parse(new TextDecoder().decode(line)) as { id: number; op: string };
  asked.push(op);
  if (op === 'exec' && SERVICES_HANG.now) return;
  const result = op === 'exec' ? { code: 0, stdout: '', stderr: '' } : {};
  const say = (): void =>
    events.onConsole(AGENT_CONSOLE, encode(`${JSON.stringify({ id, ok: true, ...result })}\n`));
  if (AGENT_HANGS.now) AGENT_HANGS.unanswered.push(say);
  else say();
}

function makeMachine({ isHeld = false, isKept = true } = {}) {
  const states: string[] = [];
  const last: { state: SandboxState | null } = { state: null };
  const consoles = new Consoles();
  const agent = new AgentClient(
    (bytes) => consoles.write(AGENT_CONSOLE, bytes),
    () => machine.standsStill,
  );
  consoles.onAgentData((bytes) => agent.receive(bytes));
  const machine: PoweredMachine = new PoweredMachine(
    { imageUrl: 'http://site/sandbox/image/' },
    {
      fetcher: {
        get: () => Promise.reject(new Error('nothing is fetched here')),
        has: () => Promise.resolve(isKept),
      },
      consoles,
      agent,
      onState: (state: SandboxState) => {
        last.state = state;
        if (states.at(-1) !== state.status) states.push(state.status);
      },
      onSerialLine: () => {},
    },
    { isHeld },
  );
  return { machine, states, last, consoles };
}

async function running() {
  zeroing.done = Promise.resolve();
  const made = makeMachine();
  const started = made.machine.start(null);
  await vi.advanceTimersByTimeAsync(0);
  await comeUp();
  await started;
  return made;
}

/** What a guest says when it is up. */
async function comeUp(): Promise<void> {
  const events = made.at(-1)?.events;
  events?.onConsole(AGENT_CONSOLE, encode('\n{"event":"ready"}\n'));
  events?.onConsole(0, encode('\x1b]133;A\x07$ '));
  await vi.advanceTimersByTimeAsync(0);
}

function saysOnSerial(line: string): void {
  for (const byte of encode(`${line}\n`)) made.at(-1)?.events.onSerial(byte);
}

describe('PoweredMachine', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    made.length = 0;
    making.come = Promise.resolve();
    SERVICES_HANG.now = false;
    AGENT_HANGS.now = false;
    AGENT_HANGS.unanswered.length = 0;
  });
  afterEach(() => void vi.useRealTimers());

  it('boots, and runs when the guest is up', async () => {
    const { machine, states } = makeMachine();
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    await started;
    expect(states).toEqual(['fetching', 'booting', 'running']);
  });

  it('shows the prompts of a restored machine at once, and takes what is typed when it has a clock of its own', async () => {
    const { machine, states } = makeMachine();
    let come = (_: null): void => {};
    memory.come = new Promise((resolve) => (come = resolve));
    typed.length = 0;
    AGENT_HANGS.now = true;
    const started = machine.start('guide/chapter');
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(['fetching']);
    come(null);
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(['fetching', 'restoring', 'running']);
    const prompts = ['0 \x0c', '1 \x0c', '2 \x0c'];
    expect(typed).toEqual(prompts);

    const keys = [machine.type(0, encode('l')), machine.type(0, encode('s'))];
    await vi.advanceTimersByTimeAsync(1000);
    expect(typed).toEqual(prompts);
    AGENT_HANGS.now = false;
    for (const say of AGENT_HANGS.unanswered.splice(0)) say();
    await Promise.all([started, ...keys]);
    expect(typed).toEqual([...prompts, '0 l', '0 s']);
  });

  it.each([
    { isKept: true, before: ['fetching', 'restoring'], emulators: 1 },
    { isKept: false, before: ['fetching'], emulators: 0 },
  ])(
    'does while it is held what needs no chunk from the network ($isKept), and runs once it is released',
    async ({ isKept, before, emulators }) => {
      const { machine, states, last } = makeMachine({ isHeld: true, isKept });
      memory.come = Promise.resolve(null);
      typed.length = 0;
      const started = machine.start('guide/chapter');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(states).toEqual(before);
      expect(made).toHaveLength(emulators);
      expect(typed).toEqual([]);
      for (const { run } of made) expect(run).not.toHaveBeenCalled();

      machine.release();
      expect(last.state?.status).toBe(before.at(-1));
      await started;
      expect(states).toEqual(['fetching', 'restoring', 'running']);
      expect(made.at(-1)?.run).toHaveBeenCalled();
      expect(typed).toHaveLength(3);
    },
  );

  it('ends while it is held, and its emulator with it', async () => {
    const { machine } = makeMachine({ isHeld: true });
    memory.come = Promise.resolve(null);
    const started = expect(machine.start('guide/chapter')).rejects.toMatchObject({
      problem: { code: 'switched-off' },
    });
    await vi.advanceTimersByTimeAsync(0);
    await machine.end(switchedOff());
    await started;
    await vi.advanceTimersByTimeAsync(0);
    expect(made.at(-1)?.destroy).toHaveBeenCalledOnce();
  });

  it('fails when the memory of its snapshot does not come', async () => {
    const { machine, states } = makeMachine();
    memory.come = Promise.reject(switchedOff());
    await expect(machine.start('guide/chapter')).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    expect(states).toEqual(['fetching', 'failed']);
  });

  it('does not run before the last boot of a guest that resets itself again and again', async () => {
    const { machine, states } = makeMachine();
    SERVICES_HANG.now = true;
    const started = machine.start(null);
    const settled = vi.fn();
    started.then(settled, settled);
    for (let boots = 1; boots <= 5; boots++) {
      await vi.advanceTimersByTimeAsync(0);
      expect(made).toHaveLength(boots);
      await comeUp();
      made.at(-1)?.events.onReset();
      await vi.advanceTimersByTimeAsync(600_000 / 5);
    }
    expect(settled).not.toHaveBeenCalled();
    expect(states).toEqual(['fetching', 'booting']);
    SERVICES_HANG.now = false;
    await comeUp();
    await started;
    expect(states).toEqual(['fetching', 'booting', 'running']);
    expect(made.slice(0, -1).every(({ destroy }) => vi.mocked(destroy).mock.calls.length === 1)).toBe(true);
  });

  it('stays halted when the guest switches itself off while it boots, and can be switched on', async () => {
    const { machine, states } = makeMachine();
    SERVICES_HANG.now = true;
    const started = expect(machine.start(null)).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    saysOnSerial('[   12.345678] reboot: Power down');
    await started;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(states).toEqual(['fetching', 'booting', 'halted']);
    SERVICES_HANG.now = false;
    const on = machine.switchOn();
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    await on;
    expect(states.at(-1)).toBe('running');
  });

  it('says after a pause what still does not work', async () => {
    const { machine, last } = makeMachine();
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    made.at(-1)?.events.onConsole(0, encode('\x1b]133;A\x07$ '));
    await vi.advanceTimersByTimeAsync(10_000);
    await started;
    await machine.pause('hidden');
    machine.resume();
    expect(last.state).toMatchObject({ status: 'running', problem: { code: 'agent-silent' } });
    await machine.pause('hidden');
    await comeUp();
    expect(last.state).toMatchObject({ status: 'paused' });
    machine.resume();
    expect(last.state).toEqual({ status: 'running' });
  });

  it('waits for what belongs to the boot, and does not count the time in which the guest stands still', async () => {
    const { machine, states, consoles } = makeMachine();
    SERVICES_HANG.now = true;
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    let show = (): void => {};
    const shown = new Promise<void>((resolve) => (show = resolve));
    consoles.onData(1, () => shown);
    await comeUp();
    made.at(-1)?.events.onConsole(1, new Uint8Array(300 * 1024));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(states).toEqual(['fetching', 'booting']);
    show();
    await vi.advanceTimersByTimeAsync(49_000);
    expect(states).toEqual(['fetching', 'booting']);
    await vi.advanceTimersByTimeAsync(2000);
    await started;
    expect(states.at(-1)).toBe('running');
  });

  it('is whole as soon as an agent that was missing comes', async () => {
    const { machine, last } = makeMachine();
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    made.at(-1)?.events.onConsole(0, encode('\x1b]133;A\x07$ '));
    await vi.advanceTimersByTimeAsync(10_000);
    await started;
    expect(last.state).toMatchObject({ status: 'running', problem: { code: 'agent-silent' } });
    asked.length = 0;
    await comeUp();
    expect(last.state).toEqual({ status: 'running' });
    expect(asked.toSorted()).toEqual(['clock', 'mark-key', 'seed']);
  });

  it('lets the guest run while it zeroes its memory for a capture, whatever else happens', async () => {
    const { machine } = makeMachine();
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    await started;
    let zeroed = (): void => {};
    zeroing.done = new Promise((resolve) => (zeroed = resolve));
    const captured = machine.whileStill(() => Promise.resolve('captured'));
    machine.shutdownBegun('restart');
    expect(made[0]?.stop).not.toHaveBeenCalled();
    zeroed();
    expect(await captured).toBe('captured');
    expect(made[0]?.stop).toHaveBeenCalled();
  });

  it.each(['ends', 'is reset'])('ends a capture whose machine %s', async (how) => {
    const { machine } = await running();
    zeroing.done = new Promise(() => {});
    const captured = expect(machine.whileStill(() => Promise.resolve())).rejects.toMatchObject({
      problem: { code: 'switched-off' },
    });
    if (how === 'ends') await machine.end(switchedOff());
    else made.at(-1)?.events.onReset();
    await captured;
  });

  it('ends a capture whose machine ends at the last moment', async () => {
    const { machine } = await running();
    const captured = expect(machine.whileStill(() => new Promise(() => {}))).rejects.toMatchObject({
      problem: { code: 'switched-off' },
    });
    await vi.advanceTimersByTimeAsync(0);
    await machine.end(switchedOff());
    await captured;
  });

  it('keeps a report, and not its memory, when it has failed', async () => {
    const { machine, states } = await running();
    made.at(-1)?.events.onCrash(new Error('broken'));
    expect(states.at(-1)).toBe('failed');
    expect(machine.diagnose()).toMatchObject({ disk: { cachedChunks: 0 } });
    vi.useRealTimers();
    await vi.waitFor(() => {
      collectGarbage();
      expect(parts.firmware?.deref()).toBeUndefined();
    });
  });

  it('tells the guest the sizes of its terminals, also those that it was given before there was a guest', async () => {
    const { machine } = makeMachine();
    const started = machine.start(null);
    machine.resize(0, { cols: 93, rows: 31 });
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    await started;
    const emulator = made.at(-1);
    expect(emulator?.resizeConsole).toHaveBeenCalledWith(0, 93, 31);
    saysOnSerial('reboot: Restarting system');
    emulator?.events.onReset();
    await vi.waitFor(() => expect(made.at(-1)).not.toBe(emulator));
    // Before it runs.
    const [told] = vi.mocked(made.at(-1)?.resizeConsole ?? vi.fn()).mock.invocationCallOrder;
    const [ran] = vi.mocked(made.at(-1)?.run ?? vi.fn()).mock.invocationCallOrder;
    expect(told).toBeLessThan(ran ?? 0);
    await comeUp();
    saysOnSerial('reboot: Power down');
    expect(() => machine.resize(1, { cols: 80, rows: 25 })).toThrow('off');
  });

  it('restarts or halts a guest that does not end its shutdown', async () => {
    const { machine, states } = makeMachine();
    const started = machine.start(null);
    await vi.advanceTimersByTimeAsync(0);
    await comeUp();
    await started;
    machine.shutdownBegun('restart');
    await vi.advanceTimersByTimeAsync(150_000);
    expect(states.slice(-2)).toEqual(['stopping', 'booting']);
    await comeUp();
    machine.shutdownBegun('power-off');
    await vi.advanceTimersByTimeAsync(150_000);
    expect(states.slice(-3)).toEqual(['running', 'stopping', 'halted']);
  });

  it('ends an emulator that comes when the machine has ended', async () => {
    let come = (): void => {};
    making.come = new Promise((resolve) => (come = resolve));
    const { machine, states } = makeMachine();
    const started = expect(machine.start(null)).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    await vi.advanceTimersByTimeAsync(0);
    await machine.end(switchedOff());
    await started;
    come();
    await vi.advanceTimersByTimeAsync(0);
    expect(made).toHaveLength(1);
    expect(made[0]?.run).not.toHaveBeenCalled();
    expect(made[0]?.destroy).toHaveBeenCalledOnce();
    expect(states.at(-1)).toBe('booting');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['starts', 'restarts'])('leaves no timer behind, wherever it ends while it %s', async (when) => {
    for (let turns = 0; turns < 60; turns++) {
      const { machine } = makeMachine();
      const started = machine.start(null);
      started.catch(() => {});
      if (when === 'restarts') {
        await vi.advanceTimersByTimeAsync(0);
        await comeUp();
        await started;
        made.at(-1)?.events.onReset();
      }
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      await machine.end(switchedOff());
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount(), `ended after ${turns} turns`).toBe(0);
    }
  });
});
