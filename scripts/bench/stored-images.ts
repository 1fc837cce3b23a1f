/** Reads what the build of images has stored, without a machine. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { chunkPath } from '../../site/sandbox/chunk-store.ts';
import {
  CHUNK_BYTES,
  type ChunkHash,
  type ImageManifest,
  snapshotFileName,
  type SnapshotManifest,
} from '../../site/sandbox/image.ts';
import { diskOfSnapshot } from '../../site/sandbox/image-loader.ts';

const decompress = promisify(zstdDecompress);

/** An image and its disk as a snapshot left it: a chunk for each 256 KiB, `null` when it is all zero. */
export interface StoredMachine {
  readonly image: ImageManifest;
  readonly chunks: readonly (ChunkHash | null)[];
}

/** `sandboxDir` is what `/sandbox/` is served from. */
export async function readMachine(
  sandboxDir: string,
  imageName: string,
  snapshotName: string,
): Promise<StoredMachine> {
  const folder = join(sandboxDir, imageName);
  const image = JSON.parse(await readFile(join(folder, 'image.json'), 'utf8')) as ImageManifest;
  const manifest = await readFile(
    join(folder, 'snapshots', `${snapshotFileName(snapshotName)}.json`),
    'utf8',
  );
  const snapshot = JSON.parse(manifest) as SnapshotManifest;
  return { image, chunks: diskOfSnapshot(image.disk, snapshot.diskChanges).chunks };
}

/** The bytes of some chunks, one after the other. */
export async function readStored(sandboxDir: string, chunks: readonly ChunkHash[]): Promise<Buffer> {
  const parts = await Promise.all(
    chunks.map(async (hash) => decompress(await readFile(join(sandboxDir, chunkPath(hash))))),
  );
  return Buffer.concat(parts);
}

/** Writes a disk whole into a new file; what is zero takes no room. */
export async function writeRawDisk(
  path: string,
  sandboxDir: string,
  { image, chunks }: StoredMachine,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.truncate(image.disk.sizeBytes);
    for (const [index, hash] of chunks.entries()) {
      if (hash === null) continue;
      const bytes = await readStored(sandboxDir, [hash]);
      await file.write(bytes, 0, bytes.length, index * CHUNK_BYTES);
    }
  } finally {
    await file.close();
  }
}
