/** Numbers and times of the class page in words. */
import { causeName, span } from '../event-words.ts';
import { counted } from '../../counted.ts';
import type { ChapterRow, StudentRow, Stuck } from './model.ts';

const MINUTE_MS = 60_000;

/** Whole minutes at work. */
export function minutesOf(milliseconds: number): number {
  return Math.round(milliseconds / MINUTE_MS);
}

/** A time on the clock of whoever reads, `1 Dec 2026, 23:59`. */
export function timeOf(milliseconds: number): string {
  return TIME.format(milliseconds);
}
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** `Done`, `Done, 2 h late`, `3 of 5`; a dash where nothing was begun. */
export function chapterInWords({ state, passed, checks, lateMs }: ChapterRow): string {
  const late = lateMs > 0 ? `, ${span(lateMs)} late` : '';
  if (state === 'done') return `Done${late}`;
  return state === 'begun' ? `${passed} of ${checks.length}${late}` : '–';
}

/** `2 hints, 1 solution`; empty when there was none. */
export function helpInWords({
  hints,
  solutions,
  compared,
  pressed,
  byPage,
}: Pick<StudentRow, 'hints' | 'solutions' | 'compared' | 'pressed' | 'byPage'>): string {
  return [
    ...(hints > 0 ? [counted(hints, 'hint')] : []),
    ...(solutions > 0 ? [counted(solutions, 'solution')] : []),
    ...(compared > 0 ? [`${counted(compared, 'file')} compared`] : []),
    ...(pressed > 0 ? [`${counted(pressed, 'command')} entered with a button`] : []),
    ...(byPage > 0 ? [`${counted(byPage, 'file')} written by a button`] : []),
  ].join(', ');
}

export function stuckInWords({ chapter, check, attempts, cause }: Stuck): string {
  const tries = attempts === 0 ? 'not tried' : counted(attempts, 'failed attempt');
  return `${check} (${chapter}): ${tries}${cause === null ? '' : `, mostly ${causeName(cause)}`}`;
}
