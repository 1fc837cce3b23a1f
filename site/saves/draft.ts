/** A save that is being made: its segments are written one by one, and nothing names them until its manifest does. */
import { type BlockContent, type Contents, type PageContent, UNIT_BYTES } from './contents.ts';
import { chooseRewrites, liveUnits } from './compaction.ts';
import { type ContentHash, contentHashes } from './content-hash.ts';
import type { Bytes, SaveFiles } from './files.ts';
import type { LoadedMachine } from './loaded-machine.ts';
import type { Manifest } from './manifest.ts';
import {
  type Place,
  type PlaceTable,
  placeKind,
  sameAs,
  SLOTS,
  slotOf,
  storedAt,
  ZERO,
} from './place-table.ts';
import { internalError } from './save-error.ts';
import { GROUP_UNITS, type Segment, type SegmentInfo, unitIn } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';

/** Units that are hashed together. */
const HASHED_AT_ONCE = 256;
const LARGEST_BASE_NUMBER = 2 ** 24 - 1;

/** A save that later ones build on. */
export interface Basis {
  readonly manifest: Manifest;
  /** Where content is stored. */
  readonly places: ReadonlyMap<ContentHash, Place>;
}

export interface DraftPort {
  readonly files: SaveFiles;
  /** The full name of a segment that was never written. */
  nextName(): string;
  /** A segment of the basis. Rejects with `damaged` when it is not what was written. */
  segment(info: SegmentInfo): Promise<Segment>;
}

export class Draft {
  readonly #port: DraftPort;
  readonly #writer: SegmentWriter;
  readonly #basis: Basis | null;
  readonly #segments: Map<number, SegmentInfo>;
  readonly #taken: Set<number>;
  readonly #added = new Map<ContentHash, Place>();
  readonly #pages: PlaceTable;
  readonly #blocks: PlaceTable;
  /** Slots of the basis that are rewritten: nothing new may rely on them. */
  #leaving: ReadonlySet<number> = new Set();
  #records: number | null = null;

  /** Begins with what `basis` has, or with nothing. */
  constructor(port: DraftPort, basis: Basis | null) {
    this.#port = port;
    this.#basis = basis;
    this.#segments = new Map(basis?.manifest.segments);
    this.#taken = new Set(this.#segments.keys());
    this.#pages = new Map(basis?.manifest.pages);
    this.#blocks = new Map(basis?.manifest.blocks);
    this.#writer = new SegmentWriter(port.files, {
      takeSlot: () => this.#takeSlot(),
      nextName: () => port.nextName(),
      written: (slot, info) => this.#segments.set(slot, info),
    });
  }

  /** Bytes of the new segments. */
  get bytesWritten(): number {
    return this.#writer.bytesWritten;
  }

  /** Units in the new segments. */
  get unitsWritten(): number {
    return this.#writer.unitsWritten;
  }

  /** Puts a machine's changes over the basis, and rewrites segments that are mostly dead. */
  async change({ pages, blocks, head, extra }: Contents): Promise<void> {
    for (const number of pages.keys()) this.#pages.delete(number);
    for (const number of blocks.keys()) this.#blocks.delete(number);
    this.#leaving = chooseRewrites(this.#segments, this.#live());
    await this.#put(this.#pages, pages);
    await this.#put(this.#blocks, blocks);
    for (const slot of this.#leaving) await this.#rewrite(slot);
    await this.finish(head, extra);
  }

  /** Stores units, unless they are stored already. Returns their places, in order. */
  async store(units: readonly Uint8Array[]): Promise<Place[]> {
    const copies = units.map((unit) => {
      if (unit.length !== UNIT_BYTES) throw internalError(`a unit of ${unit.length} bytes`);
      return unit.slice();
    });
    const hashes = await contentHashes(copies);
    const places: Place[] = [];
    for (const [index, hash] of hashes.entries())
      places.push(await this.#storeOne(copies[index] ?? new Uint8Array(UNIT_BYTES), hash));
    return places;
  }

  setPage(number: number, place: Place): void {
    setPlace(this.#pages, number, place);
  }

  setBlock(number: number, place: Place): void {
    setPlace(this.#blocks, number, place);
  }

  /** Ends the draft: writes what is not written yet, with the head and the extra bytes. */
  async finish(head: Uint8Array, extra: Uint8Array): Promise<void> {
    this.#records = await this.#writer.finish([head, extra]);
    const live = this.#live();
    for (const slot of [...this.#segments.keys()])
      if (live.get(slot) === 0 && slot !== this.#records) this.#segments.delete(slot);
  }

  /** Takes another machine's segments as they are, in place of {@link change}. */
  async adopt({ manifest, segments }: LoadedMachine): Promise<void> {
    for (const [slot, info] of manifest.segments) {
      const segment = segments.get(slot);
      if (!segment) throw internalError(`there is no segment ${slot}`);
      const name = this.#port.nextName();
      await this.#port.files.write(name, segment.bytes);
      this.#segments.set(slot, { ...info, name: name.slice(name.indexOf('/') + 1) });
    }
    for (const [number, place] of manifest.pages) this.#pages.set(number, place);
    for (const [number, place] of manifest.blocks) this.#blocks.set(number, place);
    this.#records = manifest.records;
  }

  /** The manifest's part that the draft knows, once it is finished. */
  get contents(): Pick<Manifest, 'segments' | 'records' | 'pages' | 'blocks'> {
    if (this.#records === null) throw internalError('a draft that is not finished');
    return {
      segments: this.#segments,
      records: this.#records,
      pages: this.#pages,
      blocks: this.#blocks,
    };
  }

  /** Where content is stored, for the next save. */
  places(): ReadonlyMap<ContentHash, Place> {
    const all = [...(this.#basis?.places ?? []), ...this.#added];
    return new Map(all.filter(([, place]) => this.#segments.has(slotOf(place) ?? SLOTS)));
  }

  async #put(table: PlaceTable, changes: ReadonlyMap<number, PageContent | BlockContent>): Promise<void> {
    let numbers: number[] = [];
    let units: Uint8Array[] = [];
    const flush = async (): Promise<void> => {
      const places = await this.store(units);
      places.forEach((place, index) => setPlace(table, numbers[index] ?? 0, place));
      numbers = [];
      units = [];
    };
    for (const [number, content] of changes) {
      if (content === 'zero') setPlace(table, number, ZERO);
      else if (content instanceof Uint8Array) {
        numbers.push(number);
        units.push(content);
        if (units.length === HASHED_AT_ONCE) await flush();
      } else if (typeof content === 'object') {
        if (!(content.base >= 0 && content.base <= LARGEST_BASE_NUMBER))
          throw internalError(`page ${content.base} of the base`);
        setPlace(table, number, sameAs(content.base));
      }
    }
    await flush();
  }

  async #storeOne(unit: Bytes, hash: ContentHash): Promise<Place> {
    const added = this.#added.get(hash);
    if (added !== undefined) return added;
    const before = this.#basis?.places.get(hash);
    if (before !== undefined && !this.#leaving.has(slotOf(before) ?? SLOTS)) return before;
    const place = await this.#writer.add(unit, hash);
    this.#added.set(hash, place);
    return place;
  }

  /** Moves what is alive in a segment of the basis into the new one. */
  async #rewrite(slot: number): Promise<void> {
    const info = this.#segments.get(slot);
    if (!info) return;
    const alive = new Set<number>();
    for (const table of [this.#pages, this.#blocks]) {
      for (const place of table.values()) {
        const kind = placeKind(place);
        if (kind.kind === 'stored' && kind.slot === slot) alive.add(kind.ordinal);
      }
    }
    const segment = await this.#port.segment(info);
    const moved = new Map<Place, Place>();
    for (let first = 0; first < segment.units; first += GROUP_UNITS) {
      const wanted = Array.from({ length: GROUP_UNITS }, (_, index) => first + index).filter((ordinal) =>
        alive.has(ordinal),
      );
      if (wanted.length === 0) continue;
      const group = await segment.group(first / GROUP_UNITS);
      for (const ordinal of wanted) {
        const place = await this.#storeOne(unitIn(group, ordinal), segment.hashOf(ordinal));
        moved.set(storedAt(slot, ordinal), place);
      }
    }
    for (const table of [this.#pages, this.#blocks]) {
      for (const [number, place] of table) {
        const now = moved.get(place);
        if (now !== undefined) table.set(number, now);
      }
    }
  }

  #live(): ReadonlyMap<number, number> {
    return liveUnits(this.#segments, [this.#pages, this.#blocks]);
  }

  #takeSlot(): number {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#taken.has(slot)) continue;
      this.#taken.add(slot);
      return slot;
    }
    throw internalError('a machine of too many segments');
  }
}

function setPlace(table: PlaceTable, number: number, place: Place): void {
  if (!(Number.isInteger(number) && number >= 0 && number < 2 ** 32))
    throw internalError(`not the number of a page or block: ${number}`);
  table.set(number, place);
}
