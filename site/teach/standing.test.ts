import { expect, test } from 'vitest';
import { progressKey, ProgressStore } from '../progress/store.ts';
import { standingOf } from './standing.ts';
import { ASSIGNMENT, CATALOG } from './testing/example.ts';

const BEFORE = new Date('2026-12-01T22:58:59Z');
const AFTER = new Date('2026-12-01T22:59:01Z');

function progressWith(steps: readonly (readonly [string, string, Date])[]): ProgressStore {
  const store = new ProgressStore(null, progressKey('/'));
  for (const [chapter, step, at] of steps) store.finishStep('flask', chapter, step, at);
  return store;
}

test('nothing is done', () => {
  const { chapters, chaptersDone, total } = standingOf(ASSIGNMENT, CATALOG, progressWith([]));
  expect(chapters.map(({ state }) => state)).toEqual(['open', 'open']);
  expect(chaptersDone).toBe(0);
  expect(total).toEqual({
    steps: 4,
    stepsDone: 0,
    checks: 4,
    checksDone: 0,
    checksLate: 0,
    points: 20,
    pointsDone: 0,
    pointsLate: 0,
  });
});

test('checks count with their step, and are late with it', () => {
  const { chapters, chaptersDone, total } = standingOf(
    ASSIGNMENT,
    CATALOG,
    progressWith([
      ['one', 'a', BEFORE],
      ['one', 'b', AFTER],
      ['two', 'c', BEFORE],
    ]),
  );
  expect(chapters.map(({ state, isLate }) => [state, isLate])).toEqual([
    ['done', true],
    ['begun', false],
  ]);
  expect(chaptersDone).toBe(1);
  expect(total).toMatchObject({ checksDone: 4, checksLate: 1, pointsDone: 20, pointsLate: 5, stepsDone: 3 });
});

test('points for a chapter count when all of it is done, and are late when any of it is', () => {
  const perChapter = { ...ASSIGNMENT, points: { per: 'chapter' as const, each: 10 } };
  const begun = progressWith([['one', 'a', AFTER]]);
  expect(standingOf(perChapter, CATALOG, begun).total).toMatchObject({
    points: 20,
    pointsDone: 0,
    pointsLate: 0,
  });
  const done = progressWith([
    ['one', 'a', AFTER],
    ['one', 'b', BEFORE],
    ['two', 'c', BEFORE],
    ['two', 'd', BEFORE],
  ]);
  expect(standingOf(perChapter, CATALOG, done).total).toMatchObject({ pointsDone: 20, pointsLate: 10 });
});

test('at the due time itself it is not late', () => {
  const onTime = progressWith([['one', 'a', new Date('2026-12-01T22:59:00Z')]]);
  expect(standingOf(ASSIGNMENT, CATALOG, onTime).total.checksLate).toBe(0);
});

test('a chapter that is gone counts for nothing', () => {
  const { chapters, chaptersFound, total } = standingOf(
    ASSIGNMENT,
    { guides: [] },
    progressWith([['one', 'a', BEFORE]]),
  );
  expect(chaptersFound).toBe(0);
  expect(standingOf(ASSIGNMENT, CATALOG, progressWith([])).chaptersFound).toBe(2);
  expect(chapters.map(({ found }) => found)).toEqual([null, null]);
  expect(total).toMatchObject({ checks: 0, points: 0 });
});

test('without points there are none', () => {
  const { total } = standingOf(
    { ...ASSIGNMENT, points: null },
    CATALOG,
    progressWith([['one', 'a', BEFORE]]),
  );
  expect(total).toMatchObject({ checksDone: 2, points: 0, pointsDone: 0 });
});

test('a time that is none is not late', () => {
  const progress = { guide: () => ({ lastChapter: null, steps: { 'one/a': 'yesterday' } }) };
  expect(standingOf(ASSIGNMENT, CATALOG, progress).total).toMatchObject({ checksDone: 2, checksLate: 0 });
});
