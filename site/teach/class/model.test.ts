/** What a class comes to: which file counts, points, what is late, where students are stuck. */
import { expect, it } from 'vitest';
import type { Assignment } from '../assignment.ts';
import { writeLink } from '../link.ts';
import { ASSIGNMENT, CATALOG, READ_AT } from '../testing/example.ts';
import { makeHandIn, MINUTE, newBrowser, Work, type Ingredients } from '../testing/hand-in.ts';
import { median } from './median.ts';
import { classOf, type ClassModel } from './model.ts';
import { readStudentFile, type StudentFile } from './read-file.ts';

const DUE = ASSIGNMENT.due.minute * MINUTE;
const HOUR = 60 * MINUTE;

async function handIn(
  student: string,
  work: Work,
  more: Partial<Ingredients> = {},
  path = '',
): Promise<StudentFile> {
  const bytes = await makeHandIn({
    ...{
      browser: await newBrowser(),
      assignment: ASSIGNMENT,
      catalog: CATALOG,
      student,
      work: { flask: work },
    },
    madeAtMs: work.at + MINUTE,
    ...more,
  });
  return readStudentFile(
    { path: path || `${student}.typealong`, content: new Blob([bytes]) },
    CATALOG,
    READ_AT,
  );
}

/** Passes these checks, one an hour. */
function passing(start: number, ...checks: string[]): Work {
  const work = new Work(start, Math.abs(start % 100_003)).add({ kind: 'opened', step: 'a' });
  for (const check of checks) {
    work.go(check.startsWith('c') ? 'two' : 'one').add({ kind: 'opened', step: 'x' });
    work.add({ kind: 'command', by: 'typed', action: 'x/1', text: 'ls' });
    work.pass(HOUR).check(check, 'pass');
  }
  return work;
}

const classWith = (...files: StudentFile[]): ClassModel => classOf(files, [], CATALOG, null);

it('points are counted by the assignment’s rule, and what is late is told', async () => {
  const work = passing(DUE - 2.5 * HOUR, 'a1', 'a2', 'b1');
  const files = [await handIn('Ann', work)];
  const [ann] = classWith(...files).students;
  expect(ann).toMatchObject({
    ...{
      name: 'Ann',
      passed: 3,
      checks: 4,
      late: 1,
      lateMs: HOUR / 2,
      points: 15,
      mostPoints: 20,
      pointsLate: 5,
    },
    ...{ chaptersDone: 1, stuck: { chapter: 'Two', check: 'C1', attempts: 0, cause: null } },
    chapters: [{ state: 'done', late: 1 }, { state: 'open' }],
  });
  const perChapter: Assignment = { ...ASSIGNMENT, points: { per: 'chapter', each: 7 } };
  const { students } = classWith(await handIn('Ann', work, { assignment: perChapter }));
  expect(students[0]).toMatchObject({ points: 7, mostPoints: 14, pointsLate: 7 });
  const without = classWith(await handIn('Ann', work, { assignment: { ...ASSIGNMENT, points: null } }));
  expect(without.students[0]).toMatchObject({ points: 0, mostPoints: 0, pointsLate: 0 });
});

it('the newest file of a student counts, and the others are listed', async () => {
  const early = await handIn('Ann Lee', passing(DUE - 50 * HOUR, 'a1'));
  const late = await handIn('ann  LEE\u202e', passing(DUE - 40 * HOUR, 'a1', 'a2'));
  const { students } = classWith(late, early, late);
  expect(students).toHaveLength(1);
  expect(students[0]).toMatchObject({ name: 'ann LEE', passed: 2, others: [{ name: 'Ann Lee.typealong' }] });
});

it('a file of a year to come does not take the place of one of today, and both are named', async () => {
  const own = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1', 'a2'));
  const posing = await handIn(
    'Ann',
    passing(DUE - 60 * HOUR),
    { madeAtMs: Date.UTC(2099, 0, 1) },
    'b.typealong',
  );
  const [ann, ...rest] = classWith(posing, own).students;
  expect(rest).toEqual([]);
  expect(ann).toMatchObject({
    passed: 2,
    file: { name: 'Ann.typealong' },
    others: [{ name: 'b.typealong' }],
  });
  expect(ann?.findings.map(({ code, isOfOther }) => [code, isOfOther])).toEqual([
    ['name-shared', false],
    ['made-in-future', true],
  ]);
  expect(ann?.findings[0]?.sentence).toContain(
    '“Ann.typealong” (2 of 4 checks passed; this one counts) and “b.typealong” (0 of 4 checks passed)',
  );
  // A day's tolerance: a clock that is some hours ahead is no news.
  const soon = await handIn('Bob', passing(READ_AT - HOUR), { madeAtMs: READ_AT + 20 * HOUR });
  expect(classWith(soon).students[0]?.findings).toEqual([]);
});

it('a file that does not count brands nobody, and what was noticed in it is listed as its own', async () => {
  const unsigned = await makeHandIn(
    {
      ...{ browser: await newBrowser(), assignment: ASSIGNMENT, catalog: CATALOG, student: 'Ann' },
      ...{ work: { flask: passing(DUE - 60 * HOUR) }, madeAtMs: DUE - 55 * HOUR },
    },
    { entries: ({ signature: _, ...entries }) => entries },
  );
  const folder = 'Ann A_1_assignsubmission_file_';
  const bad = await readStudentFile(
    { path: `${folder}/bad.typealong`, content: new Blob([unsigned]) },
    CATALOG,
    READ_AT,
  );
  const good = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1'), {}, `${folder}/good.typealong`);
  const [ann] = classWith(bad, good).students;
  expect(ann).toMatchObject({ isForged: false, passed: 1 });
  expect(ann?.findings.find(({ code }) => code === 'signature-missing')).toMatchObject({
    isOfOther: true,
    sentence: 'In “bad.typealong”, which does not count: The signature is missing.',
  });
  // It is the only one.
  expect(classWith(bad).students[0]).toMatchObject({ isForged: true });
});

it('a newer file for another assignment does not count before one for this', async () => {
  const own = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1'));
  const other = await handIn('Ann', passing(DUE - 40 * HOUR, 'a1', 'a2'), {
    assignment: { ...ASSIGNMENT, id: 9 },
  });
  const { students, assignments } = classWith(own, await handIn('Bob', passing(DUE - 60 * HOUR)), other);
  expect(students[0]).toMatchObject({ name: 'Ann', passed: 1, others: [{}] });
  expect(assignments.map((one) => one.students)).toEqual([2, 1]);
  // The instructor chooses the other.
  expect(classOf([own, other], [], CATALOG, other.link).students[0]).toMatchObject({ passed: 2 });
});

it('which assignment counts is decided by students and versions, and by the instructor before all', async () => {
  const other = { ...ASSIGNMENT, id: 9, title: 'Another' };
  const newer = { ...ASSIGNMENT, revision: 1 };
  const oneOf = (student: string, index: number, assignment: Assignment) =>
    handIn(student, passing(DUE - (60 + index) * HOUR, 'a1'), { assignment }, `${student}${index}.typealong`);
  const six = await Promise.all([1, 2, 3, 4, 5, 6].map((index) => oneOf('Eve', index, other)));
  const five = await Promise.all(
    ['Ann', 'Bob', 'Cem', 'Dee', 'Fay'].map((name, index) =>
      oneOf(name, 10 + index, index === 0 ? newer : ASSIGNMENT),
    ),
  );
  const model = classWith(...six, ...five);
  expect(model.assignment).toEqual(newer);
  expect(model.assignments.map(({ title, students }) => [title, students])).toEqual([
    ['Serve it, version 2', 1],
    ['Serve it', 4],
    ['Another', 1],
  ]);
  // The instructor's own link, which no file has.
  const mine = { ...ASSIGNMENT, points: null, revision: 5 };
  const own = classOf([...six, ...five], [], CATALOG, writeLink(mine));
  expect(own.assignment).toEqual(mine);
  expect(own.assignments.at(-1)).toEqual({
    link: writeLink(mine),
    title: 'Serve it, version 6',
    students: 0,
  });
  expect(own.students.filter(({ findings }) => findings[0]?.code === 'assignment-differs')).toHaveLength(5);
  expect(classOf([], [], CATALOG, writeLink(mine)).assignment).toEqual(mine);
});

it('students are whom the course site says they are; without a name each file is somebody’s', async () => {
  const work = () => passing(DUE - 50 * HOUR, 'a1');
  const { students } = classWith(
    await handIn('Ann', work(), {}, 'Ann A_1_assignsubmission_file_/x.typealong'),
    await handIn('Anna', work().pass(MINUTE), {}, 'Ann A_1_assignsubmission_file_/y.typealong'),
    await handIn('Ann', passing(DUE - 51 * HOUR), {}, 'Ann A_2_assignsubmission_file_/x.typealong'),
    await handIn('', passing(DUE - 52 * HOUR), {}, 'z1.typealong'),
    await handIn('', passing(DUE - 53 * HOUR), {}, 'z2.typealong'),
  );
  expect(students.map(({ name, others }) => [name, others.length])).toEqual([
    ['Ann A', 1],
    ['Ann A', 0],
    ['z1.typealong', 0],
    ['z2.typealong', 0],
  ]);
});

it('a file that was given loose and in a course’s zip is one, and its student’s', async () => {
  const inCourse = await handIn(
    'S-1',
    passing(DUE - 50 * HOUR, 'a1'),
    {},
    'Ann A_1_assignsubmission_file_/x.typealong',
  );
  const loose: StudentFile = { ...inCourse, person: null, path: 'x.typealong' };
  for (const files of [
    [inCourse, loose],
    [loose, inCourse],
  ])
    expect(classWith(...files).students).toMatchObject([{ name: 'Ann A', others: [], findings: [] }]);
});

it('where students are stuck is told with the cause that they met most', async () => {
  const work = passing(DUE - 50 * HOUR, 'a1').go('one');
  for (const cause of ['nginx-stopped', 'socket-missing', 'socket-missing']) work.check('a2', 'fail', cause);
  const bob = passing(DUE - 60 * HOUR, 'a1')
    .go('one')
    .check('a2', 'fail', 'nginx-stopped');
  const { students, chapters } = classWith(await handIn('Ann', work), await handIn('Bob', bob));
  expect(students[0]?.stuck).toEqual({ chapter: 'One', check: 'A2', attempts: 3, cause: 'socket-missing' });
  expect(chapters[0]?.checks[1]).toEqual({
    ...{ id: 'a2', title: 'A2', passed: 0, tried: 2, medianAttempts: 2 },
    causes: [
      { cause: 'nginx-stopped', students: 2 },
      { cause: 'socket-missing', students: 1 },
    ],
  });
});

it('the record counts, and not what the file says of itself', async () => {
  const bytes = await makeHandIn(
    {
      ...{ browser: await newBrowser(), assignment: ASSIGNMENT, catalog: CATALOG, student: 'Ann' },
      ...{ work: { flask: passing(DUE - 50 * HOUR, 'a1') }, madeAtMs: DUE },
    },
    {
      evidence: (evidence) => ({
        ...evidence,
        chapters: evidence.chapters.map((one) => ({
          ...one,
          checks: one.checks.map((check) => ({ ...check, firstPassMs: 1 })),
        })),
      }),
    },
  );
  const file = await readStudentFile({ path: 'a', content: new Blob([bytes]) }, CATALOG, READ_AT);
  expect(classWith(file).students[0]).toMatchObject({ passed: 1, isForged: true });
});

it('what passes only when the file is made does not count, and is shown apart', async () => {
  const file = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1'), {
    madeAtMs: DUE + HOUR,
    now: (check) => ({ answer: check === 'b1' ? 'fail' : 'pass' }),
  });
  const [ann] = classWith(file).students;
  expect(ann).toMatchObject({ passed: 1, passedOnlyNow: 2, late: 0, points: 5, chaptersDone: 0 });
  expect(ann?.chapters[1]).toMatchObject({ state: 'open', checks: [{ passMs: null, now: 'pass' }] });
  expect(ann?.stuck).toMatchObject({ check: 'A2' });
});

it('checks cannot be left out by posing as an older chapter', async () => {
  const fewer = {
    guides: CATALOG.guides.map((guide) => ({
      ...guide,
      chapters: guide.chapters.map((chapter) => ({
        ...chapter,
        print: 99,
        checks: chapter.checks.slice(0, 1),
      })),
    })),
  };
  const posing = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1'), { catalog: fewer });
  expect(classWith(posing).students[0]).toMatchObject({ passed: 1, checks: 4, chaptersDone: 0 });
  // That version was assigned: then its checks are those that count.
  const chapters = ASSIGNMENT.chapters.map((chapter) => ({
    ...chapter,
    print: 99,
    checks: chapter.checks.slice(0, 1),
  }));
  const older = await handIn('Ann', passing(DUE - 50 * HOUR, 'a1'), {
    ...{ catalog: fewer, assignment: { ...ASSIGNMENT, chapters } },
  });
  expect(classWith(older).students[0]).toMatchObject({ passed: 1, checks: 2, chaptersDone: 1 });
});

it('medians', () => {
  expect([[], [3], [1, 9], [5, 1, 2]].map(median)).toEqual([0, 3, 5, 2]);
});
