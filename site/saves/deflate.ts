/** Compression with the browser's own deflate, without a header (RFC 1951). */
import type { Bytes } from './files.ts';
import { SaveError } from './save-error.ts';

export async function deflate(bytes: Bytes): Promise<Bytes> {
  const packed = streamOf(bytes).pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * Unpacks what must be `length` bytes. Throws {@link SaveError} `damaged` when it is not, or cannot be unpacked; never
 * holds much more than that, whatever the bytes would unpack to.
 */
export async function inflate(packed: Bytes, length: number): Promise<Bytes> {
  const result = new Uint8Array(length);
  const reader = streamOf(packed).pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let filled = 0;
  for (;;) {
    // It throws at bytes that are no deflate, are cut off, or go on after its end.
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new SaveError('damaged', undefined, { cause: error });
    });
    if (done) break;
    if (filled + value.length > length) {
      await reader.cancel().catch(() => undefined);
      throw new SaveError('damaged');
    }
    result.set(value, filled);
    filled += value.length;
  }
  if (filled !== length) throw new SaveError('damaged');
  return result;
}

function streamOf(bytes: Bytes): ReadableStream<Bytes> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
