import type * as ComlinkModule from 'comlink';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSandbox } from './client.ts';
import type { HttpOutcome, HttpRequest, Sandbox } from './types.ts';
import type { Outcome, WorkerApi, WorkerEvent } from './worker.ts';

/** Stands in for Comlink: what the page calls is played by the test. */
vi.mock('comlink', async (importOriginal) => ({
  ...(await importOriginal<typeof ComlinkModule>()),
  wrap: (worker: FakeWorker): unknown => worker.remote,
  proxy: <T>(value: T): T => value,
}));

class FakeWorker extends EventTarget {
  static readonly made: FakeWorker[] = [];
  readonly terminate = vi.fn();
  /** What comes of preparing a start. */
  static comesOfPreparing: Promise<unknown> = new Promise(() => {});
  /** How the machine's start ends. */
  startEnds: Promise<unknown> = new Promise(() => {});
  http: (request: HttpRequest, port: MessagePort) => Promise<Outcome<HttpOutcome | null>> = () =>
    new Promise(() => {});
  tell: (event: WorkerEvent) => Promise<void> = () => Promise.resolve();
  readonly remote: unknown = new Proxy({} as ComlinkModule.Remote<WorkerApi>, {
    get: (_, name) => {
      if (name === 'then') return undefined;
      if (name === 'start') return () => this.startEnds;
      if (name === 'prepare') return () => FakeWorker.comesOfPreparing;
      if (name === 'http') return (request: HttpRequest, port: MessagePort) => this.http(request, port);
      if (name === 'listen') return (tell: FakeWorker['tell']) => this.#listen(tell);
      return () => new Promise(() => {});
    },
  });

  constructor() {
    super();
    FakeWorker.made.push(this);
  }

  /** When its program is there. */
  static comes: Promise<void> = Promise.resolve();

  #listen(tell: FakeWorker['tell']): Promise<void> {
    this.tell = tell;
    return FakeWorker.comes;
  }
}

const OPTIONS = { imageUrl: 'https://site.test/sandbox/image/', snapshot: 'base' };

function starting() {
  const sandbox = createSandbox();
  const code = sandbox.start(OPTIONS).then(
    () => 'started',
    (error: unknown) => (error as { problem: { code: string } }).problem.code,
  );
  return { sandbox, code, worker: FakeWorker.made.at(-1) };
}

/** A new start of the same machine, in a worker of its own, works. */
async function startsAgain(sandbox: ReturnType<typeof createSandbox>): Promise<void> {
  const before = FakeWorker.made.length;
  const again = sandbox.start(OPTIONS);
  expect(FakeWorker.made).toHaveLength(before + 1);
  const worker = FakeWorker.made.at(-1);
  expect(sandbox.getState().status).toBe('fetching');
  await worker?.tell({ kind: 'state', state: { status: 'running' } });
  expect(sandbox.getState().status).toBe('running');
  await sandbox.powerOff();
  await expect(again).rejects.toMatchObject({ problem: { code: 'switched-off' } });
}

describe('WorkerSandbox', () => {
  beforeEach(() => {
    FakeWorker.made.length = 0;
    FakeWorker.comesOfPreparing = new Promise(() => {});
    FakeWorker.comes = Promise.resolve();
    vi.stubGlobal('Worker', FakeWorker);
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('has failed when its program does not come', async () => {
    const { sandbox, code, worker } = starting();
    worker?.dispatchEvent(Object.assign(new Event('error'), { message: '' }));
    expect(await code).toBe('fetch-failed');
    expect(sandbox.getState()).toMatchObject({ status: 'failed', problem: { code: 'fetch-failed' } });
    expect(worker?.terminate).toHaveBeenCalledOnce();
    await startsAgain(sandbox);
  });

  it.each([
    ['an error', Object.assign(new Event('error'), { message: 'broken' }), 'broken'],
    ['a message that cannot be read', new Event('messageerror'), 'A message could not be read.'],
  ])(
    'has failed at %s of a worker that has spoken, with all that is under way',
    async (_, event, subject) => {
      const { sandbox, code, worker } = starting();
      await worker?.tell({ kind: 'state', state: { status: 'booting', message: 'Linux' } });
      const exec = expect(sandbox.agent.exec(['true'])).rejects.toMatchObject({
        problem: { code: 'internal' },
      });
      worker?.dispatchEvent(event);
      await exec;
      expect(await code).toBe('internal');
      expect(sandbox.getState()).toMatchObject({ status: 'failed', problem: { code: 'internal', subject } });
      expect(worker?.terminate).toHaveBeenCalledOnce();
      await worker?.tell({ kind: 'state', state: { status: 'running' } });
      expect(sandbox.getState().status).toBe('failed');
      await startsAgain(sandbox);
    },
  );

  it('says that its program takes long, and fetches it once more when asked', async () => {
    vi.useFakeTimers();
    FakeWorker.comes = new Promise(() => {});
    const { sandbox, worker } = starting();
    await vi.advanceTimersByTimeAsync(11_000);
    vi.useRealTimers();
    expect(sandbox.getState()).toMatchObject({ status: 'waiting', problem: { code: 'fetch-failed' } });

    FakeWorker.comes = Promise.resolve();
    await sandbox.retry();
    await vi.waitFor(() => expect(FakeWorker.made).toHaveLength(2));
    expect(worker?.terminate).toHaveBeenCalledOnce();
    expect(sandbox.getState().status).toBe('fetching');
    await FakeWorker.made[1]?.tell({ kind: 'state', state: { status: 'running' } });
    expect(sandbox.getState().status).toBe('running');
  });

  it('goes on by itself when its program comes late', async () => {
    vi.useFakeTimers();
    let come = (): void => {};
    FakeWorker.comes = new Promise((resolve) => (come = resolve));
    const { sandbox, worker } = starting();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(sandbox.getState().status).toBe('waiting');
    come();
    await worker?.tell({ kind: 'state', state: { status: 'restoring' } });
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    expect(sandbox.getState().status).toBe('restoring');
    expect(FakeWorker.made).toHaveLength(1);
  });

  it('says nothing of a program that comes in time', async () => {
    vi.useFakeTimers();
    const { sandbox } = starting();
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    expect(sandbox.getState().status).toBe('fetching');
  });

  it('has failed when the browser makes no worker, and a new start works', async () => {
    vi.stubGlobal('Worker', function refuses() {
      throw new DOMException('a policy forbids it', 'SecurityError');
    });
    const { sandbox, code } = starting();
    expect(await code).toBe('no-worker');
    expect(sandbox.getState()).toMatchObject({
      status: 'failed',
      problem: { code: 'no-worker', subject: 'a policy forbids it' },
    });
    vi.stubGlobal('Worker', FakeWorker);
    await startsAgain(sandbox);
  });

  it('starts in the worker in which the same start was prepared', async () => {
    const sandbox = createSandbox();
    void sandbox.prepare(OPTIONS);
    void sandbox.prepare(OPTIONS);
    expect(FakeWorker.made).toHaveLength(1);
    const [worker] = FakeWorker.made;
    await worker?.tell({ kind: 'state', state: { status: 'restoring' } });
    expect(sandbox.getState().status).toBe('off');
    await expect(sandbox.agent.exec(['true'])).rejects.toMatchObject({ problem: { code: 'switched-off' } });

    const started = expect(sandbox.start(OPTIONS)).rejects.toMatchObject({
      problem: { code: 'switched-off' },
    });
    expect(FakeWorker.made).toHaveLength(1);
    expect(sandbox.getState().status).toBe('fetching');
    await worker?.tell({ kind: 'state', state: { status: 'running' } });
    expect(sandbox.getState().status).toBe('running');
    void sandbox.prepare(OPTIONS);
    expect(FakeWorker.made).toHaveLength(1);
    await sandbox.powerOff();
    expect(worker?.terminate).toHaveBeenCalledOnce();
    await started;
  });

  it('starts in a new worker when nothing came of preparing', async () => {
    const sandbox = createSandbox();
    FakeWorker.comesOfPreparing = Promise.resolve({ ok: true, value: 'failed' });
    const prepared = sandbox.prepare(OPTIONS);
    const [worker] = FakeWorker.made;
    expect(worker?.terminate).not.toHaveBeenCalled();
    expect(await prepared).toBe('failed');
    expect(worker?.terminate).toHaveBeenCalledOnce();
    await startsAgain(sandbox);
  });

  it.each([
    [
      'another start',
      (sandbox: Sandbox) => void sandbox.start({ ...OPTIONS, snapshot: 'other' }).catch(() => {}),
    ],
    ['another to be prepared', (sandbox: Sandbox) => void sandbox.prepare({ ...OPTIONS, snapshot: 'other' })],
    ['a power off', (sandbox: Sandbox) => void sandbox.powerOff()],
    [
      'an error',
      () => void FakeWorker.made[0]?.dispatchEvent(Object.assign(new Event('error'), { message: '' })),
    ],
  ])('ends what was prepared at %s, and nobody hears of it', async (_, ends) => {
    const sandbox = createSandbox();
    const seen: string[] = [];
    sandbox.onState(({ status }) => seen.push(status));
    void sandbox.prepare(OPTIONS);
    ends(sandbox);
    expect(FakeWorker.made[0]?.terminate).toHaveBeenCalledOnce();
    expect(seen).not.toContain('failed');
    await sandbox.powerOff();
    await startsAgain(sandbox);
  });

  it('hears of an answer over its own port, at once, or from the call', async () => {
    const { sandbox, code, worker } = starting();
    if (!worker) throw new Error('no worker was made');
    const request: HttpRequest = { method: 'GET', url: 'http://server/' };
    const refused: HttpOutcome = { kind: 'refused' };
    // The call is not over yet.
    worker.http = (_, port) => {
      port.postMessage(refused);
      return new Promise(() => {});
    };
    expect(await sandbox.http(request)).toEqual(refused);
    // The call is over sooner than the message is here.
    worker.http = (_, port) => {
      setImmediate(() => port.postMessage(refused));
      return Promise.resolve({ ok: true, value: null });
    };
    expect(await sandbox.http(request)).toEqual(refused);
    worker.http = () => Promise.resolve({ ok: true, value: { kind: 'timeout', phase: 'connect' } });
    expect(await sandbox.http(request)).toEqual({ kind: 'timeout', phase: 'connect' });
    // The machine is switched off meanwhile.
    worker.http = () => new Promise(() => {});
    const unanswered = sandbox.http(request);
    await sandbox.powerOff();
    expect(await unanswered).toMatchObject({ kind: 'broken' });
    expect(await code).toBe('switched-off');
  });

  it('hands output to every listener, whatever one of them throws, and waits for them', async () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { sandbox, code, worker } = starting();
    const shown: string[] = [];
    const port = sandbox.terminal(0);
    const broken = new Error('a listener of ours');
    port.onData(() => {
      throw broken;
    });
    port.onData(async (bytes) => {
      await Promise.resolve();
      shown.push(new TextDecoder().decode(bytes));
    });
    await worker?.tell({ kind: 'data', terminal: 0, bytes: new TextEncoder().encode('$ ') });
    expect(shown).toEqual(['$ ']);
    expect(report).toHaveBeenCalledWith(broken);
    report.mockRestore();
    await sandbox.powerOff();
    expect(await code).toBe('switched-off');
  });
});
