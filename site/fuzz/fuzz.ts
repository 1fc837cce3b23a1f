/**
 * For tests: inputs as a hostile or broken guest would send them, the same in every run. Every border that takes bytes
 * from the guest is given many thousands; none may throw, and none may take long.
 */
import { concatenate } from '../sandbox/bytes.ts';

const SEED = 0x7ea1;
/** An input that takes longer is a way for the guest to stop the page. */
const LONGEST_MS = 50;
/** The machine that runs the tests may be busy with something else: an input counts as slow when it is so often. */
const ATTEMPTS = 3;

/** Random numbers (mulberry32), the same for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to choose from');
    return choice;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** The same bytes with some faults: flipped, cut, repeated, left out, or more at the end. One in six is left whole. */
export function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(copy.length + 1);
  const length = random.below(Math.min(64, copy.length - at) + 1);
  switch (random.below(6)) {
    case 0:
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return concatenate([copy.subarray(0, at), copy.subarray(at + length)]);
    case 3:
      return concatenate([copy.subarray(0, at + length), copy.subarray(at)]);
    case 4:
      return concatenate([copy, random.bytes(random.below(64))]);
    default:
      for (let count = 1 + random.below(8); count > 0 && copy.length > 0; count--) {
        copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xc0, 0xff, random.below(256)]);
      }
      return copy;
  }
}

/** The bytes in pieces, cut at random places; often in one piece. */
export function torn(random: Random, bytes: Uint8Array): Uint8Array[] {
  const cuts = random.chance(40) ? 0 : 1 + random.below(6);
  const places = Array.from({ length: cuts }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}

/** Text of single bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/**
 * Makes `count` inputs and gives each to `take`. Throws when one throws or takes too long. `take` may be called with
 * the same input again.
 */
export async function fuzz<T>(
  border: string,
  count: number,
  make: (random: Random) => T,
  take: (input: T) => void,
): Promise<void> {
  const random = new Random(SEED);
  for (let number = 0; number < count; number++) {
    const input = make(random);
    const name = `${border}: input ${number} of seed ${SEED}`;
    let milliseconds = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && milliseconds > LONGEST_MS; attempt++) {
      const start = performance.now();
      try {
        take(input);
      } catch (error) {
        throw new Error(`${name} throws`, { cause: error });
      }
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    if (milliseconds > LONGEST_MS) throw new Error(`${name} takes ${Math.round(milliseconds)} ms`);
    // What waits for a promise has its turn too.
    if (number % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
