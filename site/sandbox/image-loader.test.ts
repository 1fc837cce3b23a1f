import { describe, expect, it } from 'vitest';
import { sha256 } from './chunk-store.ts';
import { Downloader, type FetchOptions } from './downloader.ts';
import { V86_VERSION } from './emulator.ts';
import { CHUNK_BYTES, type ImageManifest, type SnapshotManifest } from './image.ts';
import { ImageLoader } from './image-loader.ts';

const file = { sizeBytes: 1, chunks: ['ab'.repeat(32)], transferBytes: 1 };
const image: ImageManifest = {
  format: 1,
  name: 'test',
  recipe: 'recipe',
  v86Version: V86_VERSION,
  memoryBytes: 1,
  kernelCommandLine: '',
  wasm: file,
  kernel: file,
  bios: file,
  vgaBios: file,
  disk: { sizeBytes: 2 * CHUNK_BYTES, chunks: [null, 'cd'.repeat(32)] },
  snapshots: ['base'],
};
const snapshot: SnapshotManifest = {
  format: 1,
  name: 'base',
  recipe: 'recipe',
  v86Version: V86_VERSION,
  base: null,
  state: file,
  diskChanges: { '1': null },
  screens: [],
  prefetch: [0],
};
const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A loader for which the host answers with these, one after the other, the last for ever. */
function loaderOf(answers: readonly unknown[], hashes?: Record<string, string>) {
  const calls: (FetchOptions | undefined)[] = [];
  const downloader = new Downloader(
    {
      get: (_, options) => {
        const answer = answers[Math.min(calls.length, answers.length - 1)];
        calls.push(options);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(encode(answer));
      },
    },
    { pauses: [0, 0, 0] },
  );
  return { loader: new ImageLoader(downloader, 'https://example.test/sandbox/test/', hashes), calls };
}

describe('ImageLoader', () => {
  it('asks for a manifest again when it fails or is cut short, and never keeps it', async () => {
    const { loader, calls } = loaderOf([new Error('offline'), JSON.stringify(image).slice(0, 99), image]);
    expect(await loader.image()).toEqual(image);
    expect(calls.map((options) => options?.keep)).toEqual([false, false, false]);
  });

  it('says that it could not be fetched when it is never whole', async () => {
    await expect(loaderOf(['{']).loader.image()).rejects.toMatchObject({ problem: { code: 'fetch-failed' } });
  });

  it.each([
    ['no manifest', null],
    ['another format', { ...image, format: 2 }],
    ['another v86', { ...image, v86Version: '0.0.1' }],
    ['no disk', { ...image, disk: undefined }],
    ['a disk that is too short', { ...image, disk: { ...image.disk, sizeBytes: 9 * CHUNK_BYTES } }],
    ['a size out of bounds', { ...image, kernel: { ...file, sizeBytes: 1e15 } }],
    ['a chunk that is no hash', { ...image, wasm: { ...file, chunks: ['../../etc'] } }],
  ])('refuses an image with %s', async (_, damaged) => {
    await expect(loaderOf([damaged]).loader.image()).rejects.toMatchObject({
      problem: { code: 'wrong-version' },
    });
  });

  it.each([
    ['another recipe', { ...snapshot, recipe: 'another' }],
    ['changes beyond the disk', { ...snapshot, diskChanges: { '2': null } }],
    ['changes at no place', { ...snapshot, diskChanges: { length: null } }],
    ['no list to prefetch', { ...snapshot, prefetch: undefined }],
  ])('refuses a snapshot with %s', async (_, damaged) => {
    await expect(loaderOf([damaged]).loader.snapshot(image, 'base')).rejects.toMatchObject({
      problem: { code: 'wrong-version' },
    });
    expect(await loaderOf([snapshot]).loader.snapshot(image, 'base')).toEqual(snapshot);
  });

  it('refuses a damaged list of the internet', async () => {
    const hosts = { 'pypi.org': { description: '', files: { '/': { ...file, type: 'text/html' } } } };
    expect(await loaderOf([{ format: 1, hosts }]).loader.internet()).toEqual({ format: 1, hosts });
    await expect(
      loaderOf([{ format: 1, hosts: { 'pypi.org': {} } }]).loader.internet(),
    ).rejects.toMatchObject({ problem: { code: 'wrong-version' } });
  });

  it('refuses a manifest of another hash than the page was built with', async () => {
    const hashes = { 'image.json': await sha256(encode(image)) };
    expect(await loaderOf([image], hashes).loader.image()).toEqual(image);
    await expect(loaderOf([{ ...image, name: 'newer' }], hashes).loader.image()).rejects.toMatchObject({
      problem: { code: 'wrong-version', subject: 'image.json' },
    });
  });
});
