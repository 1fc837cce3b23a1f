/** Writes a machine as one file. */
import { concatenate } from '../sandbox/bytes.ts';
import { type JsonValue, UNIT_BYTES } from './contents.ts';
import { type ContentHash, fromHex } from './content-hash.ts';
import { deflate } from './deflate.ts';
import { type Description, EXPORT_MAGIC, EXPORT_VERSION, SUM_BYTES } from './export-format.ts';
import type { Bytes } from './files.ts';
import type { LoadedMachine } from './loaded-machine.ts';
import { encodeTable, type Place, slotOf, storedAt } from './place-table.ts';
import { asSaveError } from './save-error.ts';
import { GROUP_UNITS } from './segment.ts';

export interface ExportOptions {
  /** In place of what the machine says about itself. */
  readonly about?: JsonValue;
  /** The version of what the head and the extra bytes hold; below 2^32. */
  readonly contentVersion: number;
  /** Whether whoever opens the file has content of this hash. */
  readonly known: (hash: ContentHash) => boolean;
  /** Called with the part of the content that is written, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** The machine's file. What is packed goes into the blob piece by piece, which the browser may keep on its disk. */
export async function exportMachine(machine: LoadedMachine, options: ExportOptions): Promise<Blob> {
  try {
    return await write(machine, options);
  } catch (error) {
    throw asSaveError(error);
  }
}

async function write(
  machine: LoadedMachine,
  { about, contentVersion, known, onProgress }: ExportOptions,
): Promise<Blob> {
  const { pages, blocks } = machine.manifest;
  const index = indexContents(machine, known);
  const renumbered = (table: ReadonlyMap<number, Place>): ReadonlyMap<number, Place> =>
    new Map([...table].map(([number, place]) => [number, index.places.get(place) ?? place]));
  const description: Description = {
    about: about ?? machine.about,
    pages: pages.size,
    blocks: blocks.size,
    named: index.named.length,
    stored: index.stored.length,
  };
  const file = new ExportWriter(contentVersion);
  await file.add(new TextEncoder().encode(JSON.stringify(description)));
  await file.add(concatenate([encodeTable(renumbered(pages)), encodeTable(renumbered(blocks))]));
  await file.add(machine.head);
  await file.add(machine.extra);
  await file.add(fromHex(index.named.join('')));
  for (let first = 0; first < index.stored.length; first += GROUP_UNITS) {
    const wanted = index.stored.slice(first, first + GROUP_UNITS);
    const offsets = new Map(wanted.map((place, position) => [place, position * UNIT_BYTES]));
    const group = new Uint8Array(wanted.length * UNIT_BYTES);
    await machine.units(wanted, (place, bytes) => group.set(bytes, offsets.get(place)));
    await file.add(group);
    onProgress?.((first + wanted.length) / index.stored.length);
  }
  return file.end();
}

interface ContentIndex {
  /** The file's places of the machine's own. */
  readonly places: ReadonlyMap<Place, Place>;
  readonly named: readonly ContentHash[];
  /** Of the machine's own places, one for each content. */
  readonly stored: readonly Place[];
}

/** Which content is named and which is stored; each once, however many places of the machine have it. */
function indexContents(machine: LoadedMachine, known: (hash: ContentHash) => boolean): ContentIndex {
  const all = [...machine.manifest.pages.values(), ...machine.manifest.blocks.values()];
  const places = [...new Set(all.filter((place) => slotOf(place) !== null))].sort(
    (one, other) => one - other,
  );
  const hashes = new Map(places.map((place) => [place, machine.hashOf(place)]));
  const firsts = new Map<ContentHash, Place>();
  for (const [place, hash] of hashes) if (!firsts.has(hash)) firsts.set(hash, place);
  const named = [...firsts.keys()].filter(known);
  const isNamed = new Set(named);
  const stored = [...firsts].filter(([hash]) => !isNamed.has(hash));
  const order = new Map([...named, ...stored.map(([hash]) => hash)].map((hash, at) => [hash, at]));
  return {
    places: new Map([...hashes].map(([place, hash]) => [place, storedAt(0, order.get(hash) ?? 0)])),
    named,
    stored: stored.map(([, place]) => place),
  };
}

class ExportWriter {
  readonly #pieces: Bytes[] = [];
  /** What the checksum at the end is of. */
  readonly #summed: Bytes[] = [];

  constructor(contentVersion: number) {
    this.#put(numbers(EXPORT_MAGIC, EXPORT_VERSION, contentVersion));
  }

  async add(part: Bytes): Promise<void> {
    const packed = await deflate(part);
    this.#put(numbers(part.length, packed.length));
    this.#summed.push(new Uint8Array(await crypto.subtle.digest('SHA-256', packed)));
    this.#pieces.push(packed);
  }

  async end(): Promise<Blob> {
    const sum = await crypto.subtle.digest('SHA-256', concatenate(this.#summed));
    return new Blob([...this.#pieces, new Uint8Array(sum, 0, SUM_BYTES)], {
      type: 'application/octet-stream',
    });
  }

  #put(bytes: Bytes): void {
    this.#pieces.push(bytes);
    this.#summed.push(bytes);
  }
}

function numbers(...values: readonly number[]): Bytes {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(4 * index, value, true));
  return bytes;
}
