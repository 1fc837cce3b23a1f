/**
 * What a student has entered to be identified by, kept for the next time under one key of `localStorage`, by what an
 * assignment asks for:
 *
 * ```
 * typealong:student /learn/  {"version":1,"entered":[["Student number","4711"]]}
 * ```
 */
import { isRecord, parseJson } from '../json.ts';
import { withSlash } from '../with-slash.ts';
import { oneLine } from './assignment.ts';

/** Characters of what identifies a student. */
export const LONGEST_IDENTITY = 100;
/** How many are kept; those of the longest ago go first. */
const MOST_KEPT = 10;

type Entered = readonly (readonly [asked: string, entered: string])[];

export function identityKey(base: string): string {
  return `typealong:student ${withSlash(base)}`;
}

/** What was entered the last time; empty when nothing was. */
export function keptIdentity(storage: Pick<Storage, 'getItem'> | null, key: string, asked: string): string {
  return read(storage, key).find(([of]) => of === asked)?.[1] ?? '';
}

/** Keeps it, where the browser keeps anything. */
export function keepIdentity(
  storage: Pick<Storage, 'getItem' | 'setItem'> | null,
  key: string,
  asked: string,
  entered: string,
): void {
  const others = read(storage, key).filter(([of]) => of !== asked);
  const value = { version: 1, entered: [[asked, entered], ...others].slice(0, MOST_KEPT) };
  try {
    storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it is entered again the next time.
  }
}

function read(storage: Pick<Storage, 'getItem'> | null, key: string): Entered {
  try {
    const value = parseJson(storage?.getItem(key) ?? '');
    if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['entered'])) return [];
    return value['entered'].flatMap((entry: unknown): Entered => {
      const [asked, entered] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      if (typeof asked !== 'string' || typeof entered !== 'string') return [];
      return [[asked, oneLine(entered).slice(0, LONGEST_IDENTITY)]];
    });
  } catch {
    return []; // Storage is forbidden here.
  }
}
