/** What the reader does, told to whoever keeps a record of it. The workspace knows of no record. */
import type { Work, WorkNote } from '../evidence/recorder.ts';
import type { TerminalSize } from './terminal.ts';

/** Its methods do not throw, and return at once. */
export interface WorkRecorder {
  did(note: WorkNote): void;
  /** The machine prints this on a terminal (from 1): text with control sequences. `size`: `null` before the emulator is there. */
  printed(guide: string, terminal: number, text: string, size: TerminalSize | null): void;
}

/** What is told before there is a recorder: it comes when the page is idle, or when the network is back. */
const MOST_EARLY = 2000;

/** More than a prompt: a terminal on which the machine prints so much by itself is recorded. Letters. */
const LONG_PROMPT = 1000;
/** Clears a terminal, and sets it back. */
const RESET = '\x1bc';

export class WorkNotes {
  #recorder: WorkRecorder | null = null;
  #early: WorkNote[] = [];
  readonly #onUnrecorded: () => void;
  /** What the terminals have printed that nobody has used yet on this machine, by their numbers: their prompts. */
  readonly #prompts = new Map<number, string>();

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

  /** What the machine prints. What the page shows of the past is not told of: it was, when it was printed. */
  printed(guide: string, terminal: number, text: string, size: TerminalSize | null): void {
    const before = this.#prompts.get(terminal);
    if (before === undefined) {
      this.#recorder?.printed(guide, terminal, text, size);
      return;
    }
    this.#prompts.set(terminal, before + text);
    if (before.length + text.length > LONG_PROMPT) this.used(guide, terminal, size);
  }

  /** The terminal belongs to another machine, or to one that has restarted. It is recorded once somebody uses it. */
  renewed(terminal: number): void {
    this.#prompts.set(terminal, RESET);
  }

  /** Something is typed into the terminal. */
  used(guide: string, terminal: number, size: TerminalSize | null): void {
    const prompt = this.#prompts.get(terminal);
    this.#prompts.delete(terminal);
    if (prompt !== undefined) this.#recorder?.printed(guide, terminal, prompt, size);
  }
}
