/** What has become of an assignment's chapters since it was made: the site may have been released anew. */
import { diffArrays } from 'diff';
import type { AssignedChapter, Assignment } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog, CatalogChapter } from './catalog.ts';

export type Change =
  | { readonly kind: 'gone'; readonly guide: string; readonly chapter: string }
  | {
      readonly kind: 'changed';
      readonly guide: string;
      readonly chapter: string;
      readonly number: number;
      readonly title: string;
      /** Titles of checks that are not what they were. */
      readonly changed: readonly string[];
      readonly added: readonly string[];
      /** How many checks are gone; what they were called nobody knows any more. */
      readonly gone: number;
    };

/** What has changed of each chapter; chapters that are as they were are left out. */
export function changesSince(assignment: Assignment, catalog: Catalog): readonly Change[] {
  return assignment.chapters.flatMap((assigned): Change[] => {
    const { guide, chapter } = assigned;
    const found = findChapter(catalog, assigned)?.chapter;
    if (found === undefined) return [{ kind: 'gone', guide, chapter }];
    if (isSame(assigned, found)) return [];
    const { number, title } = found;
    return [{ kind: 'changed', guide, chapter, number, title, ...changedChecks(assigned, found) }];
  });
}

function isSame(assigned: AssignedChapter, { print, checks }: CatalogChapter): boolean {
  return (
    assigned.print === print &&
    assigned.checks.length === checks.length &&
    checks.every((check, index) => check.print === assigned.checks[index])
  );
}

function changedChecks(
  assigned: AssignedChapter,
  { checks }: CatalogChapter,
): { changed: readonly string[]; added: readonly string[]; gone: number } {
  const changed: string[] = [];
  const added: string[] = [];
  let gone = 0;
  let at = 0;
  /** Checks that were between the last two that both have; the ones that are there now took their place. */
  let missing = 0;
  for (const part of diffArrays(
    [...assigned.checks],
    checks.map(({ print }) => print),
  )) {
    if (part.removed) {
      missing += part.value.length;
      continue;
    }
    const titles = checks.slice(at, at + part.value.length).map(({ title }) => title);
    at += titles.length;
    if (part.added) {
      changed.push(...titles.slice(0, missing));
      added.push(...titles.slice(missing));
      missing = Math.max(0, missing - titles.length);
    }
    gone += missing;
    missing = 0;
  }
  return { changed, added, gone: gone + missing };
}

/** A change as a sentence or two. */
export function changeInWords(change: Change): string {
  const { guide, chapter } = change;
  if (change.kind === 'gone') return `The chapter “${chapter}” of “${guide}” is no longer on this site.`;
  const { number, title, changed, added, gone } = change;
  const parts = [
    ...(changed.length > 0 ? [`Changed: ${inQuotes(changed)}.`] : []),
    ...(added.length > 0 ? [`New: ${inQuotes(added)}.`] : []),
    ...(gone > 0 ? [gone === 1 ? 'One check is gone.' : `${gone} checks are gone.`] : []),
  ];
  const place = `Chapter ${number}, “${title}”`;
  return parts.length === 0
    ? `${place}: its steps have changed; its checks are the same.`
    : `${place}: its checks have changed. ${parts.join(' ')}`;
}

function inQuotes(titles: readonly string[]): string {
  return titles.map((title) => `“${title}”`).join(', ');
}
