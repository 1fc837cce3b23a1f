/**
 * What the guest wrote to its disk: blocks of 4 KiB in slabs of 1 MiB. A block of zeros takes no memory, and a
 * block that becomes zero gives its place back to the next.
 */
import type { BlockContent } from '../saves/contents.ts';
import { SandboxError } from './types.ts';

/** Size of a block, bytes: the guest's own block size. */
export const BLOCK_BYTES = 4096;
const SLAB_BLOCKS = 256;
/**
 * Most that is kept, in bytes: more than the guest's file system has room for, so that the guest is the first to say
 * that the disk is full, and little enough for the browser not to end the page.
 */
const LARGEST_BYTES = 640 * 1024 * 1024;

/** In the table: as the image has it, and all zero. Anything else is a place in the slabs, counted from 1. */
const UNWRITTEN = 0;
const ZERO = -1;
const zeroBlock = new Uint8Array(BLOCK_BYTES);

export class Overlay {
  readonly #table: Int32Array;
  readonly #slabs: Uint8Array[] = [];
  readonly #free: number[] = [];
  readonly #largestBlocks: number;
  /** Blocks that were written since the last {@link takeChanges}. */
  #changed = new Set<number>();
  #usedPlaces = 0;

  /** `diskBytes`: size of the disk. */
  constructor(diskBytes: number, largestBytes = LARGEST_BYTES) {
    this.#table = new Int32Array(Math.ceil(diskBytes / BLOCK_BYTES));
    this.#largestBlocks = Math.floor(largestBytes / BLOCK_BYTES);
  }

  /** Bytes of the blocks that are not all zero. */
  get writtenBytes(): number {
    return (this.#usedPlaces - this.#free.length) * BLOCK_BYTES;
  }

  has(block: number): boolean {
    return (this.#table[block] ?? UNWRITTEN) !== UNWRITTEN;
  }

  /** A written block's bytes, to be read at once, or `undefined`. */
  get(block: number): Uint8Array | undefined {
    const entry = this.#table[block] ?? UNWRITTEN;
    if (entry === UNWRITTEN) return undefined;
    return entry === ZERO ? zeroBlock : this.#place(entry - 1);
  }

  /**
   * Writes a whole block. Over a hole of the image a block of zeros is not even noted. Throws {@link SandboxError}
   * `out-of-memory` when the guest has written too much.
   */
  set(block: number, bytes: Uint8Array, overHole: boolean): void {
    const entry = this.#table[block] ?? UNWRITTEN;
    this.#changed.add(block);
    if (isZero(bytes)) {
      if (entry > 0) this.#free.push(entry - 1);
      this.#table[block] = overHole ? UNWRITTEN : ZERO;
      return;
    }
    const place = entry > 0 ? entry - 1 : this.#takePlace();
    this.#place(place).set(bytes);
    this.#table[block] = place + 1;
  }

  /** A copy of all written blocks, by number. */
  copy(): ReadonlyMap<number, Uint8Array> {
    const blocks = new Map<number, Uint8Array>();
    this.#table.forEach((entry, block) => {
      if (entry !== UNWRITTEN) blocks.set(block, entry === ZERO ? zeroBlock : this.#place(entry - 1).slice());
    });
    return blocks;
  }

  /** A copy of the blocks that were written since the last call, by number. `image`: a hole of the image again. */
  takeChanges(): ReadonlyMap<number, BlockContent> {
    const changes = new Map<number, BlockContent>();
    for (const block of this.#changed) changes.set(block, this.#contentOf(this.#table[block] ?? UNWRITTEN));
    this.#changed = new Set();
    return changes;
  }

  /** As {@link takeChanges}, but all blocks that differ from the image's, whenever they were written. */
  takeAll(): ReadonlyMap<number, BlockContent> {
    const blocks = new Map<number, BlockContent>();
    this.#table.forEach((entry, block) => {
      if (entry !== UNWRITTEN) blocks.set(block, this.#contentOf(entry));
    });
    this.#changed = new Set();
    return blocks;
  }

  #contentOf(entry: number): BlockContent {
    if (entry === UNWRITTEN) return 'image';
    return entry === ZERO ? 'zero' : this.#place(entry - 1).slice();
  }

  #place(place: number): Uint8Array {
    const slab = this.#slabs[Math.floor(place / SLAB_BLOCKS)];
    if (!slab) throw new RangeError(`overlay: there is no place ${place}`);
    const start = (place % SLAB_BLOCKS) * BLOCK_BYTES;
    return slab.subarray(start, start + BLOCK_BYTES);
  }

  #takePlace(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#usedPlaces >= this.#largestBlocks) {
      throw new SandboxError({
        code: 'out-of-memory',
        message: `More than ${Math.round((this.#largestBlocks * BLOCK_BYTES) / 1024 / 1024)} MB were written to the machine’s disk, and this page keeps no more than that. Reset the machine to go on from the start of the chapter.`,
      });
    }
    if (this.#usedPlaces % SLAB_BLOCKS === 0) this.#slabs.push(new Uint8Array(SLAB_BLOCKS * BLOCK_BYTES));
    return this.#usedPlaces++;
  }
}

function isZero(bytes: Uint8Array): boolean {
  // Four bytes at a time where that can be done, which is nearly always.
  const words =
    bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : bytes;
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}
