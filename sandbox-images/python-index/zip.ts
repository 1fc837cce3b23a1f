/** Writes ZIP archives (PKWARE APPNOTE 6.3), as much of them as Python wheels need: deflate, no encryption, no ZIP64. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** Path with forward slashes. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Unix permission bits; 0o644 when left out. */
  readonly mode?: number;
}

/** 1 January 1980, 00:00, in DOS form: archives of the same files are the same bytes. */
const DATE = (1 << 5) | 1;
const TIME = 0;
const VERSION_NEEDED = 20;
/** Written on Unix: the upper half of the external attributes is the mode. */
const MADE_BY = (3 << 8) | VERSION_NEEDED;
const UTF8_NAMES = 1 << 11;
const DEFLATED = 8;
const REGULAR_FILE = 0o100000;

/** The bytes of an archive with these entries, in this order. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const packed = deflateRawSync(entry.data, { level: 9 });
    const shared = sharedFields(entry, name.length, packed.length);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(0x04034b50, 0);
    files.push(local, shared, name, packed);
    directory.push(directoryFields(entry, shared, offset), name);
    offset += local.length + shared.length + name.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([...files, listing, endOfDirectory(entries.length, listing.length, offset)]);
}

/** The 26 bytes that a local header and a directory entry have in common. */
function sharedFields(entry: ZipEntry, nameLength: number, packedLength: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION_NEEDED, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt16LE(TIME, 6);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc32(entry.data), 10);
  fields.writeUInt32LE(packedLength, 14);
  fields.writeUInt32LE(entry.data.length, 18);
  fields.writeUInt16LE(nameLength, 22);
  return fields;
}

function directoryFields(entry: ZipEntry, shared: Buffer, offset: number): Buffer {
  const before = Buffer.alloc(6);
  before.writeUInt32LE(0x02014b50, 0);
  before.writeUInt16LE(MADE_BY, 4);
  const after = Buffer.alloc(14);
  after.writeUInt32LE((((entry.mode ?? 0o644) | REGULAR_FILE) << 16) >>> 0, 6);
  after.writeUInt32LE(offset, 10);
  return Buffer.concat([before, shared, after]);
}

function endOfDirectory(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
