import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, Disk } from './disk.ts';
import { CHUNK_BYTES } from './image.ts';

/** A chunk whose bytes tell where they are from. */
function chunk(seed: number): Uint8Array {
  return Uint8Array.from({ length: CHUNK_BYTES }, (_, i) => (i * 31 + (i >> 8) + seed) & 255);
}

const chunks: Record<string, Uint8Array> = { a: chunk(1), b: chunk(2) };

function diskOf(read = (hash: string) => Promise.resolve(chunks[hash] ?? new Uint8Array(CHUNK_BYTES))): Disk {
  return new Disk({ sizeBytes: 3 * CHUNK_BYTES, chunks: ['a', null, 'b'] }, read);
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
    await disk.prefetch([0]);
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
      (hash) => Promise.resolve(new Uint8Array(CHUNK_BYTES).fill(Number(hash.slice(1)))),
    );
    for (let index = 0; index < count; index++) await read(disk, index * CHUNK_BYTES, 512);
    expect((await read(disk, 0, 512))[0]).toBe(0);
    expect((await read(disk, 199 * CHUNK_BYTES, 512))[0]).toBe(199);
  });
});
