/**
 * Fingerprints of pages of memory, to find those that have changed. A program of its own in WebAssembly reads v86's
 * memory where it lies: 256 MB in 20 ms, where JavaScript takes ten times as long.
 */

/** Bytes of a page. */
export const PAGE_BYTES = 4096;

/** `import "v86" "memory"`, `export "hashPage" (at: i32, seed: i64) → f64`; the test says what it computes. */
const PROGRAM =
  'AGFzbQEAAAABBwFgAn9+AXwCDwEDdjg2Bm1lbW9yeQIAAQMCAQAHDAEIaGFzaFBhZ2UAAAq3AgG0AgIBfwR+IABBgCBqIQIgASEDIAFCh5Wvr5i2' +
  '3puef4UhBCABQs/W077Sx6vZQnwhBSABQvnz3fGZ9pmrFn0hBgNAIAMgACkDAELP1tO+0ser2UJ+fEIfiUKHla+vmLbem55/fiEDIAQgACkDCELP' +
  '1tO+0ser2UJ+fEIfiUKHla+vmLbem55/fiEEIAUgACkDEELP1tO+0ser2UJ+fEIfiUKHla+vmLbem55/fiEFIAYgACkDGELP1tO+0ser2UJ+fEIf' +
  'iUKHla+vmLbem55/fiEGIABBIGohACAAIAJJDQALIANCAYkgBEIHiXwgBUIMiSAGQhKJfHwhAyADIANCIYiFQs/W077Sx6vZQn4hAyADIANCHYiF' +
  'Qvnz3fGZ9pmrFn4hAyADIANCIIiFIQMgA0ILiLoL';

type HashPage = (at: number, seed: bigint) => number;

/** Computes fingerprints: 53 bits, as a whole number. Different pages have different ones, but for a chance of 2⁻⁵³. */
export class PageHash {
  /** The fingerprint of a page of zeros. */
  readonly ofZeros: number;
  readonly #seed: bigint;
  readonly #outside: WebAssembly.Memory;
  readonly #hashOutside: HashPage;
  #inside: { readonly memory: WebAssembly.Memory; readonly hash: HashPage } | null = null;

  /** `seed`: secret, so that no guest can make two pages that look the same. */
  constructor(seed = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n) {
    this.#seed = seed;
    this.#outside = new WebAssembly.Memory({ initial: 1 });
    this.#hashOutside = program(this.#outside);
    this.ofZeros = this.#hashOutside(0, seed);
  }

  /** Of a page that begins at an address of a machine's memory. */
  at(memory: WebAssembly.Memory, address: number): number {
    if (this.#inside?.memory !== memory) this.#inside = { memory, hash: program(memory) };
    return this.#inside.hash(address, this.#seed);
  }

  /** Of a page that lies anywhere: {@link PAGE_BYTES} bytes. */
  of(page: Uint8Array): number {
    new Uint8Array(this.#outside.buffer, 0, PAGE_BYTES).set(page);
    return this.#hashOutside(0, this.#seed);
  }
}

function program(memory: WebAssembly.Memory): HashPage {
  const bytes = Uint8Array.from(atob(PROGRAM), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { v86: { memory } });
  return exports['hashPage'] as HashPage;
}
