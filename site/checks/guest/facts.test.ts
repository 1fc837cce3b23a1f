import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { listFiles } from './facts.ts';
import { splitFiles } from './server-blocks.ts';

it('lists files, and no more than can be read', async () => {
  const folder = await mkdtemp(`${tmpdir()}/typealong-`);
  try {
    await writeFile(`${folder}/a.conf`, 'user nginx;\n');
    const list = (): string =>
      spawnSync('sh', ['-c', listFiles(`${folder}/*.conf ${folder}/none/*`)], { encoding: 'utf8' }).stdout;
    expect(splitFiles(list())).toEqual([{ path: `${folder}/a.conf`, text: 'user nginx;\n\n' }]);
    for (let index = 0; index < 20; index += 1)
      await writeFile(`${folder}/${index}.conf`, 'x'.repeat(100_000));
    expect(list().length).toBeLessThanOrEqual(1_048_576);
  } finally {
    await rm(folder, { recursive: true });
  }
});
