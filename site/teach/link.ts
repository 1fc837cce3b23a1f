/**
 * An assignment as the fragment of a link, which no browser sends to a host:
 *
 * ```
 * https://host/assignment/#1.Zm9vYmFy…
 *                          │ └ base64url, without padding: 4 bytes of CRC-32, highest first, then its subject: a raw deflate stream
 *                          └ version of what follows the full stop
 * ```
 *
 * The deflated fields of version 1, in the terms of `fields.ts` (`n` a number, `f2` two bytes, `t` a text):
 *
 * ```
 * f4 id · n revision · n flags · [n points each] · n due minute · t zone · t title · t note · t identity
 * n guides, each: t slug · n chapters, each: t slug · n checks
 * then of each chapter in order: f3 print · f2 of each of its checks
 * flags: 1 hints · 2 run · 4 compare · 8 points for a check · 16 points for a chapter
 * ```
 *
 * Version 1 stays readable: `link.test.ts` holds links of it that must open for ever. What changes in the fields gets
 * a new version, and a branch in {@link readLink}.
 */
import { deflateSync, inflateSync } from 'fflate';
import { LIMITS, problemsOf } from './assignment.ts';
import type { AssignedChapter, Assignment, Points } from './assignment.ts';
import { crc32 } from '../crc32.ts';
import { FieldReader, FieldWriter } from './fields.ts';

const VERSION = '1';
const CHECKSUM_BYTES = 4;
const HINTS = 1;
const RUN = 2;
const COMPARE = 4;
const PER_CHECK = 8;
const PER_CHAPTER = 16;
/** No text within the limits needs more: a UTF-16 unit is at most three bytes. */
const MOST_TEXT_BYTES = 3 * LIMITS.note;
/** What the fields of the longest link may unpack to; what is longer was not made here. In bytes. */
const MOST_FIELD_BYTES = 16_384;

/** What a link says: an assignment within its limits, or a sentence about what is wrong with the link. */
export type ReadLink =
  | { readonly assignment: Assignment; readonly problem?: never }
  | { readonly problem: string; readonly assignment?: never };

/**
 * The fragment of an assignment's link, without `#`.
 * @throws {RangeError} when it is no assignment within limits.
 */
export function writeLink(assignment: Assignment): string {
  const problems = problemsOf(assignment);
  if (problems.length > 0) throw new RangeError(problems.join(' '));
  const packed = deflateSync(fieldsOf(assignment), { level: 9 });
  const checksum = new FieldWriter();
  checksum.fixed(crc32(packed), CHECKSUM_BYTES);
  return `${VERSION}.${toBase64Url(checksum.bytes)}${toBase64Url(packed)}`;
}

/** Reads a fragment, with or without `#`, or a whole link. Whatever it is given, it does not throw. */
export function readLink(link: string): ReadLink {
  // Mail programs break long lines.
  const fragment = link.slice(link.indexOf('#') + 1).replaceAll(/\s/g, '');
  if (fragment.length > LIMITS.link) return { problem: PROBLEMS.long };
  const [, version = '', data = ''] = /^(\d{1,4})\.(.*)$/.exec(fragment) ?? [];
  if (version === '') return { problem: PROBLEMS.foreign };
  if (version !== VERSION) return { problem: PROBLEMS.newer };
  const checksum = fromBase64Url(data.slice(0, CHECKSUM_LETTERS));
  const packed = fromBase64Url(data.slice(CHECKSUM_LETTERS));
  if (checksum?.length !== CHECKSUM_BYTES || !packed) return { problem: PROBLEMS.damaged };
  if (new FieldReader(checksum).fixed(CHECKSUM_BYTES) !== crc32(packed)) return { problem: PROBLEMS.damaged };
  const assignment = unpacked(packed);
  if (assignment === null) return { problem: PROBLEMS.strange };
  const [problem] = problemsOf(assignment);
  return problem === undefined ? { assignment } : { problem: `${PROBLEMS.strange} ${problem}` };
}

/** Four bytes are six letters. */
const CHECKSUM_LETTERS = 6;

const PROBLEMS = {
  long: 'This link is longer than the link of an assignment can be. Copy it once more from where you found it.',
  foreign:
    'This is not the link of an assignment. It may have lost its end: copy the whole link, from https to its last character.',
  newer:
    'This link was made by a newer version of the site. Reload this page. If that does not help, open the link on the site where it was made.',
  damaged:
    'This link is damaged: part of it is missing or was changed on its way. Copy the whole link once more, or ask for it again.',
  strange: 'This link is whole, but what it holds is not an assignment. Ask for it again.',
} as const;

function unpacked(packed: Uint8Array): Assignment | null {
  try {
    const fields = inflateSync(packed);
    if (fields.length > MOST_FIELD_BYTES) return null;
    return assignmentFrom(new FieldReader(fields));
  } catch {
    return null; // Not a deflate stream, or not the fields of an assignment.
  }
}

function fieldsOf(assignment: Assignment): Uint8Array {
  const { help, points, due, chapters } = assignment;
  const fields = new FieldWriter();
  fields.fixed(assignment.id, 4);
  fields.number(assignment.revision);
  fields.number(
    (help.hints ? HINTS : 0) |
      (help.run ? RUN : 0) |
      (help.compare ? COMPARE : 0) |
      (points?.per === 'check' ? PER_CHECK : 0) |
      (points?.per === 'chapter' ? PER_CHAPTER : 0),
  );
  if (points) fields.number(points.each);
  fields.number(due.minute);
  for (const text of [due.zone, assignment.title, assignment.note, assignment.identity]) fields.text(text);
  const guides = byGuide(chapters);
  fields.number(guides.length);
  for (const [first, ...rest] of guides) {
    fields.text(first.guide);
    fields.number(1 + rest.length);
    for (const { chapter, checks } of [first, ...rest]) {
      fields.text(chapter);
      fields.number(checks.length);
    }
  }
  for (const { print, checks } of chapters) {
    fields.fixed(print, 3);
    for (const check of checks) fields.fixed(check, 2);
  }
  return fields.bytes;
}

/** Chapters that follow each other in the same guide. */
function byGuide(chapters: readonly AssignedChapter[]): [AssignedChapter, ...AssignedChapter[]][] {
  const groups: [AssignedChapter, ...AssignedChapter[]][] = [];
  for (const chapter of chapters) {
    const last = groups.at(-1);
    if (last?.[0].guide === chapter.guide) last.push(chapter);
    else groups.push([chapter]);
  }
  return groups;
}

/** @throws {RangeError} when these are not the fields of an assignment. */
function assignmentFrom(fields: FieldReader): Assignment {
  const id = fields.fixed(4);
  const revision = fields.number(LIMITS.revision);
  const flags = fields.number(0x1f);
  const points = pointsFrom(flags, fields);
  const minute = fields.number(2 ** 32);
  const [zone, title, note, identity] = [0, 1, 2, 3].map(() => fields.text(MOST_TEXT_BYTES));
  const named: { guide: string; chapter: string; checks: number }[] = [];
  for (let guides = fields.number(LIMITS.chapters); guides > 0; guides--) {
    const guide = fields.text(MOST_TEXT_BYTES);
    for (let left = fields.number(LIMITS.chapters); left > 0; left--)
      named.push({ guide, chapter: fields.text(MOST_TEXT_BYTES), checks: fields.number(LIMITS.checks) });
  }
  const chapters = named.map(({ guide, chapter, checks }) => ({
    guide,
    chapter,
    print: fields.fixed(3),
    checks: Array.from({ length: checks }, () => fields.fixed(2)),
  }));
  if (!fields.isAtEnd) throw new RangeError('something follows');
  return {
    id,
    revision,
    title: title ?? '',
    note: note ?? '',
    due: { minute, zone: zone ?? '' },
    help: { hints: (flags & HINTS) !== 0, run: (flags & RUN) !== 0, compare: (flags & COMPARE) !== 0 },
    points,
    identity: identity ?? '',
    chapters,
  };
}

function pointsFrom(flags: number, fields: FieldReader): Points | null {
  const per = flags & (PER_CHECK | PER_CHAPTER);
  if (per === 0) return null;
  if (per === (PER_CHECK | PER_CHAPTER)) throw new RangeError('points are for checks or for chapters');
  return { per: per === PER_CHECK ? 'check' : 'chapter', each: fields.number(LIMITS.points) };
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** `null` when it is not base64url without padding. */
function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
