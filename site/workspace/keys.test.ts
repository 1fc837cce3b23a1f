import { expect, test } from 'vitest';
import { bytesOfKeys } from './keys.ts';

test.each([
  ['Ctrl+C', '\x03'],
  ['Ctrl+O Enter Ctrl+X', '\x0f\r\x18'],
  ['q', 'q'],
  ['Esc : q Enter', '\x1b:q\r'],
  ['Space Tab Up Down', ' \t\x1b[A\x1b[B'],
])('%s', (keys, expected) => {
  expect(bytesOfKeys(keys)).toBe(expected);
});
