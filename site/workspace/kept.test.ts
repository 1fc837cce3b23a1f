import { afterEach, expect, test, vi } from 'vitest';
import { areChecksFolded, keep, keepChecksFolded, readKept } from './kept.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A browser's storage. */
function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}

test('a choice is kept, and the checks are open until they are folded', () => {
  vi.stubGlobal('localStorage', storage());
  expect(readKept('typealong:divider')).toBeNull();
  keep('typealong:divider', '0.3');
  expect(readKept('typealong:divider')).toBe('0.3');
  expect(areChecksFolded()).toBe(false);
  keepChecksFolded(true);
  expect(areChecksFolded()).toBe(true);
  keepChecksFolded(false);
  expect(areChecksFolded()).toBe(false);
});

test('without storage a choice lasts as long as the page', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('forbidden', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  expect(areChecksFolded()).toBe(false);
  keepChecksFolded(true);
  expect(areChecksFolded()).toBe(true);
});
