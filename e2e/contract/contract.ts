/**
 * What a machine promises behind its port (`site/sandbox/types.ts`), whichever implementation it is: the one in this
 * thread (Node) and the one in a worker (Chromium) go through the same cases. No test runner here: it runs in both.
 */
import { SandboxError } from '../../site/sandbox/types.ts';
import type { Sandbox, SandboxProblem, SandboxState, StartOptions } from '../../site/sandbox/types.ts';

export interface ContractCase {
  readonly name: string;
  /** It takes minutes. `npm test` runs it in one of the two places, in Node. */
  readonly takesLong?: boolean;
  run(sandbox: Sandbox, start: StartOptions): Promise<void>;
}

type Status = SandboxState['status'];

const AN_HTTP_REQUEST = { method: 'GET', url: 'http://server/' };
/** So long a machine that is prepared waits for its start, milliseconds. */
const HELD_MS = 10_000;
/** Nothing of a guest that works takes longer, milliseconds. */
const PATIENCE_MS = 240_000;

export const CONTRACT: readonly ContractCase[] = [
  {
    name: 'answers at once while it is off',
    async run(sandbox) {
      equal(sandbox.getState().status, 'off');
      await answersAsOff(sandbox);
      await sandbox.powerOff();
      await sandbox.switchOn();
      equal(sandbox.getState().status, 'off');
      equal(await sandbox.diagnose(), null);
    },
  },
  {
    name: 'starts, works, and answers as off after power off',
    async run(sandbox, start) {
      const seen = statesOf(sandbox);
      await sandbox.start(start);
      equal(sandbox.getState().status, 'running');
      equal(seen().join(' '), 'off fetching restoring running');
      equal((await sandbox.agent.exec(['hostname'])).stdout, 'server\n');
      await sandbox.terminal(0).resize(93, 31);
      const size = await sandbox.agent.exec(['stty', '-F', '/dev/hvc0', 'size']);
      equal(size.stdout, '31 93\n');
      // The guest's firewall drops what it does not let through.
      equal((await sandbox.http({ ...AN_HTTP_REQUEST, url: 'http://server:81/' })).kind, 'timeout');
      if ((await sandbox.diagnose()) === null) throw new Error('A machine that runs has a diagnosis.');
      await sandbox.powerOff();
      equal(sandbox.getState().status, 'off');
      await answersAsOff(sandbox);
    },
  },
  {
    name: 'is prepared unseen, and its guest knows nothing of the time until it is started',
    async run(sandbox, start) {
      // What a page has started before is kept.
      await sandbox.start(start);
      await sandbox.powerOff();
      const uptime = async (): Promise<number> =>
        Number.parseFloat((await sandbox.agent.readFile('/proc/uptime')) ?? '');
      const seen = statesOf(sandbox);
      equal(await sandbox.prepare(start), 'whole');
      equal(await sandbox.prepare(start), 'whole');
      equal(seen().join(' '), 'off');
      await answersAsOff(sandbox);
      const later = statesOf(sandbox);
      const prepared = performance.now();
      await new Promise((resolve) => setTimeout(resolve, HELD_MS));
      const starting = sandbox.start(start);
      const waited = performance.now() - prepared;
      await starting;
      const first = await uptime();
      await sandbox.start(start);
      const usual = await uptime();
      equal(later().slice(0, 2).join(' '), 'off fetching');
      if (first - usual > waited / 2000)
        throw new Error(`The guest is ${first - usual} s older than it should be.`);
    },
  },
  {
    name: 'gives up what was prepared for another start, or a power off',
    async run(sandbox, start) {
      await sandbox.start(start);
      await sandbox.powerOff();
      const other = { ...start, snapshot: 'no such snapshot' };
      equal(await sandbox.prepare(other), 'failed');
      const whole = sandbox.prepare(start);
      await sandbox.powerOff();
      equal(await whole, 'failed');
      equal(await sandbox.prepare(start), 'whole');
      const waiting = nextStatus(sandbox, 'waiting');
      const starting = codeOf(sandbox.start(other));
      await waiting;
      await sandbox.powerOff();
      equal(await starting, 'switched-off');
      await sandbox.start(start);
      equal((await sandbox.agent.exec(['true'])).code, 0);
      equal(await sandbox.prepare(start), 'failed');
      equal(sandbox.getState().status, 'running');
    },
  },
  ...(['fetching', 'restoring'] as const).map((status): ContractCase => ({
    name: `power off while it is ${status} ends the start, and another one works`,
    async run(sandbox, start) {
      const reached = nextStatus(sandbox, status);
      const starting = codeOf(sandbox.start(start));
      await reached;
      await sandbox.powerOff();
      equal(await starting, 'switched-off');
      equal(sandbox.getState().status, 'off');
      await sandbox.start(start);
      equal((await sandbox.agent.exec(['true'])).code, 0);
    },
  })),
  {
    name: 'a start while it starts ends the first one',
    async run(sandbox, start) {
      const first = codeOf(sandbox.start(start));
      const second = sandbox.start(start);
      equal(await first, 'switched-off');
      await second;
      equal(sandbox.getState().status, 'running');
      equal((await sandbox.agent.exec(['true'])).code, 0);
    },
  },
  {
    name: 'power off ends what is under way',
    async run(sandbox, start) {
      await sandbox.start(start);
      const exec = codeOf(sandbox.agent.exec(['sleep', '100'], { timeoutMs: 100_000 }));
      const http = sandbox.http({ ...AN_HTTP_REQUEST, url: 'http://server:81/' });
      await sandbox.powerOff();
      equal(await exec, 'switched-off');
      const { kind } = await http;
      if (kind !== 'broken' && kind !== 'refused') throw new Error(`The request ended as ${kind}.`);
    },
  },
  {
    name: 'pauses and goes on, and does neither in any other state',
    async run(sandbox, start) {
      await sandbox.start(start);
      await sandbox.resume();
      await sandbox.retry();
      equal(sandbox.getState().status, 'running');
      await sandbox.pause('reader');
      equal(sandbox.getState().status, 'paused');
      await sandbox.pause('hidden');
      const state = sandbox.getState();
      equal(state.status === 'paused' && state.reason, 'reader');
      await sandbox.resume();
      equal(sandbox.getState().status, 'running');
      equal((await sandbox.agent.exec(['true'])).code, 0);
    },
  },
  {
    name: 'resumes although the agent is silent',
    takesLong: true,
    async run(sandbox, start) {
      await sandbox.start(start);
      await sandbox.agent.exec(['systemctl', 'stop', '--no-block', 'typealong-agent']).catch(() => null);
      await untilSilent(sandbox);
      await sandbox.pause('hidden');
      await sandbox.resume();
      equal(sandbox.getState().status, 'running');
    },
  },
  {
    name: 'keeps a size that it is given while it starts, and none that it is given while it is off',
    async run(sandbox, start) {
      equal(await codeOf(sandbox.terminal(1).resize(71, 17)), 'switched-off');
      const fetching = nextStatus(sandbox, 'fetching');
      const started = sandbox.start(start);
      await fetching;
      await sandbox.terminal(0).resize(93, 31);
      await started;
      const sizeOf = async (console: string) =>
        (await sandbox.agent.exec(['stty', '-F', console, 'size'])).stdout;
      equal(await sizeOf('/dev/hvc0'), '31 93\n');
      if ((await sizeOf('/dev/hvc1')) === '17 71\n') throw new Error('A machine that was off kept a size.');
    },
  },
  {
    name: 'fails with the problem when its files are not those of the page, and answers as off',
    async run(sandbox, start) {
      const hashes = { 'image.json': '0'.repeat(64) };
      equal(await codeOf(sandbox.start({ ...start, manifestHashes: hashes })), 'wrong-version');
      const state = sandbox.getState();
      equal(state.status === 'failed' && state.problem.code, 'wrong-version');
      await answersAsOff(sandbox);
      await sandbox.start(start);
      equal((await sandbox.agent.exec(['true'])).code, 0);
    },
  },
  {
    name: 'waits for a file that cannot be had, until power off',
    async run(sandbox, start) {
      const waiting = nextStatus(sandbox, 'waiting');
      const imageUrl = new URL('../no-such-image/', start.imageUrl).href;
      const starting = codeOf(sandbox.start({ ...start, imageUrl }));
      await waiting;
      const state = sandbox.getState();
      equal(state.status === 'waiting' && state.problem.code, 'gone');
      await sandbox.retry();
      await sandbox.pause('reader');
      equal(sandbox.getState().status, 'waiting');
      equal(await codeOf(sandbox.terminal(0).write('x')), 'switched-off');
      equal((await sandbox.http(AN_HTTP_REQUEST)).kind, 'broken');
      await sandbox.powerOff();
      equal(await starting, 'switched-off');
    },
  },
  {
    name: 'no packet of the guest ends it',
    async run(sandbox, start) {
      await sandbox.start(start);
      for (const port of [53, 67, 123]) {
        const sent = await sandbox.agent.exec(['bash', '-c', `echo > /dev/udp/192.168.86.1/${port}`]);
        equal(sent.code, 0);
      }
      equal((await sandbox.agent.exec(['echo', 'alive'])).stdout, 'alive\n');
      equal(sandbox.getState().status, 'running');
    },
  },
  {
    name: 'keeps the disk of a guest that switches itself off, and boots from it',
    takesLong: true,
    async run(sandbox, start) {
      await sandbox.start(start);
      await sandbox.agent.writeFile('/root/kept', 'kept\n');
      const seen = statesOf(sandbox);
      const halted = nextStatus(sandbox, 'halted');
      await sandbox.agent.exec(['systemctl', 'poweroff', '--no-block']).catch(() => null);
      await halted;
      equal(seen().join(' '), 'running stopping halted');
      await answersAsOff(sandbox);
      const booting = nextStatus(sandbox, 'booting');
      const on = sandbox.switchOn();
      await booting;
      equal(await codeOf(sandbox.terminal(0).write('x')), 'switched-off');
      await on;
      equal(sandbox.getState().status, 'running');
      equal(await sandbox.agent.readFile('/root/kept'), 'kept\n');
    },
  },
  {
    name: 'power off while it boots ends that, and another start works',
    async run(sandbox, start) {
      const booting = nextStatus(sandbox, 'booting');
      const starting = codeOf(sandbox.start({ ...start, snapshot: null }));
      await booting;
      await sandbox.powerOff();
      equal(await starting, 'switched-off');
      await sandbox.start(start);
      equal((await sandbox.agent.exec(['true'])).code, 0);
    },
  },
];

/** Resolves when the agent has ended: what it is asked then has no answer. */
async function untilSilent(sandbox: Sandbox): Promise<void> {
  while ((await codeOf(sandbox.agent.exec(['true'], { timeoutMs: 1 }))) !== 'agent-silent');
}

/** Runs a case on a machine of its own and switches it off afterwards. Rejects for what nobody caught in its worker. */
export async function runCase(name: string, sandbox: Sandbox, start: StartOptions): Promise<void> {
  const found = CONTRACT.find((each) => each.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  try {
    await found.run(sandbox, start);
    const uncaught = (await sandbox.diagnose())?.['uncaught'];
    if (Array.isArray(uncaught) && uncaught.length > 0) throw new Error(uncaught.join('\n'));
  } finally {
    await sandbox.powerOff();
  }
}

async function answersAsOff(sandbox: Sandbox): Promise<void> {
  await sandbox.pause('reader');
  await sandbox.resume();
  await sandbox.retry();
  equal((await sandbox.http(AN_HTTP_REQUEST)).kind, 'broken');
  const terminal = sandbox.terminal(0);
  equal(await codeOf(terminal.write('x')), 'switched-off');
  equal(await codeOf(terminal.resize(80, 25)), 'switched-off');
  equal(await codeOf(sandbox.agent.exec(['true'])), 'switched-off');
  equal(await codeOf(sandbox.agent.readFile('/etc/hostname')), 'switched-off');
  equal(await codeOf(sandbox.agent.writeFile('/tmp/x', '')), 'switched-off');
  equal(await codeOf(sandbox.agent.stat('/')), 'switched-off');
}

/** The states since now, each once in a row. */
function statesOf(sandbox: Sandbox): () => Status[] {
  const seen: Status[] = [];
  const stop = sandbox.onState(({ status }) => {
    if (seen.at(-1) !== status) seen.push(status);
  });
  return () => {
    stop();
    return seen;
  };
}

function nextStatus(sandbox: Sandbox, wanted: Status): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      queueMicrotask(() => stop());
      settle();
    };
    const timer = setTimeout(
      () => end(() => reject(new Error(`It is ${sandbox.getState().status}, and was to be ${wanted}.`))),
      PATIENCE_MS,
    );
    const stop = sandbox.onState(({ status }) => {
      if (status === wanted) end(resolve);
    });
  });
}

/** The code of the problem that the promise rejects with; `fulfilled` when it does not. */
async function codeOf(promise: Promise<unknown>): Promise<SandboxProblem['code'] | 'fulfilled'> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    if (error instanceof SandboxError) return error.problem.code;
    throw error;
  }
}

function equal(found: unknown, wanted: unknown): void {
  if (found !== wanted)
    throw new Error(`Found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}.`);
}
