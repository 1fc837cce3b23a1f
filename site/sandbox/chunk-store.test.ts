import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ChunkStore, chunkPath, sha256 } from './chunk-store.ts';
import { Downloader, type Fetcher } from './downloader.ts';
import { SandboxError } from './types.ts';

const good = new TextEncoder().encode('the bytes of a chunk '.repeat(50));
const hash = await sha256(good);
const packed = pack(good);

function pack(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(zstdCompressSync(bytes, { pledgedSrcSize: bytes.length }));
}

/** Answers with these, one after the other; an Error is a failure. */
function fetcherOf(
  ...answers: (Uint8Array | Error)[]
): Fetcher & { calls: { url: string; fresh: boolean }[] } {
  const calls: { url: string; fresh: boolean }[] = [];
  return {
    calls,
    get: (url, options) => {
      calls.push({ url, fresh: options?.fresh ?? false });
      const answer = answers.shift() ?? new Error('no more answers');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

const storeOf = (fetcher: Fetcher) =>
  new ChunkStore(new Downloader(fetcher, { pauses: [0, 0, 0] }), 'https://example.test/sandbox/');

describe('ChunkStore', () => {
  it('fetches a chunk by its hash', async () => {
    const fetcher = fetcherOf(packed);
    expect(await storeOf(fetcher).get(hash)).toEqual(good);
    expect(fetcher.calls).toEqual([{ url: `https://example.test/sandbox/${chunkPath(hash)}`, fresh: false }]);
  });

  it('fetches again, past every cache, what fails or is damaged', async () => {
    const damaged = packed.slice();
    damaged[damaged.length - 3] = (damaged.at(-3) ?? 0) ^ 255;
    const fetcher = fetcherOf(
      new Error('offline'),
      damaged,
      pack(new TextEncoder().encode('another chunk')),
      packed,
    );
    expect(await storeOf(fetcher).get(hash)).toEqual(good);
    expect(fetcher.calls.map((call) => call.fresh)).toEqual([false, true, true, true]);
  });

  it('says which file is missing after four attempts', async () => {
    const error: unknown = await storeOf(fetcherOf())
      .get(hash)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SandboxError);
    expect(error).toMatchObject({ problem: { code: 'fetch-failed', subject: chunkPath(hash) } });
  });

  it('never hands on bytes of another hash', async () => {
    const other = pack(new TextEncoder().encode('not what was asked for'));
    await expect(storeOf(fetcherOf(other, other, other, other)).get(hash)).rejects.toMatchObject({
      problem: { code: 'wrong-hash' },
    });
  });

  it('fetches once for two who ask at the same time', async () => {
    const fetcher = fetcherOf(packed);
    const store = storeOf(fetcher);
    await Promise.all([store.get(hash), store.get(hash)]);
    expect(fetcher.calls).toHaveLength(1);
  });

  it('tells each of those who wait what has arrived, from the start again after a failure', async () => {
    let attempts = 0;
    const store = storeOf({
      get: (_, options) => {
        options?.onBytes?.(10);
        if (++attempts === 1) return Promise.reject(new Error('offline'));
        options?.onBytes?.(packed.length - 10);
        return Promise.resolve(packed);
      },
    });
    const told: string[] = [];
    const first = store.get(hash, (received) => told.push(`first ${received}`));
    const second = store.get(hash, (received) => told.push(`second ${received}`));
    await Promise.all([first, second]);
    const all = packed.length;
    // The first attempt began before there was a second who waits.
    expect(told.slice(-4)).toEqual(['first 10', 'second 10', `first ${all}`, `second ${all}`]);
  });

  it('puts a stored file together in order and refuses one of another size', async () => {
    const second = new TextEncoder().encode('second');
    const file = { sizeBytes: good.length + 6, chunks: [hash, await sha256(second)], transferBytes: 0 };
    expect(await storeOf(fetcherOf(packed, pack(second))).getFile(file)).toEqual(
      new Uint8Array([...good, ...second]),
    );
    for (const sizeBytes of [good.length, good.length + 7]) {
      await expect(
        storeOf(fetcherOf(packed, pack(second))).getFile({ ...file, sizeBytes }),
      ).rejects.toMatchObject({ problem: { code: 'wrong-version' } });
    }
  });
});
