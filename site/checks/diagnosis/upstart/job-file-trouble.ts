/** What Upstart says of a job file that it does not understand, in words. */
import type { JobMistake } from '../../guest/job-file.ts';
import { closestLine } from '../../text.ts';
import type { Trouble } from '../../words/index.ts';

/** The first words of a job file's lines. */
const STANZAS: readonly string[] = [
  'author',
  'chdir',
  'chroot',
  'console',
  'description',
  'emits',
  'end',
  'env',
  'exec',
  'expect',
  'export',
  'instance',
  'kill',
  'limit',
  'manual',
  'nice',
  'normal',
  'oom',
  'post-start',
  'post-stop',
  'pre-start',
  'pre-stop',
  'respawn',
  'script',
  'setgid',
  'setuid',
  'start',
  'stop',
  'task',
  'umask',
  'usage',
  'version',
];

/** Stanzas of two words, and the second. */
const SECOND_WORDS: Readonly<Record<string, readonly string[]>> = {
  start: ['on'],
  stop: ['on'],
  normal: ['exit'],
  kill: ['timeout', 'signal'],
  respawn: ['limit'],
  expect: ['fork', 'daemon', 'stop', 'none'],
  console: ['log', 'none', 'output', 'owner'],
};

/** What is wrong in the file, and the line to change. `text` is the whole file. */
export function jobFileTrouble({ path, line, message }: JobMistake, text: string): Trouble {
  const lines = text.split('\n');
  const written = (lines[line - 1] ?? '').trim();
  const evidence = `${path}${line === 0 ? '' : `:${line}`}: ${message}`;
  const check = `\`init-checkconf ${path}\` should then say \`syntax ok\`.`;
  const [first = '', second = ''] = written.split(/\s+/, 2);

  if (message === 'Unknown stanza') {
    const near = STANZAS.includes(first) ? null : closestLine(first, STANZAS, first.length > 5 ? 2 : 1);
    if (near !== null) {
      return {
        cause: 'job-stanza-unknown',
        found: `Upstart does not know the first word of line ${line} of ${path}, \`${first}\`, and therefore not the job.`,
        advice: `Change line ${line} to \`${written.replace(first, near.text)}\`. ${check}`,
        evidence,
      };
    }
    const broken = brokenCommand(lines, line);
    if (broken !== null && !STANZAS.includes(first)) {
      return {
        cause: 'job-exec-broken',
        found: `Line ${broken} of ${path} begins the command with \`exec\`, and line ${line} goes on with \`${shorten(written)}\`. To Upstart a new line is a new instruction.`,
        advice: `Join the two lines into one, however long it is. In nano, put the cursor at the end of line ${broken} and press Delete. ${check}`,
        evidence,
      };
    }
    const wanted = SECOND_WORDS[first];
    if (wanted !== undefined) {
      const word = closestLine(second, wanted, 2)?.text ?? wanted[0] ?? '';
      return {
        cause: 'job-stanza-unknown',
        found: `Upstart does not understand line ${line} of ${path}, \`${shorten(written)}\`: after \`${first}\` it expects ${wanted.map((one) => `\`${one}\``).join(' or ')}.`,
        advice: `Change line ${line} to \`${written.replace(second, word)}\`. ${check}`,
        evidence,
      };
    }
    return {
      cause: 'job-stanza-unknown',
      found: `Upstart does not know the first word of line ${line} of ${path}, \`${shorten(first)}\`, and therefore not the job.`,
      advice: `Compare line ${line} and the one before it with the text. ${check}`,
      evidence,
    };
  }
  if (message === 'Unterminated quoted string') {
    const open = lines.findIndex(
      (one) => !one.trimStart().startsWith('#') && one.split('"').length % 2 === 0,
    );
    if (open >= 0) {
      return {
        cause: 'job-quote-open',
        found: `Line ${open + 1} of ${path} has a quotation mark that is not closed: \`${shorten((lines[open] ?? '').trim())}\`.`,
        advice: `Close it at the end of line ${open + 1}. ${check}`,
        evidence,
      };
    }
  }
  return {
    cause: 'job-file-invalid',
    found:
      line === 0
        ? `Upstart cannot read ${path}: ${message}.`
        : `Upstart does not understand line ${line} of ${path}, \`${shorten(written)}\`: ${message}.`,
    advice: `Compare ${line === 0 ? 'the file' : `line ${line}`} with the text. ${check}`,
    evidence,
  };
}

/** The line above `line` that begins a command, when nothing but that line's rest can be between the two. */
function brokenCommand(lines: readonly string[], line: number): number | null {
  const above = lines.slice(0, line - 1).findLastIndex((one) => one.trim() !== '');
  return /^\s*exec\b/.test(lines[above] ?? '') ? above + 1 : null;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
