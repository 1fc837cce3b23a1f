/**
 * What a recorded terminal printed, as plain text. A recording is hostile: it is not played, so it can neither move
 * what stands on the page, nor link, nor copy.
 */
import { isRecord, parseJson } from '../../json.ts';
import { shownText } from './shown-text.ts';

export interface Transcript {
  readonly title: string;
  readonly text: string;
}

/** UTF-16 units that are shown; of more, the end. */
const LONGEST = 400_000;
/** Sequences that draw, name or ask; those that are not ended reach to the next escape. */
const SEQUENCES =
  /\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)/g;
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu;

/** Reads asciicast version 2; `null` for anything else. */
export function transcriptOf(cast: string): Transcript | null {
  const [first = '', ...lines] = cast.split('\n');
  const header = parseJson(first);
  if (!isRecord(header) || header['version'] !== 2) return null;
  const printed = lines.flatMap((line) => {
    const event = parseJson(line);
    return Array.isArray(event) && event[1] === 'o' && typeof event[2] === 'string' ? [event[2]] : [];
  });
  const { title } = header;
  return { title: typeof title === 'string' ? shownText(title) : '', text: plain(printed.join('')) };
}

function plain(output: string): string {
  return output
    .slice(-LONGEST)
    .replaceAll(SEQUENCES, '')
    .split('\n')
    .map(lastDrawn)
    .join('\n')
    .replaceAll(INVISIBLE, '');
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
