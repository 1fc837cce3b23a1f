/** The two JSON entries of a hand-in, from anybody's file: `null` for everything that is not of their shape. */
import { isRecord } from '../json.ts';
import type { Link } from './chain.ts';
import {
  EVIDENCE_FORMAT,
  type Answer,
  type ChapterEvidence,
  type Evidence,
  type Manifest,
} from './format.ts';
import type { CheckSummary } from './summary.ts';

/** Bounds of what is read. The largest assignment has 60 chapters of 60 checks. */
const MOST = { chapters: 60, checks: 100, causes: 200, files: 500, chains: 60, entries: 1000 } as const;
const LONGEST = { link: 1500, text: 2000, name: 200 } as const;

export function readEvidence(value: unknown): Evidence | null {
  if (!isRecord(value) || value['format'] !== EVIDENCE_FORMAT) return null;
  const { assignment, student, madeAtMs, zone } = value;
  if (!isText(assignment, LONGEST.link) || !isText(student, LONGEST.text) || !isText(zone, LONGEST.name))
    return null;
  if (!isCount(madeAtMs) || madeAtMs > LAST_MS) return null;
  const chapters = listOf(value['chapters'], MOST.chapters, readChapter);
  const files = listOf(value['files'], MOST.files, readFile);
  return (
    chapters && files && { format: EVIDENCE_FORMAT, assignment, student, madeAtMs, zone, chapters, files }
  );
}

export function readManifest(value: unknown): Manifest | null {
  if (!isRecord(value) || value['format'] !== EVIDENCE_FORMAT || !isRecord(value['key'])) return null;
  const { kty, crv, x, y } = value['key'];
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y)) return null;
  const chains = recordOf(value['chains'], MOST.chains, readChain);
  const files = recordOf(value['files'], MOST.entries, (link) => (isLink(link) ? link : null));
  return chains && files && { format: EVIDENCE_FORMAT, key: { kty, crv, x, y }, chains, files };
}

/** The last instant of a `Date`. */
const LAST_MS = 8.64e15;

function readChapter(value: unknown): ChapterEvidence | null {
  if (!isRecord(value) || !isRecord(value['help'])) return null;
  const { guide, chapter, print, typed, pressed, byHand, byPage, workMs } = value;
  const { hints, solutions, compared } = value['help'];
  if (!isName(guide) || !isName(chapter)) return null;
  const counts = [print, typed, pressed, byHand, byPage, workMs, hints, solutions, compared];
  if (!counts.every(isCount)) return null;
  const checks = listOf(value['checks'], MOST.checks, readCheck);
  const now = recordOf(value['now'], MOST.checks, readAnswer);
  if (!checks || !now) return null;
  return {
    ...{ guide, chapter, checks, now },
    ...({ print, typed, pressed, byHand, byPage, workMs } as Pick<
      ChapterEvidence,
      'print' | 'typed' | 'pressed' | 'byHand' | 'byPage' | 'workMs'
    >),
    help: { hints, solutions, compared } as ChapterEvidence['help'],
  };
}

function readCheck(value: unknown): CheckSummary | null {
  if (!isRecord(value)) return null;
  const { id, firstPassMs, attempts } = value;
  const causes = recordOf(value['causes'], MOST.causes, (count) => (isCount(count) ? count : null));
  if (!isName(id) || !(firstPassMs === null || isCount(firstPassMs)) || !isCount(attempts) || !causes)
    return null;
  return { id, firstPassMs, attempts, causes };
}

const ANSWERS: readonly unknown[] = ['pass', 'fail', 'error', 'not-asked'] satisfies Answer[];

function readAnswer(value: unknown): ChapterEvidence['now'][string] | null {
  if (!isRecord(value) || !ANSWERS.includes(value['answer'])) return null;
  const { answer, cause } = value;
  if (cause !== undefined && !isName(cause)) return null;
  return { answer: answer as Answer, ...(cause !== undefined && { cause }) };
}

function readFile(value: unknown): Evidence['files'][number] | null {
  if (!isRecord(value)) return null;
  const { guide, path, diff } = value;
  return isName(guide) && isName(path) && (diff === null || isName(diff)) ? { guide, path, diff } : null;
}

function readChain(value: unknown): Manifest['chains'][string] | null {
  if (!isRecord(value)) return null;
  const { dropped, before, count, head } = value;
  return isCount(dropped) && isCount(count) && isLink(before) && isLink(head)
    ? { dropped, before, count, head }
    : null;
}

function listOf<T>(value: unknown, most: number, read: (one: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value) || value.length > most) return null;
  const all = value.map(read);
  return all.includes(null) ? null : (all as T[]);
}

function recordOf<T>(
  value: unknown,
  most: number,
  read: (one: unknown) => T | null,
): Readonly<Record<string, T>> | null {
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  if (entries.length > most) return null;
  const all = entries.map(([key, one]) => [key, isName(key) ? read(one) : null] as const);
  return all.some(([, one]) => one === null) ? null : (Object.fromEntries(all) as Record<string, T>);
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}

function isName(value: unknown): value is string {
  return isText(value, LONGEST.name) && value.length > 0;
}

function isLink(value: unknown): value is Link {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** 32 bytes in base64url. */
function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
