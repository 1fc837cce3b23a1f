/** Brings what a start needs: manifests first, then everything else at once, counted in bytes. */
import { z } from 'zod';
import { V86_VERSION } from './emulator.ts';
import { SandboxError } from './types.ts';
import type { Fetcher } from './chunk-store.ts';
import { snapshotPath } from './image.ts';
import type { DiskManifest, ImageManifest, InternetManifest, SnapshotManifest } from './image.ts';

const marked = z.looseObject({ format: z.literal(1) });

export class ImageLoader {
  readonly #fetcher: Fetcher;
  readonly #url: string;

  /** `url` is the folder of `image.json`, with a slash at its end. */
  constructor(fetcher: Fetcher, url: string) {
    this.#fetcher = fetcher;
    this.#url = url;
  }

  /** Throws `wrong-version` when the image was built for another v86 than this page brings. */
  async image(): Promise<ImageManifest> {
    const manifest = await this.#json<ImageManifest>('image.json');
    requireVersion(manifest.v86Version);
    return manifest;
  }

  /** Throws `wrong-version` when the snapshot belongs to another image or v86. */
  async snapshot(image: ImageManifest, name: string): Promise<SnapshotManifest> {
    const manifest = await this.#json<SnapshotManifest>(snapshotPath(name));
    requireVersion(manifest.v86Version);
    if (manifest.recipe !== image.recipe) {
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
    return this.#json<InternetManifest>('internet.json');
  }

  async #json<T extends { format: 1 }>(path: string): Promise<T> {
    const url = new URL(path, this.#url).href;
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(await this.#fetcher.get(url)));
    } catch (error) {
      throw new SandboxError(
        {
          code: 'fetch-failed',
          message: 'A part of the machine could not be fetched. Check your connection and try again.',
          subject: path,
        },
        { cause: error },
      );
    }
    if (!marked.safeParse(value).success) {
      throw new SandboxError({
        code: 'wrong-version',
        message: 'The files of the machine are of another version than this page. Reload the page.',
        subject: path,
      });
    }
    return value as T;
  }
}

function requireVersion(version: string): void {
  if (version === V86_VERSION) return;
  throw new SandboxError({
    code: 'wrong-version',
    message: 'The files of the machine are of another version than this page. Reload the page.',
    subject: `v86 ${version}, this page has ${V86_VERSION}`,
  });
}

/** The disk as a snapshot left it: the image's chunks, with those that changed in their place. */
export function diskOfSnapshot(disk: DiskManifest, changes: SnapshotManifest['diskChanges']): DiskManifest {
  const chunks = [...disk.chunks];
  for (const [index, hash] of Object.entries(changes)) chunks[Number(index)] = hash;
  return { ...disk, chunks };
}
