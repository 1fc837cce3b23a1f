import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepNewest, putInPlace } from './newest.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'newest-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A folder with a file of that text, so many seconds old. */
async function folder(name: string, text = name, age = 0): Promise<string> {
  const place = path.join(directory, name);
  await mkdir(place);
  await writeFile(path.join(place, 'facts'), text);
  const time = Date.now() / 1000 - age;
  await utimes(place, time, time);
  return place;
}

test('the newest folders stay, and drafts', async () => {
  const newest = await folder('new');
  await folder('older', 'older', 60);
  await folder('oldest', 'oldest', 120);
  await folder('draft.17', 'draft', 180);
  await keepNewest(newest, 1);
  expect((await readdir(directory)).sort()).toEqual(['draft.17', 'new', 'older']);
});

test('a folder that does not count stays', async () => {
  const newest = await folder('new');
  await folder('older', 'mine', 60);
  await folder('other', 'yours', 120);
  await keepNewest(
    newest,
    0,
    async (place) => (await readFile(path.join(place, 'facts'), 'utf8')) === 'mine',
  );
  expect((await readdir(directory)).sort()).toEqual(['new', 'other']);
});

test('a draft takes its place, unless another process was there first', async () => {
  await putInPlace(await folder('base.1', 'first'), path.join(directory, 'base'), 'facts');
  await putInPlace(await folder('base.2', 'second'), path.join(directory, 'base'), 'facts');
  expect(await readdir(directory)).toEqual(['base']);
  expect(await readFile(path.join(directory, 'base/facts'), 'utf8')).toBe('first');
});

test('what is left of a folder is replaced', async () => {
  const place = await folder('base', 'old');
  await rm(path.join(place, 'facts'));
  await writeFile(path.join(place, 'disk'), '');
  await putInPlace(await folder('base.1', 'new'), place, 'facts');
  expect(await readdir(place)).toEqual(['facts']);
});
