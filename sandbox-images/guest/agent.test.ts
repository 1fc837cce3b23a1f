import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../build/run-program.ts';
import { agentSources } from './agent.ts';
import { C_FLAGS } from './static-program.ts';

type Answer = Record<string, unknown>;

/** Whose key file it is: a user that every system has. */
const READER = 'daemon';

let directory = '';
let agent: ChildProcess;
let greeting: Answer = {};
let nextId = 1;
const waiting = new Map<unknown, (answer: Answer) => void>();
const order: unknown[] = [];

/** Sends a line and waits for the answer with this id. */
function sendLine(line: string, id: unknown): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    agent.stdin?.write(`${line}\n`);
  });
}

function ask(op: string, request: object = {}): Promise<Answer> {
  const id = nextId++;
  return sendLine(JSON.stringify({ id, op, ...request }), id);
}

const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (data: unknown): string => Buffer.from(String(data), 'base64').toString();
const file = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'agent-'));
  const program = file('agent');
  // With the checkers of memory and of undefined behaviour: it is a root service that parses input.
  await runProgram([
    'gcc',
    ...C_FLAGS,
    '-g',
    '-fsanitize=address,undefined',
    '-o',
    program,
    ...(await agentSources()),
  ]);
  agent = spawn(program, ['--run', file('run'), '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOGIN: READER },
  });
  const ready = new Promise<Answer>((resolve) => waiting.set(undefined, resolve));
  if (agent.stdout)
    createInterface({ input: agent.stdout }).on('line', (line) => {
      if (line === '') return;
      const answer = JSON.parse(line) as Answer;
      order.push(answer['id']);
      waiting.get(answer['id'])?.(answer);
    });
  greeting = await ready;
}, 60_000);

afterAll(async () => {
  agent.kill();
  await rm(directory, { recursive: true });
});

test('says that it is ready, and answers a ping', async () => {
  expect(greeting).toEqual({ event: 'ready' });
  expect(await ask('ping')).toMatchObject({ ok: true });
});

describe('exec', () => {
  test('gives status, output and errors apart', async () => {
    const answer = await ask('exec', {
      argv: ['sh', '-c', 'cat; echo bad >&2; exit 3'],
      stdin: encode('héllo'),
    });
    expect(answer).toMatchObject({ ok: true, code: 3 });
    expect(decode(answer['stdout'])).toBe('héllo');
    expect(decode(answer['stderr'])).toBe('bad\n');
  });

  test('has no standard input and only its own environment when nothing is said', async () => {
    const answer = await ask('exec', { argv: ['sh', '-c', 'cat; env | cut -d= -f1 | sort'] });
    expect(
      decode(answer['stdout'])
        .split('\n')
        .filter((name) => !/^(PWD|_|SHLVL|OLDPWD)?$/.test(name)),
    ).toEqual(['HOME', 'LANG', 'PATH', 'USER']);
  });

  test('says which signal ended a program', async () => {
    expect(await ask('exec', { argv: ['sh', '-c', 'kill -9 $$'] })).toMatchObject({ code: 137 });
  });

  test('kills everything that a program started when its time is over', async () => {
    const script = `(sleep 300; touch ${file('late')}) & echo $!; wait`;
    const answer = await ask('exec', { argv: ['sh', '-c', script], timeout: 200 });
    expect(answer).toMatchObject({ ok: true, code: -1 });
    const child = Number(decode(answer['stdout']));
    // Gone, or dead and waiting to be reaped by whoever inherited it.
    const over = `! test -e /proc/${String(child)} || grep -q '^State:.Z' /proc/${String(child)}/status`;
    await expect.poll(() => ask('exec', { argv: ['sh', '-c', over] })).toMatchObject({ code: 0 });
  });

  test('does not wait for what a program leaves running', async () => {
    const answer = await ask('exec', { argv: ['sh', '-c', 'sleep 300 & echo $!'], timeout: 5000 });
    expect(answer).toMatchObject({ code: 0 });
    await ask('exec', { argv: ['kill', decode(answer['stdout']).trim()] });
  });

  test('runs several at once and answers in the order in which they end', async () => {
    const first = nextId;
    const gate = file('gate');
    const slow = ask('exec', { argv: ['sh', '-c', `while ! test -e ${gate}; do sleep 0.01; done`] });
    await ask('ping');
    await writeFile(gate, '');
    await slow;
    expect(order.indexOf(first + 1)).toBeLessThan(order.indexOf(first));
  });

  test('cuts a stream at 1 MiB and says so', async () => {
    const answer = await ask('exec', { argv: ['head', '-c', '1500000', '/dev/zero'] });
    expect(answer['truncated']).toBe(true);
    expect(Buffer.from(String(answer['stdout']), 'base64')).toHaveLength(1024 * 1024);
  });

  test('takes long input', async () => {
    const long = 'x'.repeat(700_000);
    const answer = await ask('exec', { argv: ['wc', '-c'], stdin: encode(long) });
    expect(decode(answer['stdout']).trim()).toBe('700000');
  });

  test.each([
    [
      'a program that is not there',
      { argv: ['/nowhere/program'] },
      'cannot run /nowhere/program: No such file',
    ],
    ['no program', { argv: [] }, 'exec needs argv'],
    ['a user that is not there', { argv: ['true'], user: 'nobody-here' }, 'there is no user "nobody-here"'],
    ['input that is not base64', { argv: ['true'], stdin: '*' }, 'stdin is not base64'],
  ])('refuses %s', async (_, request, message) => {
    const answer = await ask('exec', request);
    expect(answer['ok']).toBe(false);
    expect(answer['error']).toContain(message);
  });

  test.runIf(process.getuid?.() === 0)('runs as another user, with that user’s groups', async () => {
    const answer = await ask('exec', { argv: ['sh', '-c', 'id -un; id -Gn; echo $HOME'], user: 'daemon' });
    expect(decode(answer['stdout'])).toMatch(/^daemon\ndaemon.*\n\/usr\/sbin\n$/);
  });
});

describe('files', () => {
  test('reads a file, and tells one that is missing', async () => {
    await writeFile(file('read'), 'text\n');
    expect(decode((await ask('read', { path: file('read') }))['data'])).toBe('text\n');
    expect(await ask('read', { path: file('none/at/all') })).toMatchObject({ ok: true, missing: true });
    expect(decode((await ask('read', { path: '/proc/self/comm' }))['data'])).toBe('agent\n');
  });

  test('refuses to read a directory and what is too large', async () => {
    expect((await ask('read', { path: directory }))['error']).toContain('not a regular file');
    await writeFile(file('large'), Buffer.alloc(1024 * 1024 + 1));
    expect((await ask('read', { path: file('large') }))['error']).toContain('larger than 1 MiB');
  });

  test('makes a new file with the mode asked for, and leaves nothing else behind', async () => {
    await mkdir(file('new'));
    expect(await ask('write', { path: file('new/a b'), data: encode('one'), mode: 0o640 })).toMatchObject({
      ok: true,
    });
    expect(await readFile(file('new/a b'), 'utf8')).toBe('one');
    expect((await stat(file('new/a b'))).mode & 0o777).toBe(0o640);
    expect((await ask('exec', { argv: ['ls', file('new')] }))['stdout']).toBe(encode('a b\n'));
  });

  test('writes an existing file in place, through a link, and keeps its mode', async () => {
    await writeFile(file('target'), 'a longer text', { mode: 0o600 });
    await symlink('target', file('link'));
    await ask('write', { path: file('link'), data: encode('short'), mode: 0o777 });
    expect(await readFile(file('target'), 'utf8')).toBe('short');
    expect((await stat(file('target'))).mode & 0o777).toBe(0o600);
  });

  test('refuses to write where there is no directory, and for an owner that is not there', async () => {
    const answer = await ask('write', { path: file('no/such'), data: '' });
    expect(answer['error']).toContain('No such file or directory');
    const owned = await ask('write', { path: file('owned'), data: '', owner: 'root:no-group' });
    expect(owned['error']).toBe('there is no group "no-group"');
  });

  test('tells what a path is without following it', async () => {
    await writeFile(file('plain'), '12345', { mode: 0o644 });
    await symlink('plain', file('to-plain'));
    expect(await ask('stat', { path: file('plain') })).toMatchObject({ type: 'file', size: 5, mode: 0o644 });
    expect(await ask('stat', { path: file('to-plain') })).toMatchObject({ type: 'symlink', target: 'plain' });
    expect(await ask('stat', { path: '/' })).toMatchObject({
      type: 'directory',
      owner: 'root',
      group: 'root',
    });
    expect(await ask('stat', { path: file('nothing') })).toMatchObject({ ok: true, missing: true });
  });
});

describe('the key of marks', () => {
  const key = '0123456789abcdef0123456789abcdef';

  test.runIf(process.getuid?.() === 0)('is there for root and for the reader’s group', async () => {
    expect(await ask('mark-key', { key: 'f'.repeat(32) })).toMatchObject({ ok: true });
    expect(await ask('mark-key', { key })).toMatchObject({ ok: true });
    expect(await readFile(file('run/mark-key'), 'utf8')).toBe(`${key}\n`);
    expect(await ask('stat', { path: file('run/mark-key') })).toMatchObject({
      type: 'file',
      mode: 0o640,
      owner: 'root',
      group: READER,
    });
    expect(await ask('stat', { path: file('run') })).toMatchObject({ type: 'directory', mode: 0o755 });
    expect((await ask('exec', { argv: ['ls', file('run')] }))['stdout']).toBe(encode('mark-key\n'));
  });

  test.each([undefined, '', key.slice(1), `${key}0`, `${key.slice(1)}\n`, key.toUpperCase()])(
    'is not %j',
    async (wrong) => {
      const answer = await ask('mark-key', { key: wrong });
      expect(answer['error']).toBe('mark-key needs a key of 32 hexadecimal digits');
    },
  );
});

describe('the machine', () => {
  test.each([
    ['clock', { ms: 'now' }, 'clock needs ms'],
    ['seed', { data: '' }, 'seed needs data'],
    ['dance', {}, 'unknown op "dance"'],
  ])('%s refuses what it cannot do', async (op, request, message) => {
    const answer = await ask(op, request);
    expect(answer['ok']).toBe(false);
    expect(answer['error']).toContain(message);
  });
});

describe('lines that are no requests', () => {
  test.each(['{', '[1,2', '{"id":1,}', '"\\ud800\\u0041"', 'nul', '{"id":1} x', '['.repeat(5000)])(
    '%j',
    async (line) => {
      expect(await sendLine(line, null)).toMatchObject({
        id: null,
        ok: false,
        error: 'the line is not JSON',
      });
    },
  );

  test('a line of more than 4 MiB is refused once, whatever its end looks like', async () => {
    const before = order.length;
    const refused = sendLine(`${' '.repeat(9_000_000)}{"id":7001,"op":"ping"}`, null);
    expect(await refused).toMatchObject({ ok: false, error: 'the line is longer than 4 MiB' });
    expect(await ask('ping')).toMatchObject({ ok: true });
    expect(order.slice(before)).toEqual([null, nextId - 1]);
  });

  test('a request without an id or an op', async () => {
    expect(await sendLine('{"op":"ping"}', null)).toMatchObject({ ok: false });
    expect(await sendLine('{"id":77}', 77)).toMatchObject({ id: 77, ok: false });
  });

  test('names with any bytes come back as text', async () => {
    await symlink('quote " backslash \\ newline \n é', file('odd'));
    expect(await ask('stat', { path: file('odd') })).toMatchObject({
      target: 'quote " backslash \\ newline \n é',
    });
    await writeFile(file('\u{1F600}'), '');
    const escaped = `{"id":9001,"op":"stat","path":"${directory}/\\ud83d\\ude00"}`;
    expect(await sendLine(escaped, 9001)).toMatchObject({ type: 'file' });
  });
});
