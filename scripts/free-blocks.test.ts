import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeBlocks } from './free-blocks.ts';

const BLOCK = 4096;

/** A disk as the images have it, with a file of 40 blocks of 1; and the numbers of the file's blocks. */
function disk(features: string): { bytes: Buffer; file: number[]; free: number } {
  const directory = mkdtempSync(join(tmpdir(), 'free-blocks-'));
  try {
    const image = join(directory, 'disk');
    writeFileSync(image, '');
    truncateSync(image, 300 * 1024 * 1024);
    writeFileSync(join(directory, 'content'), Buffer.alloc(40 * BLOCK, 1));
    execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', '-b', String(BLOCK), '-O', features, image]);
    execFileSync('/sbin/debugfs', ['-w', '-R', `write ${join(directory, 'content')} file`, image], {
      stdio: 'ignore',
    });
    const ask = (question: string) =>
      execFileSync('/sbin/debugfs', ['-R', question, image], { stdio: 'pipe' });
    const file = ask('blocks file').toString().trim().split(/\s+/).map(Number);
    const free = Number(/Free blocks: +(\d+)/.exec(ask('stats -h').toString())?.[1]);
    return { bytes: readFileSync(image), file, free };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const reader = (bytes: Buffer) => (offset: number, length: number) =>
  Promise.resolve(bytes.subarray(offset, offset + length));

it.each(['^has_journal,^metadata_csum,^resize_inode', '^has_journal,^metadata_csum,^64bit,^resize_inode'])(
  'as many blocks are free as the file system says, and none of a file (%s)',
  async (features) => {
    const { bytes, file, free } = disk(features);
    const isFree = await freeBlocks(reader(bytes), BLOCK);
    const blocks = Array.from({ length: bytes.length / BLOCK }, (_, block) => block);
    expect(blocks.filter(isFree)).toHaveLength(free);
    expect(file.filter((block) => block > 0).length).toBeGreaterThanOrEqual(40);
    expect(file.filter(isFree)).toEqual([]);
    expect(isFree(-1)).toBe(false);
    expect(isFree(blocks.length)).toBe(false);
  },
);

it('on a disk that is something else, none is free', async () => {
  const isFree = await freeBlocks(reader(Buffer.alloc(64 * BLOCK, 1)), BLOCK);
  expect(isFree(20)).toBe(false);
});
