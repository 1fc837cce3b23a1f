/** What a reader would take for trouble in what a command printed, although it ended as the chapter says. */
import type { CommandAction } from '../../site/chapter/model.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';

/**
 * Words of an error. They stand alone: `libgpg-error`, `error.log` and `error_page` are names. Any case: programs
 * write `Error` and `ERROR` as they please.
 */
const ERROR_WORDS = new RegExp(
  `(?<![\\w./-])(?:${[
    'errors?',
    'failed',
    'failure',
    'fatal',
    'cannot',
    'could not',
    "couldn't",
    'unable to',
    'not found',
    'no such \\w+',
    'does not exist',
    '(?:permission|access) denied',
    'traceback',
    'refused',
    'timed out',
    'segmentation fault',
    'core dumped',
  ].join('|')})(?![\\w-]|[./]\\w)`,
  'gi',
);

/** `0 errors` and `no error` are good news. */
const GOOD_NEWS = /(?<!\w)(?:0|no|without) (?:errors?|failures?|failed)(?!\w)/gi;

/** pip writes the speed of a download in red, `2.2 MB/s`, or `?` before it knows one. */
const SPEED = /^(?:\?|[\d.]+ \w*B\/s)$/;

/**
 * Says what looks like trouble, or `null`: red text, and lines with words of an error. What the chapter prints below
 * the command is no surprise: red text that stands there word for word, and a line whose words of an error all stand in one line there.
 */
export function troubleIn(
  lines: readonly PrintedLine[],
  { output }: Pick<CommandAction, 'output'>,
): string | null {
  const shown = squeeze(output);
  const shownErrors = output.split('\n').map(errorWords);
  const found: string[] = [];
  for (const { text, red } of lines) {
    const words = errorWords(text);
    const isShown = shownErrors.some((line) => words.every((word) => line.includes(word)));
    if (red.some((run) => !SPEED.test(run) && !shown.includes(squeeze(run)))) found.push(`in red: ${text}`);
    else if (words.length > 0 && !isShown) found.push(`"${words.join('", "')}": ${text}`);
  }
  return found.length === 0 ? null : found.join('\n');
}

/** The words of an error in one line, in small letters. */
function errorWords(line: string): readonly string[] {
  return squeeze(line).replace(GOOD_NEWS, '').match(ERROR_WORDS) ?? [];
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').toLowerCase();
}
