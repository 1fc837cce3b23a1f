import type { CommandTiming } from './engine.ts';

/** Waiting for all commands of a guide together, on a machine with two cores. */
export const BUDGET_MS = 240_000;

/** What counts towards {@link BUDGET_MS}. */
export function totalWaitedMs(timings: readonly CommandTiming[]): number {
  return timings.reduce((sum, timing) => sum + (whyNotCounted(timing) === null ? timing.waitedMs : 0), 0);
}

function whyNotCounted({ reboot, visit }: CommandTiming): string | null {
  if (reboot) return 'a reboot';
  return visit ? 'a page, until it was there' : null;
}

/** The time of each command, and the sum; `budget` compares the sum with {@link BUDGET_MS}. */
export function timingTable(timings: readonly CommandTiming[], { budget }: { budget: boolean }): string {
  const lines: string[] = [];
  let chapter = '';
  for (const timing of timings) {
    if (timing.chapter !== chapter) lines.push('', timing.chapter);
    chapter = timing.chapter;
    const reason = whyNotCounted(timing);
    const note = reason === null ? '' : `  (${reason}: not counted)`;
    lines.push(`${seconds(timing.waitedMs)}  ${timing.command}${note}`);
  }
  const total = totalWaitedMs(timings);
  lines.push('', `${seconds(total)}  together`);
  if (budget) {
    const verdict = total <= BUDGET_MS ? 'within' : 'over';
    lines.push(`${' '.repeat(9)}  ${verdict} the budget of ${BUDGET_MS / 1000} s`);
  }
  return lines.join('\n');
}

/**
 * The `count` commands that were waited for longest, slowest first, and the sum of all that counts. Without what
 * {@link totalWaitedMs} leaves out.
 */
export function slowestTable(timings: readonly CommandTiming[], count: number): string {
  const counted = timings.filter((timing) => whyNotCounted(timing) === null);
  const slowest = counted.toSorted((a, b) => b.waitedMs - a.waitedMs).slice(0, count);
  return [
    ...slowest.map(({ waitedMs, command }) => `${seconds(waitedMs)}  ${command}`),
    `${seconds(totalWaitedMs(timings))}  all ${counted.length} commands together`,
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
}

/** Seconds of each command, to a tenth, by `guide/chapter/<action id>`. Restarts, keys and pages are left out. */
export function secondsOfCommands(timings: readonly CommandTiming[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    timings
      .filter((timing) => whyNotCounted(timing) === null && !timing.keys)
      .map(({ chapter, action, waitedMs }) => [`${chapter}/${action}`, Math.round(waitedMs / 100) / 10]),
  );
}
