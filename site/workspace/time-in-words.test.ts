import { expect, it } from 'vitest';
import { timeInWords } from './time-in-words.ts';

const at = (year: number, month: number, day: number, hour = 18, minute = 12): Date =>
  new Date(year, month - 1, day, hour, minute);
const NOW = at(2026, 11, 27, 9, 0);

it.each([
  [at(2026, 11, 27, 8, 5), 'today at 08:05'],
  [at(2026, 11, 26), 'yesterday at 18:12'],
  [at(2026, 11, 26, 0, 1), 'yesterday at 00:01'],
  [at(2026, 11, 25), 'on 25 November at 18:12'],
  [at(2025, 12, 31), 'on 31 December 2025 at 18:12'],
])('%s is %s', (when, words) => {
  expect(timeInWords(when.getTime(), NOW)).toBe(words);
});
