/**
 * Whether a machine prints what a chapter shows below a command. What differs from run to run is not compared: see
 * {@link VARYING}.
 */
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';

/** Stands for lines that are left out, or for a part of a line. Programs write it, too, where they cut a line. */
const LEFT_OUT = '…';

/** How many of the printed lines a mismatch quotes. */
const NEAREST = 3;

/** A line that a chapter shows and the machine did not print. */
export interface Mismatch {
  /** As the chapter has it. */
  readonly shown: string;
  /** Whether it was printed, but above a line that the chapter shows before it. */
  readonly misplaced: boolean;
  /** The printed lines that are most like it, at most three, in their order. */
  readonly nearest: readonly string[];
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const SIZE = String.raw`(?:[kKMG]i?B|[kKMG]|B)(?:\/s)?`;
const DURATION = String.raw`\d+(?:\.\d+)? ?(?:ms|msecs?|s|min|h|seconds?|minutes?)`;

/** Numbers that look like one of {@link VARYING} and are compared all the same. */
const KEPT: readonly RegExp[] = [
  // 127.0.0.1:5000, but no version that goes on behind it
  /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?![\w+~-]|\.\d)/,
  // a port: flask.example:5000, *:80, [::]:80, port 81
  /(?<=(?:\.[a-z]+|\blocalhost|[*\]]):)\d{2,5}(?![\w.:])/,
  /(?<=\bport )\d+/,
  // an answer's status, from curl, uWSGI and Flask
  /(?<=\bHTTP\/\d(?:\.\d)? )\d{3}(?!\w)/,
  /(?<=HTTP\/\d\.\d" )\d{3}(?!\w)/,
  // the number of an error: (111: Connection refused)
  /(?<=\()\d+(?=: [A-Z])/,
];

/** What differs from run to run, or from one build of the images to the next. */
const VARYING: readonly RegExp[] = [
  // addresses in memory, and hashes of eight digits and more that have a letter among them
  /\b0x[\da-f]+\b/,
  /\b(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{8,}\b/,
  /\b(?=[\dA-F]*\d)(?=[\dA-F]*[A-F])[\dA-F]{8,}\b/,
  // days: Fri Nov 27, 27 Nov 2026, 27/Nov/2026
  new RegExp(String.raw`\b(?:${DAY},? )?${MONTH} +\d{1,2}\b`),
  new RegExp(String.raw`\b(?:${DAY},? )?\d{1,2}[ /]${MONTH}[ /]\d{4}(?!\w)`),
  new RegExp(String.raw`\b${DAY}(?= \d{4}-)`),
  // process numbers, where they stand
  /(?<=\bpid:? |\bPID:? |\bprocess |\bProcess: |[├└]─)\d+\b/,
  /(?<=\w\[)\d+(?=\]:)/,
  /\b\d+#\d+(?=:)/,
  // apt's number of a transfer, Nginx's of a connection
  /(?<=^(?:Get|Hit|Ign|Err):)\d+/,
  /(?<=\*)\d+(?= )/,
  // what uWSGI counts of a request: it depends on the browser, and on the worker that took it
  /(?<=\breq: )\d+\/\d+/,
  /(?<=\{)\d+ vars in \d+(?= bytes\})/,
  // the size of a file for ls -l, and of its folder
  /(?<=^[bcdlps-][-rwxsStT]{9}[.+@]? +\d+ +[\w-]+ +[\w-]+ +)\d+(?= )/,
  /(?<=^total )\d+$/,
  // sizes, speeds, durations; several of these in a row are one: 1min 20s
  /--\.-[KMG]?B\/s/,
  new RegExp(String.raw`\b\d+(?:\.\d+)?(?:\/\d+(?:\.\d+)?)? ?${SIZE}(?!\w)`),
  new RegExp(String.raw`\b${DURATION}(?: ${DURATION})*(?!\w)`),
  // how far something is
  /\b\d+%/,
  // dates, times, versions: digits joined by signs, with what a package's version has behind them
  /\b\d+(?:[.:/-]\d+)+(?:[+~.\w-]*\w)?/,
  // process numbers in a table, years, counts
  /\b\d{3,}\b/,
];

const sources = (patterns: readonly RegExp[]): string => patterns.map(({ source }) => source).join('|');
const NUMBERS = new RegExp(`(${sources(KEPT)})|${sources(VARYING)}`, 'g');

/** A line that is drawn to the terminal's width: the rule of a table, a bar that is full. */
const DRAWN = /([=─━-])\1{3,}/g;

/** Transfers run side by side, so apt's lines of them come in any order. */
const TRANSFER = /^(?:Get|Hit|Ign|Err):/;

/** The first line of `shown` that is not among the printed ones behind those before it; `null` when all are there. */
export function findMismatch(shown: string, printed: readonly PrintedLine[]): Mismatch | null {
  const lines = printed.map(({ text, reachesEdge = false }) => ({ text: mask(text), reachesEdge }));
  /** Where the next line may stand, and where the transfers began that were shown last. */
  let next = 0;
  let transfers = 0;
  const taken = new Set<number>();
  for (const line of shown.split('\n')) {
    const wanted = mask(line);
    if (wanted === '' || wanted === LEFT_OUT) continue;
    const isTransfer = TRANSFER.test(wanted);
    const from = isTransfer ? transfers : next;
    const found = lines.findIndex(
      (printedLine, index) => index >= from && !taken.has(index) && isSame(wanted, printedLine),
    );
    if (found === -1) {
      return {
        shown: line.trim(),
        misplaced: lines.some((printedLine) => isSame(wanted, printedLine)),
        nearest: nearestLines(
          wanted,
          lines.map(({ text }) => text),
          next,
        ).flatMap((index) => printed[index]?.text ?? []),
      };
    }
    taken.add(found);
    next = Math.max(next, found + 1);
    if (!isTransfer) transfers = next;
  }
  return null;
}

/** A mismatch in a few lines, for messages. */
export function describeMismatch({ shown, misplaced, nearest }: Mismatch): string {
  const where = misplaced ? 'It was printed above a line that the chapter shows before it. ' : '';
  const instead = nearest.length === 0 ? 'Nothing was printed.' : 'The printed lines that are most like it:';
  return [
    'The chapter shows a line that was not printed there:',
    `  ${shown}`,
    `${where}${instead}`,
    ...nearest.map((line) => `  ${line.trim()}`),
  ].join('\n');
}

/** The line without what varies, which becomes `#`, and without what depends on the terminal's width. */
function mask(line: string): string {
  return (
    line
      .trim()
      .replace(NUMBERS, (_, kept: string | undefined) => kept ?? '#')
      .replace(DRAWN, '$1')
      // Columns are padded by what is in them.
      .replace(/\s+/g, ' ')
  );
}

/** A printed line, masked. */
interface MaskedLine {
  readonly text: string;
  readonly reachesEdge: boolean;
}

/** Where a program has cut its line to the terminal's width, what is there of it counts. `wanted` is masked. */
function isSame(wanted: string, { text, reachesEdge }: MaskedLine): boolean {
  if (fits(wanted, text)) return true;
  const isCut = reachesEdge || text.includes(LEFT_OUT);
  return (
    isCut && text.replaceAll(LEFT_OUT, '').trim() !== '' && fits(reachesEdge ? text + LEFT_OUT : text, wanted)
  );
}

/** Whether a text is what a pattern says, in which `…` stands for anything. */
function fits(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split(LEFT_OUT).map((part) => part.trim());
  const tail = parts.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let end = head.length;
  for (const part of parts) {
    const at = text.indexOf(part, end);
    if (at === -1) return false;
    end = at + part.length;
  }
  return text.endsWith(tail) && text.length - tail.length >= end;
}

/** Indices of the masked lines that have most words in common with the wanted one; without any, of those that follow. */
function nearestLines(wanted: string, lines: readonly string[], next: number): readonly number[] {
  const words = new Set(wanted.split(' '));
  const ranked = lines
    .map((line, index) => {
      const own = [...new Set(line.split(' '))];
      return { index, likeness: own.filter((word) => words.has(word)).length / (words.size + own.length) };
    })
    .filter(({ likeness }) => likeness > 0)
    .sort((one, other) => other.likeness - one.likeness || one.index - other.index)
    .slice(0, NEAREST)
    .map(({ index }) => index)
    .sort((one, other) => one - other);
  if (ranked.length > 0) return ranked;
  const from = Math.max(0, Math.min(next, lines.length - NEAREST));
  return lines.map((_, index) => index).slice(from, from + NEAREST);
}
