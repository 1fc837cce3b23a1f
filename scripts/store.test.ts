import { link, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { POOL, prunePools } from './store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'typealong-pool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('chunks that nothing links to go, but not those that another build has just written', async () => {
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  // One of them is left by a version that compressed otherwise.
  const pools = [POOL, 'chunks-pool'].map((name) => join(directory, name, 'ab'));
  for (const [index, pool] of pools.entries()) {
    await mkdir(pool, { recursive: true });
    for (const name of ['old', 'linked', 'young']) await writeFile(join(pool, name), name);
    for (const name of ['old', 'linked']) await utimes(join(pool, name), old, old);
    await link(join(pool, 'linked'), join(directory, `published-${index}`));
  }
  await prunePools(directory);
  for (const pool of pools) expect((await readdir(pool)).sort()).toEqual(['linked', 'young']);
});
