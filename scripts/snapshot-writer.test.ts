import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import { CHUNK_BYTES, type ImageManifest } from '../site/sandbox/image.ts';
import { BLOCK_BYTES } from '../site/sandbox/overlay.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import { StoreWriter } from './store.ts';

/** The least that v86 could save: a memory of eight pages, all zero. */
function emptyState(): Uint8Array {
  const state = Array.from({ length: 79 }, (_, index) => (index < 77 ? null : { buffer_id: index - 77 }));
  const buffer_infos = [
    { offset: 0, length: 0 },
    { offset: 0, length: 1 },
  ];
  const info = new TextEncoder().encode(JSON.stringify({ buffer_infos, state }));
  const start = (16 + info.length + 3) & ~3;
  const file = new Uint8Array(start + 4);
  const header = new DataView(file.buffer);
  header.setUint32(0, 0x86768676, true);
  header.setUint32(8, file.length, true);
  header.setUint32(12, info.length, true);
  file.set(info, 16);
  return file;
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'typealong-snapshot-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('SnapshotWriter', () => {
  it('keeps nothing of blocks that are free when the snapshot is taken', async () => {
    const diskPath = join(directory, 'disk.raw');
    await writeFile(diskPath, '');
    await truncate(diskPath, 64 * 1024 * 1024);
    execFileSync('/sbin/mke2fs', ['-q', '-t', 'ext4', '-b', '4096', '-O', '^has_journal', diskPath]);
    const question = ['-R', 'testb 15000', diskPath];
    expect(execFileSync('/sbin/debugfs', question, { stdio: 'pipe' }).toString()).toContain('not in use');
    const store = new StoreWriter(directory, join(directory, 'pool'));
    const image = { name: 'test', recipe: 'r' } as ImageManifest;
    const writer = new SnapshotWriter({ directory, image, diskPath, store, base: null });
    const superblock = (await readFile(diskPath)).subarray(0, BLOCK_BYTES);
    const { diskChanges } = await writer.describe({
      state: emptyState(),
      overlay: new Map([
        [0, superblock],
        [15_000, new Uint8Array(BLOCK_BYTES).fill(1)],
      ]),
      touchedChunks: [],
      screens: [],
    });
    expect(Object.keys(diskChanges)).toEqual(['0']);
  });

  it('gives a chapter the disk that the base left, under what was written since', async () => {
    const diskPath = join(directory, 'disk.raw');
    await writeFile(diskPath, new Uint8Array(2 * CHUNK_BYTES).fill(1));
    const store = new StoreWriter(directory, join(directory, 'pool'));
    const image = { name: 'test', recipe: 'r' } as ImageManifest;
    const state = emptyState();
    const block = (seed: number) => new Uint8Array(BLOCK_BYTES).fill(seed);
    const blocksPerChunk = CHUNK_BYTES / BLOCK_BYTES;
    const touchedChunks: number[] = [];

    const ofBase = new SnapshotWriter({ directory, image, diskPath, store, base: null });
    const base = await ofBase.describe({
      state,
      overlay: new Map([
        [0, block(2)],
        [blocksPerChunk, block(3)],
      ]),
      touchedChunks,
      screens: ['\x1b[H\x1b[2Jbase$ ', '', ''],
    });
    await ofBase.write('base', base, []);
    const ofChapter = new SnapshotWriter({ directory, image, diskPath, store, base: state });
    const chapter = await ofChapter.describe({
      state,
      overlay: new Map([[1, block(4)]]),
      touchedChunks,
      screens: ['\x1b[H\x1b[2Jchapter$ ', '', ''],
    });

    expect(base.screens[0]).toContain('base$');
    expect(chapter.screens[0]).toContain('chapter$');
    expect(chapter.diskChanges['1']).toBe(base.diskChanges['1']);
    const first = zstdDecompressSync(
      readFileSync(join(directory, chunkPath(chapter.diskChanges['0'] ?? ''))),
    );
    expect([first[0], first[BLOCK_BYTES], first[2 * BLOCK_BYTES]]).toEqual([2, 4, 1]);
  });
});
