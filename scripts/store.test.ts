import { link, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prunePool } from './store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'typealong-pool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('chunks that nothing links to go, but not those that another build has just written', async () => {
  const pool = join(directory, 'chunks', 'ab');
  await mkdir(pool, { recursive: true });
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of ['old', 'linked', 'young']) await writeFile(join(pool, name), name);
  for (const name of ['old', 'linked']) await utimes(join(pool, name), old, old);
  await link(join(pool, 'linked'), join(directory, 'published'));
  await prunePool(directory);
  expect((await readdir(pool)).sort()).toEqual(['linked', 'young']);
});
