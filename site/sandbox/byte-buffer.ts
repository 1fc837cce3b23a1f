/** Bytes that arrive in pieces and are wanted whole, up to a limit. */

const FIRST_CAPACITY = 1024;

export class ByteBuffer {
  readonly #limit: number;
  readonly #tooLong: string;
  #bytes = new Uint8Array();
  #length = 0;

  /** `tooLong` is the message of the error that a byte over `limit` throws. */
  constructor(limit: number, tooLong: string) {
    this.#limit = limit;
    this.#tooLong = tooLong;
  }

  /** Throws when so many bytes would be too many. */
  expect(length: number): void {
    if (length > this.#limit) throw new Error(this.#tooLong);
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    this.expect(length);
    if (length > this.#bytes.length) {
      const doubled = Math.max(FIRST_CAPACITY, this.#bytes.length * 2, length);
      const larger = new Uint8Array(Math.min(doubled, this.#limit));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** All of them. The buffer is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#bytes = new Uint8Array();
    this.#length = 0;
    return bytes;
  }
}
