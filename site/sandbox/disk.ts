/**
 * The guest's disk: chunks of the image, fetched when the guest reads them, under an overlay of what it wrote.
 *
 * Writes stay in blocks of 4 KiB, the guest's own block size. A write of part of a block first reads the rest.
 */
import type { BlockContent } from '../saves/contents.ts';
import { CHUNK_BYTES, type ChunkHash, type DiskManifest } from './image.ts';
import { BLOCK_BYTES, Overlay } from './overlay.ts';
import { SandboxError } from './types.ts';
import type { DiskBuffer } from './emulator.ts';

const BLOCKS_PER_CHUNK = CHUNK_BYTES / BLOCK_BYTES;
/** Chunks kept decompressed in memory: 48 MiB. The guest keeps its own page cache. */
const CACHED_CHUNKS = 192;
/** Prefetches under way at once; the rest of the store's slots stay free for what the guest waits for. */
const PARALLEL_PREFETCHES = 4;

/** Brings a chunk of the image. */
export type ChunkReader = (hash: ChunkHash) => Promise<Uint8Array>;

export interface DiskOptions {
  /**
   * What the guest waits for. Rejects only when trying again is useless; until then it waits and tries again, while
   * the machine stands still, or the guest would see a broken disk.
   */
  readonly read: ChunkReader;
  /**
   * Called when a command of the guest can't be completed: its chunk can't be had, the guest has written too much, or
   * v86 threw while it took the data. The guest waits for that command for ever, so the machine has failed.
   */
  readonly onError: (error: unknown) => void;
  /** Once aborted, nothing is completed or reported any more. */
  readonly signal?: AbortSignal;
}

/** Chunks by index, held for one command so that the cache can't drop them before it ends. */
type Held = ReadonlyMap<number, Uint8Array>;

/** A command that waits for chunks. */
interface Pending {
  readonly kind: 'read' | 'write';
  readonly start: number;
  readonly length: number;
  readonly chunks: readonly number[];
  readonly since: number;
}

export class Disk implements DiskBuffer {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;

  readonly #manifest: DiskManifest;
  readonly #chunks: readonly (ChunkHash | null)[];
  readonly #options: DiskOptions;
  readonly #overlay: Overlay;
  /** Least recently used first. */
  readonly #cache = new Map<number, Uint8Array>();
  readonly #loading = new Map<number, Promise<Uint8Array>>();
  readonly #touched = new Set<number>();
  readonly #pending = new Set<Pending>();
  #idleWaiters: (() => void)[] = [];
  #reopened = false;

  /** `overlay` continues the writes of an earlier machine, as after a reboot. */
  constructor(manifest: DiskManifest, options: DiskOptions, overlay = new Overlay(manifest.sizeBytes)) {
    this.#manifest = manifest;
    this.byteLength = manifest.sizeBytes;
    this.#chunks = manifest.chunks;
    this.#options = options;
    this.#overlay = overlay;
  }

  /** What the guest wrote: a copy of the blocks that differ from the image's, by their number. */
  get overlay(): ReadonlyMap<number, Uint8Array> {
    return this.#overlay.copy();
  }

  /** A copy of the blocks that the guest wrote since the last call, as {@link Overlay.takeChanges}. */
  takeChanges(): ReadonlyMap<number, BlockContent> {
    return this.#overlay.takeChanges();
  }

  /** As {@link takeChanges}, but all blocks that the guest ever wrote. */
  takeAll(): ReadonlyMap<number, BlockContent> {
    return this.#overlay.takeAll();
  }

  /** Whether the guest waits for nothing, so that its state may be saved. */
  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /** Chunks that have been read from the image since the last call, in order of first use: what to prefetch next time. */
  takeTouchedChunks(): readonly number[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** The same disk for another machine, as after a reboot. Commands that this one still waits for are never completed. */
  reopen(): Disk {
    this.#reopened = true;
    return new Disk(this.#manifest, this.#options, this.#overlay);
  }

  load(): void {
    this.onload?.({});
  }

  get(start: number, length: number, done: (data: Uint8Array) => void): void {
    this.#command('read', start, length, this.#neededChunks(start, length), (held) =>
      done(this.#assemble(start, length, held)),
    );
  }

  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void {
    this.get(start, length, done);
  }

  get_from_cache(start: number, length: number): Uint8Array | undefined {
    const held = this.#held(this.#neededChunks(start, length));
    return held && this.#assemble(start, length, held);
  }

  set(start: number, data: Uint8Array, done: () => void): void {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor((start + data.length - 1) / BLOCK_BYTES);
    const partial = [first, last].filter((block) => !coversBlock(block, start, data.length));
    const needed = partial.flatMap((block) => this.#neededChunks(block * BLOCK_BYTES, BLOCK_BYTES));
    // v86 reuses the memory of `data` once this returns.
    const kept = this.#held(needed) ? data : data.slice();
    this.#command('write', start, data.length, needed, (held) => {
      this.#store(start, kept, held);
      done();
    });
  }

  /** Fetches chunks ahead of need, a few at a time. Failures are left to the read that needs the chunk. */
  async prefetch(indexes: readonly number[], fetchAhead: ChunkReader): Promise<void> {
    const rest = [...indexes];
    const work = async (): Promise<void> => {
      for (let index = rest.shift(); index !== undefined && !this.#isOver; index = rest.shift()) {
        const hash = this.#chunks[index];
        if (!hash || this.#cache.has(index) || this.#loading.has(index)) continue;
        try {
          this.#remember(index, requireWhole(await fetchAhead(hash), index));
        } catch {
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_PREFETCHES }, work));
  }

  /** Resolves when the guest waits for nothing: only then may its state be saved. */
  async whenIdle(): Promise<void> {
    while (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** What the guest waits for, for a report on a machine that stands still. */
  diagnose(): Readonly<Record<string, unknown>> {
    const now = performance.now();
    return {
      pending: [...this.#pending].map(({ since, ...command }) => ({
        ...command,
        ageMs: Math.round(now - since),
      })),
      loadingChunks: [...this.#loading.keys()],
      cachedChunks: this.#cache.size,
      writtenBytes: this.#overlay.writtenBytes,
      isOver: this.#isOver,
    };
  }

  get_buffer(done: (buffer?: ArrayBuffer) => void): void {
    done();
  }

  /** Nothing: the disk is saved beside the state, never in it. */
  get_state(): unknown[] {
    return [];
  }

  set_state(): void {}

  /** Its machine is gone: nothing may reach it any more. */
  get #isOver(): boolean {
    return this.#reopened || this.#options.signal?.aborted === true;
  }

  /** Completes a command, at once when its chunks are at hand. Whatever goes wrong reaches `onError`. */
  #command(
    kind: Pending['kind'],
    start: number,
    length: number,
    needed: readonly number[],
    complete: (held: Held) => void,
  ): void {
    const guarded = (held: Held): void => {
      if (this.#isOver) return;
      try {
        complete(held);
      } catch (error) {
        this.#fail(error);
      }
    };
    const held = this.#held(needed);
    if (held) {
      guarded(held);
      return;
    }
    const pending: Pending = { kind, start, length, chunks: needed, since: performance.now() };
    this.#pending.add(pending);
    void Promise.all(needed.map(async (index) => [index, await this.#load(index)] as const))
      .then(
        (entries) => guarded(new Map(entries)),
        (error: unknown) => this.#fail(error),
      )
      .finally(() => {
        this.#pending.delete(pending);
        this.#tellWhenIdle();
      });
  }

  #fail(error: unknown): void {
    if (!this.#isOver) this.#options.onError(error);
  }

  #tellWhenIdle(): void {
    if (this.#pending.size > 0) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Chunks of the image that a range is made of: those that are no hole, and not covered by the overlay. */
  #neededChunks(start: number, length: number): number[] {
    const needed: number[] = [];
    const end = start + length;
    for (let index = Math.floor(start / CHUNK_BYTES); index * CHUNK_BYTES < end; index++) {
      if (!this.#chunks[index]) continue;
      const from = Math.max(start, index * CHUNK_BYTES);
      const to = Math.min(end, (index + 1) * CHUNK_BYTES);
      if (!this.#overlayCovers(from, to)) needed.push(index);
    }
    return needed;
  }

  #overlayCovers(from: number, to: number): boolean {
    for (let block = Math.floor(from / BLOCK_BYTES); block * BLOCK_BYTES < to; block++) {
      if (!this.#overlay.has(block)) return false;
    }
    return true;
  }

  /** The chunks, if all of them are in the cache. */
  #held(indexes: readonly number[]): Held | undefined {
    const held = new Map<number, Uint8Array>();
    for (const index of indexes) {
      const bytes = this.#cached(index);
      if (!bytes) return undefined;
      held.set(index, bytes);
    }
    return held;
  }

  #load(index: number): Promise<Uint8Array> {
    const cached = this.#cached(index);
    if (cached) return Promise.resolve(cached);
    const running = this.#loading.get(index);
    if (running) return running;
    const hash = this.#chunks[index];
    if (!hash) return Promise.resolve(new Uint8Array(CHUNK_BYTES));
    const promise = this.#fetch(hash, index).finally(() => this.#loading.delete(index));
    this.#loading.set(index, promise);
    return promise;
  }

  async #fetch(hash: ChunkHash, index: number): Promise<Uint8Array> {
    const bytes = requireWhole(await this.#options.read(hash), index);
    this.#remember(index, bytes);
    return bytes;
  }

  #cached(index: number): Uint8Array | undefined {
    const bytes = this.#cache.get(index);
    if (bytes) this.#remember(index, bytes);
    return bytes;
  }

  #remember(index: number, bytes: Uint8Array): void {
    this.#cache.delete(index);
    this.#cache.set(index, bytes);
    if (this.#cache.size <= CACHED_CHUNKS) return;
    const oldest = this.#cache.keys().next();
    if (!oldest.done) this.#cache.delete(oldest.value);
  }

  #assemble(start: number, length: number, held: Held): Uint8Array {
    const result = new Uint8Array(length);
    for (const { block, within, position, count } of blocksOf(start, length)) {
      const source = this.#block(block, held);
      if (source) result.set(source.subarray(within, within + count), position - start);
    }
    return result;
  }

  /** A block's bytes, or `undefined` for a hole. */
  #block(block: number, held: Held): Uint8Array | undefined {
    const written = this.#overlay.get(block);
    if (written) return written;
    const index = Math.floor(block / BLOCKS_PER_CHUNK);
    if (!this.#chunks[index]) return undefined;
    const chunk = held.get(index);
    if (!chunk) throw new Error(`disk: chunk ${index} is not loaded`);
    this.#touched.add(index);
    const offset = (block % BLOCKS_PER_CHUNK) * BLOCK_BYTES;
    return chunk.subarray(offset, offset + BLOCK_BYTES);
  }

  #store(start: number, data: Uint8Array, held: Held): void {
    for (const { block, within, position, count } of blocksOf(start, data.length)) {
      const piece = data.subarray(position - start, position - start + count);
      const isHole = !this.#chunks[Math.floor(block / BLOCKS_PER_CHUNK)];
      if (count === BLOCK_BYTES) {
        this.#overlay.set(block, piece, isHole);
        continue;
      }
      const whole = this.#block(block, held)?.slice() ?? new Uint8Array(BLOCK_BYTES);
      whole.set(piece, within);
      this.#overlay.set(block, whole, isHole);
    }
  }
}

/** The parts of a range, block by block. */
function* blocksOf(
  start: number,
  length: number,
): Generator<{
  readonly block: number;
  readonly within: number;
  readonly position: number;
  readonly count: number;
}> {
  const end = start + length;
  for (let position = start; position < end;) {
    const block = Math.floor(position / BLOCK_BYTES);
    const within = position - block * BLOCK_BYTES;
    const count = Math.min(BLOCK_BYTES - within, end - position);
    yield { block, within, position, count };
    position += count;
  }
}

function coversBlock(block: number, start: number, length: number): boolean {
  return start <= block * BLOCK_BYTES && start + length >= (block + 1) * BLOCK_BYTES;
}

/** A shorter chunk would read as zeros. */
function requireWhole(bytes: Uint8Array, index: number): Uint8Array {
  if (bytes.length === CHUNK_BYTES) return bytes;
  throw new SandboxError({
    code: 'wrong-version',
    message: 'Part of the machine’s disk does not have the size that its list gives. Reload the page.',
    subject: `chunk ${index} of the disk`,
  });
}
