/**
 * A manifest: one save. Little-endian, 32 bits each:
 *
 * ```
 * "TASM", version, bytes of the description, packed bytes of the tables, count of pages, count of blocks
 * the description: JSON
 * the table of pages and that of blocks (`place-table.ts`), packed together with deflate
 * SHA-256 of all that
 * ```
 */
import { isRecord } from '../json.ts';
import { concatenate } from '../sandbox/bytes.ts';
import type { JsonValue } from './contents.ts';
import { checksum, fromHex, toHex } from './content-hash.ts';
import { deflate, inflate } from './deflate.ts';
import type { Bytes } from './files.ts';
import type { Owner } from './names.ts';
import { decodeTable, ENTRY_BYTES, encodeTable, placeKind, type PlaceTable, SLOTS } from './place-table.ts';
import { SaveError } from './save-error.ts';
import type { SegmentInfo } from './segment.ts';

const MAGIC = 0x4d534154; // "TASM"
const VERSION = 1;
const PREFIX_BYTES = 24;
const SUM_BYTES = 32;
/** Pages and blocks together: 64 GB. A damaged count must not ask for more memory than there is. */
const LARGEST_COUNT = 2 ** 24;

export interface Manifest {
  readonly owner: Owner;
  readonly number: number;
  /** When it was saved: milliseconds since 1970. */
  readonly time: number;
  readonly about: JsonValue;
  /** By slot. */
  readonly segments: ReadonlyMap<number, SegmentInfo>;
  /** The slot of the segment whose records are the head and the extra bytes. */
  readonly records: number;
  readonly pages: PlaceTable;
  readonly blocks: PlaceTable;
}

/** What is written as JSON. */
interface Description {
  readonly epoch: number;
  readonly token: string;
  readonly number: number;
  readonly time: number;
  readonly about: JsonValue;
  readonly segments: readonly (readonly [slot: number, SegmentInfo])[];
  readonly records: number;
}

export async function encodeManifest(manifest: Manifest): Promise<Bytes> {
  const { owner, number, time, about, segments, records, pages, blocks } = manifest;
  const description: Description = { ...owner, number, time, about, segments: [...segments], records };
  const json = new TextEncoder().encode(JSON.stringify(description));
  const tables = await deflate(concatenate([encodeTable(pages), encodeTable(blocks)]));
  const prefix = new Uint8Array(PREFIX_BYTES);
  const view = new DataView(prefix.buffer);
  [MAGIC, VERSION, json.length, tables.length, pages.size, blocks.size].forEach((value, index) =>
    view.setUint32(4 * index, value, true),
  );
  const body = concatenate([prefix, json, tables]);
  return concatenate([body, fromHex(await checksum(body))]);
}

/**
 * Reads a manifest. Throws {@link SaveError}: `foreign` when a newer version of the site wrote it, `damaged` when it
 * is not what was written.
 */
export async function decodeManifest(bytes: Bytes): Promise<Manifest> {
  if (bytes.length < PREFIX_BYTES + SUM_BYTES) throw new SaveError('damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = (index: number): number => view.getUint32(4 * index, true);
  if (number(0) !== MAGIC) throw new SaveError('damaged');
  const body = bytes.subarray(0, -SUM_BYTES);
  if ((await checksum(body)) !== toHex(bytes.subarray(-SUM_BYTES))) throw new SaveError('damaged');
  if (number(1) !== VERSION) throw new SaveError('foreign');
  const tablesAt = PREFIX_BYTES + number(2);
  const pageCount = number(4);
  const blockCount = number(5);
  if (tablesAt + number(3) !== body.length || pageCount + blockCount > LARGEST_COUNT)
    throw new SaveError('damaged');
  const description = parseDescription(body.subarray(PREFIX_BYTES, tablesAt));
  const tables = await inflate(body.subarray(tablesAt), (pageCount + blockCount) * ENTRY_BYTES);
  const { epoch, token, segments, ...rest } = description;
  const manifest: Manifest = {
    ...rest,
    owner: { epoch, token },
    segments: new Map(segments),
    pages: decodeTable(tables.subarray(0, pageCount * ENTRY_BYTES)),
    blocks: decodeTable(tables.subarray(pageCount * ENTRY_BYTES)),
  };
  checkPlaces(manifest);
  return manifest;
}

/** Every place is in a segment that the manifest names. */
function checkPlaces({ segments, records, pages, blocks }: Manifest): void {
  if (!segments.has(records)) throw new SaveError('damaged');
  for (const table of [pages, blocks]) {
    for (const place of table.values()) {
      const kind = placeKind(place);
      if (kind.kind !== 'stored') continue;
      const segment = segments.get(kind.slot);
      if (!segment || kind.ordinal >= segment.units) throw new SaveError('damaged');
    }
  }
}

function parseDescription(bytes: Bytes): Description {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SaveError('damaged', undefined, { cause });
  }
  if (!isDescription(value)) throw new SaveError('damaged');
  return value;
}

function isDescription(value: unknown): value is Description {
  if (!isRecord(value)) return false;
  const { epoch, token, number, time, about, segments, records } = value;
  return (
    isCount(epoch) &&
    typeof token === 'string' &&
    isCount(number) &&
    isCount(time) &&
    about !== undefined &&
    isCount(records) &&
    Array.isArray(segments) &&
    segments.every(
      (entry: unknown) =>
        Array.isArray(entry) && isCount(entry[0]) && entry[0] < SLOTS && isSegmentInfo(entry[1]),
    )
  );
}

function isSegmentInfo(value: unknown): value is SegmentInfo {
  if (!isRecord(value)) return false;
  const { name, bytes, unitBytes, units, checksum: sum } = value;
  return (
    typeof name === 'string' &&
    isCount(bytes) &&
    isCount(unitBytes) &&
    isCount(units) &&
    typeof sum === 'string'
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
