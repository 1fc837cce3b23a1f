/**
 * The file of a machine that is taken elsewhere. Content that the guide's own snapshots have is named by its hash, and
 * not stored. Little-endian, 32 bits each:
 *
 * ```
 * "TASX", version, the caller's version of the head and the extra bytes
 * parts, each: its bytes, its packed bytes, then these (deflate)
 * SHA-256 of the first 12 bytes and, of each part, its 8 bytes of lengths and the SHA-256 of its packed bytes
 * ```
 *
 * The parts: a description (JSON); the tables; the head; the extra bytes; the hashes of content that is not stored, 16
 * bytes each; stored content, 64 units a part. A place in the tables has slot 0, and as its ordinal the index of the
 * content: first what is named, then what is stored.
 */
import type { JsonValue } from './contents.ts';

export const EXPORT_MAGIC = 0x58534154; // "TASX"
export const EXPORT_VERSION = 1;
export const PREFIX_BYTES = 12;
export const LENGTHS_BYTES = 8;
export const SUM_BYTES = 32;

/** Parts in front of the stored content, by their index. */
export const PART = { description: 0, tables: 1, head: 2, extra: 3, named: 4, stored: 5 } as const;

/** Bytes of a description at most. */
export const LARGEST_DESCRIPTION = 256 * 1024;

export interface Description {
  readonly about: JsonValue;
  /** Entries of the tables. */
  readonly pages: number;
  readonly blocks: number;
  /** Contents that are named, and contents that are stored. */
  readonly named: number;
  readonly stored: number;
}
