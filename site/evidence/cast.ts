/** What a terminal printed, and how it is written down: asciicast, version 2. */

/** A piece of a recording. */
export interface CastEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `o`: the terminal printed `data`, text with control sequences. `r`: its size became `data`, `80x24`. */
  readonly code: 'o' | 'r';
  readonly data: string;
}

/** What is left of the recording of one terminal of a guide. */
export interface Cast {
  readonly guide: string;
  /** From 1. */
  readonly terminal: number;
  readonly columns: number;
  readonly rows: number;
  /** Whether events before these have made room. */
  readonly isCut: boolean;
  readonly events: readonly CastEvent[];
}

/** Pauses are shown no longer than this, in seconds. */
const LONGEST_IDLE = 2;

/** The file's text: a header, then an event a line. Times never go back, whatever the browser's clock did. */
export function castText({ guide, terminal, columns, rows, isCut, events }: Cast): string {
  const startMs = events[0]?.at ?? 0;
  const header = {
    ...{ version: 2, width: columns, height: rows, timestamp: Math.floor(startMs / 1000) },
    idle_time_limit: LONGEST_IDLE,
    title: `${guide}, terminal ${terminal}${isCut ? ' (the last part)' : ''}`,
  };
  let seconds = 0;
  const lines = events.map(({ at, code, data }) => {
    seconds = Math.max(seconds, (at - startMs) / 1000);
    return JSON.stringify([seconds, code, data]);
  });
  return [JSON.stringify(header), ...lines, ''].join('\n');
}

/** The part of a recording from its event `first` on, with the size that the terminal had there. */
export function castFrom(cast: Cast, first: number): Cast {
  if (first <= 0) return cast;
  const size = cast.events.slice(0, first).findLast(({ code }) => code === 'r')?.data ?? '';
  const [, columns = cast.columns, rows = cast.rows] = /^(\d+)x(\d+)$/.exec(size) ?? [];
  return {
    ...cast,
    ...{ columns: Number(columns), rows: Number(rows), isCut: true },
    events: cast.events.slice(first),
  };
}
