import { expect, test } from 'vitest';
import { nextIndex } from './next-index.ts';

const MENU = { previous: 'ArrowUp', next: 'ArrowDown' } as const;

test('arrows go round, Home and End to the ends, other keys nowhere', () => {
  expect(nextIndex('ArrowDown', MENU, 0, 3)).toBe(1);
  expect(nextIndex('ArrowDown', MENU, 2, 3)).toBe(0);
  expect(nextIndex('ArrowUp', MENU, 0, 3)).toBe(2);
  expect(nextIndex('Home', MENU, 2, 3)).toBe(0);
  expect(nextIndex('End', MENU, 0, 3)).toBe(2);
  expect(nextIndex('ArrowRight', MENU, 0, 3)).toBeNull();
});

test('from outside the list an arrow leads to its first or last item', () => {
  expect(nextIndex('ArrowDown', MENU, -1, 3)).toBe(0);
  expect(nextIndex('ArrowUp', MENU, -1, 3)).toBe(2);
  expect(nextIndex('ArrowDown', MENU, -1, 0)).toBeNull();
});
