/** Writes snapshots of a machine that runs: its memory as a difference from the base, and the disk's changes. */
import { type FileHandle, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { concatenate } from '../site/sandbox/bytes.ts';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import {
  CHUNK_BYTES,
  type ChunkHash,
  type ImageManifest,
  type SnapshotManifest,
  snapshotPath,
} from '../site/sandbox/image.ts';
import type { Capture } from '../site/sandbox/capture.ts';
import type { LocalSandbox } from '../site/sandbox/local.ts';
import { BLOCK_BYTES } from '../site/sandbox/overlay.ts';
import { encodeState } from '../site/sandbox/state.ts';
import { TERMINAL_COUNT } from '../site/sandbox/types.ts';
import { Failure } from './command.ts';
import { freeBlocks, type ReadDisk } from './free-blocks.ts';
import type { StoreWriter } from './store.ts';

/**
 * Programs that a reader runs first. They are read into the guest's page cache again after it has been
 * emptied, so that the first commands fetch nothing.
 */
const FIRST_PROGRAMS = ['/bin/bash', '/usr/bin/ls', '/usr/bin/sudo'];

const BLOCKS_PER_CHUNK = CHUNK_BYTES / BLOCK_BYTES;

const decompress = promisify(zstdDecompress);

/** All of a snapshot but its name and the list of what is read after it. */
export type SnapshotBody = Omit<SnapshotManifest, 'name' | 'prefetch'>;

export interface SnapshotTarget {
  /** Directory that is served as `/sandbox/`. */
  readonly directory: string;
  readonly image: ImageManifest;
  /** The image's disk, uncompressed. */
  readonly diskPath: string;
  readonly store: StoreWriter;
  /** State of the snapshot `base`; `null` while that is made. */
  readonly base: Uint8Array | null;
}

/** A capture of a machine at rest. */
export interface QuietCapture extends Capture {
  /** As `SnapshotManifest` has them. */
  readonly screens: readonly string[];
}

export class SnapshotWriter {
  readonly #target: SnapshotTarget;

  constructor(target: SnapshotTarget) {
    this.#target = target;
  }

  /** Stores the memory and the disk of a capture. */
  async describe(capture: QuietCapture): Promise<SnapshotBody> {
    const { image, base, store, diskPath } = this.#target;
    // A capture's blocks differ from the disk that its machine started with, which is the base's.
    const before = base ? (await this.bodyOfBase()).diskChanges : {};
    const disk = await open(diskPath);
    try {
      return {
        format: 1,
        recipe: image.recipe,
        v86Version: image.v86Version,
        base: base ? 'base' : null,
        state: await store.addState(encodeState(capture.state, base), base ? 'chapter' : 'base'),
        diskChanges: { ...before, ...(await this.#diskChanges(disk, before, capture)) },
        screens: capture.screens,
      };
    } finally {
      await disk.close();
    }
  }

  /** What was written of the snapshot `base`. */
  async bodyOfBase(): Promise<SnapshotBody> {
    // write() puts the name and the list anew.
    return JSON.parse(await readFile(this.#pathOf('base'), 'utf8')) as SnapshotManifest;
  }

  /** Writes a snapshot's manifest. `prefetch`: the disk's chunks that are read after it. */
  async write(name: string, body: SnapshotBody, prefetch: readonly number[]): Promise<void> {
    const manifest: SnapshotManifest = { ...body, name, prefetch };
    const path = this.#pathOf(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(manifest));
  }

  #pathOf(name: string): string {
    const { directory, image } = this.#target;
    return join(directory, image.name, snapshotPath(name));
  }

  async #diskChanges(
    disk: FileHandle,
    before: SnapshotManifest['diskChanges'],
    capture: Capture,
  ): Promise<Record<string, ChunkHash | null>> {
    // What was written and is free again need not be kept.
    const isFree = await freeBlocks(
      readerOf((index) => this.#changedChunk(disk, before, capture.overlay, index)),
      BLOCK_BYTES,
    );
    const kept = new Map([...capture.overlay].filter(([block]) => !isFree(block)));
    const chunks = new Set([...kept.keys()].map((block) => Math.floor(block / BLOCKS_PER_CHUNK)));
    const changes: Record<string, ChunkHash | null> = {};
    for (const index of [...chunks].sort((a, b) => a - b))
      changes[index] = await this.#target.store.addDiskChunk(
        await this.#changedChunk(disk, before, kept, index),
      );
    return changes;
  }

  /** A chunk of the disk with the overlay's blocks in it. */
  async #changedChunk(
    disk: FileHandle,
    before: SnapshotManifest['diskChanges'],
    overlay: Capture['overlay'],
    index: number,
  ): Promise<Uint8Array> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    const changed = before[index];
    if (changed === undefined) await disk.read(buffer, 0, CHUNK_BYTES, index * CHUNK_BYTES);
    else if (changed !== null) buffer.set(await this.#chunk(changed));
    for (let block = 0; block < BLOCKS_PER_CHUNK; block++) {
      const written = overlay.get(index * BLOCKS_PER_CHUNK + block);
      if (written) buffer.set(written, block * BLOCK_BYTES);
    }
    return buffer;
  }

  async #chunk(hash: ChunkHash): Promise<Uint8Array> {
    return decompress(await readFile(join(this.#target.directory, chunkPath(hash))));
  }
}

/** Reads a disk whose chunks `chunkAt` gives. */
function readerOf(chunkAt: (index: number) => Promise<Uint8Array>): ReadDisk {
  return async (offset, bytes) => {
    const first = Math.floor(offset / CHUNK_BYTES);
    const last = Math.floor((offset + bytes - 1) / CHUNK_BYTES);
    const chunks: Uint8Array[] = [];
    for (let index = first; index <= last; index++) chunks.push(await chunkAt(index));
    return concatenate(chunks)
      .subarray(offset - first * CHUNK_BYTES)
      .subarray(0, bytes);
  };
}

/** Ends once the processor has been idle for four fifths of a second; /proc/stat counts hundredths. */
const UNTIL_IDLE = `
while :; do
  read -r _ _ _ _ before _ < /proc/stat; sleep 1; read -r _ _ _ _ after _ < /proc/stat
  [ $((after - before)) -lt 80 ] || exit 0
done`;
/**
 * Empties the page cache, also of what is mapped by programs that run: that is on the disk, and a fifth of a base
 * snapshot's memory. More is asked for than there is, which the kernel reports as an error.
 */
const EMPTY_CACHE =
  'set -e; sync; echo 3 > /proc/sys/vm/drop_caches; cd /sys/fs/cgroup; ls memory.reclaim; ' +
  'echo 256M > memory.reclaim 2> /dev/null || true';
/** A service that has just been started may load its application for half a minute. */
const LONGEST_REST_MS = 240_000;

/**
 * The machine at rest, with everything on the disk, and its page cache empty but for what a reader needs first. Throws
 * a Failure when it does not come to rest.
 */
export async function captureQuietly(sandbox: LocalSandbox): Promise<QuietCapture> {
  await untilIdle(sandbox);
  const screens = await screensOf(sandbox);
  const emptied = await sandbox.agent.exec(['sh', '-c', EMPTY_CACHE]);
  if (emptied.code !== 0) throw new Failure(`The page cache cannot be emptied: ${emptied.stderr}`);
  await sandbox.agent.exec([
    'sh',
    '-c',
    // Synced at last: what the disk says of its free blocks must be so.
    `for program in ${FIRST_PROGRAMS.join(' ')}; do ldd $program; cat $program; done > /dev/null; sudo -n true; ls / > /dev/null; sync`,
  ]);
  return { ...(await sandbox.capture()), screens };
}

async function untilIdle(sandbox: LocalSandbox): Promise<void> {
  const { code } = await sandbox.agent.exec(['sh', '-c', UNTIL_IDLE], { timeoutMs: LONGEST_REST_MS });
  if (code === 0) return;
  const { stdout } = await sandbox.agent.exec([
    'sh',
    '-c',
    'ps -eo pid,stat,time,args --sort=-time | head -n 6',
  ]);
  throw new Failure(
    `The machine did not come to rest within ${LONGEST_REST_MS / 1000} seconds, so no snapshot can be taken. Its busiest processes:\n${stdout}`,
  );
}

/** Ctrl+L: the shell clears the screen and draws its prompt. */
const REDRAW = '\x0c';
/** A mark of the shell (`site/sandbox/shell-marks.ts`). */
const MARK = /\x1b\]133;[^\x07]*\x07/g;

/** The screen is cleared, and ends in a prompt: a program that has the terminal draws something else, or nothing. */
const PROMPT = /^\x1b\[[^]*[$#](?:\x1b\[[\d;]*m)* $/;

/** What the terminals show when their shells draw their prompts anew; the machine is idle. */
async function screensOf(sandbox: LocalSandbox): Promise<string[]> {
  const terminals = Array.from({ length: TERMINAL_COUNT }, (_, index) => sandbox.terminal(index));
  const drawn = terminals.map((): Uint8Array[] => []);
  const unsubscribe = terminals.map((terminal, index) =>
    terminal.onData((bytes) => void drawn[index]?.push(bytes)),
  );
  await Promise.all(terminals.map((terminal) => terminal.write(REDRAW)));
  await untilIdle(sandbox);
  for (const stop of unsubscribe) stop();
  return drawn.map((pieces) => {
    const text = new TextDecoder().decode(concatenate(pieces)).replaceAll(MARK, '');
    return PROMPT.test(text) ? text : '';
  });
}
