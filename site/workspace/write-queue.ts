/**
 * Bytes on their way into the terminal emulator. One piece at a time is handed over: small writes are joined and
 * large ones cut, so that a flood neither makes a long task nor fills the emulator's own queue.
 */

/** The emulator parses a piece without a break: this much takes a slow computer some tens of milliseconds. */
const LARGEST_PIECE = 32 * 1024;

interface Waiting {
  bytes: Uint8Array;
  readonly done: () => void;
}

/** Parses bytes and then calls `done`. */
export type Parse = (bytes: Uint8Array, done: () => void) => void;

export class WriteQueue {
  readonly #parse: Parse;
  #waiting: Waiting[] = [];
  #isParsing = false;

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Resolves when the bytes have been parsed, or thrown away by {@link clear}. */
  write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return Promise.resolve();
    return new Promise((done) => {
      this.#waiting.push({ bytes, done });
      this.#next();
    });
  }

  /** Throws away what has not been handed over. */
  clear(): void {
    for (const { done } of this.#waiting.splice(0)) done();
  }

  #next(): void {
    if (this.#isParsing || this.#waiting.length === 0) return;
    this.#isParsing = true;
    const { piece, finished } = this.#take();
    this.#parse(piece, () => {
      this.#isParsing = false;
      for (const done of finished) done();
      this.#next();
    });
  }

  /** The next piece, and whom to tell when it has been parsed. */
  #take(): { readonly piece: Uint8Array; readonly finished: readonly (() => void)[] } {
    const parts: Uint8Array[] = [];
    const finished: (() => void)[] = [];
    let room = LARGEST_PIECE;
    let count = 0;
    for (const item of this.#waiting) {
      const part = item.bytes.subarray(0, room);
      parts.push(part);
      room -= part.length;
      if (part.length < item.bytes.length) {
        item.bytes = item.bytes.subarray(part.length);
        break;
      }
      finished.push(item.done);
      count += 1;
      if (room === 0) break;
    }
    this.#waiting.splice(0, count);
    return { piece: join(parts, LARGEST_PIECE - room), finished };
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
