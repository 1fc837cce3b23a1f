import { describe, expect, test } from 'vitest';
import {
  areKeys,
  browserKey,
  bytesOfArrow,
  bytesOfKeys,
  KEYS_IN_WORDS,
  NAMED_KEYS,
  splitKeys,
} from './keys.ts';

/** Every kind of key: its bytes, and Playwright's name. */
const KEYS: readonly (readonly [key: string, bytes: string, browser: string])[] = [
  ['Enter', '\r', 'Enter'],
  ['Esc', '\x1b', 'Escape'],
  ['Space', ' ', 'Space'],
  ['Tab', '\t', 'Tab'],
  ['Backspace', '\x7f', 'Backspace'],
  ['Up', '\x1b[A', 'ArrowUp'],
  ['Down', '\x1b[B', 'ArrowDown'],
  ['Left', '\x1b[D', 'ArrowLeft'],
  ['Right', '\x1b[C', 'ArrowRight'],
  ['Ctrl+C', '\x03', 'Control+c'],
  ['Ctrl+c', '\x03', 'Control+c'],
  ['Ctrl+\\', '\x1c', 'Control+\\'],
  ['Alt+X', '\x1bx', 'Alt+x'],
  ['Alt+T', '\x1bt', 'Alt+t'],
  ['q', 'q', 'q'],
  ['Q', 'Q', 'Q'],
  [':', ':', ':'],
];

describe.each(KEYS)('%s', (key, bytes, browser) => {
  test('is known to the parser, the terminal and the browser', () => {
    expect(areKeys(key)).toBe(true);
    expect(bytesOfKeys(key)).toBe(bytes);
    expect(browserKey(key)).toBe(browser);
  });
});

test('every name is tested here and told to the author', () => {
  expect(KEYS.map(([key]) => key)).toEqual(expect.arrayContaining([...NAMED_KEYS]));
  for (const name of NAMED_KEYS) expect(KEYS_IN_WORDS).toContain(name);
});

test('several keys have blanks between them', () => {
  expect(splitKeys(' Ctrl+O Enter  Ctrl+X ')).toEqual(['Ctrl+O', 'Enter', 'Ctrl+X']);
  expect(bytesOfKeys('Esc : q Enter')).toBe('\x1b:q\r');
});

test('arrows are other bytes for a program that has asked for it', () => {
  expect(bytesOfArrow('Up', false)).toBe('\x1b[A');
  expect(bytesOfArrow('Left', true)).toBe('\x1bOD');
});

test.each(['', ' ', 'Home', 'ctrl', 'Ctrl+', 'Ctrl+5', 'Alt+Enter', 'ab', 'toString', 'é'])(
  '"%s" is not a key',
  (key) => {
    expect(areKeys(key)).toBe(false);
  },
);

test('a key that does not exist is refused everywhere, never typed as its name', () => {
  expect(() => bytesOfKeys('Ctrl+C Home')).toThrow('no key called "Home"');
  expect(() => browserKey('Home')).toThrow('no key called "Home"');
});
