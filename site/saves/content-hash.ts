/** What tells contents apart. */
import type { Bytes } from './files.ts';

/** The first 16 bytes of a SHA-256, as 32 hexadecimal digits. */
export type ContentHash = string;

/** Bytes of a hash where it is stored. */
export const HASH_BYTES = 16;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Hashes of many, in their order. The browser works on them side by side, so give it some hundred at once. */
export async function contentHashes(contents: readonly Bytes[]): Promise<ContentHash[]> {
  const digests = await Promise.all(contents.map((content) => crypto.subtle.digest('SHA-256', content)));
  return digests.map((digest) => toHex(new Uint8Array(digest, 0, HASH_BYTES)));
}

/** All 32 bytes of the SHA-256, as hexadecimal digits. */
export async function checksum(bytes: Bytes): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}
