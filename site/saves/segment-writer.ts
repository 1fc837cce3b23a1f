/** Writes units into new segments, each when it is full. */
import { UNIT_BYTES } from './contents.ts';
import { checksum, type ContentHash } from './content-hash.ts';
import { deflate } from './deflate.ts';
import type { Bytes, SaveFiles } from './files.ts';
import { type Place, storedAt } from './place-table.ts';
import { encodeSegment, GROUP_UNITS, packRecord, SEGMENT_UNITS, type SegmentInfo } from './segment.ts';

/** Groups that are packed at the same time. */
const AT_ONCE = 4;

/** Where new segments go. */
export interface SegmentPlaces {
  /** A slot that no segment has. */
  takeSlot(): number;
  /** The full name of a file that was never written. */
  nextName(): string;
  /** A segment is on the disk. */
  written(slot: number, info: SegmentInfo): void;
}

export class SegmentWriter {
  readonly #files: SaveFiles;
  readonly #places: SegmentPlaces;
  #slot: number | null = null;
  #hashes: ContentHash[] = [];
  #group: Bytes = new Uint8Array(GROUP_UNITS * UNIT_BYTES);
  #packing: Promise<Bytes>[] = [];
  /** Of all segments so far. */
  bytesWritten = 0;
  unitsWritten = 0;

  constructor(files: SaveFiles, places: SegmentPlaces) {
    this.#files = files;
    this.#places = places;
  }

  /** Adds a unit, whose bytes may change afterwards. */
  async add(unit: Uint8Array, hash: ContentHash): Promise<Place> {
    if (this.#hashes.length === SEGMENT_UNITS) await this.finish([]);
    this.#slot ??= this.#places.takeSlot();
    const ordinal = this.#hashes.length;
    this.#hashes.push(hash);
    this.unitsWritten++;
    this.#group.set(unit, (ordinal % GROUP_UNITS) * UNIT_BYTES);
    if (this.#hashes.length % GROUP_UNITS === 0) {
      this.#packing.push(deflate(this.#group));
      this.#group = new Uint8Array(GROUP_UNITS * UNIT_BYTES);
      await this.#packing.at(-AT_ONCE);
    }
    return storedAt(this.#slot, ordinal);
  }

  /** Writes the segment that is not full yet, with these records. Returns its slot. */
  async finish(records: readonly Uint8Array[]): Promise<number> {
    const slot = this.#slot ?? this.#places.takeSlot();
    const rest = this.#hashes.length % GROUP_UNITS;
    if (rest > 0) this.#packing.push(deflate(this.#group.subarray(0, rest * UNIT_BYTES)));
    const packed = await Promise.all(records.map(packRecord));
    const groups = await Promise.all(this.#packing);
    const bytes = encodeSegment(this.#hashes, groups, packed);
    const name = this.#places.nextName();
    await this.#files.write(name, bytes);
    this.bytesWritten += bytes.length;
    this.#places.written(slot, {
      name: name.slice(name.indexOf('/') + 1),
      bytes: bytes.length,
      unitBytes: groups.reduce((sum, group) => sum + group.length, 0),
      units: this.#hashes.length,
      checksum: await checksum(bytes),
    });
    this.#slot = null;
    this.#hashes = [];
    this.#packing = [];
    return slot;
  }
}
