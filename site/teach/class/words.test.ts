import { expect, it } from 'vitest';
import type { WorkEvent } from '../../evidence/events.ts';
import type { ChapterRow } from './model.ts';
import { chapterInWords, eventInWords, helpInWords, span, stuckInWords } from './words.ts';

const MINUTE = 60_000;

it('spans are told in the unit that fits, and never as nothing', () => {
  expect([1, MINUTE, 99 * MINUTE, 100 * MINUTE, 47 * 60 * MINUTE, 72 * 60 * MINUTE].map(span)).toEqual([
    ...['1 min', '1 min', '99 min', '2 h', '47 h', '3 days'],
  ]);
});

it('a chapter in a few words', () => {
  const chapter = { checks: [{}, {}], passed: 1, lateMs: 0 } as unknown as ChapterRow;
  expect(chapterInWords({ ...chapter, state: 'open' })).toBe('–');
  expect(chapterInWords({ ...chapter, state: 'begun', lateMs: MINUTE })).toBe('1 of 2, 1 min late');
  expect(chapterInWords({ ...chapter, state: 'done' })).toBe('Done');
});

it('help and where somebody is stuck', () => {
  expect(helpInWords({ hints: 2, solutions: 1, compared: 1, pressed: 3 })).toBe(
    '2 hints, 1 solution, 1 file compared, 3 commands by button',
  );
  expect(helpInWords({ hints: 0, solutions: 0, compared: 0, pressed: 0 })).toBe('');
  const stuck = { chapter: 'One', check: 'A1', attempts: 2, cause: 'unknown' };
  expect(stuckInWords(stuck)).toBe('A1 (One): 2 attempts in vain, mostly no known cause');
  expect(stuckInWords({ ...stuck, attempts: 0, cause: null })).toBe('A1 (One): not tried');
});

it('every kind of event has its words', () => {
  const when = { at: 0, up: 0, visit: '00000001', chapter: 'one' };
  const all: WorkEvent[] = [
    { ...when, kind: 'opened', step: 's' },
    { ...when, kind: 'command', by: 'pressed', action: 'c', text: 'ls' },
    { ...when, kind: 'file', by: 'hand', path: '/a' },
    { ...when, kind: 'check', check: 'x', result: 'error' },
    { ...when, kind: 'check', check: 'y', result: 'fail', cause: 'nginx-stopped' },
    { ...when, kind: 'help', what: 'compare', id: '/a' },
    { ...when, kind: 'machine', what: 'off' },
    { ...when, kind: 'back', afterMs: 4 * MINUTE },
  ];
  expect(all.map((event) => eventInWords(event, (id) => (id === 'x' ? 'It runs' : undefined)))).toEqual([
    'Opened the step “s”',
    'Had a button type a command of the chapter: ls',
    'Saved in an editor: /a',
    '“It runs” could not be run',
    '“y” failed: nginx stopped',
    'Compared a file with the machine: /a',
    'Switched the machine off',
    'Came back after 4 min',
  ]);
});
