/** The columns of the class's table: what each says of a student, and what it is sorted by. */
import { make } from '../make.ts';
import type { ClassModel, StudentRow } from './model.ts';
import type { SortValue } from './shown-rows.ts';
import { span } from '../event-words.ts';
import { chapterInWords, helpInWords, minutesOf, stuckInWords, timeOf } from './words.ts';

export interface Column {
  readonly key: string;
  /** In the table's head. */
  readonly title: string;
  readonly isNumber?: boolean;
  /** It says more than a few words. */
  readonly isWide?: boolean;
  readonly value: (row: StudentRow) => SortValue;
  readonly cell: (row: StudentRow) => readonly (Node | string)[];
}

/** All but the student’s name, which heads its row. */
export function columnsOf({ assignment, chapters }: ClassModel): readonly Column[] {
  const points: Column = {
    ...{ key: 'points', title: 'Points', isNumber: true },
    value: (row) => row.points,
    cell: (row) => [
      `${row.points} of ${row.mostPoints}`,
      ...(row.pointsLate > 0 ? [small(`${row.pointsLate} late`)] : []),
    ],
  };
  return [
    {
      ...{ key: 'made', title: 'Handed in' },
      value: (row) => row.file.madeAtMs,
      cell: (row) => [
        timeOf(row.file.madeAtMs),
        ...(row.others.length > 0 ? [small(`and ${row.others.length} more`)] : []),
      ],
    },
    ...(assignment?.points ? [points] : []),
    {
      ...{ key: 'checks', title: 'Checks', isNumber: true },
      value: (row) => row.passed,
      cell: (row) => [
        `${row.passed} of ${row.checks}`,
        ...(row.passedOnlyNow > 0 ? [small(`${row.passedOnlyNow} only at handing in`)] : []),
        ...(row.late > 0 ? [lateMark(`${row.late} late, by up to ${span(row.lateMs)}`)] : []),
      ],
    },
    {
      ...{ key: 'noticed', title: 'Noticed', isWide: true },
      // Forged before notes; nothing at the end.
      value: (row) => (row.findings.length === 0 ? null : row.isForged ? 0 : 1),
      cell: (row) => noticed(row),
    },
    {
      ...{ key: 'stuck', title: 'First check not passed', isWide: true },
      value: (row) => row.stuck && stuckInWords(row.stuck),
      cell: (row) => [row.stuck ? stuckInWords(row.stuck) : '–'],
    },
    {
      ...{ key: 'attempts', title: 'Attempts', isNumber: true },
      value: (row) => row.attempts,
      cell: (row) => [String(row.attempts)],
    },
    {
      ...{ key: 'minutes', title: 'Minutes', isNumber: true },
      value: (row) => minutesOf(row.workMs),
      cell: (row) => [String(minutesOf(row.workMs))],
    },
    {
      ...{ key: 'help', title: 'Help used' },
      value: (row) => row.hints + row.solutions + row.compared + row.pressed + row.byPage,
      cell: (row) => [helpInWords(row) || '–'],
    },
    ...chapters.map(({ number, title }, index): Column => ({
      key: `chapter-${index}`,
      title: number === null ? title : `${number}. ${title}`,
      value: (row) => {
        const chapter = row.chapters[index];
        return chapter && chapter.state !== 'open'
          ? chapter.passed / Math.max(1, chapter.checks.length)
          : null;
      },
      cell: (row) => {
        const chapter = row.chapters[index];
        if (!chapter) return ['–'];
        const words = chapterInWords(chapter);
        return chapter.lateMs > 0 ? [lateMark(words)] : [words];
      },
    })),
  ];
}

/** In a word or two each; the sentences are among the student’s details. */
function noticed({ findings, isForged }: StudentRow): readonly (Node | string)[] {
  if (findings.length === 0) return ['–'];
  const mark = make(
    'strong',
    { class: isForged ? 'forged' : 'note-mark' },
    isForged ? 'Forged: ' : 'Look at it: ',
  );
  const codes = [
    ...new Set(
      findings.map(
        ({ code, isOfOther }) => `${code.replaceAll('-', ' ')}${isOfOther ? ' (in another file)' : ''}`,
      ),
    ),
  ];
  return [mark, codes.join(', ')];
}

function small(words: string): HTMLElement {
  return make('span', { class: 'small' }, words);
}

function lateMark(words: string): HTMLElement {
  return make('span', { class: 'late' }, words);
}
