import { expect, it } from 'vitest';
import { matches } from './matches.ts';

it('wants every word, in any order', () => {
  expect(matches('Nginx answers 502 Bad Gateway', 'bad 502')).toBe(true);
  expect(matches('Nginx answers 502 Bad Gateway', 'bad 504')).toBe(false);
});

it('takes parts of words, and any capitals and quotes', () => {
  expect(matches('“Could not get lock”: the system’s lists', '"could SYSTEM\'s lis')).toBe(true);
});

it('finds everything where nothing is asked for', () => {
  expect(matches('a', '  ')).toBe(true);
});
