/**
 * Reads zips that anybody may have made. Entries are found by the central directory: the stream of a zip cannot be read
 * from its beginning when an entry is itself a zip and its size comes after it, as course sites write them. Nothing is
 * unpacked before its size is known to be within bounds, and nothing past the size that the directory declares.
 */
import { Inflate } from 'fflate';
import { crc32 } from '../crc32.ts';
import { RefusedFile } from './refused-file.ts';

export interface ZipEntry {
  /** As the zip has it: it may be a path, and anything else. */
  readonly name: string;
  /** Bytes, as the zip declares them: of what it holds, and of what that is packed to. */
  readonly size: number;
  readonly packed: number;
  /**
   * What it holds.
   * @throws {RefusedFile} when it is longer than `most` bytes or than declared, damaged, or locked.
   */
  open(most: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes of the central directory: some 20,000 entries with long names. */
const MOST_DIRECTORY = 8_000_000;
/** Packed bytes that are unpacked at once: at most a thousand times as many come out. */
const PIECE = 4096;
const END_SIGNATURE = 0x06054b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const END_64_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

const DAMAGED = 'It is damaged: part of it is missing or was changed in transit. Ask for it again.';
/** What is said of whatever would unpack to more than its bounds. */
export const BOMB = 'It would unpack to far more than a hand-in can hold, so it was not unpacked.';

interface Directory {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

/** The entries of a zip, folders left out; `null` when this is no zip. @throws {RefusedFile} */
export async function entriesOf(zip: Blob, most: number): Promise<readonly ZipEntry[] | null> {
  const start = new Uint8Array(await zip.slice(0, 4).arrayBuffer());
  // `PK`: everything else is said to be what it is, not to be damaged.
  if (start[0] !== 0x50 || start[1] !== 0x4b) return null;
  const { count, offset, size } = await directoryOf(zip);
  if (count > most) throw new RefusedFile(`It has more than ${most.toLocaleString('en-GB')} entries.`);
  if (size > MOST_DIRECTORY || offset + size > zip.size) throw new RefusedFile(DAMAGED);
  const view = await viewOf(zip, offset, size);
  const entries: Found[] = [];
  for (let at = 0; entries.length < count;) {
    const found = entryAt(view, at);
    entries.push(found);
    at = found.next;
  }
  // Zip bombs let many entries share what they unpack.
  if (entries.reduce((sum, { packed }) => sum + packed, 0) > zip.size) throw new RefusedFile(BOMB);
  return entries
    .filter(({ name }) => !name.endsWith('/'))
    .map((found) => ({
      name: found.name,
      size: found.size,
      packed: found.packed,
      open: (mostBytes: number) => openEntry(zip, found, mostBytes),
    }));
}

interface Found {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly next: number;
}

async function directoryOf(zip: Blob): Promise<Directory> {
  const from = Math.max(0, zip.size - END_SIZE - LONGEST_COMMENT);
  const view = await viewOf(zip, from, zip.size - from);
  let end = view.byteLength - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw new RefusedFile(DAMAGED);
  const short = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    offset: view.getUint32(end + 16, true),
  };
  const isLong = short.count === FULL_16 || short.size === FULL_32 || short.offset === FULL_32;
  const locator = from + end - 20;
  if (!isLong || locator < 0) return short;
  const place = await viewOf(zip, locator, 20);
  if (place.getUint32(0, true) !== LOCATOR_SIGNATURE) return short;
  const record = await viewOf(zip, long(place, 8), 56);
  if (record.getUint32(0, true) !== END_64_SIGNATURE) throw new RefusedFile(DAMAGED);
  return { count: long(record, 32), size: long(record, 40), offset: long(record, 48) };
}

function entryAt(view: DataView, at: number): Found {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE)
    throw new RefusedFile(DAMAGED);
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw new RefusedFile(DAMAGED);
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const [size = 0, packed = 0, offset = 0] = longSizes(view, at + 46 + nameLength, extraLength, sizes);
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
  return {
    ...{ name, size, packed, offset, next },
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
  };
}

/** Sizes of more than 32 bits stand in the entry's extra field 1, those that need it, in this order. */
function longSizes(
  view: DataView,
  from: number,
  length: number,
  sizes: readonly number[],
): readonly number[] {
  if (!sizes.includes(FULL_32)) return sizes;
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    return sizes.map((size) => {
      if (size !== FULL_32) return size;
      if (field + 8 > from + length) throw new RefusedFile(DAMAGED);
      field += 8;
      return long(view, field - 8);
    });
  }
  return sizes;
}

async function openEntry(
  zip: Blob,
  { flags, method, crc, packed, size, offset }: Found,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size > most) throw new RefusedFile(BOMB);
  if ((flags & 1) !== 0) throw new RefusedFile('It is protected with a password.');
  const local = await viewOf(zip, offset, 30);
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE) throw new RefusedFile(DAMAGED);
  const start = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packed > zip.size) throw new RefusedFile(DAMAGED);
  const content = new Uint8Array(await zip.slice(start, start + packed).arrayBuffer());
  const bytes = method === 0 ? content : method === 8 ? inflated(content, size) : null;
  if (bytes === null) throw new RefusedFile('It is compressed in a way that this page cannot read.');
  if (bytes.length !== size || crc32(bytes) !== crc) throw new RefusedFile(DAMAGED);
  return bytes;
}

function inflated(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let length = 0;
  const inflate = new Inflate((piece) => {
    if (length + piece.length > size) throw new RefusedFile(BOMB);
    bytes.set(piece, length);
    length += piece.length;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE)
      inflate.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
  } catch (error) {
    throw error instanceof RefusedFile ? error : new RefusedFile(DAMAGED, { cause: error });
  }
  return bytes.subarray(0, length);
}

async function viewOf(zip: Blob, from: number, length: number): Promise<DataView> {
  if (from + length > zip.size) throw new RefusedFile(DAMAGED);
  return new DataView(await zip.slice(from, from + length).arrayBuffer());
}

/** 64 bits. @throws {RefusedFile} when no file can be that long. */
function long(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new RefusedFile(DAMAGED);
  return value;
}
