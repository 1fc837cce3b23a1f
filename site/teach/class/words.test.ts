import { expect, it } from 'vitest';
import type { ChapterRow } from './model.ts';
import { chapterInWords, helpInWords, stuckInWords } from './words.ts';

const MINUTE = 60_000;

it('a chapter in a few words', () => {
  const chapter = { checks: [{}, {}], passed: 1, lateMs: 0 } as unknown as ChapterRow;
  expect(chapterInWords({ ...chapter, state: 'open' })).toBe('–');
  expect(chapterInWords({ ...chapter, state: 'begun', lateMs: MINUTE })).toBe('1 of 2, 1 min late');
  expect(chapterInWords({ ...chapter, state: 'done' })).toBe('Done');
});

it('help and where somebody is stuck', () => {
  expect(helpInWords({ hints: 2, solutions: 1, compared: 1, pressed: 3, byPage: 1 })).toBe(
    '2 hints, 1 solution, 1 file compared, 3 commands entered with a button, 1 file written by a button',
  );
  expect(helpInWords({ hints: 0, solutions: 0, compared: 0, pressed: 0, byPage: 0 })).toBe('');
  const stuck = { chapter: 'One', check: 'A1', attempts: 2, cause: 'unknown' };
  expect(stuckInWords(stuck)).toBe('A1 (One): 2 failed attempts, mostly no known cause');
  expect(stuckInWords({ ...stuck, attempts: 0, cause: null })).toBe('A1 (One): not tried');
});
