import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../site/sandbox/image.ts';
import { StoreWriter } from '../store.ts';
import { readMachine, readStored, writeRawDisk } from './stored-images.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'typealong-stored-'));
});
afterAll(() => rm(directory, { recursive: true }));

it('reads the disk of a snapshot, and writes it whole', async () => {
  const store = new StoreWriter(join(directory, 'sandbox'), join(directory, 'pool'));
  const [image, changed] = [Buffer.alloc(CHUNK_BYTES, 'image'), Buffer.alloc(CHUNK_BYTES, 'changed')];
  const chunks = [await store.addDiskChunk(image), null, null];
  const diskChanges = { 2: await store.addDiskChunk(changed) };
  await mkdir(join(directory, 'sandbox/ubuntu/snapshots'), { recursive: true });
  await writeFile(
    join(directory, 'sandbox/ubuntu/image.json'),
    JSON.stringify({ disk: { sizeBytes: 3 * CHUNK_BYTES, chunks } }),
  );
  await writeFile(
    join(directory, 'sandbox/ubuntu/snapshots/guide--chapter.json'),
    JSON.stringify({ diskChanges }),
  );

  const sandboxDir = join(directory, 'sandbox');
  const machine = await readMachine(sandboxDir, 'ubuntu', 'guide/chapter');
  expect(machine.chunks).toEqual([chunks[0], null, diskChanges[2]]);
  expect((await readStored(sandboxDir, [diskChanges[2] ?? ''])).equals(changed)).toBe(true);
  await writeRawDisk(join(directory, 'disk.raw'), sandboxDir, machine);
  const disk = Buffer.concat([image, Buffer.alloc(CHUNK_BYTES), changed]);
  expect((await readFile(join(directory, 'disk.raw'))).equals(disk)).toBe(true);
});
