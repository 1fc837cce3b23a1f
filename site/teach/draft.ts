/** What an instructor has filled in, made into an assignment or into what is still missing. */
import {
  DUE_DATES,
  isDueMinute,
  isVisible,
  LIMITS,
  oneLine,
  problemsOf,
  severalLines,
} from './assignment.ts';
import type { Assignment, Help } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { counted } from '../counted.ts';
import { instantOf, isKnownZone, ownZone, wallTimeOf } from './due.ts';

/** The fields of the form as they stand, right or wrong. */
export interface Draft {
  readonly title: string;
  readonly note: string;
  readonly identity: string;
  /** `2026-12-01`, or empty. */
  readonly date: string;
  /** `23:59`, or empty. */
  readonly time: string;
  readonly zone: string;
  readonly help: Help;
  readonly per: 'none' | 'check' | 'chapter';
  readonly each: string;
  /** `guide/chapter` of each. */
  readonly chapters: readonly string[];
}

/** A field of the form, and what is wrong in it. */
export interface FieldProblem {
  readonly field: 'title' | 'note' | 'identity' | 'date' | 'zone' | 'each' | 'chapters';
  readonly sentence: string;
}

/** The assignment that a draft makes, or what keeps it from being one, in the order of the form. */
export function assignmentOf(
  draft: Draft,
  { id, revision }: Pick<Assignment, 'id' | 'revision'>,
  catalog: Catalog,
): { readonly assignment: Assignment } | { readonly problems: readonly FieldProblem[] } {
  const instant = instantOf(draft, draft.zone);
  const each = Number(draft.each);
  const assignment: Assignment = {
    id,
    revision,
    title: oneLine(draft.title),
    note: severalLines(draft.note),
    due: { minute: instant?.minute ?? 1, zone: draft.zone },
    help: draft.help,
    points: draft.per === 'none' ? null : { per: draft.per, each },
    identity: oneLine(draft.identity),
    chapters: draft.chapters.flatMap((path) => {
      const [guide = '', chapter = ''] = path.split('/');
      const found = findChapter(catalog, { guide, chapter })?.chapter;
      return found
        ? [{ guide, chapter, print: found.print, checks: found.checks.map(({ print }) => print) }]
        : [];
    }),
  };
  const { title, note, identity, points, chapters } = assignment;
  const isDated = draft.date !== '' && draft.time !== '';
  const isInRange = isPossibleDate(draft.date) && (instant === null || isDueMinute(instant.minute));
  const isEach = Number.isInteger(each) && each >= 1 && each <= LIMITS.points;
  const rules: readonly (readonly [FieldProblem['field'], boolean, string])[] = [
    ['title', isVisible(title), 'Give the assignment a title.'],
    ['title', title.length <= LIMITS.title, tooLong('The title', title.length - LIMITS.title)],
    ['note', note.length <= LIMITS.note, tooLong('The note', note.length - LIMITS.note)],
    ['chapters', chapters.length > 0, 'Choose at least one chapter.'],
    ['date', isDated, 'Enter a date and a time.'],
    ['date', !isDated || isInRange, 'Choose a date from 1970 to 2099.'],
    [
      'date',
      !isDated || !isInRange || !isKnownZone(draft.zone) || instant !== null,
      'The clocks of this time zone skip this time on that day. Choose another.',
    ],
    ['zone', isKnownZone(draft.zone), 'Choose a time zone.'],
    ['each', points === null || isEach, `Enter a whole number from 1 to ${LIMITS.points}.`],
    [
      'identity',
      identity.length <= LIMITS.identity,
      tooLong('What identifies a student', identity.length - LIMITS.identity),
    ],
  ];
  const problems = rules.flatMap(([field, holds, sentence]) => (holds ? [] : [{ field, sentence }]));
  if (problems.length > 0) return { problems };
  // A last look: what comes of the form is held to the same rules as a link.
  const [other] = problemsOf(assignment);
  return other === undefined ? { assignment } : { problems: [{ field: 'date', sentence: other }] };
}

/** The input’s own limits do not stop what is typed: a year may have any number of digits. */
function isPossibleDate(date: string): boolean {
  return date.length === DUE_DATES.first.length && date >= DUE_DATES.first && date <= DUE_DATES.last;
}

function tooLong(what: string, by: number): string {
  return `${what} is ${counted(by, 'character')} too long.`;
}

/** An assignment as it stands in the form. Chapters that are gone are left out; a zone that is not known becomes UTC. */
export function draftOf(assignment: Assignment, catalog: Catalog): Draft {
  const { title, note, identity, due, help, points, chapters } = assignment;
  const zone = isKnownZone(due.zone) ? due.zone : 'UTC';
  return {
    title,
    note,
    identity,
    ...wallTimeOf(due.minute, zone),
    zone,
    help,
    per: points?.per ?? 'none',
    each: String(points?.each ?? 1),
    chapters: chapters
      .filter((assigned) => findChapter(catalog, assigned) !== null)
      .map(({ guide, chapter }) => `${guide}/${chapter}`),
  };
}

/** What the form begins with: everything allowed, due at the end of the day a week from `now`. */
export function emptyDraft(now: Date): Draft {
  const zone = ownZone();
  const { date } = wallTimeOf(Math.floor(now.getTime() / 60_000) + 7 * 24 * 60, zone);
  return {
    title: '',
    note: '',
    identity: '',
    date,
    time: '23:59',
    zone,
    help: { hints: true, run: true, compare: true },
    per: 'none',
    each: '1',
    chapters: [],
  };
}
