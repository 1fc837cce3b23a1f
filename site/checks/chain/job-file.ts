/** What Upstart says of a job file that it does not understand, in words. */
import { closestLine } from '../ini.ts';
import type { Trouble } from '../verdict.ts';

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

/** A mistake that init-checkconf names. */
export interface JobMistake {
  readonly path: string;
  /** From 1; 0 when it is about no line. */
  readonly line: number;
  readonly message: string;
}

/** `/etc/init/uwsgi.conf:4: Unknown stanza`, the last line of what init-checkconf prints of a file that is wrong. */
export function parseMistake(output: string): JobMistake | null {
  for (const text of output.slice(0, 4096).split('\n')) {
    const match = /^(\/etc\/init\/[^:]+):(?:(\d{1,9}):)? (.+)$/.exec(text);
    if (match !== null) return { path: match[1] ?? '', line: Number(match[2] ?? 0), message: match[3] ?? '' };
  }
  return null;
}

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

/** What the job's `exec` is given, its variables filled in from the `env` lines: `/usr/local/bin/uwsgi --master …`. */
export function commandOfJob(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const variables = new Map(
    lines.flatMap((line) => {
      const match = /^env\s+(\w+)=(.*)$/.exec(line);
      return match === null
        ? []
        : [[match[1] ?? '', (match[2] ?? '').slice(0, 4096).replaceAll(/["']/g, '')] as const];
    }),
  );
  const command = lines.findLast((line) => /^exec\s/.test(line))?.slice('exec'.length) ?? '';
  return command
    .trim()
    .slice(0, 8192)
    .replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What a job's files say of its start. */
export interface JobStart {
  /** What stands after `start on`, and where; `''` when nothing does, or when `manual` has cleared it. */
  readonly on: string;
  readonly file: string;
  /** From 1; 0 when no line says `start on`. */
  readonly line: number;
  /** The line `manual` that no `start on` follows. */
  readonly manual: { readonly file: string; readonly line: number } | null;
}

/** Reads a job's file and its override as Upstart does: what comes later counts. */
export function startOf(files: readonly { readonly file: string; readonly text: string }[]): JobStart {
  let start: JobStart = { on: '', file: '', line: 0, manual: null };
  for (const { file, text } of files) {
    for (const [index, row] of text.split('\n').entries()) {
      const [first, second, ...condition] = (row.split('#')[0] ?? '').trim().split(/\s+/);
      if (first === 'start' && second === 'on')
        start = { on: condition.join(' '), file, line: index + 1, manual: null };
      if (first === 'manual') start = { ...start, on: '', manual: { file, line: index + 1 } };
    }
  }
  return start;
}

/** What follows an option: `--logto FILE` or `--logto=FILE`. */
export function optionOf(command: readonly string[], option: string): string | undefined {
  const at = command.indexOf(option);
  return at >= 0
    ? command[at + 1]
    : command.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}
