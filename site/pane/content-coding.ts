/** Undoes the compression of an answer. The pane asks for none, but some programs compress all the same. */
import type { HeaderList } from '../sandbox/http-message.ts';

/** As large as an uncompressed answer may be (`http-message.ts`): a few bytes can unpack to gigabytes. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;

/** The body as it was before it was compressed, or why there is none. */
export type Decoded =
  | { readonly kind: 'decoded'; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'problem'; readonly message: string };

/** Decodes as the `Content-Encoding` headers say. */
export async function decodeBody(
  headers: HeaderList,
  body: Uint8Array,
  limit = LARGEST_BODY_BYTES,
): Promise<Decoded> {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let decoded = new Uint8Array(body);
  // The last one was applied last.
  for (const coding of codings.reverse()) {
    const format = formatOf(coding, decoded);
    if (format === null) {
      return { kind: 'problem', message: `it is compressed as “${coding}”, which this browser cannot undo.` };
    }
    try {
      decoded = await decompress(decoded, format, limit);
    } catch (error) {
      return error instanceof TooLarge
        ? { kind: 'problem', message: `it unpacks to more than ${limit / 1024 / 1024} MiB.` }
        : {
            kind: 'problem',
            message: `it says that it is compressed as “${coding}”, but it is not, or it is damaged.`,
          };
    }
  }
  return { kind: 'decoded', body: decoded };
}

class TooLarge extends Error {}

function formatOf(coding: string, body: Uint8Array): CompressionFormat | null {
  if (coding === 'gzip' || coding === 'x-gzip') return 'gzip';
  if (coding !== 'deflate') return null;
  // The name means zlib's format; some programs leave its two bytes out, and browsers take both.
  const [first = 0, second = 0] = body;
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0 ? 'deflate' : 'deflate-raw';
}

async function decompress(
  body: Uint8Array<ArrayBuffer>,
  format: CompressionFormat,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([body]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new TooLarge();
    }
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
