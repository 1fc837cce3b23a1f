/** What the reader does, told to whoever keeps a record of it. The workspace knows of no record. */
import type { Work, WorkNote } from '../evidence/recorder.ts';
import type { TerminalSize } from './terminal.ts';

/** Its methods do not throw, and return at once. */
export interface WorkRecorder {
  did(note: WorkNote): void;
  /** A terminal (from 1) shows this: text with control sequences. `size`: `null` before the emulator is there. */
  printed(guide: string, terminal: number, text: string, size: TerminalSize | null): void;
}

/** What is told before there is a recorder: it comes when the page is idle, or when the network is back. */
const MOST_EARLY = 2000;

export class WorkNotes {
  #recorder: WorkRecorder | null = null;
  #early: WorkNote[] = [];
  readonly #onUnrecorded: () => void;

  /** `onUnrecorded`: something was told, and there is no recorder yet. */
  constructor(onUnrecorded: () => void = () => {}) {
    this.#onUnrecorded = onUnrecorded;
  }

  /** Hands on what has been told so far, and all that follows. */
  record(recorder: WorkRecorder): void {
    this.#recorder = recorder;
    for (const note of this.#early.splice(0)) recorder.did(note);
  }

  did(guide: string, chapter: string, work: Work): void {
    const note = { guide, chapter, at: Date.now(), up: performance.now(), work };
    if (this.#recorder) {
      this.#recorder.did(note);
      return;
    }
    if (this.#early.length < MOST_EARLY) this.#early.push(note);
    this.#onUnrecorded();
  }

  printed(guide: string, terminal: number, text: string, size: TerminalSize | null): void {
    this.#recorder?.printed(guide, terminal, text, size);
  }
}
