/** Finished steps of which a student's record says nothing: it began later, was deleted, or could not be written. */
import type { ChapterEvidence } from '../evidence/format.ts';
import type { CatalogChapter } from './catalog.ts';

/**
 * Of the steps that `isDone` knows of, those that the record does not show to be done: one of their checks has not
 * passed in it or, of a step without checks, it was not opened. `opened`: the steps of this chapter that were.
 */
export function unrecordedSteps(
  { steps, checks }: Pick<CatalogChapter, 'steps' | 'checks'>,
  recorded: Pick<ChapterEvidence, 'checks'>,
  opened: ReadonlySet<string>,
  isDone: (step: string) => boolean,
): readonly CatalogChapter['steps'][number][] {
  const passed = new Set(
    recorded.checks.flatMap(({ id, firstPassMs }) => (firstPassMs === null ? [] : [id])),
  );
  let first = 0;
  return steps.filter(({ id, checks: count }) => {
    const own = checks.slice(first, (first += count));
    const isRecorded = count === 0 ? opened.has(id) : own.every((check) => passed.has(check.id));
    return isDone(id) && !isRecorded;
  });
}
