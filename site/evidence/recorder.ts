/** Makes events of what is done in one visit of a page, and has them written in the order in which they came. */
import { LONGEST_COMMAND, LONGEST_NAME, readEvent } from './events.ts';
import type { WorkEvent } from './events.ts';
import { LONGEST_PAUSE_MS } from './summary.ts';

/** An event without its time and place. */
export type Work = WithoutPlace<WorkEvent>;
type WithoutPlace<Event> = Event extends WorkEvent ? Omit<Event, 'at' | 'up' | 'visit' | 'chapter'> : never;

/** What was done, where and when; `at` and `up` as in events. */
export interface WorkNote {
  readonly guide: string;
  readonly chapter: string;
  readonly at: number;
  readonly up: number;
  readonly work: Work;
}

export interface RecorderParts {
  /** Adds events to the guide's log. */
  readonly append: (guide: string, events: readonly WorkEvent[]) => Promise<void>;
  /** Eight hexadecimal digits. */
  readonly visit?: string;
  /** Something cannot be written, and neither will be what follows. Called each time. */
  readonly onLost?: () => void;
}

/** A page that was hidden for less was only glanced away from, milliseconds. */
const SHORTEST_ABSENCE_MS = 30_000;

export class Recorder {
  readonly #append: RecorderParts['append'];
  readonly #visit: string;
  readonly #onLost: () => void;
  #waiting: { readonly guide: string; readonly event: WorkEvent }[] = [];
  #writing: Promise<void> | null = null;
  /** Nothing is written any more: the storage has failed. */
  #hasEnded = false;
  /** `up` of the last event. */
  #lastUp: number | null = null;
  #lastPlace: Pick<WorkNote, 'guide' | 'chapter'> | null = null;
  #hiddenAt: number | null = null;

  constructor({ append, visit = newVisit(), onLost = () => {} }: RecorderParts) {
    this.#append = append;
    this.#onLost = onLost;
    this.#visit = visit;
  }

  /** Records what was done. Never throws; what cannot be written is given up. */
  did({ guide, chapter, at, up, work }: WorkNote): void {
    const idle = this.#lastUp === null ? 0 : up - this.#lastUp;
    if (idle > LONGEST_PAUSE_MS && work.kind !== 'back')
      this.#add(guide, { kind: 'back', afterMs: idle }, { at, up, chapter });
    this.#add(guide, work, { at, up, chapter });
    this.#lastPlace = { guide, chapter };
  }

  /** The page is hidden, or shown again. `at` and `up`: now. */
  setHidden(isHidden: boolean, { at, up }: Pick<WorkNote, 'at' | 'up'>): void {
    const hiddenAt = this.#hiddenAt;
    this.#hiddenAt = isHidden ? (hiddenAt ?? up) : null;
    if (isHidden || hiddenAt === null || this.#lastPlace === null) return;
    const afterMs = up - hiddenAt;
    // What the machine still did behind the reader's back is no sign of the reader.
    if (afterMs >= SHORTEST_ABSENCE_MS)
      this.did({ ...this.#lastPlace, at, up, work: { kind: 'back', afterMs } });
  }

  /** Resolves when all that was recorded until now is written, or given up. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #add(guide: string, work: Work, { at, up, chapter }: Pick<WorkNote, 'at' | 'up' | 'chapter'>): void {
    if (this.#hasEnded) {
      this.#onLost();
      return;
    }
    const place = { at: Math.round(at), up: Math.round(up), visit: this.#visit, chapter };
    const event = readEvent({ ...place, ...clipped(work) });
    if (!event) return;
    this.#lastUp = event.up;
    this.#waiting.push({ guide, event });
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    // What comes together is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const guide = this.#waiting[0]?.guide ?? '';
      const others = this.#waiting.findIndex((one) => one.guide !== guide);
      const batch = this.#waiting.splice(0, others === -1 ? this.#waiting.length : others);
      try {
        await this.#append(
          guide,
          batch.map(({ event }) => event),
        );
      } catch {
        // The disk is full or the storage is gone. The page works on without a record.
        this.#hasEnded = true;
        this.#waiting = [];
        this.#onLost();
      }
    }
    // At once, so that nothing is left waiting between the end of the loop and this.
    this.#writing = null;
  }
}

/** Texts within the lengths of events. */
function clipped(work: Work): Work {
  const entries = Object.entries<unknown>(work).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.slice(0, key === 'text' ? LONGEST_COMMAND : LONGEST_NAME) : value,
  ]);
  return Object.fromEntries(entries) as Work;
}

function newVisit(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
