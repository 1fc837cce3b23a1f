/** Reads what Chromium recorded of its threads (the Trace Event Format). */

/** The fields of a trace event that matter here. */
export interface TraceEvent {
  readonly name: string;
  /** `X`: something that lasted; `M`: a name. */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly name?: unknown };
}

/** Milliseconds of the longest task of any page's main thread. Throws when no page was recorded. */
export function longestMainThreadTask(events: readonly TraceEvent[]): number {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map((event) => threadOf(event)),
  );
  let longest = -Infinity;
  for (const event of events) {
    if (event.ph === 'X' && mainThreads.has(threadOf(event))) longest = Math.max(longest, event.dur ?? 0);
  }
  if (longest < 0) throw new Error('The browser recorded no task of a page.');
  return longest / 1000;
}
