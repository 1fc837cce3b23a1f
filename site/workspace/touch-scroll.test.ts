import { expect, test } from 'vitest';
import { LineScroll } from './touch-scroll.ts';

test('small movements add up to lines, in both directions', () => {
  const scroll = new LineScroll();
  let line = 0;
  const lines = [10, 10, 10, -40, -4].map((px) => (line += scroll.move(px, 16)));
  expect(lines).toEqual([0, 1, 1, 0, 0]);
  expect(scroll.move(-16, 16)).toBe(-1);
});

test('a terminal without a height does not scroll', () => {
  expect(new LineScroll().move(100, 0)).toBe(0);
});
