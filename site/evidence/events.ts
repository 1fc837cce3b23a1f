/**
 * What a student did, as a record of events. One log for each guide; a line of it is small, since thousands are kept.
 * Whatever is read back may come from anybody's file: {@link readEvent} takes nothing that is not of this shape.
 */
import { isRecord } from '../json.ts';

/** When and where something happened. */
interface Happened {
  /** The browser's clock, milliseconds since 1970. It may be set back. */
  readonly at: number;
  /** Milliseconds since the page was opened. It never goes back within one visit. */
  readonly up: number;
  /** One visit of a page: eight hexadecimal digits, drawn at random when it is opened. */
  readonly visit: string;
  /** Slug of the chapter that was shown. */
  readonly chapter: string;
}

export type WorkEvent = Happened &
  (
    | { readonly kind: 'opened'; readonly step: string }
    /** A command line was entered. `action`: the chapter's command that it is; `null` for one of the student's own. */
    | {
        readonly kind: 'command';
        readonly by: 'typed' | 'pressed';
        readonly action: string | null;
        readonly text: string;
      }
    /** A file of the guide was saved in an editor, or written by the page. */
    | { readonly kind: 'file'; readonly by: 'hand' | 'page'; readonly path: string }
    | {
        readonly kind: 'check';
        readonly check: string;
        readonly result: 'pass' | 'fail' | 'error';
        readonly cause?: string;
      }
    /** `solution`: the site has none to open today. */
    | { readonly kind: 'help'; readonly what: 'hint' | 'solution' | 'compare'; readonly id: string }
    | { readonly kind: 'machine'; readonly what: 'started' | 'resumed' | 'reset' | 'rebooted' | 'off' }
    /** Nothing was done, or the page was hidden, for so long; told when the student is back. */
    | { readonly kind: 'back'; readonly afterMs: number }
  );

/** UTF-16 units that are kept of a text that a student typed. */
export const LONGEST_COMMAND = 200;
/** Of a name or a path. */
export const LONGEST_NAME = 200;

/** An event as it was kept; `null` for anything else. */
export function readEvent(value: unknown): WorkEvent | null {
  if (!isRecord(value)) return null;
  const { at, up, visit, chapter, kind } = value;
  if (!isCount(at) || !isCount(up) || !isName(chapter)) return null;
  if (typeof visit !== 'string' || !/^[0-9a-f]{8}$/.test(visit)) return null;
  const own = typeof kind === 'string' && Object.hasOwn(READERS, kind) ? READERS[kind as Kind](value) : null;
  return own && ({ at, up, visit, chapter, kind, ...own } as WorkEvent);
}

type Kind = WorkEvent['kind'];

const READERS: Readonly<Record<Kind, (value: Readonly<Record<string, unknown>>) => object | null>> = {
  opened: ({ step }) => (isName(step) ? { step } : null),
  command: ({ by, action, text }) =>
    isOneOf(by, ['typed', 'pressed']) &&
    (action === null || isName(action)) &&
    typeof text === 'string' &&
    text.length <= LONGEST_COMMAND
      ? { by, action, text }
      : null,
  file: ({ by, path }) => (isOneOf(by, ['hand', 'page']) && isName(path) ? { by, path } : null),
  check: ({ check, result, cause }) =>
    isName(check) && isOneOf(result, ['pass', 'fail', 'error']) && (cause === undefined || isName(cause))
      ? { check, result, ...(cause !== undefined && { cause }) }
      : null,
  help: ({ what, id }) =>
    isOneOf(what, ['hint', 'solution', 'compare']) && isName(id) ? { what, id } : null,
  machine: ({ what }) =>
    isOneOf(what, ['started', 'resumed', 'reset', 'rebooted', 'off']) ? { what } : null,
  back: ({ afterMs }) => (isCount(afterMs) ? { afterMs } : null),
};

function isOneOf(value: unknown, choices: readonly string[]): value is string {
  return typeof value === 'string' && choices.includes(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
