import { expect, test } from 'vitest';
import { controlCharacter, isNano } from './key-bar.ts';

test('Ctrl makes control characters of what has one', () => {
  expect(['c', 'C', '[', '_'].map(controlCharacter)).toEqual(['\x03', '\x03', '\x1b', '\x1f']);
  expect(['', '1', 'ü', '\x1b', ' '].map(controlCharacter)).toEqual([null, null, null, null, null]);
});

test('nano is known from the command line', () => {
  for (const line of ['nano', 'nano ~/a', 'sudo nano /etc/hosts', 'sudo -E nano a', '/bin/nano a'])
    expect(isNano(line), line).toBe(true);
  for (const line of ['nanotime', 'which nano', 'sudo apt-get install nano', 'cat nano', 'sudo'])
    expect(isNano(line), line).toBe(false);
});
