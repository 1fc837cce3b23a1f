/** Collects what the terminals print, in memory, and has it written now and then: a terminal never waits for it. */
import type { CastEvent } from './cast.ts';

/** A stretch of the recording of a guide's terminals. */
export interface CastPiece {
  /** When it begins, milliseconds since 1970. */
  readonly at: number;
  /** Of all its events, UTF-16 units. */
  readonly letters: number;
  /** The size of each terminal where the piece begins, `80x24`, as far as it is known. */
  readonly sizes: Readonly<Record<number, string>>;
  /** Whether there was too much to keep all of it. */
  readonly isCut: boolean;
  readonly events: readonly TerminalEvent[];
}

/** `terminal` is its number, from 1. */
export interface TerminalEvent extends CastEvent {
  readonly terminal: number;
}

/** What waits to be written is no more than this: a flood is cut. UTF-16 units. */
const MOST_WAITING = 256 * 1024;
/** What is printed within this time is one event, milliseconds. */
const ONE_EVENT_MS = 100;
/** An event that is this long already is not added to. */
const LONG_EVENT = 4096;

export interface CastRecorderParts {
  readonly write: (guide: string, piece: CastPiece) => Promise<void>;
  /** Calls `work` some seconds later, when nothing else is to be done. */
  readonly schedule: (work: () => void) => void;
  /** What was printed cannot be written, and neither will be what follows. */
  readonly onLost?: () => void;
}

export class CastRecorder {
  readonly #parts: CastRecorderParts;
  #guide = '';
  #events: { terminal: number; at: number; code: 'o' | 'r'; data: string }[] = [];
  #letters = 0;
  #isCut = false;
  /** Now, and where the events that wait begin. */
  readonly #sizes = new Map<number, string>();
  #sizesBefore: Readonly<Record<number, string>> = {};
  #isScheduled = false;
  #writing: Promise<void> = Promise.resolve();
  #hasEnded = false;

  constructor(parts: CastRecorderParts) {
    this.#parts = parts;
  }

  /** A terminal has printed `text`. Never throws. */
  printed(
    guide: string,
    terminal: number,
    text: string,
    size: { readonly cols: number; readonly rows: number } | null,
    at: number,
  ): void {
    if (this.#hasEnded || text === '') return;
    if (guide !== this.#guide) void this.flush();
    this.#guide = guide;
    const shown = size === null ? undefined : `${size.cols}x${size.rows}`;
    if (shown !== undefined && shown !== this.#sizes.get(terminal)) {
      // The first size of all is where the recording begins.
      if (this.#sizes.has(terminal)) this.#events.push({ terminal, at, code: 'r', data: shown });
      else this.#sizesBefore = { ...this.#sizesBefore, [terminal]: shown };
      this.#sizes.set(terminal, shown);
    }
    const last = this.#events.at(-1);
    this.#letters += text.length;
    if (
      last?.code === 'o' &&
      last.terminal === terminal &&
      last.data.length < LONG_EVENT &&
      at - last.at < ONE_EVENT_MS
    )
      last.data += text;
    else this.#events.push({ terminal, at, code: 'o', data: text });
    if (this.#letters > MOST_WAITING) this.#cut();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.schedule(() => {
      this.#isScheduled = false;
      void this.flush();
    });
  }

  /** The record of the guide is deleted: what waits is not written after it. */
  discard(guide: string): void {
    if (guide === this.#guide) this.#begin();
  }

  /** Writes what waits. Resolves when it is written, or given up. */
  async flush(): Promise<void> {
    const [first] = this.#events;
    if (first && !this.#hasEnded) {
      const guide = this.#guide;
      const piece: CastPiece = {
        ...{ at: first.at, letters: this.#letters, sizes: this.#sizesBefore, isCut: this.#isCut },
        events: this.#events,
      };
      this.#begin();
      this.#writing = this.#writing
        .then(() => this.#parts.write(guide, piece))
        .catch(() => {
          // The disk is full or the storage is gone.
          this.#hasEnded = true;
          this.#parts.onLost?.();
        });
    }
    await this.#writing;
  }

  #begin(): void {
    this.#events = [];
    this.#letters = 0;
    this.#isCut = false;
    this.#sizesBefore = Object.fromEntries(this.#sizes);
  }

  /** Keeps the end of what waits. */
  #cut(): void {
    let gone = 0;
    while (this.#letters > MOST_WAITING / 2 && gone < this.#events.length - 1) {
      const event = this.#events[gone++];
      if (event?.code === 'r') this.#sizesBefore = { ...this.#sizesBefore, [event.terminal]: event.data };
      else this.#letters -= event?.data.length ?? 0;
    }
    this.#events.splice(0, gone);
    this.#isCut = true;
  }
}
