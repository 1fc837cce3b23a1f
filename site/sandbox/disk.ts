/**
 * The guest's disk: chunks of the image, fetched when the guest reads them, under an overlay of what it wrote.
 *
 * Writes stay in blocks of 4 KiB, the guest's own block size. A write of part of a block first reads the rest.
 */
import { CHUNK_BYTES, type ChunkHash, type DiskManifest } from './image.ts';
import type { DiskBuffer } from './emulator.ts';

/** Size of a block of the overlay, bytes. */
export const BLOCK_BYTES = 4096;
const BLOCKS_PER_CHUNK = CHUNK_BYTES / BLOCK_BYTES;
/** Chunks kept decompressed in memory: 48 MiB. The guest keeps its own page cache. */
const CACHED_CHUNKS = 192;
/** Prefetches under way at once; the rest of the store's slots stay free for what the guest waits for. */
const PARALLEL_PREFETCHES = 4;

/** Brings a chunk; rejects only when trying again at once is useless. */
export type ChunkReader = (hash: ChunkHash) => Promise<Uint8Array>;

export class Disk implements DiskBuffer {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;

  readonly #manifest: DiskManifest;
  readonly #chunks: readonly (ChunkHash | null)[];
  readonly #read: ChunkReader;
  readonly #overlay: Map<number, Uint8Array>;
  /** Least recently used first. */
  readonly #cache = new Map<number, Uint8Array>();
  readonly #loading = new Map<number, Promise<Uint8Array>>();
  readonly #touched = new Set<number>();
  #pending = 0;
  #idleWaiters: (() => void)[] = [];

  /**
   * `read` must not reject for good: it waits and tries again (the machine stands still meanwhile), or the
   * guest would see a broken disk. `overlay` continues the writes of an earlier machine, as after a reboot.
   */
  constructor(manifest: DiskManifest, read: ChunkReader, overlay = new Map<number, Uint8Array>()) {
    this.#manifest = manifest;
    this.byteLength = manifest.sizeBytes;
    this.#chunks = manifest.chunks;
    this.#read = read;
    this.#overlay = overlay;
  }

  /** What the guest wrote: blocks by their number. */
  get overlay(): ReadonlyMap<number, Uint8Array> {
    return this.#overlay;
  }

  /** Chunks that have been read from the image since the last call, in order of first use: what to prefetch next time. */
  takeTouchedChunks(): readonly number[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** The same disk for another machine, as after a reboot. What the old machine still waits for goes nowhere. */
  reopen(): Disk {
    return new Disk(this.#manifest, this.#read, this.#overlay);
  }

  load(): void {
    this.onload?.({});
  }

  get(start: number, length: number, done: (data: Uint8Array) => void): void {
    const missing = this.#missingChunks(start, length);
    if (missing.length === 0) {
      done(this.#assemble(start, length));
      return;
    }
    this.#pending++;
    void Promise.all(missing.map((index) => this.#load(index))).then(() => {
      // A chunk may have been pushed out of the cache by the others: read those that are missing again.
      this.#pending--;
      this.get(start, length, done);
      this.#tellWhenIdle();
    });
  }

  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void {
    this.get(start, length, done);
  }

  get_from_cache(start: number, length: number): Uint8Array | undefined {
    return this.#missingChunks(start, length).length === 0 ? this.#assemble(start, length) : undefined;
  }

  set(start: number, data: Uint8Array, done: () => void): void {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor((start + data.length - 1) / BLOCK_BYTES);
    const partial = [first, last].filter(
      (block) => !this.#overlay.has(block) && !coversBlock(block, start, data.length),
    );
    const missing = partial.flatMap((block) => this.#missingChunks(block * BLOCK_BYTES, BLOCK_BYTES));
    if (missing.length === 0) {
      this.#store(start, data);
      done();
      return;
    }
    // v86 reuses the memory of `data` once this returns.
    const copy = data.slice();
    this.#pending++;
    void Promise.all(missing.map((index) => this.#load(index))).then(() => {
      this.#pending--;
      this.set(start, copy, done);
      this.#tellWhenIdle();
    });
  }

  /** Fetches chunks ahead of need, a few at a time. Failures are left to the read that needs the chunk. */
  async prefetch(indexes: readonly number[], fetchAhead: ChunkReader = this.#read): Promise<void> {
    const rest = [...indexes];
    const work = async (): Promise<void> => {
      for (let index = rest.shift(); index !== undefined; index = rest.shift()) {
        const hash = this.#chunks[index];
        if (!hash || this.#cache.has(index)) continue;
        try {
          this.#remember(index, await fetchAhead(hash));
        } catch {
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_PREFETCHES }, work));
  }

  /** Resolves when the guest waits for nothing: only then may its state be saved. */
  async whenIdle(): Promise<void> {
    while (this.#pending > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  get_buffer(done: (buffer?: ArrayBuffer) => void): void {
    done();
  }

  /** Nothing: the disk is saved beside the state, never in it. */
  get_state(): unknown[] {
    return [];
  }

  set_state(): void {}

  #tellWhenIdle(): void {
    if (this.#pending > 0) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Chunks of the range that neither the overlay nor the cache nor a hole covers. */
  #missingChunks(start: number, length: number): number[] {
    const missing: number[] = [];
    const end = start + length;
    for (let index = Math.floor(start / CHUNK_BYTES); index * CHUNK_BYTES < end; index++) {
      if (!this.#chunks[index] || this.#cache.has(index)) continue;
      const from = Math.max(start, index * CHUNK_BYTES);
      const to = Math.min(end, (index + 1) * CHUNK_BYTES);
      if (!this.#overlayCovers(from, to)) missing.push(index);
    }
    return missing;
  }

  #overlayCovers(from: number, to: number): boolean {
    for (let block = Math.floor(from / BLOCK_BYTES); block * BLOCK_BYTES < to; block++) {
      if (!this.#overlay.has(block)) return false;
    }
    return true;
  }

  #load(index: number): Promise<Uint8Array> {
    const cached = this.#cache.get(index);
    if (cached) return Promise.resolve(cached);
    const running = this.#loading.get(index);
    if (running) return running;
    const hash = this.#chunks[index];
    if (!hash) return Promise.resolve(new Uint8Array(CHUNK_BYTES));
    const promise = this.#read(hash).then((bytes) => {
      this.#remember(index, bytes);
      return bytes;
    });
    this.#loading.set(index, promise);
    void promise.finally(() => this.#loading.delete(index));
    return promise;
  }

  #remember(index: number, bytes: Uint8Array): void {
    this.#cache.delete(index);
    this.#cache.set(index, bytes);
    if (this.#cache.size <= CACHED_CHUNKS) return;
    const oldest = this.#cache.keys().next();
    if (!oldest.done) this.#cache.delete(oldest.value);
  }

  #assemble(start: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    const end = start + length;
    for (let position = start; position < end;) {
      const block = Math.floor(position / BLOCK_BYTES);
      const within = position - block * BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - within, end - position);
      const source = this.#block(block);
      if (source) result.set(source.subarray(within, within + count), position - start);
      position += count;
    }
    return result;
  }

  /** A block's bytes, or `undefined` for a hole. Its chunk is in the cache. */
  #block(block: number): Uint8Array | undefined {
    const written = this.#overlay.get(block);
    if (written) return written;
    const index = Math.floor(block / BLOCKS_PER_CHUNK);
    if (!this.#chunks[index]) return undefined;
    const chunk = this.#cache.get(index);
    if (!chunk) throw new Error(`disk: chunk ${index} is not loaded`);
    this.#touched.add(index);
    const offset = (block % BLOCKS_PER_CHUNK) * BLOCK_BYTES;
    return chunk.subarray(offset, offset + BLOCK_BYTES);
  }

  #store(start: number, data: Uint8Array): void {
    const end = start + data.length;
    for (let position = start; position < end;) {
      const block = Math.floor(position / BLOCK_BYTES);
      const within = position - block * BLOCK_BYTES;
      const count = Math.min(BLOCK_BYTES - within, end - position);
      let target = this.#overlay.get(block);
      if (!target) {
        target = new Uint8Array(BLOCK_BYTES);
        if (count < BLOCK_BYTES) {
          const before = this.#block(block);
          if (before) target.set(before);
        }
        this.#overlay.set(block, target);
      }
      target.set(data.subarray(position - start, position - start + count), within);
      position += count;
    }
  }
}

function coversBlock(block: number, start: number, length: number): boolean {
  return start <= block * BLOCK_BYTES && start + length >= (block + 1) * BLOCK_BYTES;
}
