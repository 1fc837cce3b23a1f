/**
 * The page's machine: makes the sandbox when the reader first asks for it, starts it at the chapter's start, and
 * lets it rest while nobody looks.
 */
import { SandboxError } from '../sandbox/types.ts';
import type { Sandbox, SandboxProblem, SandboxState, StartOptions } from '../sandbox/types.ts';
import { fetchChunk } from './fetch-chunk.ts';

/** `none`: this site was built without machines. */
export type MachineState = SandboxState | { readonly status: 'none' };

/** After so long in a hidden tab the machine is switched off and its memory goes back, in milliseconds. */
export const HIDDEN_POWER_OFF_MS = 30 * 60 * 1000;

/** So long a machine that was only prepared is kept in a hidden tab, in milliseconds. */
export const HIDDEN_DISCARD_MS = 60_000;

/** Whether anybody can see the page: `document`, or a test's stand-in. */
export interface PageVisibility extends Pick<EventTarget, 'addEventListener'> {
  readonly hidden: boolean;
}

export interface MachineParts {
  /** Fetches the machine's program: the first thing of the machine that crosses the network. */
  readonly load?: () => Promise<Sandbox>;
  /** The sandbox is there, and has not been started yet. */
  readonly onLoad?: (sandbox: Sandbox) => void;
  readonly page?: PageVisibility;
}

export class Machine {
  readonly #hasMachine: boolean;
  readonly #loadSandbox: () => Promise<Sandbox>;
  readonly #onLoad: (sandbox: Sandbox) => void;
  readonly #page: PageVisibility;
  readonly #listeners = new Set<(state: MachineState) => void>();
  #sandbox: Sandbox | null = null;
  #loading: Promise<Sandbox> | null = null;
  /** The start that is under way. It is over when the machine runs, cannot, or is switched off. */
  #starting: Promise<Sandbox> | null = null;
  /** Why the machine's program could not be had, until the next start. */
  #loadProblem: SandboxProblem | null = null;
  /** The start that was last said to be likely, if neither it nor a power off has come. */
  #likely: StartOptions | null = null;
  #discardTimer: ReturnType<typeof setTimeout> | null = null;
  #hiddenTimer: ReturnType<typeof setTimeout> | null = null;
  /** Why the machine is off although the reader did not switch it off. */
  #offReason: 'hidden' | null = null;
  #goesOn = false;

  constructor(
    hasMachine: boolean,
    { load = loadClient, onLoad = () => {}, page = document }: MachineParts = {},
  ) {
    this.#hasMachine = hasMachine;
    this.#loadSandbox = load;
    this.#onLoad = onLoad;
    this.#page = page;
  }

  get state(): MachineState {
    if (!this.#hasMachine) return { status: 'none' };
    const state = this.#sandbox?.getState() ?? OFF;
    if (state.status !== 'off') return state;
    // A start that has been asked for counts from then on, though it has first to end the machine before it.
    if (this.#starting !== null) return { status: 'fetching', loadedBytes: 0, totalBytes: 0 };
    return this.#loadProblem === null ? state : { status: 'failed', problem: this.#loadProblem };
  }

  /** Whether the last start goes on with a saved machine. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  get offReason(): 'hidden' | null {
    return this.#offReason;
  }

  /** The sandbox, once there is one. */
  get sandbox(): Sandbox | null {
    return this.#sandbox;
  }

  /** Whether there is a machine that would be lost with the page: one that has switched itself off has its disk. */
  get holdsWork(): boolean {
    return !['none', 'off', 'failed'].includes(this.state.status);
  }

  /** Calls `listener` at once with the state of now, and at every change. Returns an unsubscribe function. */
  onState(listener: (state: MachineState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Does what the state needs so that the machine runs: starts it, switches it on, resumes it, or waits for what is
   * under way. Rejects with {@link SandboxError}: `switched-off` when it was switched off meanwhile, anything else
   * when it cannot run; the state then says why.
   */
  async ensureRunning(options: StartOptions): Promise<Sandbox> {
    if (this.#starting !== null) return this.#starting;
    const { status } = this.state;
    if (this.#sandbox === null || status === 'off' || status === 'failed') return this.start(options);
    if (status === 'halted') await this.#sandbox.switchOn();
    if (status === 'paused') await this.#sandbox.resume();
    await this.#untilRunning();
    return this.#sandbox;
  }

  /** Starts anew, whatever there was before. Rejects as {@link ensureRunning} does. */
  async start(options: StartOptions): Promise<Sandbox> {
    if (!this.#hasMachine) throw new Error('This copy of the site has no machine.');
    this.#offReason = null;
    this.#loadProblem = null;
    this.#likely = null;
    this.#goesOn = options.saved !== undefined;
    // Whoever starts or switches off after this takes the place of `starting`, before anything has come of it.
    const isCurrent = (): boolean => this.#starting === starting;
    const starting: Promise<Sandbox> = this.#load().then(async (sandbox) => {
      if (!isCurrent()) throw new SandboxError(SWITCHED_OFF);
      await sandbox.start(options);
      return sandbox;
    });
    this.#starting = starting;
    this.#publish();
    try {
      return await starting;
    } catch (error) {
      if (isCurrent() && this.#sandbox === null && error instanceof SandboxError)
        this.#loadProblem = error.problem;
      throw error;
    } finally {
      if (isCurrent()) {
        this.#starting = null;
        this.#publish();
      }
    }
  }

  /**
   * A start is likely: loads the machine's program, and does in advance what `Sandbox.prepare` does, while the page is
   * looked at and until the next start or power off. Resolves with whether the machine has only to be let run.
   */
  async prepare(options: StartOptions): Promise<boolean> {
    this.#likely = options;
    const isWanted = (): boolean =>
      this.#hasMachine && !this.#page.hidden && this.#likely === options && this.state.status === 'off';
    if (!isWanted()) return false;
    const sandbox = await this.#load().catch(() => null);
    return sandbox !== null && isWanted() && (await sandbox.prepare(options)) === 'whole';
  }

  /** Switches the machine off, in any state. */
  async powerOff(): Promise<void> {
    this.#starting = null;
    this.#loadProblem = null;
    this.#likely = null;
    await this.#sandbox?.powerOff();
    this.#publish();
  }

  /** Rests and wakes with the page's visibility, until `signal` is aborted. */
  followVisibility(signal: AbortSignal): void {
    const follow = (): void => this.#followVisibility();
    const changed = (): void => {
      follow();
      if (this.#likely) void this.prepare(this.#likely);
    };
    this.#page.addEventListener('visibilitychange', changed, { signal });
    const unsubscribe = this.onState(follow);
    signal.addEventListener(
      'abort',
      () => {
        unsubscribe();
        this.#forgetHidden();
      },
      { once: true },
    );
  }

  #load(): Promise<Sandbox> {
    this.#loading ??= fetchChunk('The machine’s program', this.#loadSandbox).then(
      (sandbox) => {
        this.#sandbox = sandbox;
        this.#onLoad(sandbox);
        sandbox.onState(() => this.#publish());
        return sandbox;
      },
      (error: unknown) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }

  #untilRunning(): Promise<void> {
    return new Promise((resolve, reject) => {
      const unsubscribe = this.onState((state) => {
        if (state.status === 'running') resolve();
        else if (state.status === 'failed') reject(new SandboxError(state.problem));
        else if (['none', 'off', 'halted'].includes(state.status)) reject(new SandboxError(SWITCHED_OFF));
        else return;
        queueMicrotask(() => unsubscribe());
      });
    });
  }

  #followVisibility(): void {
    const { state } = this;
    if (!this.#page.hidden) {
      this.#forgetHidden();
      if (state.status === 'paused' && state.reason === 'hidden') void this.#sandbox?.resume().catch(ignored);
      return;
    }
    // It takes as much memory as one that runs.
    this.#discardTimer ??= setTimeout(() => {
      this.#discardTimer = null;
      if (this.state.status === 'off') void this.#sandbox?.powerOff().catch(ignored);
    }, HIDDEN_DISCARD_MS);
    if (state.status === 'running') void this.#sandbox?.pause('hidden').catch(ignored);
    this.#hiddenTimer ??= setTimeout(() => {
      this.#hiddenTimer = null;
      // A halted machine takes little, and its disk would be lost.
      if (!this.#page.hidden || !this.holdsWork || this.state.status === 'halted') return;
      this.#offReason = 'hidden';
      void this.powerOff().catch(ignored);
    }, HIDDEN_POWER_OFF_MS);
  }

  #forgetHidden(): void {
    if (this.#hiddenTimer !== null) clearTimeout(this.#hiddenTimer);
    this.#hiddenTimer = null;
    if (this.#discardTimer !== null) clearTimeout(this.#discardTimer);
    this.#discardTimer = null;
  }

  #publish(): void {
    // A listener may change the state, as one that pauses does; the others hear only of the newest.
    for (const listener of [...this.#listeners]) listener(this.state);
  }
}

const OFF: SandboxState = { status: 'off' };

const SWITCHED_OFF: SandboxProblem = { code: 'switched-off', message: 'The machine was switched off.' };

/** A machine that can neither pause nor resume is in a state that says why. */
function ignored(): void {}

async function loadClient(): Promise<Sandbox> {
  const { createSandbox } = await import('../sandbox/client.ts');
  return createSandbox();
}
