/** Fills a store of chunks (`site/sandbox/image.ts`): cut, compressed, named by their hash. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import { LARGEST_CONTENT_BYTES } from '../site/sandbox/zstd.ts';
import { CHUNK_BYTES, type ChunkHash, type DiskManifest, type StoredFile } from '../site/sandbox/image.ts';

const compress = promisify(zstdCompress);

/**
 * Pieces of a snapshot's state are larger than a disk's: they compress better and are read whole. That of the base is
 * unpacked while the rest of it is on its way: in pieces of 4 MiB it takes 5 % more. A chapter's is one piece: a
 * state of 57 MB, with two applications' workers, becomes a tenth smaller.
 */
const STATE_CHUNK_BYTES = { base: 4 * 1024 * 1024, chapter: LARGEST_CONTENT_BYTES };
/** Chunks compressed at once. */
const PARALLEL = 4;

export class StoreWriter {
  readonly pool: string;
  readonly #directory: string;
  readonly #sizes = new Map<ChunkHash, Promise<number>>();

  /**
   * `directory` gets `chunks/`, hard links into `pool`, a folder of the same arrangement on the same file
   * system. Chunks that are in the pool already are not compressed again. Others may write to both at the same time.
   */
  constructor(directory: string, pool: string) {
    this.#directory = directory;
    this.pool = pool;
  }

  /** Stores bytes, cut into chunks. */
  addFile(bytes: Uint8Array): Promise<StoredFile> {
    return this.#addParts(bytes, CHUNK_BYTES, 'chunk');
  }

  /** Stores the state of a machine: all of it, or its difference from that of the base. */
  addState(bytes: Uint8Array, kind: 'base' | 'chapter'): Promise<StoredFile> {
    return this.#addParts(bytes, STATE_CHUNK_BYTES[kind], kind);
  }

  async #addParts(bytes: Uint8Array, chunkBytes: number, kind: Kind): Promise<StoredFile> {
    const chunks: ChunkHash[] = [];
    let transferBytes = 0;
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      const { hash, transfer } = await this.#add(bytes.subarray(start, start + chunkBytes), kind);
      chunks.push(hash);
      transferBytes += transfer;
    }
    return { sizeBytes: bytes.length, chunks, transferBytes };
  }

  /** Stores one chunk of a disk; `null` when it is all zero. */
  async addDiskChunk(bytes: Uint8Array): Promise<ChunkHash | null> {
    if (isZero(bytes)) return null;
    return (await this.#add(bytes, 'chunk')).hash;
  }

  /** Stores a disk image from a file. `onProgress` hears how far it is, from 0 to 1. */
  async addDisk(path: string, onProgress: (fraction: number) => void): Promise<DiskManifest> {
    const { size } = await stat(path);
    const file = await open(path);
    const chunks = Array.from<ChunkHash | null>({ length: Math.ceil(size / CHUNK_BYTES) }).fill(null);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < chunks.length; index = next++) {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(CHUNK_BYTES),
          0,
          CHUNK_BYTES,
          index * CHUNK_BYTES,
        );
        if (bytesRead === 0) throw new Error(`${path} ends before its size`);
        chunks[index] = await this.addDiskChunk(buffer);
        if (index % 64 === 0) onProgress(index / chunks.length);
      }
    };
    try {
      await Promise.all(Array.from({ length: PARALLEL }, work));
    } finally {
      await file.close();
    }
    return { sizeBytes: size, chunks };
  }

  async #add(bytes: Uint8Array, kind: Kind): Promise<{ hash: ChunkHash; transfer: number }> {
    const hash = createHash('sha256').update(bytes).digest('hex');
    let size = this.#sizes.get(hash);
    if (!size) {
      size = this.#write(hash, bytes, kind);
      this.#sizes.set(hash, size);
    }
    return { hash, transfer: await size };
  }

  async #write(hash: ChunkHash, bytes: Uint8Array, kind: Kind): Promise<number> {
    const pooled = join(this.pool, chunkPath(hash));
    if (!existsSync(pooled)) await writeWhole(pooled, await compressChunk(bytes, kind));
    const path = join(this.#directory, chunkPath(hash));
    await mkdir(dirname(path), { recursive: true });
    await link(pooled, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    return (await stat(pooled)).size;
  }
}

/**
 * How hard zstd tries. The state that every reader waits for is made as small as can be; that of a chapter is a
 * fraction of it, and the 30 of them would take as long as everything else. The thousands of chunks of a disk take
 * two minutes of processor time, half a minute at level 9; they are 6 % smaller. Level 19 takes thrice as long for
 * nothing.
 */
const LEVELS = { base: 19, chapter: 16, chunk: 14 } as const;

/** How far back zstd looks in a state, as a power of two: all of it. */
const STATE_WINDOW = 26;

const POOL_NAME = 'chunks-pool';
/** Folder of the pool in the cache. Chunks that an earlier version compressed otherwise are none of this one's. */
export const POOL = `${POOL_NAME}-${LEVELS.chunk}`;

/** What is compressed: see {@link LEVELS}. */
type Kind = keyof typeof LEVELS;

function compressChunk(bytes: Uint8Array, kind: Kind): Promise<Uint8Array> {
  return compress(bytes, {
    pledgedSrcSize: bytes.length,
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVELS[kind],
      [constants.ZSTD_c_contentSizeFlag]: 1,
      ...(kind !== 'chunk' && { [constants.ZSTD_c_windowLog]: STATE_WINDOW }),
    },
  });
}

/** Writes a file whole or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, bytes);
  await rename(draft, path);
}

function isZero(bytes: Uint8Array): boolean {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 3);
  return words.every((word) => word === 0n);
}

/** A chunk that another build has just put into the pool, and links in a moment, must not go. */
const YOUNG_MS = 60 * 60 * 1000;

/** Removes the chunks of all pools of a cache that nothing links to any more, unless they are younger than an hour. */
export async function prunePools(cache: string): Promise<void> {
  for (const name of await readdir(cache)) if (name.startsWith(POOL_NAME)) await prunePool(join(cache, name));
}

async function prunePool(pool: string): Promise<void> {
  for (const entry of await readdir(pool, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { nlink, mtimeMs } = await stat(path);
    if (nlink === 1 && Date.now() - mtimeMs > YOUNG_MS) await rm(path);
  }
}
