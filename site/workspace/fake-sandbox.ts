/**
 * A machine for tests of the page: no guest, but the life that `site/sandbox/types.ts` promises. A test moves it on
 * with `become`.
 */
import type { SaveReport } from '../sandbox/saved.ts';
import { SandboxError } from '../sandbox/types.ts';
import type {
  Diagnosis,
  GuestAgent,
  HttpOutcome,
  Prepared,
  Sandbox,
  SandboxProblem,
  SandboxState,
  StartOptions,
  TerminalPort,
} from '../sandbox/types.ts';

const OFF: readonly SandboxState['status'][] = ['off', 'halted', 'failed'];

interface UnderWay {
  readonly resolve: () => void;
  readonly reject: (error: SandboxError) => void;
}

export class FakeSandbox implements Sandbox {
  /** Every start that was asked for. */
  readonly starts: StartOptions[] = [];
  /** Everything that was to be prepared. */
  readonly prepared: StartOptions[] = [];
  #state: SandboxState = { status: 'off' };
  readonly #listeners = new Set<(state: SandboxState) => void>();
  #underWay: UnderWay | null = null;

  readonly agent: GuestAgent = {
    exec: () => this.#ask({ code: 0, stdout: '', stderr: '' }),
    readFile: () => this.#ask(null),
    writeFile: () => this.#ask(undefined),
    stat: () => this.#ask(null),
  };

  /** Moves the machine on, as its guest or the network would. */
  become(state: SandboxState): void {
    this.#set(state);
    if (state.status === 'running') this.#settle((start) => start.resolve());
    if (state.status === 'failed') this.#settle((start) => start.reject(new SandboxError(state.problem)));
  }

  getState(): SandboxState {
    return this.#state;
  }

  onState(listener: (state: SandboxState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  prepare(options: StartOptions): Promise<Prepared> {
    this.prepared.push(options);
    return Promise.resolve('whole');
  }

  async start(options: StartOptions): Promise<void> {
    this.starts.push(options);
    this.#abandon();
    if (this.#state.status !== 'off') this.#set({ status: 'off' });
    await this.#begin({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
  }

  async switchOn(): Promise<void> {
    if (this.#state.status === 'halted') await this.#begin({ status: 'booting', message: '' });
  }

  terminal(): TerminalPort {
    return {
      onData: () => () => {},
      onMark: () => () => {},
      write: () => this.#ask(undefined),
      resize: () => this.#ask(undefined),
    };
  }

  http(): Promise<HttpOutcome> {
    return Promise.resolve({ kind: 'broken', message: 'Nobody answers here.' });
  }

  pause(reason: 'hidden' | 'reader'): Promise<void> {
    if (this.#state.status === 'running') this.#set({ status: 'paused', reason });
    return Promise.resolve();
  }

  resume(): Promise<void> {
    if (this.#state.status === 'paused') this.#set({ status: 'running' });
    return Promise.resolve();
  }

  retry(): Promise<void> {
    return Promise.resolve();
  }

  powerOff(): Promise<void> {
    this.#abandon();
    this.#set({ status: 'off' });
    return Promise.resolve();
  }

  save(): Promise<SaveReport | null> {
    return Promise.resolve(null);
  }

  diagnose(): Promise<Diagnosis | null> {
    return Promise.resolve(null);
  }

  #begin(state: SandboxState): Promise<void> {
    const started = new Promise<void>((resolve, reject) => {
      this.#underWay = { resolve, reject };
    });
    this.#set(state);
    return started;
  }

  #abandon(): void {
    this.#settle((start) => start.reject(new SandboxError(SWITCHED_OFF)));
  }

  #settle(how: (start: UnderWay) => void): void {
    const start = this.#underWay;
    this.#underWay = null;
    if (start) how(start);
  }

  #ask<T>(answer: T): Promise<T> {
    return OFF.includes(this.#state.status)
      ? Promise.reject(new SandboxError(SWITCHED_OFF))
      : Promise.resolve(answer);
  }

  #set(state: SandboxState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

const SWITCHED_OFF: SandboxProblem = { code: 'switched-off', message: 'The machine is off.' };
