import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, Overlay } from './overlay.ts';

const block = (seed: number): Uint8Array => new Uint8Array(BLOCK_BYTES).fill(seed);
const zeros = block(0);

describe('Overlay', () => {
  it('has what was written, across its slabs', () => {
    const overlay = new Overlay(600 * BLOCK_BYTES);
    for (let number = 0; number < 600; number++) overlay.set(number, block((number % 250) + 1), false);
    for (let number = 0; number < 600; number++) expect(overlay.get(number)?.[9]).toBe((number % 250) + 1);
    expect(overlay.writtenBytes).toBe(600 * BLOCK_BYTES);
    expect(overlay.has(600)).toBe(false);
  });

  it('keeps no bytes of zeros, and no entry of zeros over a hole', () => {
    const overlay = new Overlay(10 * BLOCK_BYTES);
    overlay.set(1, zeros, false);
    overlay.set(2, zeros, true);
    expect([overlay.has(1), overlay.has(2), overlay.writtenBytes]).toEqual([true, false, 0]);
    expect(overlay.get(1)).toEqual(zeros);
  });

  it('uses the place of a block that became zero for the next', () => {
    const overlay = new Overlay(10 * BLOCK_BYTES, 2 * BLOCK_BYTES);
    overlay.set(1, block(1), false);
    overlay.set(2, block(2), true);
    for (let round = 0; round < 5; round++) {
      overlay.set(1, zeros, false);
      overlay.set(2, zeros, true);
      overlay.set(3, block(3), false);
      overlay.set(4, block(4), false);
      expect([...overlay.copy()].map(([number, [first]]) => [number, first])).toEqual([
        [1, 0],
        [3, 3],
        [4, 4],
      ]);
      overlay.set(3, zeros, true);
      overlay.set(4, zeros, true);
      overlay.set(1, block(1), false);
      overlay.set(2, block(2), true);
    }
    expect(overlay.writtenBytes).toBe(2 * BLOCK_BYTES);
  });

  it('has a limit, within which blocks can still be written again', () => {
    const overlay = new Overlay(10 * BLOCK_BYTES, 2 * BLOCK_BYTES);
    overlay.set(1, block(1), false);
    overlay.set(2, block(2), false);
    expect(() => overlay.set(3, block(3), false)).toThrow(/written to the machine’s disk/);
    overlay.set(2, block(4), false);
    expect(overlay.get(2)?.[0]).toBe(4);
  });

  it('gives each change once, as it is by then', () => {
    const overlay = new Overlay(10 * BLOCK_BYTES);
    overlay.set(1, block(1), false);
    overlay.set(1, block(2), false);
    overlay.set(2, zeros, false);
    overlay.set(3, block(3), true);
    overlay.set(3, zeros, true);
    const changes = overlay.takeChanges();
    expect([...changes]).toEqual([
      [1, block(2)],
      [2, 'zero'],
      [3, 'image'],
    ]);
    overlay.set(1, block(9), false);
    expect(changes.get(1)).toEqual(block(2));
    expect([...overlay.takeChanges().keys()]).toEqual([1]);
    expect(overlay.takeChanges().size).toBe(0);
  });

  it('gives all that differs from the image, and then only what changes', () => {
    const overlay = new Overlay(10 * BLOCK_BYTES);
    overlay.set(1, block(1), false);
    overlay.set(2, zeros, false);
    overlay.takeChanges();
    overlay.set(3, block(3), true);
    overlay.set(3, zeros, true);
    overlay.set(4, block(4), false);
    expect([...overlay.takeAll()]).toEqual([
      [1, block(1)],
      [2, 'zero'],
      [4, block(4)],
    ]);
    expect(overlay.takeChanges().size).toBe(0);
  });
});
