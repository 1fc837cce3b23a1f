import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../build/run-program.ts';

const SCRIPT = path.join(import.meta.dirname, 'files/etc/profile.d/typealong.sh');
const KEY_FILE = '/run/typealong/mark-key';

let directory = '';
/** The script as it is, but with a key file of the test's own. */
let script = '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'shell-'));
  await chmod(directory, 0o777);
  script = path.join(directory, 'typealong.sh');
  const original = await readFile(SCRIPT, 'utf8');
  expect(original).toContain(KEY_FILE);
  await writeFile(script, original.replaceAll(KEY_FILE, path.join(directory, 'mark-key')));
});

afterAll(() => rm(directory, { recursive: true }));

/** Types lines into an interactive bash that has read the script, and gives the OSC 133 marks it printed. */
async function marksOf(lines: readonly string[], before = ''): Promise<string[]> {
  // The script leaves root's shells alone.
  const asReader =
    process.getuid?.() === 0 ? ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'] : [];
  const bash = `${before}\n. ${script}\n. ${script}\n${lines.join('\n')}\nexit 0\n`;
  const output = await runProgram([...asReader, 'sh', '-c', 'exec bash --noprofile --norc -i 2>&1'], {
    stdin: bash,
    cwd: '/',
    env: { HISTFILE: '/dev/null', HISTCONTROL: 'ignoredups', PS1: '$ ' },
  });
  const marks = [...output.matchAll(/\u001b\]133;([^\u0007]*)\u0007/g)].map(([, mark = '']) => mark);
  // Up to the first prompt it is the set-up's own; the last command is the exit.
  const isFirst = (mark: string): boolean => /^A(?:;|$)/.test(mark);
  return marks.slice(
    marks.findIndex(isFirst),
    marks.findLastIndex((mark) => mark.endsWith('cmdline=exit 0')),
  );
}

test('a command has a start with its text, an end with its status, and a prompt after it', async () => {
  const marks = await marksOf(['true', '(exit 7)']);
  expect(marks.slice(-7)).toEqual(['A', 'C;cmdline=true', 'D;0', 'A', 'C;cmdline=(exit 7)', 'D;7', 'A']);
});

test('the text is the line as typed', async () => {
  const marks = await marksOf(["echo 'a  b' | cat  # 12 34", '  echo two blanks']);
  expect(marks).toContain("C;cmdline=echo 'a  b' | cat  # 12 34");
  expect(marks).toContain('C;cmdline=  echo two blanks');
});

test('an empty line is no command', async () => {
  const marks = await marksOf(['true', '', '']);
  expect(marks.slice(-5)).toEqual(['C;cmdline=true', 'D;0', 'A', 'A', 'A']);
});

test('the same command twice is two commands', async () => {
  const marks = await marksOf(['true', 'true']);
  expect(marks.filter((mark) => mark === 'C;cmdline=true')).toHaveLength(2);
});

test('a command of several lines is one, without control characters', async () => {
  const marks = await marksOf(['for i in 1 2; do', 'true', 'done']);
  const starts = marks.filter((mark) => mark.startsWith('C;'));
  expect(starts.at(-1)).toMatch(/^C;cmdline=for i in 1 2; do *true; *done$/);
});

test('the status stays there for the next command, and PROMPT_COMMAND of others still runs', async () => {
  const marks = await marksOf(['false', 'test $? = 1', 'test "$seen" = yes'], 'PROMPT_COMMAND="seen=yes"');
  expect(marks.slice(-8)).toEqual([
    'D;1',
    'A',
    'C;cmdline=test $? = 1',
    'D;0',
    'A',
    'C;cmdline=test "$seen" = yes',
    'D;0',
    'A',
  ]);
});

test('every mark carries the key, which is read anew each time; without a key marks have none', async () => {
  const file = path.join(directory, 'mark-key');
  const [first, second] = ['0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)];
  const marks = await marksOf([`echo ${first} > ${file}`, `echo ${second} > ${file}`, `chmod 0 ${file}`]);
  const command = (key: string, text: string): string => `C${key};cmdline=${text}`;
  expect(marks.slice(-9)).toEqual([
    command('', `echo ${first} > ${file}`),
    `D;0;k=${first}`,
    `A;k=${first}`,
    command(`;k=${first}`, `echo ${second} > ${file}`),
    `D;0;k=${second}`,
    `A;k=${second}`,
    command(`;k=${second}`, `chmod 0 ${file}`),
    'D;0',
    'A',
  ]);
});
