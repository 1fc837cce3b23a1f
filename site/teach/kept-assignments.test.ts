import { expect, test } from 'vitest';
import { LIMITS } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { assignmentsKey } from './assignments-key.ts';
import { KeptAssignments, MOST_KEPT } from './kept-assignments.ts';
import type { AssignmentStorage } from './kept-assignments.ts';
import { writeLink } from './link.ts';
import { ASSIGNMENT } from './testing/example.ts';

const KEY = assignmentsKey('/learn/');
const OTHER: Assignment = { ...ASSIGNMENT, id: 8, title: 'Other' };

function storageWith(
  kept: Readonly<Record<string, string>> = {},
): AssignmentStorage & { kept: Map<string, string> } {
  const values = new Map(Object.entries(kept));
  return {
    kept: values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

const titles = (kept: KeptAssignments): readonly string[] => kept.all.map(({ title }) => title);

test('what was opened is there after a reload, the last one first', () => {
  const storage = storageWith();
  const kept = new KeptAssignments(storage, KEY);
  kept.open(ASSIGNMENT);
  kept.open(OTHER);
  const again = new KeptAssignments(storage, KEY);
  expect(again.all).toEqual([OTHER, ASSIGNMENT]);
  expect(again.isKeeping).toBe(true);
  again.open(ASSIGNMENT);
  expect(titles(again)).toEqual(['Serve it', 'Other']);
  again.drop(ASSIGNMENT.id);
  expect(titles(new KeptAssignments(storage, KEY))).toEqual(['Other']);
});

test('a later revision takes the place of an earlier one, and not the other way round', () => {
  const kept = new KeptAssignments(storageWith(), KEY);
  const later = { ...ASSIGNMENT, revision: 1, title: 'Later' };
  expect(kept.open(ASSIGNMENT)).toBe(ASSIGNMENT);
  expect(kept.open(later)).toBe(later);
  expect(titles(kept)).toEqual(['Later']);
  expect(kept.open(ASSIGNMENT)).toEqual(later);
  expect(titles(kept)).toEqual(['Later']);
});

test('those that ask for a chapter', () => {
  const kept = new KeptAssignments(storageWith(), KEY);
  kept.open(ASSIGNMENT);
  kept.open({ ...OTHER, chapters: OTHER.chapters.slice(0, 1) });
  expect(kept.asking('flask', 'one').map(({ title }) => title)).toEqual(['Other', 'Serve it']);
  expect(kept.asking('flask', 'two').map(({ title }) => title)).toEqual(['Serve it']);
  expect(kept.asking('other', 'one')).toEqual([]);
});

test('the ones not opened for the longest time go', () => {
  const storage = storageWith();
  const kept = new KeptAssignments(storage, KEY);
  for (let id = 0; id < MOST_KEPT + 5; id++) kept.open({ ...ASSIGNMENT, id });
  const ids = new KeptAssignments(storage, KEY).all.map(({ id }) => id);
  expect(ids).toHaveLength(MOST_KEPT);
  expect(ids).toContain(MOST_KEPT + 4);
  expect(ids).not.toContain(0);
});

test('what is broken is ignored, the rest stays', () => {
  const link = writeLink(ASSIGNMENT);
  const links = [7, null, link.slice(0, -3), '', link, link];
  const storage = storageWith({ [KEY]: JSON.stringify({ version: 1, links }) });
  expect(new KeptAssignments(storage, KEY).all).toEqual([ASSIGNMENT]);
});

test.each(['', '{', '[]', '7', '{"version":1}', '{"version":1,"links":{}}', '{"version":0,"links":[]}'])(
  '%j holds none',
  (value) => {
    expect(new KeptAssignments(storageWith({ [KEY]: value }), KEY).all).toEqual([]);
  },
);

test('what a newer site has written is left alone', () => {
  const storage = storageWith({ [KEY]: '{"version":2,"links":"new shape"}' });
  const kept = new KeptAssignments(storage, KEY);
  kept.open(ASSIGNMENT);
  expect(kept.isKeeping).toBe(false);
  expect(kept.all).toEqual([ASSIGNMENT]);
  expect(storage.kept.get(KEY)).toBe('{"version":2,"links":"new shape"}');
});

test('two tabs do not overwrite each other', () => {
  const storage = storageWith();
  const [one, other] = [new KeptAssignments(storage, KEY), new KeptAssignments(storage, KEY)];
  one.open(ASSIGNMENT);
  other.open(OTHER);
  expect(titles(new KeptAssignments(storage, KEY))).toEqual(['Other', 'Serve it']);
});

test('two sites on one origin do not share them', () => {
  const storage = storageWith();
  new KeptAssignments(storage, assignmentsKey('/one/')).open(ASSIGNMENT);
  expect(new KeptAssignments(storage, assignmentsKey('/two/')).all).toEqual([]);
});

test('a storage that is forbidden or full does no harm, and is known', () => {
  const fail = (): never => {
    throw new Error('forbidden');
  };
  const forbidden = { getItem: fail, setItem: fail };
  const full = { getItem: () => null, setItem: fail };
  for (const storage of [forbidden, full, null]) {
    const kept = new KeptAssignments(storage, KEY);
    kept.open(ASSIGNMENT);
    kept.open(OTHER);
    expect(kept.all).toEqual([OTHER, ASSIGNMENT]);
    expect(kept.isKeeping).toBe(false);
  }
});

test('listeners hear of changes until they stop', () => {
  const kept = new KeptAssignments(null, KEY);
  let calls = 0;
  const stop = kept.onChange(() => calls++);
  kept.open(ASSIGNMENT);
  stop();
  kept.drop(ASSIGNMENT.id);
  expect(calls).toBe(1);
});

test('what is restored has its place again, and takes the first from nobody', () => {
  const storage = storageWith();
  const kept = new KeptAssignments(storage, KEY);
  kept.open({ ...ASSIGNMENT, id: 9, title: 'Last' });
  kept.open(OTHER);
  kept.open(ASSIGNMENT);
  const index = kept.drop(OTHER.id);
  expect(index).toBe(1);
  kept.restore(OTHER, index);
  expect(titles(new KeptAssignments(storage, KEY))).toEqual(['Serve it', 'Other', 'Last']);
  expect(kept.drop(1234)).toBe(-1);
});

test('what was opened again after it was dropped is not replaced', () => {
  const kept = new KeptAssignments(storageWith(), KEY);
  kept.open(ASSIGNMENT);
  const index = kept.drop(ASSIGNMENT.id);
  kept.open({ ...ASSIGNMENT, revision: 1, title: 'Later' });
  kept.restore(ASSIGNMENT, index);
  expect(titles(kept)).toEqual(['Later']);
});

test('another tab has opened a later revision', () => {
  const storage = storageWith();
  const [one, other] = [new KeptAssignments(storage, KEY), new KeptAssignments(storage, KEY)];
  one.open(ASSIGNMENT);
  const later = { ...ASSIGNMENT, revision: 1, title: 'Later' };
  other.open(later);
  expect(one.newest(ASSIGNMENT)).toBe(ASSIGNMENT);
  one.reload();
  expect(one.newest(ASSIGNMENT)).toEqual(later);
  expect(one.newest({ ...ASSIGNMENT, revision: 2 }).revision).toBe(2);
  expect(one.newest(OTHER)).toBe(OTHER);
});

test('entries that this release cannot read stay, within bounds', () => {
  const links = ['2.later', writeLink(ASSIGNMENT), '2.later', 7, `2.${'x'.repeat(LIMITS.link)}`];
  const storage = storageWith({ [KEY]: JSON.stringify({ version: 1, links }) });
  const kept = new KeptAssignments(storage, KEY);
  const written = (): unknown => JSON.parse(storage.kept.get(KEY) ?? '');
  kept.open(OTHER);
  expect(written()).toEqual({ version: 1, links: [OTHER, ASSIGNMENT].map(writeLink).concat('2.later') });
  kept.drop(ASSIGNMENT.id);
  expect(written()).toEqual({ version: 1, links: [writeLink(OTHER), '2.later'] });

  const many = Array.from({ length: 3 * MOST_KEPT }, (_, at) => `2.${at}`);
  storage.kept.set(KEY, JSON.stringify({ version: 1, links: many }));
  for (let id = 0; id < MOST_KEPT; id++) kept.open({ ...ASSIGNMENT, id });
  expect(new KeptAssignments(storage, KEY).all).toHaveLength(MOST_KEPT);
  expect(written()).toMatchObject({ links: { length: 2 * MOST_KEPT } });
});
