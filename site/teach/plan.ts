/** What the chosen chapters come to, for an instructor who plans a course. */
import type { Assignment } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog } from './catalog.ts';

export interface Plan {
  readonly chapters: number;
  readonly minutes: number;
  readonly checks: number;
  readonly points: number;
  /** What students can do afterwards: outcomes whose chapter is chosen. */
  readonly outcomes: readonly string[];
  /** What they should know beforehand: of the guides that a chapter is chosen of, each said once. */
  readonly prerequisites: readonly string[];
}

/** The plan of some chapters, by `guide/chapter`. */
export function planOf(paths: readonly string[], points: Assignment['points'], catalog: Catalog): Plan {
  const chosen = paths.flatMap((path) => {
    const [guide = '', chapter = ''] = path.split('/');
    return findChapter(catalog, { guide, chapter }) ?? [];
  });
  const sum = (of: (one: (typeof chosen)[number]) => number): number =>
    chosen.reduce((total, one) => total + of(one), 0);
  const checks = sum(({ chapter }) => chapter.checks.length);
  const each = points?.each ?? 0;
  return {
    chapters: chosen.length,
    minutes: sum(({ chapter }) => chapter.minutes),
    checks,
    points: each * (points?.per === 'check' ? checks : chosen.length),
    outcomes: unique(
      chosen.flatMap(({ guide, chapter }) =>
        guide.outcomes.filter((outcome) => outcome.chapter === chapter.slug).map(({ text }) => text),
      ),
    ),
    prerequisites: unique(chosen.flatMap(({ guide }) => guide.prerequisites)),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
