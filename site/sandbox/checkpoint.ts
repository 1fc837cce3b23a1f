/**
 * What a machine is at one instant, as its difference from what it was at the last: memory by pages, disk by blocks.
 * Taken between two slices of the guest's time, so the guest stands still for nothing but the taking.
 */
import type { BlockContent, PageContent } from '../saves/contents.ts';
import type { Disk } from './disk.ts';
import type { Emulator, LostConnection } from './emulator.ts';
import { PAGE_BYTES, PageHash } from './page-hash.ts';

/** A machine's memory and disk of one instant. */
export interface Checkpoint {
  /** Whether it says all that differs from the base and from the image; or only what has changed since the last. */
  readonly kind: 'whole' | 'changes';
  /** The processor and the devices, in v86's encoding, without the memory. */
  readonly head: Uint8Array;
  /** Pages of memory by number. */
  readonly pages: ReadonlyMap<number, PageContent>;
  /** Blocks of the disk by number. `image`: as the disk had it that the machine was started with. */
  readonly blocks: ReadonlyMap<number, BlockContent>;
  readonly connections: readonly LostConnection[];
  /** For how long the guest stood still, milliseconds. */
  readonly stillMs: number;
}

/** Fingerprints of the base's pages by number, and a number for each that is not zero. */
interface Base {
  readonly hashes: Float64Array;
  readonly places: ReadonlyMap<number, number>;
}

/** Pages that are looked at before the guest gets a turn. */
const PAGES_AT_ONCE = 2000;

export class Checkpoints {
  readonly #hash = new PageHash();
  readonly #basePages: () => Promise<Iterable<readonly [index: number, page: Uint8Array]>>;
  /** Fingerprints of the base's pages, once they are known. */
  #base: Base | null = null;
  #looking: Promise<Base> | null = null;
  /** Those of the last checkpoint; `null`: the next one is whole. */
  #last: Float64Array | null = null;

  /** `basePages`: pages of the base snapshot that are not zero; none for a machine that was booted. */
  constructor(basePages: () => Promise<Iterable<readonly [index: number, page: Uint8Array]>>) {
    this.#basePages = basePages;
  }

  /** The machine, which has not run yet, is as it was saved: the next checkpoint is what changes from now on. */
  continueFrom(emulator: Emulator, disk: Disk): void {
    this.#last = this.#look(emulator);
    disk.takeChanges();
  }

  /** What was taken was not kept: the next checkpoint is whole. */
  forget(): void {
    this.#last = null;
  }

  /** Resolves when {@link take} can be called; the guest runs meanwhile. Rejects when the base cannot be had. */
  async prepare(emulator: Emulator): Promise<void> {
    this.#looking ??= this.#lookAtBase(emulator.memory.length / PAGE_BYTES);
    try {
      if (!this.#last) await this.#touch(emulator);
      this.#base = await this.#looking;
    } catch (error) {
      this.#looking = null;
      throw error;
    }
  }

  /** To be called when {@link prepare} has resolved, while the disk is idle, and between two slices of the guest's time. */
  take(emulator: Emulator, disk: Disk): Checkpoint {
    const base = this.#base;
    if (!base) throw new Error('a checkpoint was not prepared');
    const begin = performance.now();
    const now = this.#look(emulator);
    const last = this.#last;
    const changed: number[] = [];
    now.forEach((hash, index) => {
      if (hash !== (last ?? base.hashes)[index]) changed.push(index);
    });
    const pages = this.#copy(emulator, changed, now, base);
    const head = emulator.saveDevices();
    const blocks = last ? disk.takeChanges() : disk.takeAll();
    this.#last = now;
    return {
      kind: last ? 'changes' : 'whole',
      head,
      pages,
      blocks,
      connections: emulator.connections,
      stillMs: performance.now() - begin,
    };
  }

  /** Reads the memory once, in pieces: what has never been touched the system must first find a place for. */
  async #touch(emulator: Emulator): Promise<void> {
    const count = emulator.memory.length / PAGE_BYTES;
    for (let index = 0; index < count; index++) {
      const { wasm, address } = emulator.memory;
      this.#hash.at(wasm, address + index * PAGE_BYTES);
      if (index % PAGES_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #look(emulator: Emulator): Float64Array {
    const { wasm, address, length } = emulator.memory;
    const hashes = new Float64Array(length / PAGE_BYTES);
    for (let index = 0; index < hashes.length; index++)
      hashes[index] = this.#hash.at(wasm, address + index * PAGE_BYTES);
    return hashes;
  }

  async #lookAtBase(count: number): Promise<Base> {
    const hashes = new Float64Array(count).fill(this.#hash.ofZeros);
    const places = new Map<number, number>();
    let looked = 0;
    for (const [index, page] of await this.#basePages()) {
      const hash = this.#hash.of(page);
      hashes[index] = hash;
      places.set(hash, index);
      if (++looked % PAGES_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return { hashes, places };
  }

  #copy(
    emulator: Emulator,
    changed: readonly number[],
    now: Float64Array,
    base: Base,
  ): Map<number, PageContent> {
    const { wasm, address } = emulator.memory;
    const memory = new Uint8Array(wasm.buffer);
    const pages = new Map<number, PageContent>();
    for (const index of changed) {
      const at = address + index * PAGE_BYTES;
      const hash = now[index] ?? this.#hash.ofZeros;
      // The kernel moves pages together, and after a reboot files are elsewhere in memory.
      const place = base.places.get(hash);
      if (hash === this.#hash.ofZeros) pages.set(index, 'zero');
      else if (hash === base.hashes[index]) pages.set(index, 'base');
      else if (place !== undefined) pages.set(index, { base: place });
      else pages.set(index, memory.slice(at, at + PAGE_BYTES));
    }
    return pages;
  }
}
