/** A class: what its students handed in, as the page shows it. Made in the worker, of plain values. */
import { finding, type Finding } from '../../evidence/finding.ts';
import type { Answer, ChapterEvidence } from '../../evidence/format.ts';
import type { Refusal } from '../../evidence/submissions.ts';
import type { AssignedChapter, Assignment } from '../assignment.ts';
import { findChapter, type Catalog } from '../catalog.ts';
import { counted } from '../../counted.ts';
import { readLink } from '../link.ts';
import { acrossFiles, againstClass } from './across.ts';
import { grouped } from './grouped.ts';
import { median } from './median.ts';
import type { StudentFile } from './read-file.ts';
import { sameText, shownText } from '../../shown-text.ts';
import { fileOf, type CoursePerson } from './source.ts';

export interface ClassModel {
  /** Those that the files name, and the one that was chosen. Without a choice the first counts. */
  readonly assignments: readonly NamedAssignment[];
  /** The one that counts; `null` while there is neither a file nor a choice. */
  readonly assignment: Assignment | null;
  readonly link: string;
  readonly chapters: readonly ClassChapter[];
  readonly students: readonly StudentRow[];
  readonly refused: readonly Refusal[];
}

export interface NamedAssignment {
  readonly link: string;
  readonly title: string;
  /** Students with a file for exactly this one. */
  readonly students: number;
}

export interface ClassChapter {
  readonly guide: string;
  readonly chapter: string;
  readonly number: number | null;
  readonly title: string;
  readonly checks: readonly ClassCheck[];
}

/** How the class did at one check. */
export interface ClassCheck {
  readonly id: string;
  readonly title: string;
  readonly passed: number;
  /** Students who ran it. */
  readonly tried: number;
  /** Of those who tried; 0 when nobody did. */
  readonly medianAttempts: number;
  /** The causes that most students met, at most three, and how many did. */
  readonly causes: readonly { readonly cause: string; readonly students: number }[];
}

/** Points and times of one chapter of one student. */
export interface ChapterRow {
  readonly state: 'done' | 'begun' | 'open';
  readonly checks: readonly CheckRow[];
  readonly passed: number;
  /** Checks that are not in the record as passed, but did pass on the machine when the file was made. They do not count. */
  readonly passedOnlyNow: number;
  /** Of the checks that passed, how many after the due time. */
  readonly late: number;
  /** How long after the due time the last of them passed, milliseconds; 0 when none is late. */
  readonly lateMs: number;
  readonly attempts: number;
  readonly workMs: number;
  readonly hints: number;
  readonly solutions: number;
  readonly compared: number;
  /** Commands of the chapter that a button typed, and those typed by hand. */
  readonly pressed: number;
  /** Files that a button wrote. */
  readonly byPage: number;
  readonly typed: number;
  readonly points: number;
  readonly pointsLate: number;
}

export interface CheckRow {
  readonly id: string;
  readonly title: string;
  /** When it passed first by the record, milliseconds since 1970; `null` when it never did. */
  readonly passMs: number | null;
  readonly attempts: number;
  readonly causes: Readonly<Record<string, number>>;
  /**
   * What it said of the machine when the file was made. It earns nothing: a fresh machine of a later chapter holds all that
   * earlier chapters do.
   */
  readonly now: Answer;
}

/** The first check that never passed. */
export interface Stuck {
  readonly chapter: string;
  readonly check: string;
  readonly attempts: number;
  /** The cause that was met most; `null` when there is none. */
  readonly cause: string | null;
}

export interface StudentRow extends Omit<ChapterRow, 'state' | 'checks'> {
  readonly key: string;
  /** What is shown: how the course site calls them, or else what the student entered, or the file. */
  readonly name: string;
  readonly person: CoursePerson | null;
  /** What the student entered. */
  readonly entered: string;
  readonly file: FileRow;
  /** Older files, and those for another assignment; newest first. */
  readonly others: readonly FileRow[];
  readonly chapters: readonly ChapterRow[];
  /** Checks of all chapters. */
  readonly checks: number;
  readonly chaptersDone: number;
  readonly mostPoints: number;
  readonly stuck: Stuck | null;
  /** Of the file that counts, the forged first; then of the student's other files. */
  readonly findings: readonly RowFinding[];
  /** So is the file that counts. */
  readonly isForged: boolean;
}

export interface RowFinding extends Finding {
  /** It is of a file that does not count. */
  readonly isOfOther: boolean;
}

export interface FileRow {
  /** Its place among all that were read. */
  readonly index: number;
  readonly name: string;
  readonly madeAtMs: number;
}

/**
 * `chosen`: the fragment of the link of the assignment that counts, where the instructor has chosen one. It need not be in
 * any file.
 */
export function classOf(
  files: readonly StudentFile[],
  refused: readonly Refusal[],
  catalog: Catalog,
  chosen: string | null,
): ClassModel {
  const assignments = assignmentsOf(files, chosen);
  const link = chosen ?? assignments[0]?.link ?? '';
  const assignment = readLink(link).assignment ?? null;
  const shownRefusals = refused.map(({ path, problem }) => ({ path: shownText(path, 200), problem }));
  if (!assignment)
    return { assignments, assignment, link, chapters: [], students: [], refused: shownRefusals };
  const students = studentsOf(files, { link, assignment }, catalog);
  return {
    ...{ assignments, assignment, link, students },
    chapters: assignment.chapters.map((assigned, index) => classChapter(assigned, index, students, catalog)),
    refused: shownRefusals,
  };
}

/**
 * Students are counted, and not files: whoever hands in often has one voice. Of one assignment (`Assignment.id`) the highest
 * version comes first, as it does in a browser that has opened several.
 */
function assignmentsOf(files: readonly StudentFile[], chosen: string | null): readonly NamedAssignment[] {
  const ownersOf = (some: readonly StudentFile[]): number => new Set(some.map(ownerOf)).size;
  const byId = grouped(files, ({ assignment }) => [String(assignment.id)]);
  const found = [...byId.values()]
    .toSorted((one, other) => ownersOf(other) - ownersOf(one))
    .flatMap((ofId) =>
      [...grouped(ofId, ({ link }) => [link])]
        .map(([link, own]) => ({ link, assignment: own[0].assignment, students: ownersOf(own) }))
        .toSorted(
          (one, other) =>
            other.assignment.revision - one.assignment.revision || other.students - one.students,
        ),
    );
  const own = chosen === null ? undefined : readLink(chosen).assignment;
  if (own && chosen !== null && !found.some(({ link }) => link === chosen))
    found.push({ link: chosen, assignment: own, students: 0 });
  return found.map(({ link, assignment: { title, revision }, students }) => ({
    ...{ link, students },
    title: `${shownText(title)}${revision > 0 ? `, version ${revision + 1}` : ''}`,
  }));
}

function studentsOf(
  files: readonly StudentFile[],
  wanted: { readonly link: string; readonly assignment: Assignment },
  catalog: Catalog,
): readonly StudentRow[] {
  // Given loose and in a course site's zip, it is one file, and the course site knows whose.
  const inCourse = new Set(files.flatMap(({ person, hash }) => (person ? [hash] : [])));
  const all = files.flatMap((file, index) =>
    file.person === null && inCourse.has(file.hash)
      ? []
      : [
          {
            ...{ file, index, owner: ownerOf(file), name: nameOf(file) },
            isWanted: file.assignment.id === wanted.assignment.id,
          },
        ],
  );
  const acrossAll = acrossFiles(all);
  const across = new Map(all.map(({ index }, place) => [index, acrossAll[place] ?? []]));
  // The same file may have been given twice.
  const unique = [...grouped(all, ({ owner, file }) => [`${owner} ${file.hash}`]).values()].map(
    ([one]) => one,
  );
  return [...grouped(unique, ({ owner }) => [owner])].map(([key, own]) => {
    // The newest counts, of those that are for this assignment where there are any.
    own.sort(
      (one, other) =>
        Number(other.isWanted) - Number(one.isWanted) ||
        Number(one.file.isFromFuture) - Number(other.file.isFromFuture) ||
        other.file.madeAtMs - one.file.madeAtMs,
    );
    const [first, ...rest] = own;
    const findings = own.flatMap(({ index, file }, place) =>
      [...file.findings, ...(across.get(index) ?? []), ...againstClass(file, wanted, catalog)].map(
        (found) => ({
          ...found,
          of: place === 0 ? null : fileOf(file.path),
        }),
      ),
    );
    const shared = sharedName(
      own.flatMap(({ file, isWanted }) => (isWanted ? [file] : [])),
      wanted.assignment,
      catalog,
    );
    return {
      key,
      name: nameOf(first.file),
      ...rowOf(first.file, wanted.assignment, catalog),
      person: first.file.person,
      entered: first.file.student,
      file: fileRow(first),
      others: rest.map(fileRow),
      ...orderedFindings([...shared.map((found) => ({ ...found, of: null })), ...findings]),
    };
  });
}

/** Files that are named in it. */
const MOST_NAMED = 4;

/** Anybody can enter anybody's name. `files`: those of one name, the one that counts first. */
function sharedName(
  files: readonly StudentFile[],
  assignment: Assignment,
  catalog: Catalog,
): readonly Finding[] {
  if (files[0]?.person !== null || new Set(files.map(({ keyId }) => keyId)).size < 2) return [];
  const areDistinct = new Set(files.map(({ path }) => fileOf(path))).size === files.length;
  const named = files.slice(0, MOST_NAMED).map((file, index) => {
    const name = areDistinct ? fileOf(file.path) : shownText(file.path, 200);
    const { passed, checks } = rowOf(file, assignment, catalog);
    return `“${name}” (${passed} of ${counted(checks, 'check')} passed${index === 0 ? '; this one counts' : ''})`;
  });
  const more = files.length > named.length ? [counted(files.length - named.length, 'more file')] : [];
  const list = new Intl.ListFormat('en-GB').format([...named, ...more]);
  return [
    finding(
      'name-shared',
      `Files with this name come from different browsers, and no course site says whose they are: ${list}. It may be one student with two computers, or somebody who entered another student’s name.`,
    ),
  ];
}

/** The same is said once, of the file that counts if it is true of that. `of`: the file, `null` for the one that counts. */
function orderedFindings(
  findings: readonly (Finding & { readonly of: string | null })[],
): Pick<StudentRow, 'findings' | 'isForged'> {
  const unique = [...grouped(findings, ({ sentence }) => [sentence]).values()].map(
    ([{ of, code, severity, sentence }]): RowFinding => ({
      ...{ code, severity, isOfOther: of !== null },
      sentence: of === null ? sentence : `In “${of}”, which does not count: ${sentence}`,
    }),
  );
  const gravity = ({ isOfOther, severity }: RowFinding): number =>
    (isOfOther ? 2 : 0) + (severity === 'forged' ? 0 : 1);
  return {
    findings: unique.toSorted((one, other) => gravity(one) - gravity(other)),
    isForged: unique.some((one) => gravity(one) === 0),
  };
}

/** A course site knows its people best; else it is what the student entered; else every file is somebody’s own. */
function ownerOf({ person, student, path, hash }: StudentFile): string {
  if (person) return `${person.site} ${person.id}`;
  const text = sameText(student);
  return text === '' ? `file ${path} ${hash}` : `text ${text}`;
}

function nameOf({ person, student, path }: StudentFile): string {
  // Canvas writes a name in one word, the last name first.
  if (person?.site === 'moodle' && person.name !== '') return person.name;
  if (student !== '') return student;
  return person && person.name !== '' ? person.name : fileOf(path);
}

function fileRow({ index, file }: { readonly index: number; readonly file: StudentFile }): FileRow {
  return { index, name: fileOf(file.path), madeAtMs: file.madeAtMs };
}

type OwnNumbers = Omit<
  StudentRow,
  'key' | 'name' | 'person' | 'entered' | 'file' | 'others' | 'findings' | 'isForged'
>;

function rowOf(file: StudentFile, assignment: Assignment, catalog: Catalog): OwnNumbers {
  const chapters = assignment.chapters.map((assigned) => chapterRow(file, assigned, assignment, catalog));
  const sum = (number: (chapter: ChapterRow) => number): number =>
    chapters.reduce((all, chapter) => all + number(chapter), 0);
  const checks = sum((chapter) => chapter.checks.length);
  const { points } = assignment;
  return {
    ...{ chapters, checks },
    chaptersDone: chapters.filter(({ state }) => state === 'done').length,
    passed: sum(({ passed }) => passed),
    passedOnlyNow: sum(({ passedOnlyNow }) => passedOnlyNow),
    late: sum(({ late }) => late),
    lateMs: Math.max(0, ...chapters.map(({ lateMs }) => lateMs)),
    attempts: sum(({ attempts }) => attempts),
    workMs: sum(({ workMs }) => workMs),
    hints: sum(({ hints }) => hints),
    solutions: sum(({ solutions }) => solutions),
    compared: sum(({ compared }) => compared),
    pressed: sum(({ pressed }) => pressed),
    byPage: sum(({ byPage }) => byPage),
    typed: sum(({ typed }) => typed),
    points: sum((chapter) => chapter.points),
    pointsLate: sum(({ pointsLate }) => pointsLate),
    mostPoints: points === null ? 0 : points.each * (points.per === 'check' ? checks : chapters.length),
    stuck: stuckAt(chapters, assignment.chapters, catalog),
  };
}

function chapterRow(
  file: StudentFile,
  assigned: AssignedChapter,
  { due, points }: Assignment,
  catalog: Catalog,
): ChapterRow {
  const own = file.chapters.find(
    ({ guide, chapter }) => guide === assigned.guide && chapter === assigned.chapter,
  );
  const checks = checksOf(own, assigned, catalog);
  const dueMs = due.minute * 60_000;
  const times = checks.flatMap(({ passMs }) => (passMs === null ? [] : [passMs]));
  const late = times.filter((time) => time > dueMs);
  const isDone = times.length === checks.length && checks.length > 0;
  const attempts = checks.reduce((sum, check) => sum + check.attempts, 0);
  const worth = (count: number, counts: boolean): number =>
    points === null ? 0 : points.each * (points.per === 'check' ? count : counts ? 1 : 0);
  return {
    state: isDone ? 'done' : times.length > 0 || attempts > 0 || (own?.workMs ?? 0) > 0 ? 'begun' : 'open',
    ...{ checks, attempts },
    passed: times.length,
    passedOnlyNow: checks.filter(({ passMs, now }) => passMs === null && now === 'pass').length,
    late: late.length,
    lateMs: late.length === 0 ? 0 : Math.max(...late) - dueMs,
    workMs: own?.workMs ?? 0,
    hints: own?.help.hints ?? 0,
    solutions: own?.help.solutions ?? 0,
    compared: own?.help.compared ?? 0,
    pressed: own?.pressed ?? 0,
    byPage: own?.byPage ?? 0,
    typed: own?.typed ?? 0,
    points: worth(times.length, isDone),
    pointsLate: worth(late.length, isDone && late.length > 0),
  };
}

/**
 * The checks of this site's chapter. Of another version those of the student's, but only if that is the one that was
 * assigned: else a file could leave checks out by posing as older.
 */
function checksOf(
  own: ChapterEvidence | undefined,
  assigned: AssignedChapter,
  catalog: Catalog,
): readonly CheckRow[] {
  const here = findChapter(catalog, assigned)?.chapter;
  const titles = new Map(here?.checks.map(({ id, title }) => [id, title]));
  const isAsAssigned =
    own !== undefined && own.print === assigned.print && own.checks.length === assigned.checks.length;
  const ids = isAsAssigned ? own.checks.map(({ id }) => id) : [...titles.keys()];
  return ids.map((id) => {
    const check = own?.checks.find((one) => one.id === id);
    return {
      id,
      title: titles.get(id) ?? shownText(id),
      passMs: check?.firstPassMs ?? null,
      attempts: check?.attempts ?? 0,
      causes: check?.causes ?? {},
      now: own && Object.hasOwn(own.now, id) ? (own.now[id]?.answer ?? 'not-asked') : 'not-asked',
    };
  });
}

function stuckAt(
  rows: readonly ChapterRow[],
  chapters: readonly AssignedChapter[],
  catalog: Catalog,
): Stuck | null {
  for (const [index, { checks }] of rows.entries()) {
    const check = checks.find(({ passMs }) => passMs === null);
    const assigned = chapters[index];
    if (!check || !assigned) continue;
    return {
      chapter: findChapter(catalog, assigned)?.chapter.title ?? assigned.chapter,
      check: check.title,
      attempts: check.attempts,
      cause: Object.entries(check.causes).toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? null,
    };
  }
  return null;
}

function classChapter(
  assigned: AssignedChapter,
  index: number,
  students: readonly StudentRow[],
  catalog: Catalog,
): ClassChapter {
  const here = findChapter(catalog, assigned)?.chapter;
  const found = new Map<string, { title: string; rows: CheckRow[] }>();
  for (const { id, title } of here?.checks ?? []) found.set(id, { title, rows: [] });
  for (const { chapters } of students)
    for (const check of chapters[index]?.checks ?? []) {
      const one = found.get(check.id);
      if (one) one.rows.push(check);
      else found.set(check.id, { title: check.title, rows: [check] });
    }
  return {
    guide: assigned.guide,
    chapter: assigned.chapter,
    number: here?.number ?? null,
    title: here?.title ?? assigned.chapter,
    checks: [...found].map(([id, { title, rows }]) => ({ id, title, ...numbersOf(rows) })),
  };
}

function numbersOf(rows: readonly CheckRow[]): Omit<ClassCheck, 'id' | 'title'> {
  const tried = rows.filter(({ attempts }) => attempts > 0);
  const causes = new Map<string, number>();
  for (const row of rows)
    for (const cause of Object.keys(row.causes)) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  return {
    passed: rows.filter(({ passMs }) => passMs !== null).length,
    tried: tried.length,
    medianAttempts: median(tried.map(({ attempts }) => attempts)),
    causes: [...causes]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, 3)
      .map(([cause, count]) => ({ cause, students: count })),
  };
}
