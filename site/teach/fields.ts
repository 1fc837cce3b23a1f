/** The parts of an assignment as bytes: numbers in groups of seven bits, and texts after their length. */
import { concatenate } from '../sandbox/bytes.ts';

export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  get bytes(): Uint8Array {
    return concatenate(this.#parts);
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first; the highest bit says that more follow. */
  number(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    this.#parts.push(Uint8Array.from([...bytes, rest]));
  }

  /** The lowest `count` bytes of a number, the highest of them first. */
  fixed(value: number, count: number): void {
    this.#parts.push(Uint8Array.from({ length: count }, (_, index) => value >>> (8 * (count - 1 - index))));
  }

  /** Well-formed text: its length in bytes of UTF-8, then these. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.number(bytes.length);
    this.#parts.push(bytes);
  }
}

/** Reads what {@link FieldWriter} wrote. Every method throws `RangeError` when that is not what is there. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** `most` is the greatest value that is accepted. */
  number(most: number): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (value > most || factor > 2 ** 46) throw new RangeError('a number is too great');
      if (byte < 0x80) return value;
    }
  }

  fixed(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 0x100 + this.#byte();
    return value;
  }

  text(mostBytes: number): string {
    const length = this.number(mostBytes);
    if (this.#at + length > this.#bytes.length) throw new RangeError('a text is cut off');
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new RangeError('a text is not UTF-8', { cause });
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('it ends too early');
    return byte;
  }
}
