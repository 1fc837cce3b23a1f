import { expect, test } from 'vitest';
import { type PageWords, troubleInWords } from './page-words.ts';

const words = (more: Partial<PageWords> = {}): PageWords => ({
  states: ['Running'],
  notes: [],
  brokenChecks: [],
  actions: [
    ['s/1', 'done'],
    ['s/2', 'pending'],
  ],
  ...more,
});
const played = new Set(['s/1']);
const notes = new Set(['~/a.py is written.']);

test('a page that says what it should', () => {
  expect(troubleInWords(words(), { restarts: false, played, notes })).toEqual([]);
  const restarted = words({ states: ['Running', 'Restarting', 'Starting up'] });
  expect(troubleInWords(restarted, { restarts: true, played, notes })).toEqual([]);
});

test('a state that nobody asked for, a note, a broken check, an action that is not done', () => {
  const said = words({
    states: ['Running', 'Starting up'],
    notes: ['~/a.py is written.', 'Terminal 1 is busy'],
    brokenChecks: ['s/check-1: no answer'],
    actions: [['s/1', 'failed']],
  });
  expect(troubleInWords(said, { restarts: false, played, notes })).toEqual([
    'the machine: Starting up',
    'a note: Terminal 1 is busy',
    'a check that broke: s/check-1: no answer',
    'the action s/1: failed, not done',
  ]);
});
