/** The machine as the page sees it: a stand-in for the one in the worker. */
import * as Comlink from 'comlink';
import { PROGRAM_SLOW_MS } from '../program-slow.ts';
import { tellEach } from './listeners.ts';
import { switchedOff } from './problems.ts';
import type { ShellMark } from './shell-marks.ts';
import { untilAborted } from './stalls.ts';
import { StateEvents } from './state-events.ts';
import { isSameStart, SandboxError, TERMINAL_COUNT } from './types.ts';
import type {
  Diagnosis,
  GuestAgent,
  HttpOutcome,
  HttpRequest,
  Prepared,
  Sandbox,
  SandboxProblem,
  SandboxState,
  StartOptions,
  TerminalPort,
} from './types.ts';
import type { SaveReport, SaveRequest } from './saved.ts';
import type { Outcome, WorkerApi, WorkerEvent } from './worker.ts';

/** A machine that is off. Nothing is fetched, and no worker made, before `prepare` or `start`. */
export function createSandbox(): Sandbox {
  return new WorkerSandbox();
}

interface TerminalListeners {
  readonly data: Set<(bytes: Uint8Array) => void | Promise<void>>;
  readonly mark: Set<(mark: ShellMark) => void>;
}

/** A worker, and the signal of its life: aborted, with the reason, it rejects every call that is under way. */
interface LivingWorker {
  readonly thread: Worker;
  readonly remote: Comlink.Remote<WorkerApi>;
  readonly life: AbortController;
  /** Resolves when its program has come and runs. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

class WorkerSandbox implements Sandbox {
  readonly #state = new StateEvents();
  readonly #terminals = Array.from({ length: TERMINAL_COUNT }, (): TerminalListeners => ({
    data: new Set(),
    mark: new Set(),
  }));
  #worker: LivingWorker | null = null;
  /** What the page shows, for the save that is under way. */
  #view: (() => Promise<string>) | null = null;
  /** A worker whose machine is off and about to be wanted. */
  #prepared: {
    readonly options: StartOptions;
    readonly worker: LivingWorker;
    readonly outcome: Promise<Prepared>;
  } | null = null;

  readonly agent: GuestAgent = {
    exec: (argv, options) => this.#call((remote) => remote.exec(argv, options)),
    readFile: (path) => this.#call((remote) => remote.readFile(path)),
    writeFile: (path, content, options) => this.#call((remote) => remote.writeFile(path, content, options)),
    stat: (path) => this.#call((remote) => remote.stat(path)),
  };

  getState(): SandboxState {
    return this.#state.get();
  }

  onState(listener: (state: SandboxState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  terminal(index: number): TerminalPort {
    const listeners = this.#terminals[index];
    if (!listeners) throw new RangeError(`there is no terminal ${index}`);
    return {
      onData: (listener) => subscribe(listeners.data, listener),
      onMark: (listener) => subscribe(listeners.mark, listener),
      write: (data) => this.#call((remote) => remote.write(index, data)),
      resize: (cols, rows) => this.#call((remote) => remote.resize(index, cols, rows)),
    };
  }

  async prepare(options: StartOptions): Promise<Prepared> {
    if (this.#worker || missingFeature()) return 'failed';
    if (this.#prepared && isSameStart(this.#prepared.options, options)) return this.#prepared.outcome;
    this.#discardPrepared();
    try {
      const worker = this.#makeWorker(options);
      const outcome = this.#call((remote) => remote.prepare(options), worker).catch((): Prepared => 'failed');
      this.#prepared = { options, worker, outcome };
      const came = await outcome;
      // Its worker may have too little memory left for another.
      if (came === 'failed') this.#forget(worker);
      return came;
    } catch {
      // A start says what is wrong.
      return 'failed';
    }
  }

  async start(options: StartOptions): Promise<void> {
    const problem = missingFeature();
    if (problem) {
      this.#state.set({ status: 'failed', problem });
      throw new SandboxError(problem);
    }
    // A worker of its own for each machine: whatever state the last one was in, this one is new.
    this.#end(switchedOff());
    this.#state.set({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
    for (;;) {
      let worker: LivingWorker;
      try {
        worker = this.#takePrepared(options) ?? this.#makeWorker(options);
        this.#worker = worker;
      } catch (error) {
        const refused = workerRefused(error instanceof Error ? error.message : String(error));
        this.#state.set({ status: 'failed', problem: refused });
        throw new SandboxError(refused, { cause: error });
      }
      this.#watch(worker);
      try {
        await this.#call((remote) => remote.start(options), worker);
        return;
      } catch (error) {
        if (error !== ONCE_MORE) throw error;
      }
    }
  }

  async switchOn(): Promise<void> {
    if (this.#worker) await this.#call((remote) => remote.switchOn());
  }

  async http(request: HttpRequest): Promise<HttpOutcome> {
    const off: HttpOutcome = { kind: 'broken', message: 'The machine is off.' };
    if (!this.#worker) return off;
    const { port1, port2 } = new MessageChannel();
    const told = new Promise<HttpOutcome>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<HttpOutcome>) => resolve(data);
    });
    const called = this.#call((remote) => remote.http(request, Comlink.transfer(port2, [port2])));
    try {
      return await Promise.race([told, called.then((outcome) => outcome ?? told)]);
    } catch (error) {
      if (error instanceof SandboxError && error.problem.code === 'switched-off') return off;
      throw error;
    } finally {
      port1.close();
    }
  }

  async save(request: SaveRequest, view: () => Promise<string>): Promise<SaveReport | null> {
    if (!this.#worker) return null;
    this.#view = view;
    return this.#call((remote) => remote.save(request));
  }

  async pause(reason: 'hidden' | 'reader'): Promise<void> {
    await this.#ask((remote) => remote.pause(reason));
  }

  async resume(): Promise<void> {
    await this.#ask((remote) => remote.resume());
  }

  async retry(): Promise<void> {
    if (this.#worker && !this.#worker.isReady) {
      this.#state.set({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
      // `start` makes another.
      this.#end(ONCE_MORE);
      return;
    }
    await this.#ask((remote) => remote.retry());
  }

  /** Ends the worker too: its memory goes back to the browser at once. */
  async powerOff(): Promise<void> {
    this.#end(switchedOff());
    this.#discardPrepared();
    if (this.#state.get().status !== 'off') this.#state.set({ status: 'off' });
    return Promise.resolve();
  }

  async diagnose(): Promise<Diagnosis | null> {
    return this.#worker ? this.#call((remote) => remote.diagnose()) : null;
  }

  #makeWorker({ program }: StartOptions): LivingWorker {
    const thread =
      program === undefined
        ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'machine' })
        : new Worker(program, { type: 'module', name: 'machine' });
    const remote = Comlink.wrap<WorkerApi>(thread);
    const life = new AbortController();
    let hasSpoken = false;
    const listening = remote.listen(
      Comlink.proxy(async (event: WorkerEvent) => {
        hasSpoken = true;
        if (this.#worker !== worker) return;
        await this.#receive(event);
      }),
    );
    const ready = untilAborted(Promise.resolve(listening), life.signal).then(() => {
      worker.isReady = true;
    });
    ready.catch(() => {});
    const worker: LivingWorker = { thread, remote, life, ready, isReady: false };
    const fail = (subject: string): void => {
      this.#forget(worker);
      if (this.#worker !== worker) return;
      const problem = hasSpoken ? workerBroke(subject) : workerMissing(subject);
      this.#end(new SandboxError(problem));
      this.#state.set({ status: 'failed', problem });
    };
    thread.addEventListener('error', (event) => fail(event.message));
    thread.addEventListener('messageerror', () => fail('A message could not be read.'));
    return worker;
  }

  /** Says so when the worker's program takes long to arrive: a connection that is half open never does. */
  #watch(worker: LivingWorker): void {
    const timer = setTimeout(() => {
      if (this.#worker === worker) this.#state.set({ status: 'waiting', problem: PROGRAM_SLOW });
    }, PROGRAM_SLOW_MS);
    const end = (): void => clearTimeout(timer);
    worker.ready.then(end, end);
  }

  /** Resolves when the listeners have dealt with it: the machine stands still while they have much to do. */
  async #receive(event: WorkerEvent): Promise<void> {
    switch (event.kind) {
      case 'state':
        // The machine in a new worker is off; the page has been told already that it is fetched.
        if (event.state.status !== 'off') this.#state.set(event.state);
        return;
      case 'data':
        await this.#handOn(event.terminal, event.bytes);
        return;
      case 'taken':
        void this.#giveView(event.number);
        return;
      case 'mark':
        tellEach(this.#terminals[event.terminal]?.mark ?? [], (listener) => listener(event.mark));
    }
  }

  async #giveView(number: number): Promise<void> {
    // Without a view the machine is saved all the same.
    const text = (await this.#view?.().catch(() => '')) ?? '';
    await this.#worker?.remote.viewed(number, text);
  }

  async #handOn(terminal: number, bytes: Uint8Array): Promise<void> {
    const dealtWith: Promise<void>[] = [];
    tellEach(this.#terminals[terminal]?.data ?? [], (listener) =>
      dealtWith.push(Promise.resolve(listener(bytes))),
    );
    await Promise.allSettled(dealtWith);
  }

  #takePrepared(options: StartOptions): LivingWorker | null {
    const prepared = this.#prepared;
    if (!prepared || !isSameStart(prepared.options, options)) {
      this.#discardPrepared();
      return null;
    }
    this.#prepared = null;
    return prepared.worker;
  }

  /** Discards what is prepared, if it is in this worker. */
  #forget(worker: LivingWorker): void {
    if (this.#prepared?.worker === worker) this.#discardPrepared();
  }

  #discardPrepared(): void {
    const prepared = this.#prepared;
    this.#prepared = null;
    if (prepared) endWorker(prepared.worker, switchedOff());
  }

  #end(reason: SandboxError): void {
    const worker = this.#worker;
    this.#worker = null;
    if (worker) endWorker(worker, reason);
  }

  /** Asks what makes no difference to a machine that is off. */
  async #ask(work: (remote: Comlink.Remote<WorkerApi>) => Promise<Outcome<void>>): Promise<void> {
    if (!this.#worker) return;
    await this.#call(work).catch((error: unknown) => {
      if (!(error instanceof SandboxError && error.problem.code === 'switched-off')) throw error;
    });
  }

  async #call<T>(
    work: (remote: Comlink.Remote<WorkerApi>) => Promise<Outcome<T>>,
    worker: LivingWorker | null = this.#worker,
  ): Promise<T> {
    if (!worker) throw switchedOff();
    const result = await untilAborted(work(worker.remote), worker.life.signal);
    if (!result.ok) throw new SandboxError(result.problem);
    return result.value;
  }
}

function endWorker({ life, remote, thread }: LivingWorker, reason: SandboxError): void {
  life.abort(reason);
  remote[Comlink.releaseProxy]();
  thread.terminate();
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Ends a worker whose program does not come, in favour of another. */
const ONCE_MORE = new SandboxError({
  code: 'fetch-failed',
  message: 'The machine’s program is fetched once more.',
});

const PROGRAM_SLOW: SandboxProblem = {
  code: 'fetch-failed',
  message:
    'The machine’s program is taking a long time to arrive. The machine starts as soon as it is here. If nothing happens, check your connection and try again.',
};

/** The worker's program did not come, or did not run. */
function workerMissing(subject: string): SandboxProblem {
  return {
    code: 'fetch-failed',
    message: 'The machine’s program could not be fetched. Check your connection, then start again.',
    ...(subject !== '' && { subject }),
  };
}

/** The browser makes no worker, for instance because a policy of the site forbids it. */
function workerRefused(subject: string): SandboxProblem {
  return {
    code: 'no-worker',
    message:
      'This browser did not let the machine’s program start. Reload the page; if that does not help, try another browser.',
    subject,
  };
}

function workerBroke(subject: string): SandboxProblem {
  return {
    code: 'internal',
    message: 'The machine’s program has failed. Start it again.',
    ...(subject !== '' && { subject }),
  };
}

/** What this browser lacks for a machine, if anything. */
function missingFeature(): SandboxProblem | null {
  if (typeof WebAssembly === 'undefined') {
    return {
      code: 'no-webassembly',
      message:
        'This browser has no WebAssembly (or a setting turns it off), so the machine cannot run here. The text stays readable; to type along, open it in a current Firefox, Chrome, Edge or Safari.',
    };
  }
  if (typeof Worker === 'undefined') {
    return {
      code: 'no-worker',
      message:
        'This browser has no Web Workers, so the machine cannot run here. The text stays readable; to type along, open it in a current Firefox, Chrome, Edge or Safari.',
    };
  }
  return null;
}
