/**
 * What the events of a chapter come to. Made where a student hands in, and once more where an instructor reads: what
 * does not agree with its own events has been edited.
 */
import type { WorkEvent } from './events.ts';

/** What is known of one check. */
export interface CheckSummary {
  readonly id: string;
  /** When it passed first, milliseconds since 1970; `null` when it never did. */
  readonly firstPassMs: number | null;
  /** How often it was run until it passed, that run included; all runs when it never did. */
  readonly attempts: number;
  /** The causes that were met before it passed, and how often. `unknown`: nothing explained it. */
  readonly causes: Readonly<Record<string, number>>;
}

export interface ChapterSummary {
  readonly checks: readonly CheckSummary[];
  readonly help: { readonly hints: number; readonly solutions: number; readonly compared: number };
  /** Commands of the chapter that were typed, and that a button typed. */
  readonly typed: number;
  readonly pressed: number;
  /** Files of the guide that were saved in an editor, and that the page wrote. */
  readonly byHand: number;
  readonly byPage: number;
  /** At work, milliseconds: breaks of more than {@link LONGEST_PAUSE_MS} are left out. */
  readonly workMs: number;
}

/** A longer time without an event is a break. */
export const LONGEST_PAUSE_MS = 3 * 60_000;

/** `checks`: ids of the chapter's checks in order; `events`: of the whole guide, in their order. */
export function summarize(
  chapter: string,
  checks: readonly string[],
  events: readonly WorkEvent[],
): ChapterSummary {
  const own = events.filter((event) => event.chapter === chapter);
  const count = (counts: (event: WorkEvent) => boolean): number => own.filter(counts).length;
  const helpIds = (wanted: string): number =>
    new Set(own.flatMap((event) => (event.kind === 'help' && event.what === wanted ? [event.id] : []))).size;
  return {
    checks: checks.map((id) => summarizeCheck(id, own)),
    help: { hints: helpIds('hint'), solutions: helpIds('solution'), compared: helpIds('compare') },
    typed: count((event) => event.kind === 'command' && event.action !== null && event.by === 'typed'),
    pressed: count((event) => event.kind === 'command' && event.action !== null && event.by === 'pressed'),
    byHand: count((event) => event.kind === 'file' && event.by === 'hand'),
    byPage: count((event) => event.kind === 'file' && event.by === 'page'),
    workMs: workOf(chapter, events),
  };
}

function summarizeCheck(id: string, events: readonly WorkEvent[]): CheckSummary {
  // A cause may have any name, also one that every object has.
  const causes = new Map<string, number>();
  let attempts = 0;
  for (const event of events) {
    if (event.kind !== 'check' || event.check !== id) continue;
    attempts++;
    if (event.result === 'pass')
      return { id, firstPassMs: event.at, attempts, causes: Object.fromEntries(causes) };
    if (event.result === 'error') continue;
    const cause = event.cause ?? 'unknown';
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return { id, firstPassMs: null, attempts, causes: Object.fromEntries(causes) };
}

/** By the clock that does not go back, within one visit of a page. */
function workOf(chapter: string, events: readonly WorkEvent[]): number {
  let sum = 0;
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before?.visit !== event.visit || event.chapter !== chapter) continue;
    const pause = event.up - before.up;
    if (pause > 0 && pause <= LONGEST_PAUSE_MS) sum += pause;
  }
  return sum;
}
