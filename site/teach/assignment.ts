/**
 * An assignment: what an instructor asks of a class, and by when. It lives in a link (`link.ts`) and in the browsers
 * in which that link was opened (`kept-assignments.ts`), and nowhere else.
 */

export interface Assignment {
  /** Drawn at random when the assignment is made, 32 bits. It stays when the assignment is changed. */
  readonly id: number;
  /** How often it has been changed: of two links with the same `id`, the greater one counts. */
  readonly revision: number;
  /** One line. */
  readonly title: string;
  /** What the instructor tells the class; may have several lines, may be empty. */
  readonly note: string;
  readonly due: Due;
  readonly help: Help;
  /** `null` when nothing is counted. */
  readonly points: Points | null;
  /** What identifies a student, in the instructor’s words: “student number”. Empty when nothing does. */
  readonly identity: string;
  /** At least one, none of them twice. */
  readonly chapters: readonly AssignedChapter[];
}

/** An instant, so that every browser agrees on it, and the zone in which the instructor thinks of it. */
export interface Due {
  /** Minutes since 1970-01-01T00:00Z. */
  readonly minute: number;
  /** IANA name: `Europe/Berlin`. A browser may not know it. */
  readonly zone: string;
}

/** What students may use in the chapters; each is either shown or hidden. */
export interface Help {
  /** The hints in the text. */
  readonly hints: boolean;
  /** The buttons Run, Press and “Write it for me”. */
  readonly run: boolean;
  /** The button “Compare with the machine”. */
  readonly compare: boolean;
}

export interface Points {
  readonly per: 'check' | 'chapter';
  /** How many for one of them. */
  readonly each: number;
}

/** A chapter, and what it was when it was assigned (`content-version.ts`). */
export interface AssignedChapter {
  /** Slugs. */
  readonly guide: string;
  readonly chapter: string;
  /** Hash of what the chapter asks for, 24 bits. */
  readonly print: number;
  /** Hash of each of its checks in order, 16 bits each. */
  readonly checks: readonly number[];
}

/** What an assignment may hold. Texts are counted as `maxlength` counts them, in UTF-16 units. */
export const LIMITS = {
  title: 80,
  note: 400,
  identity: 40,
  chapters: 60,
  /** Checks of one chapter. */
  checks: 60,
  points: 100,
  revision: 9999,
  /** The whole link, in characters. */
  link: 1500,
} as const;

/** The first day on which an assignment can be due, and the last, as `<input type=date>` has them. */
export const DUE_DATES = { first: '1970-01-01', last: '2099-12-31' } as const;

/** The last minute of 2099. */
const LAST_MINUTE = Date.UTC(2100, 0, 1) / 60_000 - 1;
const SLUG = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const ZONE = /^(?=.{1,64}$)[\w+-]+(?:\/[\w+-]+){0,2}$/;

/** Invisible characters that change how the text around them is shown, and half characters. */
const STRANGE = /[\p{Cc}\p{Surrogate}\u2028-\u202e\u2066-\u2069]/gu;

/** A text of one line as an assignment keeps it: trimmed, without control characters. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(STRANGE, '').replaceAll(/ +/g, ' ').trim();
}

/** Whether a text has anything in it that can be seen. */
export function isVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}

/** A text of several lines as an assignment keeps it. */
export function severalLines(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  return lines
    .map((line) => line.replaceAll('\t', ' ').replaceAll(STRANGE, '').trimEnd())
    .join('\n')
    .trim();
}

/** What keeps this from being an assignment, a sentence each; empty when it is one. */
export function problemsOf(assignment: Assignment): readonly string[] {
  const { id, revision, title, note, due, points, identity, chapters } = assignment;
  const slugs = chapters.map(({ guide, chapter }) => `${guide}/${chapter}`);
  const rules: readonly (readonly [boolean, string])[] = [
    [isWhole(id, 0, 0xffffffff), 'Its number is out of range.'],
    [isWhole(revision, 0, LIMITS.revision), 'It has been changed more often than can be counted.'],
    [isVisible(title), 'It has no title.'],
    [title === oneLine(title), 'Its title has characters that a title cannot have.'],
    [title.length <= LIMITS.title, `Its title is longer than ${LIMITS.title} characters.`],
    [note === severalLines(note), 'Its note has characters that a note cannot have.'],
    [note.length <= LIMITS.note, `Its note is longer than ${LIMITS.note} characters.`],
    [isDueMinute(due.minute), 'Its due date is before 1970 or after 2099.'],
    [ZONE.test(due.zone), 'It names no time zone.'],
    [points === null || isWhole(points.each, 1, LIMITS.points), `Points are 1 to ${LIMITS.points}.`],
    [identity === oneLine(identity), 'What identifies a student has characters that it cannot have.'],
    [
      identity.length <= LIMITS.identity,
      `What identifies a student is longer than ${LIMITS.identity} characters.`,
    ],
    [chapters.length > 0, 'It asks for no chapter.'],
    [chapters.length <= LIMITS.chapters, `It asks for more than ${LIMITS.chapters} chapters.`],
    [new Set(slugs).size === slugs.length, 'It asks for a chapter twice.'],
    [chapters.every(isAssignedChapter), 'One of its chapters has a name or a version that none can have.'],
  ];
  return rules.flatMap(([holds, sentence]) => (holds ? [] : [sentence]));
}

/** Whether an assignment can be due then, in minutes since 1970. */
export function isDueMinute(minute: number): boolean {
  return isWhole(minute, 1, LAST_MINUTE);
}

function isAssignedChapter({ guide, chapter, print, checks }: AssignedChapter): boolean {
  return (
    SLUG.test(guide) &&
    SLUG.test(chapter) &&
    isWhole(print, 0, 0xffffff) &&
    checks.length <= LIMITS.checks &&
    checks.every((check) => isWhole(check, 0, 0xffff))
  );
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
