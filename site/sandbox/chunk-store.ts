/** The store of chunks: fetched by their hash, unpacked, and checked against it. */
import type { Downloader } from './downloader.ts';
import { SandboxError } from './types.ts';
import { decompress } from './zstd.ts';
import type { ChunkHash, StoredFile } from './image.ts';

export class ChunkStore {
  readonly #downloader: Downloader;
  readonly #rootUrl: string;
  readonly #underWay = new Map<ChunkHash, Promise<Uint8Array>>();

  /** `rootUrl` is the folder that holds `chunks/`, with a slash at its end. */
  constructor(downloader: Downloader, rootUrl: string) {
    this.#downloader = downloader;
    this.#rootUrl = rootUrl;
  }

  /**
   * A chunk's bytes. Rejects as {@link Downloader.get} does, with `wrong-hash` when it is damaged each time.
   * Two requests for the same chunk share one transfer.
   */
  get(hash: ChunkHash, onBytes?: (count: number) => void): Promise<Uint8Array> {
    const running = this.#underWay.get(hash);
    if (running) return running;
    const subject = chunkPath(hash);
    const promise = this.#downloader
      .get({
        url: new URL(subject, this.#rootUrl).href,
        subject,
        keep: true,
        onBytes,
        accept: (packed) => unpack(packed, hash),
      })
      .finally(() => this.#underWay.delete(hash));
    this.#underWay.set(hash, promise);
    return promise;
  }

  /** A whole stored file. */
  async getFile(file: StoredFile, onBytes?: (count: number) => void): Promise<Uint8Array> {
    const chunks = await Promise.all(file.chunks.map((hash) => this.get(hash, onBytes)));
    if (chunks.reduce((sum, { length }) => sum + length, 0) !== file.sizeBytes) {
      throw new SandboxError({
        code: 'wrong-version',
        message: 'A file of the machine does not have the size that its list gives. Reload the page.',
      });
    }
    const result = new Uint8Array(file.sizeBytes);
    let offset = 0;
    for (const chunk of chunks) {
      result.set(chunk, offset);
      offset += chunk.length;
    }
    return result;
  }
}

async function unpack(packed: Uint8Array, hash: ChunkHash): Promise<Uint8Array> {
  let cause: unknown;
  try {
    const bytes = await decompress(packed);
    if ((await sha256(bytes)) === hash) return bytes;
  } catch (error) {
    cause = error;
  }
  throw new SandboxError(
    {
      code: 'wrong-hash',
      message: 'A part of the machine keeps arriving damaged. Check your connection and try again.',
      subject: chunkPath(hash),
    },
    { cause },
  );
}

/** Path of a chunk below `sandbox/`. */
export function chunkPath(hash: ChunkHash): string {
  return `chunks/${hash.slice(0, 2)}/${hash}.zst`;
}

/** SHA-256 in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
