/** A class as a table for a course site or a spreadsheet. What students wrote is text in it, and no formula. */
import Papa from 'papaparse';
import type { ClassModel, StudentRow } from './model.ts';
import { causeName } from '../event-words.ts';
import { chapterInWords, helpInWords, minutesOf, stuckInWords } from './words.ts';

export type ExportKind = 'canvas' | 'moodle' | 'plain';

type Cell = string | number;

/**
 * What a spreadsheet takes for a formula, wide letters too, however it is indented. Papa Parse's own rule does not see one
 * in a cell of several lines.
 */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** The whole file’s text. */
export function csvOf(kind: ExportKind, model: ClassModel): string {
  const rows = { canvas: canvasRows, moodle: moodleRows, plain: plainRows }[kind](model);
  const text = Papa.unparse(rows, { escapeFormulae: FORMULA, newline: '\r\n' });
  // A spreadsheet takes it for UTF-8 by this; course sites know.
  return kind === 'plain' ? `\ufeff${text}` : text;
}

/** Points where the assignment has them, else checks that passed. A file that is called forged earns none by itself. */
function gradeOf(
  { assignment }: ClassModel,
  row: StudentRow,
): { readonly grade: Cell; readonly most: number } {
  const [grade, most] = assignment?.points ? [row.points, row.mostPoints] : [row.passed, row.checks];
  return { grade: row.isForged ? '' : grade, most };
}

/** Canvas finds a student by any of the IDs. */
function canvasRows(model: ClassModel): Cell[][] {
  const { assignment, students } = model;
  const place = identityPlace(assignment?.identity ?? '');
  const most = Math.max(0, ...students.map((row) => gradeOf(model, row).most));
  return [
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', assignment?.title ?? ''],
    ['    Points Possible', '', '', '', '', most],
    ...students.map((row) => [
      row.name,
      row.person?.site === 'canvas' ? row.person.id : '',
      place === 'user' ? row.entered : '',
      place === 'login' ? row.entered : '',
      '',
      gradeOf(model, row).grade,
    ]),
  ];
}

/** Which of Canvas’s columns holds what students were asked for. */
export function identityPlace(identity: string): 'user' | 'login' | null {
  if (/mail|login|log-in|user ?name|account/i.test(identity)) return 'login';
  return /number|\bid\b|matri|\bno\b/i.test(identity) ? 'user' : null;
}

/** As Moodle’s grading worksheet has it. */
function moodleRows(model: ClassModel): Cell[][] {
  return [
    ['Identifier', 'Full name', 'Grade', 'Maximum Grade', 'Feedback comments'],
    ...model.students.map((row) => {
      const { grade, most } = gradeOf(model, row);
      const { person, entered } = row;
      return [
        person?.site === 'moodle' ? `Participant ${person.id}` : entered,
        person?.site === 'moodle' ? person.name : row.name,
        grade,
        most,
        feedbackOf(model, row),
      ];
    }),
  ];
}

/** For the student: nothing of what was noticed. */
function feedbackOf({ chapters }: ClassModel, row: StudentRow): string {
  if (row.isForged) return '';
  return [
    `${row.passed} of ${row.checks} checks passed${row.late > 0 ? `, ${row.late} of them after the due time` : ''}.`,
    ...row.chapters.map((chapter, index) => `${chapters[index]?.title ?? ''}: ${chapterInWords(chapter)}`),
  ].join('\n');
}

function plainRows(model: ClassModel): Cell[][] {
  const { chapters } = model;
  return [
    [
      ...['Student', 'Entered', 'Course ID', 'File', 'Handed in'],
      ...chapters.map(({ title }) => title),
      ...[
        'Checks passed',
        'Checks',
        'Passed only at handing in',
        'Late checks',
        'Late by (min)',
        'Points',
        'Maximum points',
        'Late points',
      ],
      ...[
        'Attempts',
        'Minutes',
        'Help',
        'Typed or pasted',
        'By button',
        'Stuck at',
        'Noticed',
        'Other files',
      ],
      ...chapters.flatMap(({ title, checks }) =>
        checks.flatMap((check) => [
          `${title} · ${check.title}: passed`,
          `${title} · ${check.title}: attempts`,
          `${title} · ${check.title}: causes`,
        ]),
      ),
    ],
    ...model.students.map((row) => [
      ...[row.name, row.entered, row.person?.id ?? '', row.file.name, isoTime(row.file.madeAtMs)],
      ...row.chapters.map(chapterInWords),
      ...[
        row.passed,
        row.checks,
        row.passedOnlyNow,
        row.late,
        minutesOf(row.lateMs),
        row.points,
        row.mostPoints,
        row.pointsLate,
      ],
      ...[row.attempts, minutesOf(row.workMs), helpInWords(row), row.typed, row.pressed],
      row.stuck ? stuckInWords(row.stuck) : '',
      row.findings.map(({ severity, sentence }) => `${severity}: ${sentence}`).join('\n'),
      row.others.map(({ name }) => name).join('\n'),
      ...chapters.flatMap(({ checks }, index) =>
        checks.flatMap(({ id }): Cell[] => {
          const check = row.chapters[index]?.checks.find((one) => one.id === id);
          if (!check) return ['', '', ''];
          const causes = Object.entries(check.causes).map(
            ([cause, count]) => `${causeName(cause)} (${count})`,
          );
          return [check.passMs === null ? '' : isoTime(check.passMs), check.attempts, causes.join(', ')];
        }),
      ),
    ]),
  ];
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
