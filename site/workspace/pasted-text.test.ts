import { expect, test } from 'vitest';
import { withoutControlCharacters } from './pasted-text.ts';

test('pasted text cannot end its own bracket', () => {
  expect(withoutControlCharacters('echo a\x1b[201~\nreboot\n')).toBe('echo a[201~\nreboot\n');
  expect(withoutControlCharacters('a\x9b201~b\x03c\x04d\x7fe\x00f')).toBe('a201~bcdef');
});

test('lines, tabs and characters of any language stay', () => {
  const text = 'if true; then\r\n\techo "grüße 世界 🎉"\nfi';
  expect(withoutControlCharacters(text)).toBe(text);
});
