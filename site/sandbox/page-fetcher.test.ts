import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheName, hasStartedBefore } from './chunk-cache.ts';
import { FileGone } from './downloader.ts';
import { createPageFetcher, trimCache, type ChunkCache } from './page-fetcher.ts';

const URL_A = 'https://example.test/learn/sandbox/chunks/aa/aa.zst';
const bytes = new Uint8Array([1, 2, 3]);

/** What `fetch` was given; the answer is the test's. */
function stubFetch(answer: (init: RequestInit) => Promise<Response>): RequestInit[] {
  const calls: RequestInit[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    calls.push(init);
    return answer(init);
  });
  return calls;
}

/** Never answers, but ends when it is aborted. */
function hang(init: RequestInit): Promise<never> {
  return new Promise((_, reject) => {
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  });
}

/** A cache in memory. */
function memoryCache(): ChunkCache & { readonly kept: Map<string, Response> } {
  const kept = new Map<string, Response>();
  const urlOf = (request: RequestInfo | URL): string =>
    request instanceof Request ? request.url : String(request);
  return {
    kept,
    match: (request) => Promise.resolve(kept.get(urlOf(request))?.clone()),
    put: (request, response) => {
      kept.set(urlOf(request), response);
      return Promise.resolve();
    },
    delete: (request) => Promise.resolve(kept.delete(urlOf(request))),
    keys: () => Promise.resolve([...kept.keys()].map((url) => new Request(url))),
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the fetcher of the page', () => {
  it('is known to have kept something by whoever asks, without a cache being made', async () => {
    const names: string[] = [];
    vi.stubGlobal('caches', { has: (name: string) => Promise.resolve(names.includes(name)) });
    const image = 'https://example.test/learn/sandbox/centos-7/';
    expect(await hasStartedBefore(image)).toBe(false);
    names.push(cacheName(URL_A));
    expect(await hasStartedBefore(image)).toBe(true);
    vi.stubGlobal('caches', { has: () => Promise.reject(new DOMException('no', 'SecurityError')) });
    expect(await hasStartedBefore(image)).toBe(false);
    vi.stubGlobal('caches', undefined);
    expect(await hasStartedBefore(image)).toBe(false);
  });

  it('asks before it fetches what may be kept, and not when it is', async () => {
    const cache = memoryCache();
    vi.stubGlobal('caches', { open: () => Promise.resolve(cache) });
    const calls = stubFetch(() => Promise.resolve(new Response(bytes)));
    const fetcher = createPageFetcher();
    let allow = (): void => {};
    const mayFetch = vi.fn(() => new Promise<void>((resolve) => (allow = resolve)));
    await fetcher.get(URL_A, { mayFetch });
    expect(mayFetch).not.toHaveBeenCalled();
    const got = fetcher.get(URL_A, { keep: true, mayFetch });
    await vi.waitFor(() => expect(mayFetch).toHaveBeenCalledOnce());
    expect(calls).toHaveLength(1);
    allow();
    await got;
    expect(calls).toHaveLength(2);
    await cache.put(URL_A, new Response(bytes));
    await fetcher.get(URL_A, { keep: true, mayFetch });
    expect(calls).toHaveLength(2);
  });

  it('knows what is kept without fetching it', async () => {
    const cache = memoryCache();
    vi.stubGlobal('caches', { open: () => Promise.resolve(cache) });
    const calls = stubFetch(hang);
    const fetcher = createPageFetcher();
    expect(await fetcher.has?.(URL_A)).toBe(false);
    await cache.put(URL_A, new Response(bytes));
    expect(await fetcher.has?.(URL_A)).toBe(true);
    expect(calls).toEqual([]);
  });

  it('gives up a fetch that is not answered for ten seconds', async () => {
    stubFetch(hang);
    const got = expect(createPageFetcher().get(URL_A)).rejects.toThrow(/brought nothing for 10 seconds/);
    await vi.advanceTimersByTimeAsync(10_000);
    await got;
  });

  it('gives up a body that stops, however long it took until then', async () => {
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    stubFetch((init) => {
      const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
      init.signal?.addEventListener('abort', () => body?.error(init.signal?.reason));
      return Promise.resolve(new Response(stream));
    });
    const counted: number[] = [];
    const end = vi.fn();
    const got = createPageFetcher()
      .get(URL_A, { onBytes: (count) => counted.push(count) })
      .catch(end);
    for (let second = 0; second < 45; second += 9) {
      await vi.advanceTimersByTimeAsync(9000);
      body?.enqueue(bytes);
    }
    await vi.advanceTimersByTimeAsync(9000);
    expect(counted).toEqual([3, 3, 3, 3, 3]);
    expect(end).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await got;
    expect(String(end.mock.calls[0]?.[0])).toContain('brought nothing');
  });

  it('ends a fetch when it is told to', async () => {
    stubFetch(hang);
    const life = new AbortController();
    const got = expect(createPageFetcher().get(URL_A, { signal: life.signal })).rejects.toThrow('over');
    await vi.advanceTimersByTimeAsync(0);
    life.abort(new Error('over'));
    await got;
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [404, true],
    [410, true],
    [503, false],
  ])('does not wait for the body of status %i', async (status, gone) => {
    let cancelled = false;
    stubFetch(() =>
      Promise.resolve(
        new Response(new ReadableStream({ cancel: () => void (cancelled = true) }), { status }),
      ),
    );
    const error: unknown = await createPageFetcher()
      .get(URL_A)
      .catch((reason: unknown) => reason);
    expect(error instanceof FileGone).toBe(gone);
    expect(String(error)).toContain(String(status));
    expect(cancelled).toBe(true);
  });

  it('fetches nothing for a machine that ended while the cache was looked into', async () => {
    const calls = stubFetch(hang);
    let open = (_: ChunkCache): void => {};
    vi.stubGlobal('caches', { open: () => new Promise<ChunkCache>((resolve) => (open = resolve)) });
    const life = new AbortController();
    const got = createPageFetcher().get(URL_A, { keep: true, signal: life.signal });
    const ended = expect(got).rejects.toThrow('the machine is off');
    life.abort(new Error('the machine is off'));
    open(memoryCache());
    await ended;
    expect(calls).toEqual([]);
  });

  it('asks the host each time for what may change', async () => {
    const calls = stubFetch(() => Promise.resolve(new Response(bytes)));
    expect(await createPageFetcher().get('https://example.test/image.json')).toEqual(bytes);
    expect(calls[0]?.cache).toBe('no-cache');
  });

  it('keeps what never changes, for this copy of the site, and takes it from there', async () => {
    const caches = new Map<string, ReturnType<typeof memoryCache>>();
    vi.stubGlobal('caches', {
      open: (name: string) => {
        const cache = caches.get(name) ?? memoryCache();
        caches.set(name, cache);
        return Promise.resolve(cache);
      },
    });
    const calls = stubFetch(() => Promise.resolve(new Response(bytes)));
    await createPageFetcher().get(URL_A, { keep: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(await createPageFetcher().get(URL_A, { keep: true })).toEqual(bytes);
    expect(calls.map(({ cache }) => cache)).toEqual(['no-store']);
    expect([...caches.keys()]).toEqual([cacheName(URL_A)]);
    expect(cacheName(URL_A)).not.toBe(cacheName(URL_A.replace('/learn/', '/')));
  });

  it.each([
    ['hangs', () => new Promise<never>(() => {})],
    ['fails', () => Promise.reject(new Error('no cache'))],
  ])('fetches when the cache %s', async (_, open) => {
    vi.stubGlobal('caches', { open });
    const calls = stubFetch(() => Promise.resolve(new Response(bytes)));
    const got = createPageFetcher().get(URL_A, { keep: true });
    await vi.advanceTimersByTimeAsync(3000);
    expect(await got).toEqual(bytes);
    // The browser's own cache is left.
    expect(calls[0]?.cache).toBe('default');
  });
});

describe('trimCache', () => {
  it('deletes what is oldest, and nothing that is in use', async () => {
    const cache = memoryCache();
    const url = (name: string): string => `https://example.test/${name}`;
    for (const name of ['old-used', 'old', 'newer', 'newest']) {
      await cache.put(url(name), new Response(bytes, { headers: { 'Content-Length': '3' } }));
    }
    await trimCache(cache, 7, new Set([url('old-used')]));
    expect([...cache.kept.keys()]).toEqual(['old-used', 'newer', 'newest'].map(url));
  });
});
