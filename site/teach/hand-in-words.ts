/** What is in the file that a student hands in, in words, before it is given away. */
import type { ChapterEvidence } from '../evidence/format.ts';
import type { WorkEvent } from '../evidence/events.ts';
import type { CheckSummary } from '../evidence/summary.ts';
import { causeName, whatHappened } from './event-words.ts';
import { counted } from '../counted.ts';

const MINUTE_MS = 60_000;

/** The columns of the table of chapters, in the order of {@link chapterCells}. */
export const CHAPTER_COLUMNS = ['Checks passed', 'Attempts', 'Help', 'At work', 'Commands', 'Files'] as const;

/** A row of the table of chapters, without its title. */
export function chapterCells({
  checks,
  help,
  workMs,
  typed,
  pressed,
  byHand,
  byPage,
  now,
}: ChapterEvidence): readonly string[] {
  const passed = checks.filter(({ firstPassMs }) => firstPassMs !== null).length;
  const asked = Object.values(now).filter(({ answer }) => answer !== 'not-asked');
  const passNow = asked.filter(({ answer }) => answer === 'pass').length;
  const used = [
    ...(help.hints > 0 ? [counted(help.hints, 'hint')] : []),
    ...(help.solutions > 0 ? [counted(help.solutions, 'solution')] : []),
    ...(help.compared > 0 ? [`${counted(help.compared, 'file')} compared`] : []),
  ];
  return [
    `${passed} of ${checks.length}${asked.length > 0 ? `; ${passNow} of ${asked.length} on the machine now` : ''}`,
    String(checks.reduce((sum, { attempts }) => sum + attempts, 0)),
    used.length > 0 ? used.join(', ') : 'none',
    workInWords(workMs),
    amounts([typed, 'typed'], [pressed, 'by a button']),
    amounts([byHand, 'by hand'], [byPage, 'by the page']),
  ];
}

/** The columns of the table of a chapter's checks, in the order of {@link checkCells}. */
export const CHECK_COLUMNS = ['Passed first', 'Attempts', 'What was wrong', 'Now'] as const;

/** A row of the table of checks, without its title. */
export function checkCells(
  { id, firstPassMs, attempts, causes }: CheckSummary,
  now: ChapterEvidence['now'],
): readonly string[] {
  const met = Object.entries(causes).map(
    ([cause, times]) => `${causeName(cause)}${times > 1 ? ` (${times} times)` : ''}`,
  );
  const answer = now[id]?.answer ?? 'not-asked';
  const cause = now[id]?.cause;
  return [
    firstPassMs === null ? 'not yet' : timeOf(firstPassMs),
    String(attempts),
    met.length > 0 ? met.join(', ') : attempts === 0 ? '–' : 'nothing',
    answer === 'not-asked' ? 'not asked' : cause === undefined ? answer : `${answer}: ${causeName(cause)}`,
  ];
}

/** `at work` as a time; breaks are left out of it already. */
function workInWords(ms: number): string {
  return ms === 0 ? '0 min' : ms < MINUTE_MS ? 'under 1 min' : `${Math.round(ms / MINUTE_MS)} min`;
}

function amounts(...parts: readonly (readonly [number, string])[]): string {
  const some = parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  return some.length > 0 ? some.join(', ') : 'none';
}

/** An event of a guide as a line. `titles`: of chapters, `guide/chapter`, and of their steps and checks, one more `/id`. */
export function eventInWords(
  guide: string,
  event: WorkEvent,
  titles: Readonly<Record<string, string>>,
): string {
  const chapter = `${guide}/${event.chapter}`;
  const happened = whatHappened(event, (id) => titles[`${chapter}/${id}`]);
  return `${timeOf(event.at)}  ${titles[chapter] ?? event.chapter}  ${happened}`;
}

/** Seconds count where one looks for what happened when. */
function timeOf(ms: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    hourCycle: 'h23',
  }).format(ms);
}
