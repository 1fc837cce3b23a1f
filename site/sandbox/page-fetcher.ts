/** Fetches the machine's files in a page: over HTTP, and from the Cache API what never changes. */
import { concatenate } from './bytes.ts';
import { cacheName } from './chunk-cache.ts';
import { FileGone, type Fetcher, type FetchOptions } from './downloader.ts';

/** A fetch that brings no byte for so long has failed: half-open connections never say so themselves. */
const SILENCE_MS = 10_000;
/** A cache that has not answered for so long is not asked again. */
const CACHE_SILENCE_MS = 3_000;
/** Most that is kept: about what both of today's images have. */
const KEPT_BYTES = 512 * 1024 * 1024;
/** When to look for what is too much: not while a machine starts. */
const TRIM_AFTER_MS = 60_000;
/** The cache of earlier versions of the site, which nothing ever emptied. */
const OLD_CACHE = 'typealong-chunks-1';

/** The part of the Cache API that is used. */
export type ChunkCache = Pick<Cache, 'match' | 'put' | 'delete' | 'keys'>;

export function createPageFetcher(): Fetcher {
  const chunks = new KeptChunks();
  return {
    async get(url, options = {}) {
      const { keep = false, fresh = false, onBytes } = options;
      if (keep && !fresh) {
        const kept = await chunks.get(url);
        if (kept) {
          onBytes?.(kept.length);
          return kept;
        }
      }
      if (keep) await options.mayFetch?.();
      const bytes = await fetchBytes(url, options, keep && (await chunks.isOpen(url)));
      if (keep) chunks.put(url, bytes);
      return bytes;
    },
    has: (url) => chunks.has(url),
  };
}

/** `isKept`: it goes into our own cache, and need not take the browser's time for its HTTP cache as well. */
async function fetchBytes(
  url: string,
  { keep = false, fresh = false, onBytes, signal }: FetchOptions,
  isKept: boolean,
): Promise<Uint8Array> {
  // Looking into the cache took a while.
  signal?.throwIfAborted();
  const ending = new AbortController();
  const giveUp = (): void => {
    ending.abort(new Error(`${url} brought nothing for ${SILENCE_MS / 1000} seconds`));
  };
  const end = (): void => ending.abort(signal?.reason);
  let timer = setTimeout(giveUp, SILENCE_MS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, SILENCE_MS);
  };
  signal?.addEventListener('abort', end);
  try {
    const response = await fetch(url, {
      cache: fresh ? 'reload' : keep ? (isKept ? 'no-store' : 'default') : 'no-cache',
      signal: ending.signal,
    });
    heard();
    if (!response.ok) {
      // Otherwise it would keep the connection.
      void response.body?.cancel().catch(() => {});
      const message = `${url} answered ${response.status}`;
      throw response.status === 404 || response.status === 410 ? new FileGone(message) : new Error(message);
    }
    return await readBody(response, (count) => {
      heard();
      onBytes?.(count);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

async function readBody(response: Response, onBytes: (count: number) => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = response.body?.getReader();
  for (;;) {
    // Not `for await`: Safari has no such iteration of a stream.
    const piece = (await reader?.read())?.value;
    if (!piece) break;
    pieces.push(piece);
    onBytes(piece.length);
  }
  return concatenate(pieces);
}

/** What the browser keeps of this copy of the site. Nothing that goes wrong with it is anybody's problem. */
class KeptChunks {
  #cache: Promise<ChunkCache | null> | null = null;
  readonly #used = new Set<string>();

  get(url: string): Promise<Uint8Array | null> {
    this.#used.add(url);
    return this.#ask(url, async (kept) => new Uint8Array(await kept.arrayBuffer()));
  }

  async has(url: string): Promise<boolean> {
    return (await this.#ask(url, () => Promise.resolve(true))) === true;
  }

  /** Whether there is a place to keep things. Not before {@link get}: that sees to a cache that hangs. */
  async isOpen(url: string): Promise<boolean> {
    return (await this.#open(url)) !== null;
  }

  /** What comes of an answer that is kept; `null` when there is none, or the cache does not say. */
  #ask<T>(url: string, use: (kept: Response) => Promise<T>): Promise<T | null> {
    const read = this.#open(url).then(async (cache) => {
      const kept = await cache?.match(url);
      return kept ? use(kept) : null;
    });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#cache = Promise.resolve(null);
        resolve(null);
      }, CACHE_SILENCE_MS);
      void read
        .catch(() => null)
        .then((answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
    });
  }

  /** A full disk is no reason to stop: the chunk is fetched again next time. */
  put(url: string, bytes: Uint8Array): void {
    const response = new Response(bytes.slice(), { headers: { 'Content-Length': String(bytes.length) } });
    void this.#open(url)
      .then((cache) => cache?.put(url, response))
      .catch(() => {});
  }

  #open(url: string): Promise<ChunkCache | null> {
    this.#cache ??= this.#openAnew(url);
    return this.#cache;
  }

  async #openAnew(url: string): Promise<ChunkCache | null> {
    // Private windows of some browsers, plain http: everything comes from the network.
    if (typeof caches === 'undefined') return null;
    try {
      const cache = await caches.open(cacheName(url));
      setTimeout(() => void this.#trim(cache).catch(() => {}), TRIM_AFTER_MS);
      return cache;
    } catch {
      return null;
    }
  }

  async #trim(cache: ChunkCache): Promise<void> {
    await caches.delete(OLD_CACHE);
    const { usage = Number.POSITIVE_INFINITY } = await navigator.storage.estimate();
    if (usage > KEPT_BYTES) await trimCache(cache, KEPT_BYTES, this.#used);
  }
}

/** Deletes what was put into the cache first until the rest is within the limit; never what is in use. */
export async function trimCache(cache: ChunkCache, limit: number, used: ReadonlySet<string>): Promise<void> {
  const newestFirst = [...(await cache.keys())].reverse();
  let total = 0;
  for (const request of newestFirst) {
    const kept = await cache.match(request);
    total += Number(kept?.headers.get('Content-Length') ?? 0);
    if (total > limit && !used.has(request.url)) await cache.delete(request);
  }
}
