import { describe, expect, it } from 'vitest';
import { Disk, type ChunkReader, type DiskOptions } from './disk.ts';
import { CHUNK_BYTES } from './image.ts';
import { BLOCK_BYTES, Overlay } from './overlay.ts';

const unexpected = (): never => expect.unreachable();

/** A chunk whose bytes tell where they are from. */
function chunk(seed: number): Uint8Array {
  return Uint8Array.from({ length: CHUNK_BYTES }, (_, i) => (i * 31 + (i >> 8) + seed) & 255);
}

const chunks: Record<string, Uint8Array> = { a: chunk(1), b: chunk(2) };

const manifest = { sizeBytes: 3 * CHUNK_BYTES, chunks: ['a', null, 'b'] };
const fromImage: ChunkReader = (hash) => Promise.resolve(chunks[hash] ?? new Uint8Array(CHUNK_BYTES));

function diskOf(read = fromImage, options: Partial<DiskOptions> = {}): Disk {
  const onError = (error: unknown): void => {
    throw error;
  };
  return new Disk(manifest, { read, onError, ...options });
}

function read(disk: Disk, start: number, length: number): Promise<Uint8Array> {
  return new Promise((resolve) => disk.get(start, length, resolve));
}

function write(disk: Disk, start: number, data: Uint8Array): Promise<void> {
  return new Promise((resolve) => disk.set(start, data, resolve));
}

describe('Disk', () => {
  it('reads across chunks, with zeros for a hole', async () => {
    const bytes = await read(diskOf(), CHUNK_BYTES - 512, 1024);
    expect(bytes.subarray(0, 512)).toEqual(chunk(1).subarray(-512));
    expect(bytes.subarray(512)).toEqual(new Uint8Array(512));
  });

  it('gives back what was written, and the image around it', async () => {
    const disk = diskOf();
    const data = new Uint8Array(1024).fill(7);
    await write(disk, BLOCK_BYTES - 512, data);
    const bytes = await read(disk, 0, 2 * BLOCK_BYTES);
    const expected = chunk(1).slice(0, 2 * BLOCK_BYTES);
    expected.set(data, BLOCK_BYTES - 512);
    expect(bytes).toEqual(expected);
    expect([...disk.overlay.keys()]).toEqual([0, 1]);
  });

  it('does not keep a reference to the memory of a write', async () => {
    const disk = diskOf();
    const data = new Uint8Array(BLOCK_BYTES).fill(9);
    await write(disk, CHUNK_BYTES, data);
    data.fill(1);
    expect((await read(disk, CHUNK_BYTES, 1))[0]).toBe(9);
  });

  it('keeps the memory of a write that must wait for a chunk', async () => {
    const disk = diskOf();
    const data = new Uint8Array(512).fill(9);
    const written = write(disk, 0, data);
    data.fill(1);
    await written;
    expect((await read(disk, 0, 1))[0]).toBe(9);
  });

  it('fetches no chunk that the overlay covers', async () => {
    const asked: string[] = [];
    const disk = diskOf((hash) => {
      asked.push(hash);
      return Promise.resolve(chunk(0));
    });
    await write(disk, 0, new Uint8Array(2 * BLOCK_BYTES).fill(3));
    await read(disk, 0, 2 * BLOCK_BYTES);
    expect(asked).toEqual([]);
  });

  it('shares one fetch between two reads of a chunk', async () => {
    let fetches = 0;
    const disk = diskOf((hash) => {
      fetches++;
      return Promise.resolve(chunks[hash] ?? new Uint8Array());
    });
    await Promise.all([read(disk, 0, 512), read(disk, 4096, 512)]);
    expect(fetches).toBe(1);
  });

  it('is idle only when nothing waits for a chunk', async () => {
    let arrive: (bytes: Uint8Array) => void = () => {};
    const disk = diskOf(() => new Promise((resolve) => (arrive = resolve)));
    const events: string[] = [];
    const reading = read(disk, 0, 512).then(() => events.push('read'));
    const idle = disk.whenIdle().then(() => events.push('idle'));
    arrive(chunk(1));
    await Promise.all([reading, idle]);
    expect(events).toEqual(['read', 'idle']);
  });

  it('names the chunks that were read since it was last asked, in order, and not those that were only prefetched', async () => {
    const disk = diskOf();
    await disk.prefetch([0], fromImage);
    await read(disk, 2 * CHUNK_BYTES, 512);
    expect(disk.takeTouchedChunks()).toEqual([2]);
    await read(disk, 0, 512);
    expect(disk.takeTouchedChunks()).toEqual([0]);
  });

  it('goes on with the same writes for the next machine', async () => {
    const disk = diskOf();
    await write(disk, 0, new Uint8Array(512).fill(5));
    expect((await read(disk.reopen(), 0, 512))[0]).toBe(5);
  });

  it('still reads all when more chunks are in use than it keeps', async () => {
    const count = 200;
    const disk = new Disk(
      { sizeBytes: count * CHUNK_BYTES, chunks: Array.from({ length: count }, (_, i) => `c${i}`) },
      {
        read: (hash) => Promise.resolve(new Uint8Array(CHUNK_BYTES).fill(Number(hash.slice(1)))),
        onError: unexpected,
      },
    );
    for (let index = 0; index < count; index++) await read(disk, index * CHUNK_BYTES, 512);
    expect((await read(disk, 0, 512))[0]).toBe(0);
    expect((await read(disk, 199 * CHUNK_BYTES, 512))[0]).toBe(199);
  });

  it('reads more than it keeps in one command', async () => {
    const count = 200;
    const disk = new Disk(
      { sizeBytes: count * CHUNK_BYTES, chunks: Array.from({ length: count }, (_, i) => `c${i}`) },
      {
        read: (hash) => Promise.resolve(new Uint8Array(CHUNK_BYTES).fill(Number(hash.slice(1)))),
        onError: unexpected,
      },
    );
    const bytes = await read(disk, 0, count * CHUNK_BYTES);
    expect(Array.from({ length: count }, (_, i) => bytes[i * CHUNK_BYTES])).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });

  it('keeps nothing of zeros over a hole, and reads zeros that were written over the image', async () => {
    const disk = diskOf();
    await write(disk, 0, new Uint8Array(2 * CHUNK_BYTES));
    expect(disk.diagnose()).toMatchObject({ writtenBytes: 0 });
    expect([...disk.overlay.keys()]).toEqual(Array.from({ length: CHUNK_BYTES / BLOCK_BYTES }, (_, i) => i));
    expect(await read(disk, 0, CHUNK_BYTES)).toEqual(new Uint8Array(CHUNK_BYTES));
  });

  it('takes a copy of what was written, which later writes leave alone', async () => {
    const disk = diskOf();
    await write(disk, CHUNK_BYTES, new Uint8Array(BLOCK_BYTES).fill(1));
    const taken = disk.overlay;
    await write(disk, CHUNK_BYTES, new Uint8Array(BLOCK_BYTES).fill(2));
    expect(taken.get(CHUNK_BYTES / BLOCK_BYTES)?.[0]).toBe(1);
  });

  describe('what goes wrong', () => {
    /** A disk, and the first error that it reports. */
    function failing(reader?: ChunkReader): { disk: Disk; error: Promise<unknown> } {
      let disk = diskOf();
      const error = new Promise((resolve) => (disk = diskOf(reader, { onError: resolve })));
      return { disk, error };
    }
    const broken = new Error('broken');
    const throws = (): void => {
      throw broken;
    };

    it.each([
      ['a read that had to wait', (disk: Disk) => disk.get(0, 512, throws)],
      ['a read of what is at hand', (disk: Disk) => disk.get(CHUNK_BYTES, 512, throws)],
      ['a write that had to wait', (disk: Disk) => disk.set(0, new Uint8Array(512), throws)],
      ['a write of a whole block', (disk: Disk) => disk.set(0, new Uint8Array(BLOCK_BYTES), throws)],
    ])('reports what v86 throws at the end of %s', async (_, command) => {
      const { disk, error } = failing();
      command(disk);
      expect(await error).toBe(broken);
      await disk.whenIdle();
    });

    it('reports a chunk that cannot be had, and reads it again when asked again', async () => {
      let attempts = 0;
      const { disk, error } = failing((hash) =>
        attempts++ === 0 ? Promise.reject(broken) : fromImage(hash),
      );
      disk.get(0, 512, unexpected);
      expect(await error).toBe(broken);
      await disk.whenIdle();
      expect((await read(disk, 0, 512))[5]).toBe(chunk(1)[5]);
    });

    it('reports a reader that throws, and a chunk that is too short', async () => {
      const first = failing(() => {
        throw broken;
      });
      first.disk.get(0, 512, unexpected);
      expect(await first.error).toBe(broken);
      const second = failing(() => Promise.resolve(new Uint8Array(5)));
      second.disk.get(0, 512, unexpected);
      expect(await second.error).toMatchObject({ problem: { code: 'wrong-version' } });
    });

    it('reports a guest that writes more than is kept', async () => {
      const error = await new Promise((resolve) => {
        const overlay = new Overlay(manifest.sizeBytes, BLOCK_BYTES);
        const disk = new Disk(manifest, { read: fromImage, onError: resolve }, overlay);
        disk.set(0, new Uint8Array(2 * BLOCK_BYTES).fill(1), unexpected);
      });
      expect(error).toMatchObject({ problem: { code: 'out-of-memory' } });
    });

    it.each(['reopened', 'switched off'])('completes and reports nothing once it is %s', async (how) => {
      const answers: ((bytes: Uint8Array) => void)[] = [];
      const life = new AbortController();
      const disk = diskOf(() => new Promise((resolve) => answers.push(resolve)), {
        signal: life.signal,
        onError: unexpected,
      });
      disk.get(0, 512, unexpected);
      disk.get(2 * CHUNK_BYTES, 512, unexpected);
      if (how === 'reopened') disk.reopen();
      else life.abort();
      answers[0]?.(chunk(1));
      answers[1]?.(new Uint8Array(1));
      await disk.whenIdle();
      disk.get(CHUNK_BYTES, 512, unexpected);
    });
  });

  it('says what the guest waits for', async () => {
    let arrive: (bytes: Uint8Array) => void = () => {};
    const disk = diskOf(() => new Promise((resolve) => (arrive = resolve)));
    const reading = read(disk, 512, 1024);
    expect(disk.diagnose()).toMatchObject({
      pending: [{ kind: 'read', start: 512, length: 1024, chunks: [0], ageMs: expect.any(Number) as number }],
      loadingChunks: [0],
    });
    arrive(chunk(1));
    await reading;
    await disk.whenIdle();
    expect(disk.diagnose()).toMatchObject({ pending: [], loadingChunks: [] });
  });
});
