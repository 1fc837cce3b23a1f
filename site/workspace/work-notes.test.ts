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
