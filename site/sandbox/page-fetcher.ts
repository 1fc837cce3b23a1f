/** Fetches the machine's files in a page: over HTTP, and from the Cache API what never changes. */
import type { Fetcher } from './chunk-store.ts';

const CACHE_NAME = 'typealong-chunks-1';

export function createPageFetcher(): Fetcher {
  // No Cache API (private windows of some browsers, plain http): everything comes from the network.
  const opened: Promise<Cache | null> =
    typeof caches === 'undefined' ? Promise.resolve(null) : caches.open(CACHE_NAME).catch(() => null);
  return {
    async get(url, { keep = false, fresh = false, onBytes } = {}) {
      const cache = keep ? await opened : null;
      if (cache && !fresh) {
        const kept = await cache.match(url);
        if (kept) return count(new Uint8Array(await kept.arrayBuffer()), onBytes);
      }
      const response = await fetch(url, { cache: fresh ? 'reload' : keep ? 'default' : 'no-cache' });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const bytes = await readCounted(response, onBytes);
      // A full disk is no reason to stop: the chunk is fetched again next time.
      if (cache) void cache.put(url, new Response(bytes.slice())).catch(() => {});
      return bytes;
    },
  };
}

async function readCounted(
  response: Response,
  onBytes: ((count: number) => void) | undefined,
): Promise<Uint8Array> {
  if (!onBytes || !response.body) return new Uint8Array(await response.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body) {
    pieces.push(piece);
    length += piece.length;
    onBytes(piece.length);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

function count(bytes: Uint8Array, onBytes: ((count: number) => void) | undefined): Uint8Array {
  onBytes?.(bytes.length);
  return bytes;
}
