import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/fuzz.ts';
import { PAGE_BYTES, PageHash } from './page-hash.ts';

const MASK = 2n ** 64n - 1n;
const [P1, P2, P3] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n];
const mul = (a: bigint, b: bigint): bigint => (a * b) & MASK;
const rotl = (a: bigint, by: bigint): bigint => ((a << by) | (a >> (64n - by))) & MASK;

/** The same in another language. */
function reference(page: Uint8Array, seed: bigint): number {
  const words = new BigUint64Array(page.slice().buffer);
  const lanes = [seed, seed ^ P1, (seed + P2) & MASK, (seed - P3) & MASK];
  words.forEach((word, at) => {
    const lane = lanes[at % 4] ?? 0n;
    lanes[at % 4] = mul(rotl((lane + mul(word, P2)) & MASK, 31n), P1);
  });
  let sum = [1n, 7n, 12n, 18n].reduce((total, by, at) => (total + rotl(lanes[at] ?? 0n, by)) & MASK, 0n);
  sum = mul(sum ^ (sum >> 33n), P2);
  sum = mul(sum ^ (sum >> 29n), P3);
  return Number((sum ^ (sum >> 32n)) >> 11n);
}

function noise(seed: number): Uint8Array {
  return new Random(seed).bytes(PAGE_BYTES);
}

describe('PageHash', () => {
  it('computes what it says, inside a memory and outside', () => {
    const seed = 0x0123456789abcdefn;
    const hash = new PageHash(seed);
    const memory = new WebAssembly.Memory({ initial: 2 });
    for (let at = 0; at < 8; at++) {
      const page = noise(at + 1);
      new Uint8Array(memory.buffer).set(page, at * PAGE_BYTES);
      expect(hash.of(page)).toBe(reference(page, seed));
      expect(hash.at(memory, at * PAGE_BYTES)).toBe(hash.of(page));
    }
    expect(hash.ofZeros).toBe(reference(new Uint8Array(PAGE_BYTES), seed));
  });

  it('sees every bit that changes', () => {
    const hash = new PageHash();
    const page = noise(7);
    const before = hash.of(page);
    const seen = new Set([before]);
    for (let bit = 0; bit < PAGE_BYTES * 8; bit += 61) {
      const changed = page.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      seen.add(hash.of(changed));
    }
    expect(seen.size).toBe(1 + Math.ceil((PAGE_BYTES * 8) / 61));
  });

  it('differs with its seed', () => {
    const page = noise(3);
    expect(new PageHash(1n).of(page)).not.toBe(new PageHash(2n).of(page));
  });

  it('follows a memory that has grown', () => {
    const hash = new PageHash();
    const memory = new WebAssembly.Memory({ initial: 1 });
    hash.at(memory, 0);
    memory.grow(1);
    new Uint8Array(memory.buffer).set(noise(5), 65536);
    expect(hash.at(memory, 65536)).toBe(hash.of(noise(5)));
  });
});
