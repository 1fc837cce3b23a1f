/** Begins the record of what the reader does, and again when its code could not be fetched. */

export interface RecordStartParts {
  /** Fetches the record's code and begins. Resolves with whether this browser keeps a record; rejects when it has not come. */
  readonly begin: () => Promise<boolean>;
  /** Something was done that is in no record, and there will be none. Called each time. */
  readonly onLost: () => void;
  /** Milliseconds, of a clock that does not go back. */
  readonly now?: () => number;
}

/** How often it is tried, and the least time between two tries: a network that is away comes back within minutes. */
const MOST_TRIES = 20;
const PAUSE_MS = 5000;

export class RecordStart {
  readonly #begin: RecordStartParts['begin'];
  readonly #onLost: RecordStartParts['onLost'];
  readonly #now: () => number;
  #state: 'waiting' | 'beginning' | 'begun' | 'lost' = 'waiting';
  #tries = 0;
  #triedAt = -Infinity;

  constructor({ begin, onLost, now = () => performance.now() }: RecordStartParts) {
    this.#begin = begin;
    this.#onLost = onLost;
    this.#now = now;
  }

  /** Something is to be recorded. */
  wanted(): void {
    if (this.#state === 'lost') this.#onLost();
    if (this.#state === 'waiting' && this.#now() - this.#triedAt >= PAUSE_MS) void this.#try();
  }

  async #try(): Promise<void> {
    this.#state = 'beginning';
    this.#tries++;
    this.#triedAt = this.#now();
    try {
      this.#state = (await this.#begin()) ? 'begun' : 'lost';
    } catch {
      // The network is away: the next note tries again.
      this.#state = this.#tries < MOST_TRIES ? 'waiting' : 'lost';
    }
    if (this.#state === 'lost') this.#onLost();
  }
}
