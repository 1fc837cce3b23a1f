import { expect, it } from 'vitest';
import { finding } from '../../evidence/finding.ts';
import type { StudentRow } from './model.ts';
import { shownRows, type Filter, type SortValue } from './shown-rows.ts';

const row = (name: string, more: Partial<StudentRow> = {}): StudentRow => ({
  ...{
    key: name,
    name,
    person: null,
    entered: name,
    chapters: [],
    checks: 4,
    chaptersDone: 0,
    mostPoints: 0,
  },
  ...{
    passed: 0,
    passedOnlyNow: 0,
    late: 0,
    lateMs: 0,
    attempts: 0,
    workMs: 0,
    hints: 0,
    solutions: 0,
    compared: 0,
    pressed: 0,
    byPage: 0,
  },
  ...{ typed: 0, points: 0, pointsLate: 0, stuck: null, findings: [], isForged: false, others: [] },
  file: { index: 0, name: `${name}.typealong`, madeAtMs: 0 },
  ...more,
});

const stuck = (attempts: number): StudentRow['stuck'] => ({
  chapter: 'One',
  check: 'A1',
  attempts,
  cause: null,
});
const ROWS = [
  row('Student 10', { passed: 2, late: 1, lateMs: 5, stuck: stuck(3) }),
  row('student 9', { passed: 4 }),
  row('Ödön', {
    passed: 2,
    stuck: stuck(0),
    findings: [{ ...finding('key-changed', 'x'), isOfOther: false }],
  }),
];

function shown(
  { text = '', only = [], isDescending = false }: { text?: string; only?: Filter[]; isDescending?: boolean },
  valueOf: (one: StudentRow) => SortValue = ({ name }) => name,
): string[] {
  return shownRows(ROWS, { text, only: new Set(only), isDescending }, valueOf).map(({ name }) => name);
}

it('rows are sorted as people count, and names decide between equals', () => {
  expect(shown({})).toEqual(['Ödön', 'student 9', 'Student 10']);
  expect(shown({ isDescending: true })).toEqual(['Student 10', 'student 9', 'Ödön']);
  expect(shown({}, ({ passed }) => passed)).toEqual(['Ödön', 'Student 10', 'student 9']);
  expect(shown({ isDescending: true }, ({ passed }) => passed)).toEqual(['student 9', 'Ödön', 'Student 10']);
});

it('what is not known comes last in either order', () => {
  const attempts = (one: StudentRow): SortValue => one.stuck?.attempts ?? null;
  expect(shown({}, attempts)).toEqual(['Ödön', 'Student 10', 'student 9']);
  expect(shown({ isDescending: true }, attempts)).toEqual(['Student 10', 'Ödön', 'student 9']);
});

it('rows are found by text, however it is typed, and by what is true of them', () => {
  expect(shown({ text: 'STUDENT  1' })).toEqual(['Student 10']);
  expect(shown({ text: 'ödön.type' })).toEqual(['Ödön']);
  expect(shown({ only: ['late'] })).toEqual(['Student 10']);
  expect(shown({ only: ['stuck'] })).toEqual(['Student 10']);
  expect(shown({ only: ['noticed'] })).toEqual(['Ödön']);
  expect(shown({ only: ['noticed', 'late'] })).toEqual([]);
});
