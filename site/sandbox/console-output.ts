/**
 * Output of one of the reader's consoles on its way to its listeners. A program that prints a lot does so in small
 * pieces; they are collected for some milliseconds, so that a flood costs few messages and a key's echo no time.
 */
import { concatenate } from './bytes.ts';
import { tellEach } from './listeners.ts';
import { ShellMarks } from './shell-marks.ts';
import type { ShellMark } from './shell-marks.ts';

export type DataListener = (bytes: Uint8Array) => void | Promise<void>;
export type MarkListener = (mark: ShellMark) => void;

/** How long output is collected once some has just been handed on, milliseconds. */
const COLLECT_MS = 10;
/** Output of this size is handed on at once, bytes. */
const LARGE_BYTES = 64 * 1024;

export class ConsoleOutput {
  readonly dataListeners = new Set<DataListener>();
  readonly markListeners = new Set<MarkListener>();
  readonly #marks = new ShellMarks();
  readonly #onBacklog: (bytes: number) => void;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Raised when another machine takes over: what its predecessor printed no longer counts as backlog. */
  #epoch = 0;

  /** `onBacklog` is called with the bytes that were handed on (positive), and that a listener has dealt with (negative). */
  constructor(onBacklog: (bytes: number) => void) {
    this.#onBacklog = onBacklog;
  }

  setMarkKey(key: string | null): void {
    this.#marks.setKey(key);
  }

  /** The console printed something. */
  receive(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#timer === null || this.#length >= LARGE_BYTES) this.#flush();
  }

  /** Hands on what there is, and discards an unfinished mark: the machine has ended. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#deliver();
    this.#epoch++;
    this.#marks.reset();
  }

  #flush(): void {
    this.#deliver();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#length > 0) this.#flush();
    }, COLLECT_MS);
  }

  #deliver(): void {
    if (this.#length === 0) return;
    const bytes = this.#pieces.length === 1 ? this.#pieces[0] : concatenate(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    for (const part of this.#marks.split(bytes ?? new Uint8Array())) {
      if (part instanceof Uint8Array) this.#handOn(part);
      else tellEach(this.markListeners, (listener) => listener(part));
    }
  }

  #handOn(bytes: Uint8Array): void {
    const epoch = this.#epoch;
    tellEach(this.dataListeners, (listener) => {
      const dealtWith = listener(bytes);
      if (!(dealtWith instanceof Promise)) return;
      this.#onBacklog(bytes.length);
      const settled = (): void => {
        if (epoch === this.#epoch) this.#onBacklog(-bytes.length);
      };
      dealtWith.then(settled, settled);
    });
  }
}
