/**
 * Work that the machine cannot go on without: fetching. While it fails, or takes a long time, the machine stands still, so
 * that the guest notices nothing; it goes on by itself when the work succeeds.
 */
import { problemOf, SLOW_NETWORK } from './problems.ts';
import type { SandboxProblem } from './types.ts';

export interface StallsParts {
  /** Aborted when the machine ends; its reason is what pending work rejects with. */
  readonly signal: AbortSignal;
  /** `null`: nothing is waited for any more. */
  readonly onChange: (problem: SandboxProblem | null) => void;
}

export interface WaitOptions {
  /** Ends the waiting, when the work is wanted for a shorter time than the machine lives. */
  readonly signal?: AbortSignal;
  /** Problems that it rejects with at once, although another try might mend them. */
  readonly hopeless?: readonly SandboxProblem['code'][];
}

/** What another try may mend. A file of another version, or too little memory, stays what it is. */
const WORTH_A_RETRY: ReadonlySet<SandboxProblem['code']> = new Set(['fetch-failed', 'wrong-hash', 'gone']);

/** Work without progress for so long makes the machine stand still, milliseconds. */
const SLOW_MS = 5000;
/** What has failed is tried again after so long, milliseconds. */
const RETRY_MS = 15_000;

export class Stalls {
  readonly #signal: AbortSignal;
  readonly #onChange: StallsParts['onChange'];
  /** What stands still just now, and why. */
  readonly #stalled = new Map<object, SandboxProblem>();
  readonly #retries = new Set<() => void>();

  constructor({ signal, onChange }: StallsParts) {
    this.#signal = signal;
    this.#onChange = onChange;
  }

  /**
   * Does `work` until it succeeds. It calls `progress` when something of it has been done. What no retry can mend
   * rejects at once; everything rejects when the machine ends.
   */
  async wait<T>(
    work: (progress: () => void) => Promise<T>,
    { signal = this.#signal, hopeless = [] }: WaitOptions = {},
  ): Promise<T> {
    const token = {};
    let watch: SlowWatch | null = null;
    // An attempt that has failed may still bring parts: they count for the one that goes on with them, if any.
    const progress = (): void => {
      if (watch === null) return;
      watch.progress();
      this.#clear(token);
    };
    try {
      for (;;) {
        watch = new SlowWatch(() => this.#set(token, SLOW_NETWORK));
        try {
          return await untilAborted(work(progress), signal);
        } catch (error) {
          signal.throwIfAborted();
          const problem = problemOf(error);
          if (!WORTH_A_RETRY.has(problem.code) || hopeless.includes(problem.code)) throw error;
          this.#set(token, problem);
        } finally {
          watch.end();
          watch = null;
        }
        await this.#nextTry(signal);
      }
    } finally {
      this.#clear(token);
    }
  }

  /** Tries at once what has failed. */
  retry(): void {
    for (const again of [...this.#retries]) again();
  }

  #nextTry(signal: AbortSignal): Promise<void> {
    const pause = new Promise<void>((resolve) => {
      const again = (): void => {
        clearTimeout(timer);
        this.#retries.delete(again);
        signal.removeEventListener('abort', again);
        resolve();
      };
      const timer = setTimeout(again, RETRY_MS);
      this.#retries.add(again);
      signal.addEventListener('abort', again);
    });
    return untilAborted(pause, signal);
  }

  #set(token: object, problem: SandboxProblem): void {
    this.#stalled.set(token, problem);
    this.#tell();
  }

  #clear(token: object): void {
    if (this.#stalled.delete(token)) this.#tell();
  }

  /** A failure is told before slowness. */
  #tell(): void {
    if (this.#signal.aborted) return;
    const problems = [...this.#stalled.values()];
    this.#onChange(problems.find(({ code }) => code !== 'slow-network') ?? problems[0] ?? null);
  }
}

/** Says when there has been no progress for a while. */
class SlowWatch {
  readonly #onSlow: () => void;
  #timer: ReturnType<typeof setTimeout>;

  constructor(onSlow: () => void) {
    this.#onSlow = onSlow;
    this.#timer = setTimeout(onSlow, SLOW_MS);
  }

  progress(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSlow, SLOW_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The promise, or a rejection with the signal's reason as soon as it is aborted. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
