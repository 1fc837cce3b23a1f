/** Brings an image's manifests, each checked before anything uses it. */
import { sha256 } from './chunk-store.ts';
import { V86_VERSION } from './emulator.ts';
import { snapshotPath } from './image.ts';
import { imageManifest, internetManifest, snapshotManifest } from './manifests.ts';
import { SandboxError } from './types.ts';
import type { z } from 'zod';
import type { Downloader } from './downloader.ts';
import type { DiskManifest, ImageManifest, InternetManifest, SnapshotManifest } from './image.ts';

export class ImageLoader {
  readonly #downloader: Downloader;
  readonly #url: string;
  readonly #hashes: Readonly<Record<string, string>>;

  /**
   * `url` is the folder of `image.json`, with a slash at its end. `hashes`: SHA-256 of manifests that are known, by
   * path below it; a file of another hash is never used.
   */
  constructor(downloader: Downloader, url: string, hashes: Readonly<Record<string, string>> = {}) {
    this.#downloader = downloader;
    this.#url = url;
    this.#hashes = hashes;
  }

  /** Rejects with `wrong-version` when the image was built for another v86, or for another page, than this one. */
  async image(): Promise<ImageManifest> {
    const manifest = await this.#load('image.json', imageManifest);
    requireVersion(manifest.v86Version);
    return manifest;
  }

  /** Rejects with `wrong-version` when the snapshot belongs to another image or v86. `coming`: the image, or its way here. */
  async snapshot(coming: ImageManifest | Promise<ImageManifest>, name: string): Promise<SnapshotManifest> {
    const [image, manifest] = await Promise.all([coming, this.#load(snapshotPath(name), snapshotManifest)]);
    requireVersion(manifest.v86Version);
    const isOnDisk = Object.keys(manifest.diskChanges).every(
      (index) => Number(index) < image.disk.chunks.length,
    );
    if (manifest.recipe !== image.recipe || !isOnDisk) {
      throw new SandboxError({
        code: 'wrong-version',
        message:
          'This snapshot of the machine belongs to another version of its disk, so it was not started. Reload the page to get both from the same version.',
        subject: name,
      });
    }
    return manifest;
  }

  internet(): Promise<InternetManifest> {
    return this.#load('internet.json', internetManifest);
  }

  #load<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    return this.#downloader.get({
      url: new URL(path, this.#url).href,
      subject: path,
      accept: async (bytes) => {
        const expected = this.#hashes[path];
        if (expected !== undefined && (await sha256(bytes)) !== expected) throw wrongVersion(path);
        const parsed = shape.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
        if (!parsed.success) throw wrongVersion(path);
        return parsed.data;
      },
    });
  }
}

function requireVersion(version: string): void {
  if (version !== V86_VERSION) throw wrongVersion(`v86 ${version}, this page has ${V86_VERSION}`);
}

function wrongVersion(subject: string): SandboxError {
  return new SandboxError({
    code: 'wrong-version',
    message: 'The files of the machine are of another version than this page. Reload the page.',
    subject,
  });
}

/** The disk as a snapshot left it: the image's chunks, with those that changed in their place. */
export function diskOfSnapshot(disk: DiskManifest, changes: SnapshotManifest['diskChanges']): DiskManifest {
  const chunks = [...disk.chunks];
  for (const [index, hash] of Object.entries(changes)) chunks[Number(index)] = hash;
  return { ...disk, chunks };
}
