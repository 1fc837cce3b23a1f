import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SandboxState } from '../sandbox/types.ts';
import { FakeSandbox } from './fake-sandbox.ts';
import { HIDDEN_DISCARD_MS, HIDDEN_POWER_OFF_MS, Machine } from './machine.ts';
import type { MachineState } from './machine.ts';

const START = { imageUrl: 'https://learn.example/sandbox/image/', snapshot: 'guide/chapter' };

class Page extends EventTarget {
  hidden = false;

  hide(): void {
    this.hidden = true;
    this.dispatchEvent(new Event('visibilitychange'));
  }

  show(): void {
    this.hidden = false;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

interface Setup {
  readonly machine: Machine;
  readonly sandbox: FakeSandbox;
  readonly page: Page;
  /** Statuses in order, repetitions left out. */
  readonly seen: string[];
}

function setUp(load?: () => Promise<FakeSandbox>): Setup {
  const sandbox = new FakeSandbox();
  const page = new Page();
  const machine = new Machine(true, { load: load ?? (() => Promise.resolve(sandbox)), page });
  const seen: string[] = [];
  machine.onState(({ status }) => {
    if (seen.at(-1) !== status) seen.push(status);
  });
  machine.followVisibility(new AbortController().signal);
  return { machine, sandbox, page, seen };
}

const problem = { code: 'internal', message: 'It broke.' } as const;

/** How a machine comes into each state, after a start has been asked for. */
const STATES: Readonly<Record<Exclude<SandboxState['status'], 'off'>, readonly SandboxState[]>> = {
  fetching: [],
  restoring: [{ status: 'restoring' }],
  running: [{ status: 'running' }],
  paused: [{ status: 'running' }, { status: 'paused', reason: 'reader' }],
  waiting: [{ status: 'waiting', problem: { code: 'slow-network', message: 'It is slow.' } }],
  stopping: [{ status: 'running' }, { status: 'stopping', then: 'restart' }],
  booting: [{ status: 'running' }, { status: 'booting', message: '' }],
  halted: [{ status: 'running' }, { status: 'halted' }],
  failed: [{ status: 'failed', problem }],
};
type Name = keyof typeof STATES | 'off' | 'loading';
const NAMES = ['off', 'loading', ...Object.keys(STATES)] as Name[];

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A machine in a state, and what became of the start that led there. */
async function machineIn(name: Name): Promise<Setup & { readonly first: Promise<string> }> {
  let arrive = (): void => {};
  const sandbox = new FakeSandbox();
  const setup = setUp(() => {
    if (name !== 'loading') return Promise.resolve(sandbox);
    return new Promise((resolve) => {
      arrive = () => resolve(sandbox);
    });
  });
  if (name === 'off') return { ...setup, sandbox, first: Promise.resolve('none') };
  const first = outcome(setup.machine.start(START));
  await turns();
  if (name === 'loading') setTimeout(() => arrive(), 5);
  else for (const state of STATES[name]) sandbox.become(state);
  await turns();
  expect(setup.machine.state.status).toBe(name === 'loading' ? 'fetching' : name);
  return { ...setup, sandbox, first };
}

function outcome(start: Promise<unknown>): Promise<string> {
  return start.then(
    () => 'running',
    (error: unknown) => (error as { problem?: { code: string } }).problem?.code ?? String(error),
  );
}

/** Plays a start to its end. */
async function arrives(sandbox: FakeSandbox, starting: Promise<unknown>): Promise<string> {
  await vi.waitFor(() => expect(sandbox.getState().status).toBe('fetching'));
  sandbox.become({ status: 'restoring' });
  sandbox.become({ status: 'running' });
  return outcome(starting);
}

describe.each(NAMES)('a machine that is %s', (name) => {
  it('is off after a power off, and starts again', async () => {
    const { machine, sandbox, first } = await machineIn(name);
    await machine.powerOff();
    expect(machine.state.status).toBe('off');
    if (['loading', 'fetching', 'restoring', 'waiting'].includes(name))
      expect(await first).toBe('switched-off');
    expect(machine.state.status).toBe('off');
    expect(await arrives(sandbox, machine.ensureRunning(START))).toBe('running');
    expect(machine.state.status).toBe('running');
  });

  it('runs after a reset', async () => {
    const { machine, sandbox } = await machineIn(name);
    await machine.powerOff();
    expect(await arrives(sandbox, machine.start(START))).toBe('running');
    expect(machine.state.status).toBe('running');
  });

  it('starts anew without being switched off first', async () => {
    const { machine, sandbox, seen, first } = await machineIn(name);
    const before = seen.length;
    expect(await arrives(sandbox, machine.start(START))).toBe('running');
    expect(seen.slice(before)).not.toContain('off');
    expect(machine.state.status).toBe('running');
    await first;
  });

  it('is no worse for a page that is hidden and shown', async () => {
    const { machine, page, seen } = await machineIn(name);
    page.hide();
    await turns();
    page.show();
    await turns();
    const { status } = machine.state;
    if (name === 'loading') expect(['fetching', 'paused', 'running']).toContain(status);
    else expect(status).toBe(name);
    expect(seen).not.toContain('none');
  });
});

describe('what is asked of a machine', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is joined with the start that is under way', async () => {
    const { machine, sandbox } = await machineIn('restoring');
    const second = machine.ensureRunning(START);
    sandbox.become({ status: 'running' });
    expect(await second).toBe(sandbox);
    expect(sandbox.starts).toHaveLength(1);
  });

  it.each(['paused', 'halted'] as const)('wakes one that is %s, and keeps its disk', async (name) => {
    const { machine, sandbox } = await machineIn(name);
    const asked = machine.ensureRunning(START);
    await turns();
    sandbox.become({ status: 'running' });
    expect(await asked).toBe(sandbox);
    expect(sandbox.starts).toHaveLength(1);
  });

  it.each(['stopping', 'booting', 'waiting'] as const)('waits for one that is %s', async (name) => {
    const { machine, sandbox } = await machineIn(name);
    let isThere = false;
    const asked = machine.ensureRunning(START).then(() => {
      isThere = true;
    });
    await turns();
    expect(isThere).toBe(false);
    sandbox.become({ status: 'running' });
    await asked;
    expect(sandbox.starts).toHaveLength(1);
  });

  it('ends with a reboot that ends in a power off', async () => {
    const { machine, sandbox } = await machineIn('stopping');
    const asked = outcome(machine.ensureRunning(START));
    sandbox.become({ status: 'halted' });
    expect(await asked).toBe('switched-off');
  });

  it('is tried again when the program of the machine could not be fetched', async () => {
    const sandbox = new FakeSandbox();
    const load = vi
      .fn<() => Promise<FakeSandbox>>()
      .mockRejectedValueOnce(new TypeError('Failed to fetch'))
      .mockResolvedValue(sandbox);
    const { machine } = setUp(load);
    expect(await outcome(machine.ensureRunning(START))).toBe('fetch-failed');
    expect(machine.state).toMatchObject({ status: 'failed', problem: { subject: 'Failed to fetch' } });
    expect(await arrives(sandbox, machine.ensureRunning(START))).toBe('running');
  });

  it('is refused by a copy of the site without machines', async () => {
    const machine = new Machine(false, { page: new Page() });
    expect(machine.state).toEqual({ status: 'none' } satisfies MachineState);
    await expect(machine.ensureRunning(START)).rejects.toThrow('no machine');
  });
});

describe('a start that is likely', () => {
  it('is prepared while the machine is off', async () => {
    const { machine, sandbox, seen } = setUp();
    expect(await machine.prepare(START)).toBe(true);
    expect(sandbox.prepared).toEqual([START]);
    expect(seen).toEqual(['off']);
  });

  it.each(NAMES.filter((name) => name !== 'off'))(
    'is not prepared for a machine that is %s',
    async (name) => {
      const { machine, sandbox } = await machineIn(name);
      void machine.prepare(START);
      await turns();
      expect(sandbox.prepared).toEqual([]);
    },
  );

  it('is not prepared when the reader was faster, or does not look', async () => {
    const { machine, sandbox, page } = setUp();
    void machine.prepare(START);
    void machine.start(START).catch(() => {});
    await turns();
    expect(sandbox.prepared).toEqual([]);
    await machine.powerOff();
    page.hide();
    void machine.prepare(START);
    await turns();
    expect(sandbox.prepared).toEqual([]);
  });

  it('is given up when nobody looks for long', async () => {
    const { machine, sandbox, page } = setUp();
    void machine.prepare(START);
    await turns();
    vi.useFakeTimers();
    const powerOff = vi.spyOn(sandbox, 'powerOff');
    page.hide();
    await vi.advanceTimersByTimeAsync(HIDDEN_DISCARD_MS);
    vi.useRealTimers();
    expect(powerOff).toHaveBeenCalledOnce();
    expect(machine.offReason).toBeNull();
    page.show();
    await turns();
    expect(sandbox.prepared).toEqual([START, START]);
  });

  it('is not prepared any more once the machine was switched off, though its program was on its way', async () => {
    let arrive = (): void => {};
    const sandbox = new FakeSandbox();
    const { machine } = setUp(() => new Promise((resolve) => (arrive = () => resolve(sandbox))));
    const prepared = machine.prepare(START);
    await turns();
    await machine.powerOff();
    arrive();
    expect(await prepared).toBe(false);
    expect(sandbox.prepared).toEqual([]);
  });

  it('does no harm when the program of the machine does not come', async () => {
    const { machine } = setUp(() => Promise.reject(new Error('It does not come.')));
    expect(await machine.prepare(START)).toBe(false);
    expect(machine.state.status).toBe('off');
  });
});

describe('a hidden page', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('pauses a machine that comes to run behind it, and resumes it when it is seen again', async () => {
    const { machine, sandbox, page } = await machineIn('restoring');
    page.hide();
    const heard: string[] = [];
    machine.onState(({ status }) => heard.push(status));
    sandbox.become({ status: 'running' });
    expect(machine.state).toEqual({ status: 'paused', reason: 'hidden' });
    expect(heard.at(-1)).toBe('paused');
    page.show();
    expect(machine.state.status).toBe('running');
  });

  it('leaves a pause of the reader’s alone', async () => {
    const { machine, page } = await machineIn('paused');
    page.hide();
    page.show();
    expect(machine.state).toEqual({ status: 'paused', reason: 'reader' });
  });

  it.each(['running', 'fetching', 'waiting'] as const)(
    'switches one off that is %s after half an hour',
    async (name) => {
      const { machine, page } = await machineIn(name);
      vi.useFakeTimers();
      page.hide();
      await vi.advanceTimersByTimeAsync(HIDDEN_POWER_OFF_MS);
      expect(machine.state.status).toBe('off');
      expect(machine.offReason).toBe('hidden');
    },
  );

  it('is no longer followed, once nobody asks for it', async () => {
    vi.useFakeTimers();
    const page = new Page();
    const machine = new Machine(true, { load: () => Promise.resolve(new FakeSandbox()), page });
    const end = new AbortController();
    machine.followVisibility(end.signal);
    page.hide();
    expect(vi.getTimerCount()).toBe(2);
    end.abort();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps the words of one that has failed', async () => {
    const { machine, page } = await machineIn('failed');
    vi.useFakeTimers();
    page.hide();
    await vi.advanceTimersByTimeAsync(HIDDEN_POWER_OFF_MS);
    expect(machine.state.status).toBe('failed');
  });

  it('keeps the disk of one that has switched itself off', async () => {
    const { machine, page } = await machineIn('halted');
    vi.useFakeTimers();
    page.hide();
    await vi.advanceTimersByTimeAsync(HIDDEN_POWER_OFF_MS);
    expect(machine.state.status).toBe('halted');
  });

  it('survives a machine that refuses to pause', async () => {
    const { machine, sandbox, page } = await machineIn('running');
    sandbox.pause = () => Promise.reject(new Error('The machine is off.'));
    page.hide();
    await turns();
    expect(machine.state.status).toBe('running');
  });
});
