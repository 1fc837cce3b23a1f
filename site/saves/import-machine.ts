/**
 * Reads a file that {@link exportMachine} wrote, or that someone made up. Every number in it is held against what the
 * caller allows before memory is taken for it; nothing is replaced before everything has been read.
 */
import { concatenate } from '../sandbox/bytes.ts';
import { type JsonValue, UNIT_BYTES } from './contents.ts';
import { type ContentHash, contentHashes, HASH_BYTES, toHex } from './content-hash.ts';
import { inflate } from './deflate.ts';
import type { Draft } from './draft.ts';
import {
  type Description,
  EXPORT_MAGIC,
  EXPORT_VERSION,
  LARGEST_DESCRIPTION,
  LENGTHS_BYTES,
  PART,
  PREFIX_BYTES,
  SUM_BYTES,
} from './export-format.ts';
import type { Bytes } from './files.ts';
import type { MachineStore, SaveReport } from './machine-store.ts';
import { decodeTable, ENTRY_BYTES, type Place, placeKind, type PlaceTable } from './place-table.ts';
import { asSaveError, SaveError } from './save-error.ts';
import { GROUP_UNITS, LARGEST_RECORD } from './segment.ts';

const DAMAGED = 'This file is damaged, or not all of it is there.';
const NOT_OURS = 'This file is not a machine from this site.';
const OTHER_VERSION = 'This file was made by another version of this site and cannot be opened here.';
const OTHER_RELEASE =
  'This file belongs to another release of the guide, whose machine this site no longer has.';
const UNREADABLE = 'The browser could not read this file. Choose it again.';

/** Contents that are looked for, and hashed, together. */
const FOUND_AT_ONCE = 256;

export interface ImportOptions {
  /** The version that the head and the extra bytes must have. */
  readonly contentVersion: number;
  /** Pages of the machine's memory, and blocks of its disk: every number in the file is below these. */
  readonly pages: number;
  readonly blocks: number;
}

/** Finds content by its hash, in the guide's own snapshots; `null` when it is in none. */
export type FindContent = (hash: ContentHash) => Promise<Uint8Array | null>;

interface Part {
  readonly at: number;
  readonly packedBytes: number;
  readonly length: number;
  /** SHA-256 of the packed bytes. */
  readonly sum: Bytes;
}

/** A file whose every byte is what was written, and whose tables make sense. */
export class ImportedMachine {
  readonly #file: Blob;
  readonly #parts: readonly Part[];
  readonly #description: Description;
  readonly #pages: PlaceTable;
  readonly #blocks: PlaceTable;

  private constructor(
    file: Blob,
    parts: readonly Part[],
    description: Description,
    pages: PlaceTable,
    blocks: PlaceTable,
  ) {
    this.#file = file;
    this.#parts = parts;
    this.#description = description;
    this.#pages = pages;
    this.#blocks = blocks;
  }

  /**
   * Opens a file. Throws {@link SaveError}, with a sentence about the file: `damaged`, `foreign` when it is something
   * else or of another version, `lost` when it cannot be read.
   */
  static open(file: Blob, options: ImportOptions): Promise<ImportedMachine> {
    return aboutFile(async () => {
      const { parts, description } = await readParts(file, options);
      const tables = await readPart(file, partAt(parts, PART.tables));
      const end = description.pages * ENTRY_BYTES;
      const pages = decodeTable(tables.subarray(0, end));
      const blocks = decodeTable(tables.subarray(end));
      const contents = description.named + description.stored;
      checkTable(pages, options.pages, contents, options.pages);
      checkTable(blocks, options.blocks, contents, 0);
      return new ImportedMachine(file, parts, description, pages, blocks);
    });
  }

  /** What the machine says about itself, in whatever shape: the caller looks at it before anything is replaced. */
  get about(): JsonValue {
    return this.#description.about;
  }

  /**
   * Puts the machine in place of what `store` has, which must have been claimed. When this rejects, what `store` has
   * is as it was. Throws {@link SaveError}: `foreign` when `find` lacks content; otherwise as `open` and
   * `MachineStore.save`. `onProgress` is called with the part of the file's content that is saved, from 0 to 1.
   */
  async saveIn(
    store: MachineStore,
    find: FindContent,
    about: JsonValue = this.about,
    onProgress: (done: number) => void = () => {},
  ): Promise<SaveReport> {
    return store.replace(about, (draft) => this.#fill(draft, find, onProgress));
  }

  async #fill(draft: Draft, find: FindContent, onProgress: (done: number) => void): Promise<void> {
    const places = [...(await this.#findNamed(draft, find)), ...(await this.#readStored(draft, onProgress))];
    const placeOf = (place: Place): Place => {
      const kind = placeKind(place);
      if (kind.kind !== 'stored') return place;
      const found = places[kind.ordinal];
      if (found === undefined) throw new SaveError('damaged', DAMAGED);
      return found;
    };
    for (const [number, place] of this.#pages) draft.setPage(number, placeOf(place));
    for (const [number, place] of this.#blocks) draft.setBlock(number, placeOf(place));
    const head = await this.#read(PART.head);
    await draft.finish(head, await this.#read(PART.extra));
  }

  async #findNamed(draft: Draft, find: FindContent): Promise<Place[]> {
    const bytes = await this.#read(PART.named);
    const hashes = Array.from({ length: this.#description.named }, (_, index) =>
      toHex(bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
    );
    const places: Place[] = [];
    for (let first = 0; first < hashes.length; first += FOUND_AT_ONCE) {
      const wanted = hashes.slice(first, first + FOUND_AT_ONCE);
      const contents: Bytes[] = [];
      for (const hash of wanted) {
        const content = await find(hash);
        if (content?.length !== UNIT_BYTES) throw new SaveError('foreign', OTHER_RELEASE);
        contents.push(content.slice());
      }
      const found = await contentHashes(contents);
      if (found.some((hash, index) => hash !== wanted[index])) throw new SaveError('foreign', OTHER_RELEASE);
      places.push(...(await draft.store(contents)));
    }
    return places;
  }

  async #readStored(draft: Draft, onProgress: (done: number) => void): Promise<Place[]> {
    const places: Place[] = [];
    for (let index: number = PART.stored; index < this.#parts.length; index++) {
      const group = await this.#read(index);
      const units = Array.from({ length: group.length / UNIT_BYTES }, (_, unit) =>
        group.subarray(unit * UNIT_BYTES, (unit + 1) * UNIT_BYTES),
      );
      places.push(...(await draft.store(units)));
      onProgress((index - PART.stored + 1) / (this.#parts.length - PART.stored));
    }
    return places;
  }

  #read(index: number): Promise<Bytes> {
    return aboutFile(() => readPart(this.#file, partAt(this.#parts, index)));
  }
}

/** Goes through the file once, a part at a time, and holds everything against its checksums. */
async function readParts(
  file: Blob,
  options: ImportOptions,
): Promise<{ readonly parts: readonly Part[]; readonly description: Description }> {
  const prefix = await slice(file, 0, PREFIX_BYTES);
  if (prefix.length < 4 || numberAt(prefix, 0) !== EXPORT_MAGIC) throw new SaveError('foreign', NOT_OURS);
  const end = file.size - SUM_BYTES;
  if (end < PREFIX_BYTES) throw new SaveError('damaged', DAMAGED);
  if (numberAt(prefix, 1) !== EXPORT_VERSION || numberAt(prefix, 2) !== options.contentVersion)
    throw new SaveError('foreign', OTHER_VERSION);
  const summed: Bytes[] = [prefix];
  const parts: Part[] = [];
  let description: Description | null = null;
  let expected: readonly (number | null)[] = [null];
  let at = PREFIX_BYTES;
  while (at < end) {
    const lengths = await slice(file, at, at + LENGTHS_BYTES);
    if (lengths.length < LENGTHS_BYTES) throw new SaveError('damaged', DAMAGED);
    const length = numberAt(lengths, 0);
    const packedBytes = numberAt(lengths, 1);
    at += LENGTHS_BYTES;
    const wanted = expected[parts.length];
    if (wanted === undefined || (wanted !== null && wanted !== length) || at + packedBytes > end)
      throw new SaveError('damaged', DAMAGED);
    if (length > (description ? LARGEST_RECORD : LARGEST_DESCRIPTION) || packedBytes > mostPacked(length))
      throw new SaveError('damaged', DAMAGED);
    const packed = await slice(file, at, at + packedBytes);
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', packed));
    parts.push({ at, packedBytes, length, sum });
    summed.push(lengths, sum);
    at += packedBytes;
    if (!description) {
      description = parseDescription(await inflate(packed, length), options);
      expected = partLengths(description);
    }
  }
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', concatenate(summed)));
  if (toHex(sum) !== toHex(await slice(file, end, file.size))) throw new SaveError('damaged', DAMAGED);
  if (!description || parts.length !== expected.length) throw new SaveError('damaged', DAMAGED);
  return { parts, description };
}

/** How long each part must be; `null` is as long as it says, up to a limit. */
function partLengths({ pages, blocks, named, stored }: Description): readonly (number | null)[] {
  const groups = Array.from({ length: Math.ceil(stored / GROUP_UNITS) }, (_, index) =>
    Math.min(GROUP_UNITS, stored - index * GROUP_UNITS),
  );
  return [
    null,
    (pages + blocks) * ENTRY_BYTES,
    null,
    null,
    named * HASH_BYTES,
    ...groups.map((units) => units * UNIT_BYTES),
  ];
}

/** What does not pack at all grows by a thousandth. */
function mostPacked(length: number): number {
  return length + Math.ceil(length / 1000) + 64;
}

async function readPart(file: Blob, { at, packedBytes, length, sum }: Part): Promise<Bytes> {
  const packed = await slice(file, at, at + packedBytes);
  // The file may have changed since it was looked at.
  const now = new Uint8Array(await crypto.subtle.digest('SHA-256', packed));
  if (toHex(now) !== toHex(sum)) throw new SaveError('damaged', DAMAGED);
  return inflate(packed, length);
}

function parseDescription(bytes: Bytes, options: ImportOptions): Description {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SaveError('damaged', DAMAGED, { cause });
  }
  if (typeof value !== 'object' || value === null) throw new SaveError('damaged', DAMAGED);
  const { about, pages, blocks, named, stored } = value as Partial<Record<keyof Description, unknown>>;
  if (
    about === undefined ||
    !isBelow(pages, options.pages + 1) ||
    !isBelow(blocks, options.blocks + 1) ||
    !isBelow(named, pages + blocks + 1) ||
    !isBelow(stored, pages + blocks - named + 1)
  )
    throw new SaveError('damaged', DAMAGED);
  // It comes from JSON.
  return { about: about as JsonValue, pages, blocks, named, stored };
}

function isBelow(value: unknown, end: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < end;
}

/** Numbers are below `end`, contents below `contents`, and pages of the base below `base`. */
function checkTable(table: PlaceTable, end: number, contents: number, base: number): void {
  for (const [number, place] of table) {
    const kind = placeKind(place);
    const sound =
      number < end &&
      (kind.kind === 'zero' ||
        (kind.kind === 'same' ? kind.number < base : kind.slot === 0 && kind.ordinal < contents));
    if (!sound) throw new SaveError('damaged', DAMAGED);
  }
}

function partAt(parts: readonly Part[], index: number): Part {
  const part = parts[index];
  if (!part) throw new SaveError('damaged', DAMAGED);
  return part;
}

function numberAt(bytes: Bytes, index: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4 * index, true);
}

async function slice(file: Blob, start: number, end: number): Promise<Bytes> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch (cause) {
    throw new SaveError('lost', UNREADABLE, { cause });
  }
}

/** What is wrong is wrong with the file, and not with what is saved here. */
async function aboutFile<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const saveError = asSaveError(error);
    if (saveError.code !== 'damaged') throw saveError;
    throw new SaveError('damaged', DAMAGED, { cause: saveError });
  }
}
