import { expect, it } from 'vitest';
import type { WorkEvent } from '../evidence/events.ts';
import { CHAPTER_COLUMNS, chapterCells, CHECK_COLUMNS, checkCells, eventInWords } from './hand-in-words.ts';

const AT = new Date(2026, 10, 7, 9, 5, 30).getTime();

const CHECKS = [
  { id: 'a/check-1', firstPassMs: AT, attempts: 4, causes: { 'nginx-stopped': 2, unknown: 1 } },
  { id: 'a/check-2', firstPassMs: null, attempts: 0, causes: {} },
];

it('a chapter is a row of what was done', () => {
  const chapter = {
    ...{ guide: 'g', chapter: 'c', print: 1, checks: CHECKS, now: {}, workMs: 90_000 },
    help: { hints: 1, solutions: 0, compared: 2 },
    ...{ typed: 3, pressed: 1, byHand: 0, byPage: 0 },
  };
  const cells = chapterCells(chapter);
  expect(cells).toEqual([
    '1 of 2',
    '4',
    '1 hint, 2 files compared',
    '2 min',
    '3 typed, 1 by a button',
    'none',
  ]);
  expect(cells).toHaveLength(CHAPTER_COLUMNS.length);
  const now = { 'a/check-1': { answer: 'fail' }, 'a/check-2': { answer: 'not-asked' } } as const;
  expect(chapterCells({ ...chapter, now })[0]).toBe('1 of 2; 0 of 1 on the machine now');
});

it('so is a check', () => {
  const [passed, open] = CHECKS;
  if (!passed || !open) throw new Error('two checks');
  const now = { 'a/check-1': { answer: 'fail', cause: 'nginx-stopped' } } as const;
  expect(checkCells(passed, now)).toEqual([
    '7 Nov, 09:05:30',
    '4',
    'nginx stopped (2 times), no known cause',
    'fail: nginx stopped',
  ]);
  expect(checkCells(open, now)).toEqual(['not yet', '0', '–', 'not asked']);
  expect(checkCells(open, now)).toHaveLength(CHECK_COLUMNS.length);
});

it('an event is a line, with its time and chapter', () => {
  const event = {
    at: AT,
    up: 1,
    visit: '00000001',
    chapter: 'c',
    kind: 'file',
    by: 'hand',
    path: '/a',
  } as const;
  expect(eventInWords('g', event, {})).toBe('7 Nov, 09:05:30  c  Saved in an editor: /a');
  const opened: WorkEvent = {
    at: event.at,
    up: 0,
    visit: event.visit,
    chapter: 'c',
    kind: 'opened',
    step: 's',
  };
  expect(eventInWords('g', opened, { 'g/c': 'One', 'g/c/s': 'First' })).toBe(
    '7 Nov, 09:05:30  One  Opened the step “First”',
  );
});
