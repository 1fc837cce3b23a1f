/** Decompression of zstd frames, by the WebAssembly build of the reference decoder. */
import { ZSTDDecoder } from 'zstddec';

let decoder: Promise<ZSTDDecoder> | undefined;

/** No frame of ours holds more: a larger size is damage, and must not make the decoder ask for that much memory. */
export const LARGEST_CONTENT_BYTES = 64 * 1024 * 1024;

/** The contents of one zstd frame that names its size. Rejects when the frame is damaged. */
export async function decompress(frame: Uint8Array): Promise<Uint8Array> {
  // A decoder that could not be made, for want of memory, is made again.
  decoder ??= createDecoder().catch((error: unknown) => {
    decoder = undefined;
    throw error;
  });
  const size = frameContentSize(frame);
  if (size > LARGEST_CONTENT_BYTES) throw new Error('damaged zstd frame: its size is out of bounds');
  const bytes = (await decoder).decode(frame, size);
  if (bytes.length !== size) throw new Error('damaged zstd frame');
  return bytes;
}

async function createDecoder(): Promise<ZSTDDecoder> {
  const created = new ZSTDDecoder();
  await created.init();
  return created;
}

/** Size of what a frame holds, from its header (RFC 8878, 3.1.1.1). Throws if it is not a frame, or names no size. */
function frameContentSize(frame: Uint8Array): number {
  if (frame.length < 9) throw new Error('not a zstd frame: too short');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) throw new Error('not a zstd frame');
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const offset = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      if (!singleSegment) throw new Error('zstd frame without a content size');
      return view.getUint8(offset);
    case 1:
      return view.getUint16(offset, true) + 256;
    case 2:
      return view.getUint32(offset, true);
    default:
      return Number(view.getBigUint64(offset, true));
  }
}
