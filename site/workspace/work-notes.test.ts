import { expect, it } from 'vitest';
import type { WorkNote } from '../evidence/recorder.ts';
import { WorkNotes } from './work-notes.ts';

it('what is told before there is a recorder reaches it, in order, with its time', () => {
  const notes = new WorkNotes();
  const did: WorkNote[] = [];
  notes.did('g', 'c', { kind: 'opened', step: 'a' });
  const until = performance.now();
  notes.record({ did: (note) => did.push(note), printed: () => {} });
  notes.did('g', 'c', { kind: 'opened', step: 'b' });
  expect(did.map(({ work }) => work)).toEqual([
    { kind: 'opened', step: 'a' },
    { kind: 'opened', step: 'b' },
  ]);
  expect(did[0]?.up).toBeLessThanOrEqual(until);
});

it('what finds no recorder says so, until one comes', () => {
  let unrecorded = 0;
  const notes = new WorkNotes(() => unrecorded++);
  for (let note = 0; note < 1000; note++) notes.did('g', 'c', { kind: 'opened', step: `${note}` });
  expect(unrecorded).toBe(1000);
  const did: WorkNote[] = [];
  notes.record({ did: (note) => did.push(note), printed: () => {} });
  expect(did).toHaveLength(1000);
  notes.did('g', 'c', { kind: 'opened', step: 'a' });
  expect(unrecorded).toBe(1000);
});

it('a terminal is recorded from its prompt on once it is used, and not before', () => {
  const printed: (readonly [number, string])[] = [];
  const notes = new WorkNotes();
  notes.record({ did: () => {}, printed: (_, terminal, text) => printed.push([terminal, text]) });
  for (const terminal of [1, 2]) {
    notes.renewed(terminal);
    notes.printed('g', terminal, '$ ', null);
  }
  expect(printed).toEqual([]);
  notes.used('g', 1, null);
  notes.used('g', 1, null);
  notes.printed('g', 1, 'ls', null);
  expect(printed).toEqual([
    [1, '\x1bc$ '],
    [1, 'ls'],
  ]);
  // What the machine prints by itself is more than a prompt.
  notes.printed('g', 2, 'x'.repeat(1000), null);
  notes.printed('g', 2, 'y', null);
  expect(printed.slice(2)).toEqual([
    [2, `\x1bc$ ${'x'.repeat(1000)}`],
    [2, 'y'],
  ]);
  // Another machine has terminals that nobody has used.
  notes.renewed(1);
  notes.printed('g', 1, '$ ', null);
  expect(printed).toHaveLength(4);
});

it('the prompt of a terminal that was printed before there was a recorder is not lost', () => {
  const printed: string[] = [];
  const notes = new WorkNotes();
  notes.renewed(1);
  notes.printed('g', 1, '$ ', null);
  notes.record({ did: () => {}, printed: (_guide, _terminal, text) => printed.push(text) });
  notes.used('g', 1, null);
  expect(printed).toEqual(['\x1bc$ ']);
});
