/** What a unit that runs uWSGI said, line by line, as `journalctl -o cat` prints it; or what its log file has. */
import { quote } from './survey.ts';

/** Longest line of a log that is looked at, and most bytes of one that are read. */
const LINE_LENGTH = 4096;
export const LOG_BYTES = 262_144;

/** The lines of a log, long ones cut. */
export function logLines(output: string): readonly string[] {
  return output.split('\n').map((line) => line.slice(0, LINE_LENGTH));
}

/**
 * The lines since the unit last started, or since uWSGI loaded everything again at a reload; all of them when neither is
 * among them. Of a unit that waits for uWSGI (`Type=notify`), systemd says "Started" when uWSGI has said all of its own.
 */
export function lastRun(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex((line) => /^(Started|Starting) \S+/.test(line));
  const before = lines.slice(0, Math.max(end, 0));
  const begin = before.findLastIndex((line) => /^(Started|Starting|Stopped|Failed to start) \S+/.test(line));
  const start = lines[end]?.startsWith('Started ') && lines[begin]?.startsWith('Starting ') ? begin : end;
  const reload = lines.findLastIndex((line) => line.startsWith('binary reloading uWSGI'));
  return lines.slice(Math.max(start, reload, 0)).filter((line) => line.trim() !== '');
}

/** Longest pieces of a log file that are read, in bytes: in which a start is looked for, and from there and from the end. */
const SEARCHED_BYTES = 4_194_304;
const PIECE_BYTES = 65_536;

/** A command that prints a log file from uWSGI's last start on, and its end once more where that was cut. */
export function readLastStart(file: string): string {
  const log = `tail -c ${SEARCHED_BYTES} ${quote(file)} 2>/dev/null`;
  return [
    `at=$(${log} | grep -ab '^\\*\\*\\* Starting uWSGI ' | tail -n 1 | cut -d: -f1)`,
    `[ -n "$at" ] && ${log} | tail -c "+$((at + 1))" | head -c ${PIECE_BYTES}`,
    `echo; tail -c ${PIECE_BYTES} ${quote(file)} 2>/dev/null`,
    'true',
  ].join('; ');
}

/** The lines of a log file since uWSGI last started, and when that was, as it says it: `Thu Nov 26 11:02:41 2026`. */
export function lastStart(lines: readonly string[]): {
  readonly lines: readonly string[];
  readonly at: string;
} {
  const start = lines.findLastIndex((line) => line.startsWith('*** Starting uWSGI '));
  return {
    lines: lines.slice(Math.max(start, 0)).filter((line) => line.trim() !== ''),
    at: / on \[([^\]]{1,40})\] \*\*\*$/.exec(lines[start] ?? '')?.[1] ?? '',
  };
}

/** A request that a worker logged: `[pid: 812|app: 0|req: 1/1] … GET /?x => generated 40 bytes …` */
export interface LoggedRequest {
  readonly pid: number;
  /** -1 when no application answered: the worker had none loaded. */
  readonly app: number;
  readonly line: string;
}

/** The last request whose line contains `mark`, or `null`. */
export function findRequest(lines: readonly string[], mark: string): LoggedRequest | null {
  for (const line of lines.toReversed()) {
    const match = /^\[pid: (\d+)\|app: (-?\d+)\|/.exec(line);
    if (match !== null && line.includes(mark)) {
      return { pid: Number(match[1]), app: Number(match[2]), line };
    }
  }
  return null;
}

/**
 * What was logged of a request, uWSGI's own line of it last: from the request before it on, or from the start of the
 * workers. Without Nginx's parameters uWSGI does not know what was asked for, so when no line has `mark` it is the last
 * request that went that way; and all lines since the workers' start when there is none.
 */
export function requestLines(log: readonly string[], mark: string): readonly string[] {
  const isRequest = (line: string): boolean => /^\[pid: \d+\|app: -?\d+\|/.test(line);
  const started = log.findIndex((line) => line.startsWith('spawned uWSGI'));
  const marked = log.findLastIndex((line) => isRequest(line) && line.includes(mark));
  const end =
    marked >= 0 ? marked : log.findLastIndex((line) => isRequest(line) && / \{\d+ vars in /.test(line));
  if (end < 0) return log.slice(started + 1);
  const before = log.slice(0, end).findLastIndex(isRequest);
  return log.slice((before >= 0 ? before : started) + 1, end + 1);
}

/** Whether uWSGI, by these lines of its log, has workers that take requests. */
export function hasWorkers(log: readonly string[]): boolean {
  return log.some((line) => line.startsWith('spawned uWSGI worker'));
}

/** A Python exception: its last line, the whole traceback, and where it happened. */
export interface PythonException {
  readonly message: string;
  readonly traceback: string;
  /** The innermost file and line that are the reader's own, when there are some. */
  readonly place?: { readonly file: string; readonly line: number };
}

/** The last exception among these lines. A missing first module has no traceback, only its message. */
export function lastException(lines: readonly string[], folder: string): PythonException | null {
  const end = lines.findLastIndex((line) =>
    /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Warning)\b/.test(line),
  );
  const message = lines[end];
  if (message === undefined) return null;
  // The indented lines above it. A mistake in the very file that uWSGI imports has no line "Traceback" above them.
  const above = lines.slice(0, end).findLastIndex((line) => !/^\s/.test(line));
  const first = lines[above]?.startsWith('Traceback (most recent call last)') === true ? above : above + 1;
  const traceback = lines.slice(first, end + 1).join('\n');
  const places = [...traceback.matchAll(/File "([^"]+)", line (\d+)/g)].map((match) => ({
    file: match[1] ?? '',
    line: Number(match[2]),
  }));
  const own = places.findLast(
    ({ file }) => file.startsWith(`${folder}/`) && !file.includes('/site-packages/'),
  );
  return { message, traceback, ...(own === undefined ? {} : { place: own }) };
}
