/**
 * When a machine is saved: soon after a command has ended, while its reader types at least every few seconds, every
 * minute while something runs, and at once when the page may go away. One save at a time.
 */
import type { SaveReport } from '../sandbox/saved.ts';

/** After the last key, and after a command's end, milliseconds. */
const TYPED_MS = 1500;
const ENDED_MS = 300;
/** What is typed is never older than this when a save begins, milliseconds: a crash loses no more. */
const LONGEST_MS = 3500;
/** While something runs, milliseconds. */
const RUNNING_MS = 60_000;
/** After a save that failed, milliseconds. */
const FAILED_MS = 30_000;
/** Saving may take this part of the time. */
const SHARE = 1 / 3;
/** How often a save at once is tried, when it cannot be done just then, or the reader goes on typing. */
const MOST_TRIES = 3;
const PAUSE_MS = 100;

export type SavingState =
  /** Nothing has been saved, and nothing had to be. */
  | { readonly kind: 'none' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface SavingParts {
  /** Saves the machine; `null` when that cannot be done just now. */
  readonly save: () => Promise<SaveReport | null>;
  /** Called when the state is another one, and when {@link MachineSaving.isDirty} is. */
  readonly onState: (state: SavingState) => void;
}

export class MachineSaving {
  readonly #parts: SavingParts;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Until when the timer can be put off, by `performance.now()`. */
  #latest = Infinity;
  #saving: Promise<void> | null = null;
  /** Not before: what is slow to save is saved less often. */
  #notBefore = 0;
  /** Something has happened that no save holds. */
  #isDirty = false;
  #isOn = false;
  #running: ReturnType<typeof setInterval> | null = null;
  #state: SavingState = { kind: 'none' };

  constructor(parts: SavingParts) {
    this.#parts = parts;
  }

  get state(): SavingState {
    return this.#state;
  }

  /** Whether what the reader did is not saved. */
  get isDirty(): boolean {
    return this.#isDirty || this.#saving !== null;
  }

  /** There is a machine from now on. What is asked for before is ignored. */
  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#running = setInterval(() => {
      if (this.#isDirty || this.#state.kind !== 'none') void this.#save();
    }, RUNNING_MS);
  }

  /** The machine is gone, or another. */
  end(): void {
    this.#isOn = false;
    this.#isDirty = false;
    this.#cancel();
    if (this.#running !== null) clearInterval(this.#running);
    this.#running = null;
    this.#notBefore = 0;
    this.#state = { kind: 'none' };
    this.#parts.onState(this.#state);
  }

  /** The reader typed, or the page wrote a file. */
  changed(): void {
    this.#soon(TYPED_MS);
  }

  /** A command has ended. */
  commandEnded(): void {
    this.#soon(ENDED_MS);
  }

  /** Saves at once, if anything has been done since the machine began. Resolves when that is over, and never rejects. */
  async now(): Promise<void> {
    // What the last save did not hold is in the next.
    if (this.#saving) await this.#saving;
    if (this.#isOn && (this.#isDirty || this.#state.kind !== 'none')) await this.#save();
    // It may have been the wrong moment, or the reader has gone on typing.
    for (let tries = 1; tries < MOST_TRIES && this.#isOn && this.#isDirty; tries++) {
      if (this.#state.kind === 'failed') return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      await this.#save();
    }
  }

  #soon(ms: number): void {
    if (!this.#isOn) return;
    const now = performance.now();
    const wasDirty = this.isDirty;
    this.#isDirty = true;
    // Each key comes here: only the first is news.
    if (!wasDirty) this.#parts.onState(this.#state);
    this.#latest = Math.min(this.#latest, now + LONGEST_MS);
    if (this.#saving) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const due = Math.max(Math.min(now + ms, this.#latest), this.#notBefore);
    this.#timer = setTimeout(() => void this.#save(), due - now);
  }

  #save(): Promise<void> {
    this.#cancel();
    this.#saving ??= this.#saveOnce().finally(() => {
      this.#saving = null;
      if (this.#isDirty && this.#isOn) this.#soon(TYPED_MS);
      this.#parts.onState(this.#state);
    });
    return this.#saving;
  }

  async #saveOnce(): Promise<void> {
    const begin = performance.now();
    this.#isDirty = false;
    try {
      const report = await this.#parts.save();
      if (!this.#isOn) return;
      const end = performance.now();
      this.#notBefore = end + (end - begin) * (1 / SHARE - 1);
      // It is tried again.
      if (report === null) this.#isDirty = true;
      else this.#state = { kind: 'saved', atMs: report.savedAtMs };
    } catch (error) {
      if (!this.#isOn) return;
      this.#isDirty = true;
      this.#notBefore = performance.now() + FAILED_MS;
      this.#state = { kind: 'failed', error };
    }
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#latest = Infinity;
  }
}
