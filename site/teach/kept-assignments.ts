/**
 * The assignments that were opened in this browser, under one key of `localStorage`, which ends with the path of the
 * site. The last one opened comes first:
 *
 * ```
 * typealong:assignments /learn/  {"version":1,"links":["1.Zm9v…","1.YmFy…"]}
 * ```
 *
 * Each entry is an assignment’s link (`link.ts`), made anew from what was read. Entries that this release cannot read are
 * written back after the others as they were: another release may read them. A value of a newer version of the site is
 * left alone; what is opened then lasts as long as the page.
 */
import { isRecord, parseJson } from '../json.ts';
import { LIMITS } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { readLink, writeLink } from './link.ts';

/** How many are kept; the ones not opened for the longest time go first. As many more that cannot be read. */
export const MOST_KEPT = 20;

/** The part of `Storage` that is needed; in private windows of some browsers it throws. */
export type AssignmentStorage = Pick<Storage, 'getItem' | 'setItem'>;

export class KeptAssignments {
  readonly #storage: AssignmentStorage | null;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  #assignments: readonly Assignment[] = [];
  /** Entries that this release cannot read. */
  #unread: readonly string[] = [];
  #mayWrite: boolean;
  #isKeeping = true;

  constructor(storage: AssignmentStorage | null, key: string) {
    this.#storage = storage;
    this.#key = key;
    const kept = this.#read();
    this.#assignments = kept ?? [];
    this.#mayWrite = kept !== null;
  }

  /** The last one opened first. */
  get all(): readonly Assignment[] {
    return this.#assignments;
  }

  /** Whether they will be there after a reload, as far as is known. */
  get isKeeping(): boolean {
    return this.#storage !== null && this.#mayWrite && this.#isKeeping;
  }

  /** Those that ask for a chapter, the last one opened first. */
  asking(guide: string, chapter: string): readonly Assignment[] {
    return this.#assignments.filter(({ chapters }) =>
      chapters.some((assigned) => assigned.guide === guide && assigned.chapter === chapter),
    );
  }

  /**
   * Puts an assignment first, in place of what was kept of it. When a later revision of it is kept, that is what is
   * put first and returned.
   */
  open(assignment: Assignment): Assignment {
    let opened = assignment;
    this.#change((kept) => {
      const before = kept.find(({ id }) => id === assignment.id);
      if (before && before.revision > assignment.revision) opened = before;
      return [opened, ...kept.filter(({ id }) => id !== assignment.id)].slice(0, MOST_KEPT);
    });
    return opened;
  }

  /** What is kept of an assignment when that is a later revision; otherwise the assignment itself. */
  newest(assignment: Assignment): Assignment {
    const kept = this.#assignments.find(({ id }) => id === assignment.id);
    return kept && kept.revision > assignment.revision ? kept : assignment;
  }

  /** Forgets an assignment. Returns the place it had, from 0; -1 when it was not kept. */
  drop(id: number): number {
    let index = -1;
    this.#change((kept) => {
      index = kept.findIndex((assignment) => assignment.id === id);
      return kept.filter((assignment) => assignment.id !== id);
    });
    return index;
  }

  /**
   * Undoes `drop`: keeps an assignment again, at the place it had, so that no other rules come into force than before.
   * One that has been opened again meanwhile stays as it is.
   */
  restore(assignment: Assignment, index: number): void {
    const place = Math.max(0, index);
    this.#change((kept) =>
      kept.some(({ id }) => id === assignment.id)
        ? kept
        : [...kept.slice(0, place), assignment, ...kept.slice(place)].slice(0, MOST_KEPT),
    );
  }

  /** Another tab has written: take what it left. */
  reload(): void {
    const kept = this.#read();
    this.#mayWrite = kept !== null;
    if (kept !== null) this.#assignments = kept;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change. Returns an unsubscribe function. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(change: (kept: readonly Assignment[]) => readonly Assignment[]): void {
    // Two tabs may be open: start from what is kept, not from what this one remembers.
    const latest = this.isKeeping ? (this.#read() ?? this.#assignments) : this.#assignments;
    this.#assignments = change(latest);
    if (this.#mayWrite) this.#write();
    for (const listener of this.#listeners) listener();
  }

  /** `null` when a newer version of the site wrote it. */
  #read(): readonly Assignment[] | null {
    try {
      const kept = entriesFrom(this.#storage?.getItem(this.#key) ?? null);
      this.#unread = kept?.unread ?? [];
      return kept?.assignments ?? null;
    } catch {
      this.#isKeeping = false; // Storage is forbidden here.
      return [];
    }
  }

  #write(): void {
    try {
      const links = [...this.#assignments.map(writeLink), ...this.#unread];
      this.#storage?.setItem(this.#key, JSON.stringify({ version: 1, links }));
      this.#isKeeping = true;
    } catch {
      this.#isKeeping = false; // Full or forbidden. The student's page says so.
    }
  }
}

interface Entries {
  readonly assignments: readonly Assignment[];
  readonly unread: readonly string[];
}

/** `null` when a newer version of the site wrote it. */
function entriesFrom(kept: string | null): Entries | null {
  const value = kept === null ? null : parseJson(kept);
  const none = { assignments: [], unread: [] };
  if (!isRecord(value)) return none;
  const { version, links } = value;
  if (typeof version === 'number' && version > 1) return null;
  if (version !== 1 || !Array.isArray(links)) return none;
  const assignments = new Map<number, Assignment>();
  const unread = new Set<string>();
  for (const link of links.slice(0, 2 * MOST_KEPT) as unknown[]) {
    if (typeof link !== 'string') continue;
    const { assignment } = readLink(link);
    if (assignment) {
      if (!assignments.has(assignment.id)) assignments.set(assignment.id, assignment);
    } else if (link.length <= LIMITS.link) unread.add(link);
  }
  return {
    assignments: [...assignments.values()].slice(0, MOST_KEPT),
    unread: [...unread].slice(0, MOST_KEPT),
  };
}
