import { expect, it } from 'vitest';
import type { WorkEvent } from '../evidence/events.ts';
import { causeName, span, whatHappened } from './event-words.ts';

const MINUTE = 60_000;

it('spans are told in the unit that fits, and never as nothing', () => {
  expect([1, MINUTE, 99 * MINUTE, 100 * MINUTE, 47 * 60 * MINUTE, 72 * 60 * MINUTE].map(span)).toEqual([
    ...['1 min', '1 min', '99 min', '2 h', '47 h', '3 days'],
  ]);
});

it('causes are words', () => {
  expect(['unknown', 'socket-missing', 'a\u202eb'].map(causeName)).toEqual([
    ...['no known cause', 'socket missing', 'ab'],
  ]);
});

it('every kind of event has its words', () => {
  const when = { at: 0, up: 0, visit: '00000001', chapter: 'one' };
  const all: WorkEvent[] = [
    { ...when, kind: 'opened', step: 's' },
    { ...when, kind: 'command', by: 'pressed', action: 'c', text: 'ls' },
    { ...when, kind: 'command', by: 'typed', action: 'c', text: 'ls' },
    { ...when, kind: 'command', by: 'typed', action: null, text: 'ls <b>\u202e' },
    { ...when, kind: 'file', by: 'hand', path: '/a' },
    { ...when, kind: 'file', by: 'page', path: '/a' },
    { ...when, kind: 'check', check: 'x', result: 'error' },
    { ...when, kind: 'check', check: 'y', result: 'fail', cause: 'nginx-stopped' },
    { ...when, kind: 'check', check: 'y', result: 'pass' },
    { ...when, kind: 'help', what: 'hint', id: 'h' },
    { ...when, kind: 'help', what: 'compare', id: '/a' },
    { ...when, kind: 'machine', what: 'off' },
    { ...when, kind: 'back', afterMs: 4 * MINUTE },
  ];
  expect(all.map((event) => whatHappened(event, (id) => (id === 'x' ? 'It runs' : undefined)))).toEqual([
    'Opened the step “s”',
    'Entered a command of the chapter with a button: ls',
    'Typed or pasted a command of the chapter: ls',
    'Typed or pasted another command: ls <b>',
    'Saved in an editor: /a',
    'Written by the page: /a',
    '“It runs” could not be run',
    '“y” failed: nginx stopped',
    '“y” passed',
    'Opened the hint “h”',
    'Compared a file with the machine: /a',
    'Switched the machine off',
    'Came back after 4 min',
  ]);
});
