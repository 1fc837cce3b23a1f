/**
 * The store of chunks: fetched several at once, checked against their hash, fetched again when they fail,
 * kept by whoever fetches them (the page's fetcher keeps them in the Cache API).
 */
import { decompress } from './zstd.ts';
import { SandboxError } from './types.ts';
import type { ChunkHash, StoredFile } from './image.ts';

/** Brings files by URL. The platform's part: HTTP and the Cache API in a page, the file system in Node. */
export interface Fetcher {
  /**
   * The bytes of a file. `onBytes` hears of every run of bytes that arrives. Rejects when it cannot be had.
   * `keep`: the file never changes and may be kept; `fresh`: what was kept is bad, fetch it anew.
   */
  get(
    url: string,
    options?: { keep?: boolean; fresh?: boolean; onBytes?: (count: number) => void },
  ): Promise<Uint8Array>;
}

/** Pauses before the second, third and fourth attempt, in milliseconds. */
const RETRY_PAUSES = [300, 1000, 3000] as const;
/** Requests under way at once. */
const PARALLEL = 8;

export class ChunkStore {
  readonly #fetcher: Fetcher;
  readonly #rootUrl: string;
  readonly #pauses: readonly number[];
  readonly #underWay = new Map<ChunkHash, Promise<Uint8Array>>();
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  /** `rootUrl` is the folder that holds `chunks/`, with a slash at its end. */
  constructor(fetcher: Fetcher, rootUrl: string, pauses: readonly number[] = RETRY_PAUSES) {
    this.#fetcher = fetcher;
    this.#rootUrl = rootUrl;
    this.#pauses = pauses;
  }

  /**
   * A chunk's bytes. Throws {@link SandboxError} `fetch-failed` or `wrong-hash` after four attempts.
   * Two requests for the same chunk share one transfer.
   */
  get(hash: ChunkHash, onBytes?: (count: number) => void): Promise<Uint8Array> {
    const running = this.#underWay.get(hash);
    if (running) return running;
    const promise = this.#inTurn(() => this.#fetchChecked(hash, onBytes)).finally(() =>
      this.#underWay.delete(hash),
    );
    this.#underWay.set(hash, promise);
    return promise;
  }

  /** A whole stored file. */
  async getFile(file: StoredFile, onBytes?: (count: number) => void): Promise<Uint8Array> {
    const result = new Uint8Array(file.sizeBytes);
    let offset = 0;
    for (const chunk of await Promise.all(file.chunks.map((hash) => this.get(hash, onBytes)))) {
      if (offset + chunk.length > result.length) {
        throw new SandboxError({
          code: 'wrong-version',
          message: 'A file of the sandbox does not have the size that its list gives. Reload the page.',
        });
      }
      result.set(chunk, offset);
      offset += chunk.length;
    }
    return result;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= PARALLEL) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
      this.#queue.shift()?.();
    }
  }

  async #fetchChecked(hash: ChunkHash, onBytes?: (count: number) => void): Promise<Uint8Array> {
    const path = chunkPath(hash);
    let failure: unknown;
    let wrongHash = false;
    for (let attempt = 0; attempt <= this.#pauses.length; attempt++) {
      if (attempt > 0) await pause(this.#pauses[attempt - 1] ?? 0);
      try {
        const packed = await this.#fetcher.get(new URL(path, this.#rootUrl).href, {
          keep: true,
          fresh: attempt > 0,
          ...(attempt === 0 && onBytes && { onBytes }),
        });
        const bytes = await decompress(packed);
        if ((await sha256(bytes)) === hash) return bytes;
        wrongHash = true;
      } catch (error) {
        failure = error;
      }
    }
    throw new SandboxError(
      wrongHash
        ? {
            code: 'wrong-hash',
            message:
              'A part of the machine arrived damaged, four times in a row. Check your connection and try again.',
            subject: path,
          }
        : {
            code: 'fetch-failed',
            message: 'A part of the machine could not be fetched. Check your connection and try again.',
            subject: path,
          },
      { cause: failure },
    );
  }
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

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
