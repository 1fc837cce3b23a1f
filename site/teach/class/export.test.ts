import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { ASSIGNMENT, CATALOG, READ_AT } from '../testing/example.ts';
import { makeHandIn, MINUTE, newBrowser, Work } from '../testing/hand-in.ts';
import { csvOf, identityPlace } from './export.ts';
import { classOf, type ClassModel } from './model.ts';
import { readStudentFile } from './read-file.ts';

const DUE = ASSIGNMENT.due.minute * MINUTE;
const HOSTILE = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '=1\n2',
  ' =1',
  '＝1',
  '"a", "b"\r\nc',
  '\u202e=1',
];

async function modelOf(...students: [name: string, path: string][]): Promise<ClassModel> {
  const files = [];
  for (const [index, [student, path]] of students.entries()) {
    const work = new Work(DUE - 3 * MINUTE, index * 10).add({ kind: 'opened', step: `s${index}` });
    work
      .pass(MINUTE)
      .check('a1', 'fail', '=cause')
      .pass(4 * MINUTE)
      .check('a1', 'pass')
      .check('a2', 'pass');
    const bytes = await makeHandIn({
      ...{
        browser: await newBrowser(),
        assignment: ASSIGNMENT,
        catalog: CATALOG,
        student,
        work: { flask: work },
      },
      madeAtMs: DUE + 60 * MINUTE,
    });
    files.push(await readStudentFile({ path, content: new Blob([bytes]) }, CATALOG, READ_AT));
  }
  return classOf(files, [], CATALOG, null);
}

const rowsOf = (csv: string): string[][] => Papa.parse<string[]>(csv.replace('\ufeff', '')).data;

it('Canvas finds students by the ID that it put into the file’s name', async () => {
  const model = await modelOf(['Ann', 'leeann_123_456_a.typealong'], ['S-77', 'b.typealong']);
  expect(rowsOf(csvOf('canvas', model))).toEqual([
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'Serve it'],
    ['    Points Possible', '', '', '', '', '20'],
    ['Ann', '123', 'Ann', '', '', '10'],
    ['S-77', '', 'S-77', '', '', '10'],
  ]);
});

it('Moodle finds participants by their number, and gets a comment in several lines', async () => {
  const model = await modelOf(['Ann', 'Ann Lee_12345_assignsubmission_file_/a.typealong']);
  expect(rowsOf(csvOf('moodle', model))).toEqual([
    ['Identifier', 'Full name', 'Grade', 'Maximum Grade', 'Feedback comments'],
    [
      'Participant 12345',
      'Ann Lee',
      '10',
      '20',
      '2 of 4 checks passed, 2 of them after the due time.\nOne: 2 of 3, 2 min late\nTwo: –',
    ],
  ]);
});

it('whose file is called forged has no grade until the instructor gives one', async () => {
  const model = await modelOf(['S-77', 'b.typealong']);
  const forged = { ...model, students: model.students.map((row) => ({ ...row, isForged: true })) };
  expect(rowsOf(csvOf('canvas', forged)).at(-1)).toEqual(['S-77', '', 'S-77', '', '', '']);
  expect(rowsOf(csvOf('moodle', forged)).at(-1)).toEqual(['S-77', 'S-77', '', '20', '']);
});

it('without points, the checks that passed are the grade', async () => {
  const model = await modelOf(['Ann', 'a.typealong']);
  const without = { ...model, assignment: { ...ASSIGNMENT, points: null } };
  expect(rowsOf(csvOf('canvas', without)).map((row) => row[5])).toEqual(['Serve it', '4', '2']);
});

it('the plain table has everything, in one row a student', async () => {
  const csv = csvOf('plain', await modelOf(['Ann', 'a.typealong']));
  expect(csv.startsWith('\ufeff')).toBe(true);
  const [head = [], ann = [], ...rest] = rowsOf(csv);
  expect(rest).toEqual([]);
  const cell = (title: string): string | undefined => ann[head.indexOf(title)];
  expect(head).toHaveLength(ann.length);
  expect(cell('Student')).toBe('Ann');
  expect(cell('One · A1: passed')).toBe(new Date(DUE + 2 * MINUTE).toISOString());
  expect(cell('One · A1: attempts')).toBe('2');
  expect(cell('Late by (min)')).toBe('2');
  expect(cell('Stuck at')).toBe('B1 (One): not tried');
});

it.each(['canvas', 'moodle', 'plain'] as const)('no cell for %s is a formula', async (kind) => {
  const model = await modelOf(['Ann', 'a.typealong']);
  const [row] = model.students;
  if (!row) throw new Error('no student');
  // As if a text had come past every other guard.
  const students = HOSTILE.map((text) => ({
    ...row,
    name: text,
    entered: text,
    file: { ...row.file, name: text },
  }));
  const [, ...rows] = rowsOf(csvOf(kind, { ...model, students }));
  const cells = rows.flat();
  expect(cells.filter((cell) => /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(cell))).toEqual([]);
  // Nothing of them is lost: line breaks and quotes stay within their cell.
  for (const text of HOSTILE)
    expect(
      cells.some((cell) => cell.endsWith(text)),
      JSON.stringify(text),
    ).toBe(true);
});

it('what students were asked for tells which column of Canvas it is', () => {
  expect(
    ['E-mail address', 'Login', 'Student number', 'Matrikelnummer', 'Name', 'Nickname', ''].map(
      identityPlace,
    ),
  ).toEqual([...['login', 'login', 'user', 'user', null, null, null]]);
});
