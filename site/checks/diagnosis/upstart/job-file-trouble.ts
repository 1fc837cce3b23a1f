/** What is wrong in a job file that Upstart does not understand. */
import type { JobMistake } from '../../guest/job-file.ts';
import { closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';

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
  const [first = '', second = ''] = written.split(/\s+/, 2);
  const place = { path, line, text: written };

  if (message === 'Unknown stanza') {
    const near = STANZAS.includes(first) ? null : closestLine(first, STANZAS, first.length > 5 ? 2 : 1);
    if (near !== null) {
      const facts = { ...place, is: 'misspelt', word: first, near: near.text } as const;
      return trouble('job-stanza-unknown', facts, evidence);
    }
    const broken = brokenCommand(lines, line);
    if (broken !== null && !STANZAS.includes(first)) {
      return trouble('job-exec-broken', { ...place, broken }, evidence);
    }
    const allowed = SECOND_WORDS[first];
    if (allowed !== undefined) {
      const word = closestLine(second, allowed, 2)?.text ?? allowed[0] ?? '';
      const facts = { ...place, is: 'wrong-second', word: first, second, allowed, near: word } as const;
      return trouble('job-stanza-unknown', facts, evidence);
    }
    return trouble('job-stanza-unknown', { ...place, is: 'unknown', word: first }, evidence);
  }
  if (message === 'Unterminated quoted string') {
    const open = lines.findIndex(
      (one) => !one.trimStart().startsWith('#') && one.split('"').length % 2 === 0,
    );
    if (open >= 0) {
      const facts = { path, line: open + 1, text: (lines[open] ?? '').trim() };
      return trouble('job-quote-open', facts, evidence);
    }
  }
  const [, name, value] = /^env\s+(\w+)\s*=\s*(\S+)$/.exec(written) ?? [];
  const wanted = `env ${name}=${value}`;
  if (name !== undefined && written.replace(/^env\s+/, 'env ') !== wanted) {
    return trouble('job-env-spaced', { ...place, wanted }, evidence);
  }
  return trouble('job-file-invalid', { ...place, message }, evidence);
}

/** The line above `line` that begins a command, when nothing but that line's rest can be between the two. */
function brokenCommand(lines: readonly string[], line: number): number | null {
  const above = lines.slice(0, line - 1).findLastIndex((one) => one.trim() !== '');
  return /^\s*exec\b/.test(lines[above] ?? '') ? above + 1 : null;
}
