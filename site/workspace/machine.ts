/**
 * The page's machine: makes the sandbox when the reader first asks for it, starts it at the chapter's start, and
 * lets it rest while nobody looks.
 */
import type { Sandbox, SandboxProblem, SandboxState } from '../sandbox/types.ts';

/** `none`: this site was built without machines. */
export type MachineState = SandboxState | { readonly status: 'none' };

/** After so long in a hidden tab the machine is switched off and its memory goes back, in milliseconds. */
const HIDDEN_POWER_OFF_MS = 30 * 60 * 1000;

/** What to start: absolute URL of the image's folder, name of the snapshot, and SHA-256 of the manifests. */
export interface MachineStart {
  readonly imageUrl: string;
  readonly snapshot: string;
  readonly manifestHashes: Readonly<Record<string, string>>;
}

export class Machine {
  readonly #hasMachine: boolean;
  readonly #listeners = new Set<(state: MachineState) => void>();
  #sandbox: Sandbox | null = null;
  #loading: Promise<Sandbox> | null = null;
  #state: MachineState;
  #starting: Promise<void> | null = null;
  #hiddenTimer: ReturnType<typeof setTimeout> | null = null;
  /** Why the machine is off although the reader did not switch it off. */
  #offReason: 'hidden' | null = null;

  constructor(hasMachine: boolean) {
    this.#hasMachine = hasMachine;
    this.#state = hasMachine ? { status: 'off' } : { status: 'none' };
  }

  get state(): MachineState {
    return this.#state;
  }

  get offReason(): 'hidden' | null {
    return this.#offReason;
  }

  /** The sandbox, once there is one. */
  get sandbox(): Sandbox | null {
    return this.#sandbox;
  }

  get isOn(): boolean {
    return !['none', 'off', 'failed'].includes(this.#state.status);
  }

  onState(listener: (state: MachineState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the machine if it is off, resumes it if it is paused. Resolves with the sandbox when it runs. */
  async ensureRunning(start: MachineStart): Promise<Sandbox> {
    const sandbox = await this.load();
    const { status } = sandbox.getState();
    if (this.#starting !== null) await this.#starting;
    else if (status === 'off' || status === 'failed') await this.start(start);
    else if (status === 'paused') await sandbox.resume();
    return sandbox;
  }

  /** Starts anew, whatever there was before. Rejects when it cannot; the state then says why. */
  async start(start: MachineStart): Promise<void> {
    if (!this.#hasMachine) throw new Error('This site was built without machines.');
    this.#starting ??= this.#start(start).finally(() => {
      this.#starting = null;
    });
    await this.#starting;
  }

  async powerOff(): Promise<void> {
    await this.#sandbox?.powerOff();
  }

  /** Rests and wakes with the page's visibility, until `signal` is aborted. */
  followVisibility(signal: AbortSignal): void {
    document.addEventListener('visibilitychange', () => void this.#visibilityChanged(), { signal });
  }

  async #start(start: MachineStart): Promise<void> {
    this.#offReason = null;
    const sandbox = await this.load();
    await sandbox.start(start);
  }

  /** Fetches the machine's program: the first thing of the machine that crosses the network. */
  load(): Promise<Sandbox> {
    this.#loading ??= (async () => {
      if (this.#state.status === 'off') this.#set({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
      const { createSandbox } = await import('../sandbox/client.ts');
      const sandbox = createSandbox();
      this.#sandbox = sandbox;
      let isFirst = true;
      sandbox.onState((state) => {
        // Its first word is that it is off, which everybody knows; the reader has just asked for a start.
        if (!isFirst) this.#set(state);
        isFirst = false;
      });
      return sandbox;
    })().catch((error: unknown) => {
      this.#loading = null;
      const problem: SandboxProblem = {
        code: 'fetch-failed',
        message: 'The machine’s program could not be fetched. Look at your connection, then start again.',
        ...(error instanceof Error && { subject: error.message }),
      };
      this.#set({ status: 'failed', problem });
      throw error;
    });
    return this.#loading;
  }

  async #visibilityChanged(): Promise<void> {
    if (document.hidden) {
      await this.#sandbox?.pause('hidden');
      this.#hiddenTimer ??= setTimeout(() => {
        if (!document.hidden || this.#sandbox === null || !this.isOn) return;
        this.#offReason = 'hidden';
        void this.#sandbox.powerOff();
      }, HIDDEN_POWER_OFF_MS);
      return;
    }
    if (this.#hiddenTimer !== null) clearTimeout(this.#hiddenTimer);
    this.#hiddenTimer = null;
    if (this.#state.status === 'paused' && this.#state.reason === 'hidden') await this.#sandbox?.resume();
  }

  #set(state: MachineState): void {
    // A start begins with switching off what there was; the reader has asked for a machine, not for that.
    if (state.status === 'off' && this.#starting !== null && this.#state.status === 'fetching') return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
