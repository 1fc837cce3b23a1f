import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineCode } from './machine-code.ts';
import { ROOT } from './project.ts';

let root: string;
let before: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'typealong-machine-code-'));
  for (const part of ['site', 'scripts', 'package.json', 'package-lock.json'])
    await cp(join(ROOT, part), join(root, part), { recursive: true });
  before = await machineCode(root);
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** The key while a file is another; the file is put back. */
async function keyWith(file: string, change: (path: string) => Promise<void>): Promise<string> {
  const path = join(root, file);
  const was = await readFile(path);
  await change(path);
  const key = await machineCode(root);
  await writeFile(path, was);
  return key;
}

const replaced = (from: string, to: string) => async (path: string) => {
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`);
  await writeFile(path, text.replaceAll(from, to));
};
/** It stays in a bundle: it may do something. */
const STATEMENT = "\nglobalThis.name = 'changed';\n";

test('another checkout of the same code has the same key', async () => {
  expect(await machineCode()).toBe(before);
});

test.each([
  ['scripts/replay/engine.ts'],
  ['scripts/replay/nano.ts'],
  ['scripts/replay/node-driver.ts'],
  ['scripts/optimize-v86.ts'],
  ['scripts/publish-image.ts'],
  ['scripts/store.ts'],
  ['site/sandbox/agent.ts'],
  ['site/sandbox/consoles.ts'],
  ['site/sandbox/internet.ts'],
])('what %s does is in the key', async (file) => {
  expect(await keyWith(file, (path) => appendFile(path, STATEMENT))).not.toBe(before);
});

test('a constant counts, such as the size of the terminal', async () => {
  expect(await keyWith('scripts/replay/node-driver.ts', replaced('COLS = 100', 'COLS = 101'))).not.toBe(
    before,
  );
});

test('so does the version of a package that is imported, and no other', async () => {
  const withVersion = (name: string) => async (path: string) => {
    const lock = JSON.parse(await readFile(path, 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const entry = lock.packages[`node_modules/${name}`];
    if (!entry) throw new Error(`${name} is not locked`);
    entry.version = '0.0.0';
    await writeFile(path, JSON.stringify(lock));
  };
  expect(await keyWith('package-lock.json', withVersion('v86'))).not.toBe(before);
  expect(await keyWith('package-lock.json', withVersion('astro'))).toBe(before);
});

test.each([
  ['a comment', 'scripts/replay/engine.ts', (path: string) => appendFile(path, '\n// A comment.\n')],
  ['layout', 'site/sandbox/agent.ts', replaced('{\n', '{\n\n')],
  ['the workspace', 'site/workspace/workspace.ts', (path: string) => appendFile(path, STATEMENT)],
  ['a check', 'site/checks/kinds/http.ts', (path: string) => appendFile(path, STATEMENT)],
  [
    'what is compared of outputs',
    'scripts/replay/shown-output.ts',
    (path: string) => appendFile(path, STATEMENT),
  ],
  ['the tidying of the cache', 'scripts/publish.ts', (path: string) => appendFile(path, STATEMENT)],
])('%s does not count', async (_what, file, change) => {
  expect(await keyWith(file, change)).toBe(before);
});
