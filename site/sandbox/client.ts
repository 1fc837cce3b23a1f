/** The machine as the page sees it: a stand-in for the one in the worker. */
import * as Comlink from 'comlink';
import { ShellMarks } from './shell-marks.ts';
import { StateEvents } from './state-events.ts';
import { SandboxError, TERMINAL_COUNT } from './types.ts';
import type {
  Diagnosis,
  GuestAgent,
  HttpOutcome,
  HttpRequest,
  Sandbox,
  SandboxProblem,
  SandboxState,
  StartOptions,
  TerminalPort,
} from './types.ts';
import type { Outcome, WorkerApi } from './worker.ts';

/** A machine that is off. Nothing is fetched, and no worker made, before `start`. */
export function createSandbox(): Sandbox {
  return new WorkerSandbox();
}

class WorkerSandbox implements Sandbox {
  readonly #state = new StateEvents();
  readonly #listeners = Array.from(
    { length: TERMINAL_COUNT },
    () => new Set<(bytes: Uint8Array) => void | Promise<void>>(),
  );
  #worker: { readonly thread: Worker; readonly remote: Comlink.Remote<WorkerApi> } | null = null;

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
    const listeners = this.#listeners[index];
    if (!listeners) throw new RangeError(`there is no terminal ${index}`);
    return {
      onData: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      onMark: (listener) => {
        const marks = new ShellMarks(listener);
        const feed = (bytes: Uint8Array): void => marks.feed(bytes);
        listeners.add(feed);
        return () => listeners.delete(feed);
      },
      write: (data) => this.#call((remote) => remote.write(index, data)),
      resize: (cols, rows) => this.#call((remote) => remote.resize(index, cols, rows)),
    };
  }

  async start(options: StartOptions): Promise<void> {
    const problem = missingFeature();
    if (problem) {
      this.#state.set({ status: 'failed', problem });
      throw new SandboxError(problem);
    }
    await this.#connect();
    await this.#call((remote) => remote.start(options));
  }

  async http(request: HttpRequest): Promise<HttpOutcome> {
    return this.#call((remote) => remote.http(request));
  }

  async pause(reason: 'hidden' | 'reader'): Promise<void> {
    await this.#call((remote) => remote.pause(reason));
  }

  async resume(): Promise<void> {
    await this.#call((remote) => remote.resume());
  }

  async switchOn(): Promise<void> {
    await this.#call((remote) => remote.switchOn());
  }

  async diagnose(): Promise<Diagnosis | null> {
    return this.#call((remote) => remote.diagnose());
  }

  async retry(): Promise<void> {
    await this.#call((remote) => remote.retry());
  }

  /** Ends the worker too: its memory goes back to the browser at once. */
  async powerOff(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    worker?.remote[Comlink.releaseProxy]();
    worker?.thread.terminate();
    this.#state.set({ status: 'off' });
    return Promise.resolve();
  }

  async #connect(): Promise<void> {
    if (this.#worker) return;
    const thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'machine' });
    const remote = Comlink.wrap<WorkerApi>(thread);
    this.#worker = { thread, remote };
    const failed = new Promise<never>((_, reject) => {
      thread.addEventListener('error', (event) => {
        const problem: SandboxProblem = {
          code: 'internal',
          message: 'The machine could not be started. Reload the page to try again.',
          subject: event.message,
        };
        if (this.#worker?.thread === thread) this.#state.set({ status: 'failed', problem });
        reject(new SandboxError(problem));
      });
    });
    failed.catch(() => {});
    await Promise.race([
      failed,
      remote.listen(
        Comlink.proxy((state: SandboxState) => {
          if (this.#worker?.thread === thread) this.#state.set(state);
        }),
        Comlink.proxy((index: number, bytes: Uint8Array) => {
          for (const listener of this.#listeners[index] ?? []) void listener(bytes);
        }),
      ),
    ]);
  }

  async #call<T>(work: (remote: Comlink.Remote<WorkerApi>) => Promise<Outcome<T>>): Promise<T> {
    const worker = this.#worker;
    if (!worker) throw new SandboxError({ code: 'agent-silent', message: 'The machine is off.' });
    const result = await work(worker.remote);
    if (!result.ok) throw new SandboxError(result.problem);
    return result.value;
  }
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
