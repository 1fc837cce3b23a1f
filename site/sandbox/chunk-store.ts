/** The store of chunks: fetched by their hash, unpacked, and checked against it. */
import { concatenate } from './bytes.ts';
import type { Downloader } from './downloader.ts';
import { SandboxError } from './types.ts';
import { decompress } from './zstd.ts';
import type { ChunkHash, StoredFile } from './image.ts';

/** Called with the number of bytes of a chunk, as it crosses the network, that have arrived; again from 0 if it must. */
export type ReceivedListener = (received: number) => void;

interface Transfer {
  readonly bytes: Promise<Uint8Array>;
  readonly listeners: Set<ReceivedListener>;
}

export class ChunkStore {
  readonly #downloader: Downloader;
  readonly #rootUrl: string;
  readonly #underWay = new Map<ChunkHash, Transfer>();

  /** `rootUrl` is the folder that holds `chunks/`, with a slash at its end. */
  constructor(downloader: Downloader, rootUrl: string) {
    this.#downloader = downloader;
    this.#rootUrl = rootUrl;
  }

  /**
   * A chunk's bytes. Rejects as {@link Downloader.get} does, with `wrong-hash` when it is damaged each time.
   * Two requests for the same chunk share one transfer.
   */
  get(hash: ChunkHash, onReceived?: ReceivedListener): Promise<Uint8Array> {
    const transfer = this.#underWay.get(hash) ?? this.#begin(hash);
    if (onReceived) transfer.listeners.add(onReceived);
    return transfer.bytes;
  }

  #urlOf(hash: ChunkHash): string {
    return new URL(chunkPath(hash), this.#rootUrl).href;
  }

  #begin(hash: ChunkHash): Transfer {
    const listeners = new Set<ReceivedListener>();
    const bytes = this.#downloader
      .get({
        url: this.#urlOf(hash),
        subject: chunkPath(hash),
        keep: true,
        onReceived: (received) => {
          for (const listener of listeners) listener(received);
        },
        accept: (packed) => unpack(packed, hash),
      })
      .finally(() => this.#underWay.delete(hash));
    const transfer = { bytes, listeners };
    this.#underWay.set(hash, transfer);
    return transfer;
  }

  /** Whether all of these files are here already, whole or damaged. */
  async has(files: readonly StoredFile[]): Promise<boolean> {
    const hashes = files.flatMap(({ chunks }) => chunks);
    const here = await Promise.all(hashes.map((hash) => this.#downloader.has(this.#urlOf(hash))));
    return here.every((isHere) => isHere);
  }

  /** A whole stored file. `onReceived` is called with the place of a chunk in it, and what has arrived of that. */
  async getFile(
    file: StoredFile,
    onReceived?: (index: number, received: number) => void,
  ): Promise<Uint8Array> {
    const chunks = await Promise.all(
      file.chunks.map((hash, index) => this.get(hash, (received) => onReceived?.(index, received))),
    );
    if (chunks.reduce((sum, { length }) => sum + length, 0) !== file.sizeBytes) {
      throw new SandboxError({
        code: 'wrong-version',
        message: 'A file of the machine does not have the size that its list gives. Reload the page.',
      });
    }
    return concatenate(chunks);
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
      message: 'Part of the machine keeps arriving damaged. Check your connection and try again.',
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
