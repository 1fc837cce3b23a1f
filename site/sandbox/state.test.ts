import { describe, expect, it } from 'vitest';
import { encodeState, openState, savedState, wholePages } from './state.ts';

const PAGE = 4096;

/** A state as v86 writes it, with these pages of memory (`null` is all zero) and one register. */
function v86State(pages: readonly (Uint8Array | null)[], register: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(pages.length / 8));
  const packed: number[] = [];
  pages.forEach((page, index) => {
    if (!page) return;
    bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (1 << (index & 7));
    packed.push(...page);
  });
  const state: unknown[] = [];
  state[0] = register;
  state[77] = { __state_type__: 'Uint8Array', buffer_id: 0 };
  state[78] = { __state_type__: 'Uint8Array', buffer_id: 1 };
  const info = new TextEncoder().encode(
    JSON.stringify({
      buffer_infos: [
        { offset: 0, length: packed.length },
        { offset: packed.length, length: bitmap.length },
      ],
      state: Array.from(state, (value) => value ?? null),
    }),
  );
  const start = (16 + info.length + 3) & ~3;
  const padded = (bitmap.length + 3) & ~3;
  const result = new Uint8Array(start + packed.length + padded);
  const header = new DataView(result.buffer);
  header.setUint32(0, 0x86768676, true);
  header.setUint32(4, 6, true);
  header.setUint32(8, result.length, true);
  header.setUint32(12, info.length, true);
  result.set(info, 16);
  result.set(packed, start);
  result.set(bitmap, start + packed.length);
  return result;
}

/** What a machine of `pages` pages that the state was put into has of it: its memory, and the register. */
function restored(encoded: Uint8Array, base: Uint8Array | null): { memory: Uint8Array; register: unknown } {
  const { head, memoryBytes, writeMemory } = openState(encoded, base);
  const memory = new Uint8Array(memoryBytes);
  writeMemory(memory);
  const length = new DataView(head.buffer).getUint32(12, true);
  const { state } = JSON.parse(new TextDecoder().decode(head.subarray(16, 16 + length))) as {
    state: unknown[];
  };
  return { memory, register: state[0] };
}

function memoryOf(pages: readonly (Uint8Array | null)[]): Uint8Array {
  const memory = new Uint8Array(pages.length * PAGE);
  pages.forEach((page, index) => page && memory.set(page, index * PAGE));
  return memory;
}

const page = (seed: number) => Uint8Array.from({ length: PAGE }, (_, i) => (i * 7 + seed) & 255);

describe('states', () => {
  const basePages = [page(1), null, page(2), page(3), null, null, null, null];
  const base = v86State(basePages, 1);
  const encodedBase = encodeState(base, null);

  it('come back as they were', () => {
    expect(restored(encodedBase, null)).toEqual({ memory: memoryOf(basePages), register: 1 });
  });

  it('come back from a difference: same, changed a little, new, gone', () => {
    const little = page(2);
    little[5] = 99;
    const pages = [page(1), page(4), little, null, page(5), null, null, null];
    const later = v86State(pages, 2);
    const encoded = encodeState(later, base);
    expect(restored(encoded, encodedBase)).toEqual({ memory: memoryOf(pages), register: 2 });
    expect(encoded.length).toBeLessThan(encodeState(later, null).length);
  });

  it('say of a page that the base has elsewhere only where', () => {
    const pages = [page(3), page(2), null, page(1), page(3), null, null, null];
    const encoded = encodeState(v86State(pages, 1), base);
    expect(restored(encoded, encodedBase)).toEqual({ memory: memoryOf(pages), register: 1 });
    expect(encoded.length).toBeLessThan(PAGE);
    expect(() => openState(encoded.slice(0, -1), encodedBase)).toThrow('too early');
  });

  it('are refused when a page of the base that they name is not there', () => {
    const encoded = encodeState(v86State([page(2), null, null, null, null, null, null, null], 1), base);
    encoded.set([255, 255, 255, 255], encoded.length - 4);
    expect(() => openState(encoded, encodedBase)).toThrow('needs its base');
  });

  it('need the base that they differ from, which is no difference itself', () => {
    const encoded = encodeState(base, base);
    expect(() => openState(encoded, null)).toThrow('needs its base');
    expect(() => openState(encoded, encoded)).toThrow('a difference itself');
  });

  it('are refused when they are something else or cut off', () => {
    expect(() => openState(new Uint8Array(100), null)).toThrow('not a snapshot');
    expect(() => encodeState(new Uint8Array(100), null)).toThrow('not a state of v86');
    expect(() => openState(encodedBase.slice(0, -PAGE), null)).toThrow('too early');
    expect(() => openState(encodedBase.slice(0, 40), null)).toThrow('too early');
  });
});

describe('a state that was saved', () => {
  const base = encodeState(
    v86State([new Uint8Array(PAGE).fill(1), new Uint8Array(PAGE).fill(2), null], 7),
    null,
  );
  const saved = (
    pages: ConstructorParameters<typeof Map<number, Uint8Array | 'zero' | { base: number }>>[0],
  ) => {
    const memory = new Uint8Array(3 * PAGE);
    savedState({ head: new Uint8Array(), pages: new Map(pages) }, base, memory.length).writeMemory(memory);
    return [0, 1, 2].map((index) => memory[index * PAGE]);
  };

  it('is the base with its own pages in it', () => {
    expect(saved([])).toEqual([1, 2, 0]);
    expect(saved([[2, new Uint8Array(PAGE).fill(9)]])).toEqual([1, 2, 9]);
    expect(saved([[0, 'zero']])).toEqual([0, 2, 0]);
    expect(saved([[2, { base: 0 }]])).toEqual([1, 2, 1]);
  });

  it('is refused when it names what the base does not have', () => {
    expect(() => saved([[0, { base: 2 }]])).toThrow(/not in the base/);
  });

  it('knows the whole pages of the base', () => {
    expect([...wholePages(base)].map(([index, page]) => [index, page[0]])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });
});
