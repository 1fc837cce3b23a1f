/**
 * A segment: pages and blocks that were written together. Little-endian, 32 bits each:
 *
 * ```
 * "TASG", version, count of units, count of records
 * the packed bytes of each group, and of each record; the bytes of each record
 * 16 bytes of hash for each unit
 * groups of 64 units (the last may be shorter), each packed with deflate; records, likewise
 * ```
 *
 * Records are the head and the extra bytes of a save.
 */
import { concatenate } from '../sandbox/bytes.ts';
import { UNIT_BYTES } from './contents.ts';
import { checksum, type ContentHash, fromHex, HASH_BYTES, toHex } from './content-hash.ts';
import { deflate, inflate } from './deflate.ts';
import type { Bytes } from './files.ts';
import { SaveError } from './save-error.ts';

/** Units that are packed together: as many as give deflate enough to work with, and few enough to unpack side by side. */
export const GROUP_UNITS = 64;
/** Units of a segment at most: little enough to be rewritten in a save. */
export const SEGMENT_UNITS = 4096;
/** Bytes of a record at most. */
export const LARGEST_RECORD = 32 * 1024 * 1024;

const MAGIC = 0x47534154; // "TASG"
const VERSION = 1;
const PREFIX_BYTES = 16;

/** What a manifest says of a segment. */
export interface SegmentInfo {
  /** Its file's name below the key. */
  readonly name: string;
  /** Of the file. */
  readonly bytes: number;
  /** Of its packed groups. */
  readonly unitBytes: number;
  readonly units: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
}

/** Puts a segment together. Groups and records are packed already. */
export function encodeSegment(
  hashes: readonly ContentHash[],
  groups: readonly Bytes[],
  records: readonly { readonly packed: Bytes; readonly length: number }[],
): Bytes {
  const numbers = [
    MAGIC,
    VERSION,
    hashes.length,
    records.length,
    ...groups.map(({ length }) => length),
    ...records.map(({ packed }) => packed.length),
    ...records.map(({ length }) => length),
  ];
  const index = new Uint8Array(numbers.length * 4);
  const view = new DataView(index.buffer);
  numbers.forEach((number, place) => view.setUint32(4 * place, number, true));
  return concatenate([index, fromHex(hashes.join('')), ...groups, ...records.map(({ packed }) => packed)]);
}

export async function packRecord(record: Uint8Array): Promise<{ packed: Bytes; length: number }> {
  return { packed: await deflate(record.slice()), length: record.length };
}

/** A segment whose bytes are what was written. */
export class Segment {
  readonly units: number;
  /** The file. */
  readonly bytes: Bytes;
  readonly #hashesAt: number;
  readonly #groups: readonly { readonly start: number; readonly end: number }[];
  readonly #records: readonly { readonly start: number; readonly end: number; readonly length: number }[];

  /** Opens the file that `info` is about. Throws {@link SaveError} `damaged` when it holds anything else. */
  static async open(bytes: Bytes, info: SegmentInfo): Promise<Segment> {
    if (bytes.length !== info.bytes || (await checksum(bytes)) !== info.checksum)
      throw new SaveError('damaged');
    return new Segment(bytes);
  }

  private constructor(bytes: Bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const number = (index: number): number => {
      if (4 * index + 4 > bytes.length) throw new SaveError('damaged');
      return view.getUint32(4 * index, true);
    };
    if (number(0) !== MAGIC || number(1) !== VERSION) throw new SaveError('damaged');
    this.bytes = bytes;
    this.units = number(2);
    const records = number(3);
    if (this.units > SEGMENT_UNITS || records > 2) throw new SaveError('damaged');
    const groups = Math.ceil(this.units / GROUP_UNITS);
    this.#hashesAt = PREFIX_BYTES + 4 * (groups + 2 * records);
    let end = this.#hashesAt + HASH_BYTES * this.units;
    const spans = Array.from({ length: groups + records }, (_, index) => {
      const start = end;
      end += number(4 + index);
      return { start, end };
    });
    if (end !== bytes.length) throw new SaveError('damaged');
    this.#groups = spans.slice(0, groups);
    this.#records = spans.slice(groups).map((span, index) => {
      const length = number(4 + groups + records + index);
      if (length > LARGEST_RECORD) throw new SaveError('damaged');
      return { ...span, length };
    });
  }

  hashOf(ordinal: number): ContentHash {
    const start = this.#hashesAt + HASH_BYTES * ordinal;
    return toHex(this.bytes.subarray(start, start + HASH_BYTES));
  }

  /** The units of a group, one after the other. */
  async group(index: number): Promise<Bytes> {
    const span = this.#groups[index];
    if (!span) throw new SaveError('damaged');
    const units = Math.min(GROUP_UNITS, this.units - index * GROUP_UNITS);
    return inflate(this.bytes.subarray(span.start, span.end), units * UNIT_BYTES);
  }

  async record(index: number): Promise<Bytes> {
    const record = this.#records[index];
    if (!record) throw new SaveError('damaged');
    return inflate(this.bytes.subarray(record.start, record.end), record.length);
  }
}

/** Where in its group a unit lies. */
export function unitIn(group: Bytes, ordinal: number): Bytes {
  const start = (ordinal % GROUP_UNITS) * UNIT_BYTES;
  return group.subarray(start, start + UNIT_BYTES);
}
