/**
 * Bytes on their way into the terminal emulator. One piece at a time is handed over: small writes are joined and
 * large ones cut, so that a flood neither makes a long task nor fills the emulator's own queue.
 */

/** The emulator parses a piece without a break: this much takes a slow computer some tens of milliseconds. */
const LARGEST_PIECE = 32 * 1024;

/** Parses bytes and then calls `done`. */
export type Parse = (bytes: Uint8Array, done: () => void) => void;

/** Writes that will be parsed together. */
class Piece {
  readonly parsed: Promise<void>;
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  #resolve: () => void = () => {};

  constructor() {
    this.parsed = new Promise((resolve) => (this.#resolve = resolve));
  }

  get isFull(): boolean {
    return this.#length === LARGEST_PIECE;
  }

  /** Takes what there is room for. Returns how much that was. */
  add(bytes: Uint8Array): number {
    const part = bytes.subarray(0, LARGEST_PIECE - this.#length);
    this.#parts.push(part);
    this.#length += part.length;
    return part.length;
  }

  bytes(): Uint8Array {
    const [only] = this.#parts;
    if (this.#parts.length === 1 && only) return only;
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  done(): void {
    this.#resolve();
  }
}

/** Something to do between two pieces. */
class Halt {
  readonly work: () => void;

  constructor(work: () => void) {
    this.work = work;
  }
}

export class WriteQueue {
  readonly #parse: Parse;
  #waiting: (Piece | Halt)[] = [];
  #isParsing = false;

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Resolves when the bytes have been parsed, or thrown away by {@link clear}. */
  write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    let last = this.#waiting.at(-1);
    do {
      if (!(last instanceof Piece) || last.isFull) {
        last = new Piece();
        this.#waiting.push(last);
      }
      rest = rest.subarray(last.add(rest));
    } while (rest.length > 0);
    this.#next();
    return last.parsed;
  }

  /** Calls `work` when all that was written before has been parsed, and nothing that comes after. */
  between(work: () => void): void {
    this.#waiting.push(new Halt(work));
    this.#next();
  }

  /** Throws away what has not been handed over. */
  clear(): void {
    for (const next of this.#waiting.splice(0)) {
      if (next instanceof Halt) next.work();
      else next.done();
    }
  }

  #next(): void {
    if (this.#isParsing) return;
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    if (piece instanceof Halt) {
      piece.work();
      this.#next();
      return;
    }
    this.#isParsing = true;
    this.#parse(piece.bytes(), () => {
      this.#isParsing = false;
      piece.done();
      this.#next();
    });
  }
}
