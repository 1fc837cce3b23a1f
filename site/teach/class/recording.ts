/**
 * What a recorded terminal printed: to be played, and as plain text. A recording is hostile. Of its control sequences only
 * those go on that draw and move within the screen, so it can neither link, nor ask, nor reach the clipboard.
 */
import { isRecord, parseJson } from '../../json.ts';
import { shownText } from '../../shown-text.ts';

export interface Recording {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  /** What was printed, and when, in seconds from the beginning. Times do not go back. */
  readonly frames: readonly { readonly at: number; readonly data: string }[];
  /** As text; of a long recording, the end. */
  readonly text: string;
}

/** UTF-16 units that are read; of more, the end. */
const LONGEST = 1_000_000;
/** Lines that are read, and so frames; of more, the end. A million letters in pieces of some ten. */
const MOST_LINES = 100_000;
/** Of the text, the end: a browser takes long to break the lines of more. */
const LONGEST_TEXT = 100_000;
/** A longer pause is shown as this, seconds. */
const LONGEST_PAUSE = 2;
/** Sequences that draw, name or ask; those that are not ended reach to the next escape. */
const SEQUENCES =
  /\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)/g;
/** Colours, the cursor, erasing, scrolling, the other screen. Numbers are as large as a screen. */
const DRAWING =
  /^\x1b(?:\[(?:\d{1,3}(?:;\d{1,3}){0,15})?[A-HJ-MPSTXdfmr@]|\[\?(?:7|25|47|1049)[hl]|[78DEM]|\([0B])$/;
/** A sequence at the end of a frame may go on in the next. */
const UNFINISHED = /\x1b(?:\][^\x07\x1b]{0,2000}|[PX^_][^\x1b]{0,2000}|\[[0-?]{0,100}|[ -/]{0,10})?$/;
/** Drawn by no terminal, but for blanks, line ends and moves back. */
const INVISIBLE = /(?![\n\r\t\b\x1b])[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu;

/** Reads asciicast version 2; `null` for anything else. */
export function recordingOf(cast: string): Recording | null {
  const [first = '', ...lines] = cast.split('\n');
  const header = parseJson(first);
  if (!isRecord(header) || header['version'] !== 2) return null;
  const printed = withinLength(lines.slice(-MOST_LINES).flatMap((line) => printedIn(parseJson(line)) ?? []));
  const { title, width, height } = header;
  return {
    title: typeof title === 'string' ? shownText(title) : '',
    columns: within(width, 20, 300, 80),
    rows: within(height, 5, 100, 24),
    frames: framesOf(printed),
    text: plain(printed.map(({ data }) => data).join('')).slice(-LONGEST_TEXT),
  };
}

interface Printed {
  readonly at: number;
  readonly data: string;
}

function printedIn(event: unknown): Printed | null {
  if (!Array.isArray(event) || event[1] !== 'o') return null;
  const [at, , data] = event as unknown[];
  return typeof at === 'number' && typeof data === 'string' && data !== '' ? { at, data } : null;
}

function withinLength(printed: readonly Printed[]): readonly Printed[] {
  let left = LONGEST;
  const kept = printed.findLastIndex(({ data }) => (left -= data.length) < 0);
  return printed.slice(kept + 1);
}

function framesOf(printed: readonly Printed[]): Recording['frames'] {
  let at = 0;
  let before: number | null = null;
  let rest = '';
  return printed.flatMap((one) => {
    at += Math.min(LONGEST_PAUSE, Math.max(0, one.at - (before ?? one.at)));
    before = one.at;
    const data = rest + one.data;
    rest = UNFINISHED.exec(data)?.[0] ?? '';
    const drawn = drawing(data.slice(0, data.length - rest.length));
    return drawn === '' ? [] : [{ at, data: drawn }];
  });
}

function drawing(output: string): string {
  return output
    .replaceAll(SEQUENCES, (sequence) => (DRAWING.test(sequence) ? sequence : ''))
    .replaceAll(INVISIBLE, '');
}

function plain(output: string): string {
  return output
    .replaceAll(SEQUENCES, '')
    .replaceAll(INVISIBLE, '')
    .split('\n')
    .map(lastDrawn)
    .join('\n')
    .replaceAll('\x1b', '');
}

/** A line as it stands at last: what a carriage return went back over is written over, and what was rubbed out is gone. */
function lastDrawn(line: string): string {
  if (!/[\r\b]/.test(line)) return line;
  const letters: string[] = [];
  let at = 0;
  for (const letter of line) {
    if (letter === '\r') at = 0;
    else if (letter === '\b') at = Math.max(0, at - 1);
    else letters[at++] = letter;
  }
  return letters.join('');
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value)
    ? Math.min(most, Math.max(least, value))
    : otherwise;
}
