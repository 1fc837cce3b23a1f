/** What the class page keeps of one hand-in: small, since there may be hundreds. */
import { canonicalJson } from '../../evidence/canonical.ts';
import { hashOf, type Link } from '../../evidence/chain.ts';
import type { Finding } from '../../evidence/finding.ts';
import type { ChapterEvidence } from '../../evidence/format.ts';
import { readHandIn, type HandIn } from '../../evidence/read.ts';
import { RefusedFile } from '../../evidence/refused-file.ts';
import type { GivenFile } from '../../evidence/submissions.ts';
import { summarize } from '../../evidence/summary.ts';
import { verify } from '../../evidence/verify.ts';
import type { Assignment } from '../assignment.ts';
import { findChapter, type Catalog } from '../catalog.ts';
import { readLink } from '../link.ts';
import { shownText } from '../../shown-text.ts';
import { coursePerson, type CoursePerson } from './source.ts';

/** A hand-in as its own record tells it. */
export interface StudentFile {
  readonly path: string;
  readonly person: CoursePerson | null;
  /** What the student entered, as it is shown. May be empty. */
  readonly student: string;
  readonly madeAtMs: number;
  readonly assignment: Assignment;
  /** The assignment's link, which is the same for the same assignment. */
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

/** @throws {RefusedFile} with a sentence about what is wrong with the file. */
export async function readStudentFile({ path, content }: GivenFile, catalog: Catalog): Promise<StudentFile> {
  const handIn = await readHandIn(content);
  const { evidence, keyId } = handIn;
  const { assignment } = readLink(evidence.assignment);
  if (!assignment) throw new RefusedFile('The assignment that it names cannot be read.');
  return {
    path,
    person: coursePerson(path),
    student: shownText(evidence.student),
    madeAtMs: evidence.madeAtMs,
    assignment,
    link: evidence.assignment,
    chapters: evidence.chapters.map((chapter) => byRecord(chapter, handIn, catalog)),
    keyId,
    hash: hashOf(new Uint8Array(await content.slice(0, MOST_HASHED).arrayBuffer())),
    visits: visitsOf(handIn),
    findings: await verify(handIn),
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
