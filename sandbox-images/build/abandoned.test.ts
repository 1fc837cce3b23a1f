import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { removeAbandoned } from './abandoned.ts';

test('only the unfinished work of processes that have ended goes', async () => {
  const ended = String(spawnSync('true').pid);
  const directory = await mkdtemp(path.join(tmpdir(), 'abandoned-'));
  const running = [`3fa9.${process.pid}`, `image-centos-7-${process.pid}`];
  for (const name of ['3fa9', ...running, `3fa9.${ended}`, `image-centos-7-${ended}`])
    await mkdir(path.join(directory, name));

  await removeAbandoned(directory);
  await removeAbandoned(path.join(directory, 'nowhere'));

  expect((await readdir(directory)).sort()).toEqual(['3fa9', ...running].sort());
  await rm(directory, { recursive: true });
});
