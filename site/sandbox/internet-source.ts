/** What the virtual internet is made of, fetched when the guest asks for it. */
import type { ChunkStore } from './chunk-store.ts';
import type { ImageLoader } from './image-loader.ts';
import type { ChunkHash, InternetManifest } from './image.ts';
import type { InternetSource } from './internet.ts';
import { problemOf } from './problems.ts';
import type { Stalls, WaitOptions } from './stalls.ts';
import type { SandboxProblem } from './types.ts';

export interface FetchedInternetParts {
  readonly loader: Pick<ImageLoader, 'internet'>;
  readonly store: Pick<ChunkStore, 'get'>;
  readonly stalls: Stalls;
  /** The host no longer has a file. The guest can do without: for it the transfer breaks off. */
  readonly onGone: (problem: SandboxProblem) => void;
}

export class FetchedInternet {
  readonly #parts: FetchedInternetParts;
  #manifest: InternetManifest | null = null;

  constructor(parts: FetchedInternetParts) {
    this.#parts = parts;
  }

  /** For the connections of one emulator. `signal`: its life. What no guest waits for any more holds up nobody. */
  source(signal: AbortSignal): InternetSource {
    const { loader, store } = this.#parts;
    const wait = <T>(work: (progress: () => void) => Promise<T>): Promise<T> =>
      this.#wait(work, { signal, hopeless: ['gone'] });
    return {
      manifest: async () => (this.#manifest ??= await wait(() => loader.internet())),
      chunk: (hash) => {
        const begun = new BegunChunk(store, hash);
        return () => wait((progress) => begun.get(progress));
      },
    };
  }

  async #wait<T>(work: (progress: () => void) => Promise<T>, options: WaitOptions): Promise<T> {
    try {
      return await this.#parts.stalls.wait(work, options);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'gone') this.#parts.onGone(problem);
      throw error;
    }
  }
}

/** A chunk on its way before anybody waits for it. */
class BegunChunk {
  readonly #store: Pick<ChunkStore, 'get'>;
  readonly #hash: ChunkHash;
  /** `null` once it has failed. */
  #bytes: Promise<Uint8Array> | null;
  #progress = (): void => {};

  constructor(store: Pick<ChunkStore, 'get'>, hash: ChunkHash) {
    this.#store = store;
    this.#hash = hash;
    this.#bytes = this.#fetch();
  }

  /** Fetches it again when it has failed. */
  get(progress: () => void): Promise<Uint8Array> {
    this.#progress = progress;
    this.#bytes ??= this.#fetch();
    return this.#bytes;
  }

  #fetch(): Promise<Uint8Array> {
    const bytes = this.#store.get(this.#hash, () => this.#progress());
    bytes.catch(() => (this.#bytes = null));
    return bytes;
  }
}
