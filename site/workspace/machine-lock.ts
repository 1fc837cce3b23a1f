/**
 * One tab at a time has a guide's machine. The browser's lock says which; a tab that wants the machine asks the owner
 * to save it and give it up, and takes the lock by force from one that does not answer. What such an owner still writes
 * the store refuses, by its epoch.
 */

/** What a tab does that is asked for its machine: saves it and switches it off. Whether nothing was lost by that. */
export type GiveUp = () => Promise<boolean>;

/** What came of asking. `refused`: the owner cannot save its machine, and keeps it. */
export type TakeOver = 'taken' | 'refused';

export interface LockParts {
  /** `navigator.locks`; `null` where there is none: then nobody else is known of. */
  readonly locks: LockManager | null;
  /** Joins the tabs of the site. */
  readonly openChannel: (name: string) => BroadcastChannel | null;
  /** Called when another tab asks. */
  readonly giveUp: GiveUp;
  /** Another tab has taken it, `asked` when this one has given it up. */
  readonly onLost: (asked: boolean) => void;
  /** Another tab had it, and has it no more. */
  readonly onFreed: () => void;
  /** How long the owner may take to answer at all, milliseconds. */
  readonly patienceMs?: number;
}

/** A page that is left, or loaded again, may hold its lock for so long still, milliseconds. */
const GONE_MS = 700;

/** An owner that is awake answers at once, and then has time to save, on a busy computer too. Milliseconds. */
const ANSWER_MS = 1500;
const SAVE_MS = 15_000;

/** `ask`: for the machine; `saving`: it is coming; `refused`: it is not. */
interface Message {
  readonly kind: 'ask' | 'saving' | 'refused';
}

/** The name of the lock of a guide's machine. `room`: where this copy of the site keeps machines. */
export function machineLockName(room: string, guide: string): string {
  return `${room} ${guide}`;
}

/** `navigator.locks`; `null` where there is none. */
export function browserLocks(): LockManager | null {
  return typeof navigator.locks === 'undefined' ? null : navigator.locks;
}

/** A channel between the tabs of the site; `null` where there is none. */
export function openBrowserChannel(name: string): BroadcastChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
}

export class MachineLock {
  readonly #name: string;
  readonly #parts: LockParts;
  readonly #channel: BroadcastChannel | null;
  readonly #closing = new AbortController();
  #release: (() => void) | null = null;
  #waiting: Promise<void> | null = null;
  /** What the owner says is heard by whoever asked. */
  #onAnswer: ((answer: 'saving' | 'refused') => void) | null = null;

  /** `name`: of the machine, the same in all tabs. */
  constructor(name: string, parts: LockParts) {
    this.#name = name;
    this.#parts = parts;
    this.#channel = parts.openChannel(name);
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#hear(data));
  }

  /** Whether this tab has it. */
  get isOwn(): boolean {
    return this.#release !== null;
  }

  /** Whether another tab has it. Once that no longer has it, `onFreed` is called. */
  async isElsewhere(): Promise<boolean> {
    const { locks } = this.#parts;
    if (this.isOwn || !locks) return false;
    const { held } = await locks.query();
    if (held?.some(({ name }) => name === this.#name) !== true) return false;
    const freed = this.#untilFreed(locks).then(() => false);
    const patience = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), GONE_MS));
    return Promise.race([freed, patience]);
  }

  /** Takes it if it is free. Whether this tab has it then. */
  async acquire(): Promise<boolean> {
    if (await this.#acquireNow()) return true;
    // It may be a page that is just going.
    return !(await this.isElsewhere()) && this.#acquireNow();
  }

  async #acquireNow(): Promise<boolean> {
    return this.isOwn || this.#request({ ifAvailable: true });
  }

  /** Asks the tab that has it, if any does. */
  async takeOver(): Promise<TakeOver> {
    if (await this.#acquireNow()) return 'taken';
    const ending = new AbortController();
    let timer = setTimeout(() => ending.abort(), this.#parts.patienceMs ?? ANSWER_MS);
    const refused = new Promise<TakeOver>((resolve) => {
      this.#onAnswer = (answer) => {
        clearTimeout(timer);
        if (answer === 'refused') resolve('refused');
        else timer = setTimeout(() => ending.abort(), SAVE_MS);
      };
    });
    const granted = this.#request({ signal: ending.signal }).then(
      (): TakeOver => 'taken',
      () => null,
    );
    this.#say('ask');
    try {
      const outcome = await Promise.race([refused, granted]);
      if (outcome !== null) return outcome;
      // It hangs, or is frozen.
      await this.#request({ steal: true });
      return 'taken';
    } finally {
      clearTimeout(timer);
      this.#onAnswer = null;
      if (!this.isOwn) ending.abort();
    }
  }

  /** Gives it back. */
  release(): void {
    if (!this.#release) return;
    this.#release();
    this.#release = null;
  }

  close(): void {
    this.#closing.abort();
    this.release();
    this.#channel?.close();
  }

  /** Resolves when nobody has it; one wait at a time. */
  #untilFreed(locks: LockManager): Promise<void> {
    this.#waiting ??= locks
      .request(this.#name, { signal: this.#closing.signal }, () => {})
      .then(
        () => {
          this.#waiting = null;
          if (!this.isOwn) this.#parts.onFreed();
        },
        () => {
          this.#waiting = null;
        },
      );
    return this.#waiting;
  }

  /** Resolves once it is had, or cannot be had at once. Rejects when `signal` is aborted first. */
  #request(options: LockOptions): Promise<boolean> {
    const { locks } = this.#parts;
    if (!locks) {
      this.#release = () => {};
      return Promise.resolve(true);
    }
    return new Promise((resolve, reject) => {
      locks
        .request(this.#name, options, (lock) => {
          if (!lock) {
            resolve(false);
            return undefined;
          }
          return new Promise<void>((release) => {
            this.#release = release;
            resolve(true);
          });
        })
        .catch((error: unknown) => {
          // Held, it was taken by force.
          if (this.isOwn) this.#lose(false);
          reject(error instanceof Error ? error : new Error(String(error)));
        });
    });
  }

  #lose(asked: boolean): void {
    this.#release?.();
    this.#release = null;
    this.#parts.onLost(asked);
  }

  #say(kind: Message['kind']): void {
    this.#channel?.postMessage({ kind } satisfies Message);
  }

  #hear({ kind }: Message): void {
    switch (kind) {
      case 'ask':
        if (this.isOwn) void this.#answer();
        break;
      case 'saving':
      case 'refused':
        this.#onAnswer?.(kind);
    }
  }

  async #answer(): Promise<void> {
    this.#say('saving');
    const isSafe = await this.#parts.giveUp();
    if (!this.isOwn) return;
    if (isSafe) this.#lose(true);
    else this.#say('refused');
  }
}
