/**
 * How far a student is with an assignment, from the progress that this browser has kept.
 *
 * Progress knows when each step was done first, that is, when all its checks had passed. So checks count with their
 * step, and are late with it.
 */
import type { ProgressStore } from '../progress/store.ts';
import type { AssignedChapter, Assignment } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog, CatalogChapter, CatalogGuide } from './catalog.ts';

/** Numbers of one chapter, or of all of them. */
export interface Tally {
  readonly steps: number;
  readonly stepsDone: number;
  readonly checks: number;
  readonly checksDone: number;
  /** Of those done, the checks whose step was done after the due time. */
  readonly checksLate: number;
  readonly points: number;
  readonly pointsDone: number;
  /** Of the points done, those that came after the due time. */
  readonly pointsLate: number;
}

export interface ChapterStanding {
  readonly assigned: AssignedChapter;
  /** `null` when the site no longer has the chapter: it then counts for nothing. */
  readonly found: { readonly guide: CatalogGuide; readonly chapter: CatalogChapter } | null;
  readonly state: 'open' | 'begun' | 'done';
  /** Something in it was done after the due time. */
  readonly isLate: boolean;
  readonly tally: Tally;
}

export interface Standing {
  readonly chapters: readonly ChapterStanding[];
  /** How many of them the site still has: only these count. */
  readonly chaptersFound: number;
  readonly chaptersDone: number;
  readonly total: Tally;
}

const NOTHING: Tally = {
  steps: 0,
  stepsDone: 0,
  checks: 0,
  checksDone: 0,
  checksLate: 0,
  points: 0,
  pointsDone: 0,
  pointsLate: 0,
};

export function standingOf(
  assignment: Assignment,
  catalog: Catalog,
  progress: Pick<ProgressStore, 'guide'>,
): Standing {
  const chapters = assignment.chapters.map((assigned) =>
    chapterStanding(assignment, assigned, findChapter(catalog, assigned), progress),
  );
  return {
    chapters,
    chaptersFound: chapters.filter(({ found }) => found !== null).length,
    chaptersDone: chapters.filter(({ state }) => state === 'done').length,
    total: chapters.map(({ tally }) => tally).reduce(sumOf, NOTHING),
  };
}

function chapterStanding(
  { due, points }: Assignment,
  assigned: AssignedChapter,
  found: ChapterStanding['found'],
  progress: Pick<ProgressStore, 'guide'>,
): ChapterStanding {
  if (found === null) return { assigned, found, state: 'open', isLate: false, tally: NOTHING };
  const doneAt = progress.guide(found.guide.slug).steps;
  const steps = found.chapter.steps.map(({ id, checks }) => {
    const at = doneAt[`${found.chapter.slug}/${id}`];
    // A time that is none is not after anything.
    return {
      checks,
      isDone: at !== undefined,
      isLate: at !== undefined && Date.parse(at) > due.minute * 60_000,
    };
  });
  const done = steps.filter(({ isDone }) => isDone);
  const late = steps.filter(({ isLate }) => isLate);
  const isDone = steps.length > 0 && done.length === steps.length;
  const each = points?.each ?? 0;
  const isPerCheck = points?.per === 'check';
  const worth = (checks: number, counts: boolean): number => each * (isPerCheck ? checks : counts ? 1 : 0);
  return {
    assigned,
    found,
    state: isDone ? 'done' : done.length > 0 ? 'begun' : 'open',
    isLate: late.length > 0,
    tally: {
      steps: steps.length,
      stepsDone: done.length,
      checks: checksOf(steps),
      checksDone: checksOf(done),
      checksLate: checksOf(late),
      points: worth(checksOf(steps), true),
      pointsDone: worth(checksOf(done), isDone),
      pointsLate: worth(checksOf(late), isDone && late.length > 0),
    },
  };
}

function checksOf(steps: readonly { readonly checks: number }[]): number {
  return steps.reduce((sum, { checks }) => sum + checks, 0);
}

function sumOf(one: Tally, other: Tally): Tally {
  const keys = Object.keys(one) as (keyof Tally)[];
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as unknown as Tally;
}
