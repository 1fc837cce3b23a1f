/** Numbers and times of the class page in words. */
import type { WorkEvent } from '../../evidence/events.ts';
import { counted } from '../in-words.ts';
import type { ChapterRow, StudentRow, Stuck } from './model.ts';
import { shownText } from '../../shown-text.ts';

const MINUTE_MS = 60_000;

/** `12 min`, `3 h`, `2 days`, rounded up: what is late by a second is late by a minute. */
export function span(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / MINUTE_MS);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

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
}: Pick<StudentRow, 'hints' | 'solutions' | 'compared' | 'pressed'>): string {
  return [
    ...(hints > 0 ? [counted(hints, 'hint')] : []),
    ...(solutions > 0 ? [counted(solutions, 'solution')] : []),
    ...(compared > 0 ? [`${counted(compared, 'file')} compared`] : []),
    ...(pressed > 0 ? [`${counted(pressed, 'command')} by button`] : []),
  ].join(', ');
}

/** A cause’s name as words: `socket missing`. */
export function causeName(cause: string): string {
  return cause === 'unknown' ? 'no known cause' : shownText(cause).replaceAll('-', ' ');
}

export function stuckInWords({ chapter, check, attempts, cause }: Stuck): string {
  const tries = attempts === 0 ? 'not tried' : `${counted(attempts, 'attempt')} in vain`;
  return `${check} (${chapter}): ${tries}${cause === null ? '' : `, mostly ${causeName(cause)}`}`;
}

/** What happened, as a line of a student’s time line. */
export function eventInWords(event: WorkEvent, titleOf: (check: string) => string | undefined): string {
  switch (event.kind) {
    case 'opened':
      return `Opened the step “${shownText(event.step)}”`;
    case 'command': {
      const whose = event.action === null ? 'a command of their own' : 'a command of the chapter';
      return `${event.by === 'typed' ? 'Typed' : 'Had a button type'} ${whose}: ${shownText(event.text, 200)}`;
    }
    case 'file':
      return `${event.by === 'hand' ? 'Saved in an editor' : 'Had the page write'}: ${shownText(event.path, 200)}`;
    case 'check': {
      const title = titleOf(event.check) ?? shownText(event.check);
      const cause = event.cause === undefined ? '' : `: ${causeName(event.cause)}`;
      const result = { pass: 'passed', fail: 'failed', error: 'could not be run' }[event.result];
      return `“${title}” ${result}${cause}`;
    }
    case 'help':
      return {
        hint: `Opened the hint “${shownText(event.id)}”`,
        solution: `Opened the solution “${shownText(event.id)}”`,
        compare: `Compared a file with the machine: ${shownText(event.id)}`,
      }[event.what];
    case 'machine':
      return {
        started: 'Started a machine',
        resumed: 'Went on with a saved machine',
        reset: 'Reset the machine',
        rebooted: 'The machine restarted',
        off: 'Switched the machine off',
      }[event.what];
    case 'back':
      return `Came back after ${span(event.afterMs)}`;
  }
}
