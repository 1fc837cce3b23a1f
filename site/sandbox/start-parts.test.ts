import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChunkStore } from './chunk-store.ts';
import type { ImageLoader } from './image-loader.ts';
import { Stalls } from './stalls.ts';
import { fetchParts } from './start-parts.ts';
import { SandboxError } from './types.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('counts what arrives again only once', async () => {
  const file = { sizeBytes: 4, transferBytes: 4, chunks: ['a', 'b'] };
  const loader = {
    image: () => Promise.resolve({ wasm: file, bios: NOTHING, vgaBios: NOTHING, kernel: NOTHING }),
  };
  const attempts: ((index: number, received: number) => void)[] = [];
  const store = {
    getFile: (wanted: unknown, onReceived: (index: number, received: number) => void) => {
      if (wanted !== file) return Promise.resolve(new Uint8Array());
      attempts.push(onReceived);
      onReceived(0, 1);
      onReceived(0, 2);
      if (attempts.length === 1) return Promise.reject(FAILED);
      onReceived(1, 2);
      return Promise.resolve(new Uint8Array(4));
    },
  };
  const told: number[] = [];
  const asked: number[] = [];
  const fetched = fetchParts(
    {
      loader: loader as unknown as ImageLoader,
      store: store as unknown as ChunkStore,
      stalls: new Stalls({ signal: new AbortController().signal, onChange: () => {} }),
      mayFetch: (files) => {
        expect(attempts).toEqual([]);
        asked.push(...files.map(({ transferBytes }) => transferBytes));
        return Promise.resolve();
      },
      onProgress: (loadedBytes) => told.push(loadedBytes),
    },
    null,
  );
  await vi.advanceTimersByTimeAsync(15_000);
  await fetched;
  expect(attempts).toHaveLength(2);
  expect(told).toEqual([0, 1, 2, 1, 2, 4]);
  expect(asked).toHaveLength(4);
});

it('rejects when the machine ends while it boots, and leaves no failure that nobody hears of', async () => {
  const life = new AbortController();
  const fetched = fetchParts(
    {
      loader: {
        image: () => Promise.resolve({ wasm: NOTHING, bios: NOTHING, vgaBios: NOTHING, kernel: NOTHING }),
      } as unknown as ImageLoader,
      store: { getFile: () => new Promise(() => {}) } as unknown as ChunkStore,
      stalls: new Stalls({ signal: life.signal, onChange: () => {} }),
      mayFetch: () => Promise.resolve(),
      onProgress: () => {},
    },
    null,
  );
  const rejected = expect(fetched).rejects.toBe(FAILED);
  await vi.advanceTimersByTimeAsync(0);
  life.abort(FAILED);
  await rejected;
  // Node tells of a rejection that nobody hears of at the end of a turn.
  vi.useRealTimers();
  await new Promise(setImmediate);
});

const NOTHING = { sizeBytes: 0, transferBytes: 0, chunks: [] };
const FAILED = new SandboxError({ code: 'fetch-failed', message: 'no' });
