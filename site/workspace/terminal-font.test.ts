import { expect, test } from 'vitest';
import { clampFontSize, parseFontSize } from './terminal-font.ts';

test('a size stays readable and leaves room', () => {
  expect([1, 9.6, 14, 99].map(clampFontSize)).toEqual([10, 10, 14, 24]);
});

test('what was kept is used only if it is a size', () => {
  expect(parseFontSize('16')).toBe(16);
  expect(parseFontSize('400')).toBe(24);
  for (const text of [null, '', ' ', 'large', '-3', '0', 'Infinity']) expect(parseFontSize(text)).toBeNull();
});
