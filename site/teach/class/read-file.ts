/** What the class page keeps of one hand-in: small, since there may be hundreds. */
import { canonicalJson } from '../../evidence/canonical.ts';
import { hashOf, type Link } from '../../evidence/chain.ts';
import { finding, type Finding } from '../../evidence/finding.ts';
import type { ChapterEvidence } from '../../evidence/format.ts';
import { readHandIn, type HandIn } from '../../evidence/read.ts';
import { RefusedFile } from '../../evidence/refused-file.ts';
import type { GivenFile } from '../../evidence/submissions.ts';
import { summarize } from '../../evidence/summary.ts';
import { verify } from '../../evidence/verify.ts';
import type { Assignment } from '../assignment.ts';
import { findChapter, type Catalog } from '../catalog.ts';
import { readLink, writeLink } from '../link.ts';
import { shownText } from '../../shown-text.ts';
import { timeOf } from './words.ts';
import { coursePerson, type CoursePerson } from './source.ts';

/** A hand-in as its own record tells it. */
export interface StudentFile {
  readonly path: string;
  readonly person: CoursePerson | null;
  /** What the student entered, as it is shown. May be empty. */
  readonly student: string;
  readonly madeAtMs: number;
  /** By its own clock it was made after it was read here, so nobody knows whether it is the newest. */
  readonly isFromFuture: boolean;
  readonly assignment: Assignment;
  /** The fragment of the assignment's link, written anew: the same for the same assignment. */
  readonly link: string;
  /** Of the student's chapters, what their events come to. Not what the file says of them. */
  readonly chapters: readonly ChapterEvidence[];
  readonly keyId: Link;
  /** Hash of the whole file. */
  readonly hash: Link;
  /** The first event of each visit of a page, as text: nobody else has the same. */
  readonly visits: readonly string[];
  readonly findings: readonly Finding[];
}

/** Clocks are wrong by hours, and time zones are set wrongly. */
const CLOCK_TOLERANCE_MS = 24 * 60 * 60_000;

/**
 * `nowMs`: when it is read, milliseconds since 1970.
 * @throws {RefusedFile} with a sentence about what is wrong with the file.
 */
export async function readStudentFile(
  { path, content }: GivenFile,
  catalog: Catalog,
  nowMs: number,
): Promise<StudentFile> {
  const handIn = await readHandIn(content);
  const { evidence, keyId } = handIn;
  const { assignment } = readLink(evidence.assignment);
  if (!assignment) throw new RefusedFile('The assignment that it names cannot be read.');
  const isFromFuture = evidence.madeAtMs > nowMs + CLOCK_TOLERANCE_MS;
  return {
    path,
    person: coursePerson(path),
    student: shownText(evidence.student),
    madeAtMs: evidence.madeAtMs,
    isFromFuture,
    assignment,
    link: writeLink(assignment),
    chapters: evidence.chapters.map((chapter) => byRecord(chapter, handIn, catalog)),
    keyId,
    hash: hashOf(new Uint8Array(await content.slice(0, MOST_HASHED).arrayBuffer())),
    visits: visitsOf(handIn),
    findings: [
      ...(await verify(handIn)),
      ...(isFromFuture
        ? [
            finding(
              'made-in-future',
              `By the computer’s clock, the file was made on ${timeOf(evidence.madeAtMs)}, which is still to come. So it does not count as newer than other files.`,
            ),
          ]
        : []),
    ],
  };
}

/** A file with a machine in it is long, and differs early enough. Bytes. */
const MOST_HASHED = 2_000_000;

/**
 * The chapter once more, from its events. Which checks it has: those of this site; of another version of the chapter, what
 * the file says.
 */
function byRecord(chapter: ChapterEvidence, { events }: HandIn, catalog: Catalog): ChapterEvidence {
  const here = findChapter(catalog, chapter)?.chapter;
  const checks = here && here.print === chapter.print ? here.checks : chapter.checks;
  const ids = [...new Set(checks.map(({ id }) => id))];
  return { ...chapter, ...summarize(chapter.chapter, ids, events.get(chapter.guide) ?? []) };
}

function visitsOf({ events }: HandIn): readonly string[] {
  const first = new Map<string, string>();
  for (const [guide, log] of events)
    for (const event of log) {
      const key = `${guide} ${event.visit}`;
      if (!first.has(key)) first.set(key, `${guide} ${canonicalJson(event)}`);
    }
  return [...first.values()];
}
