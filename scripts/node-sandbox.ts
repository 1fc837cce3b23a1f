/** A machine in Node: the page's own code over files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FileGone, type Fetcher } from '../site/sandbox/downloader.ts';
import { LocalSandbox } from '../site/sandbox/local.ts';

export const fileFetcher: Fetcher = {
  async get(url, { onBytes, signal } = {}) {
    const path = fileURLToPath(url);
    const bytes = await readFile(path, { ...(signal && { signal }) }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new FileGone(`There is no file ${path}`, { cause: error });
      }
      throw error;
    });
    onBytes?.(bytes.length);
    return new Uint8Array(bytes);
  },
  // Nothing comes over a network.
  has: () => Promise.resolve(true),
};

/** A machine that is off. Start it with {@link imageUrl}. */
export function createNodeSandbox(): LocalSandbox {
  return new LocalSandbox(fileFetcher);
}

/** `StartOptions.imageUrl` of an image below the directory that is served as `/sandbox/`. */
export function imageUrl(sandboxDirectory: string, image: string): string {
  return `${pathToFileURL(join(sandboxDirectory, image)).href}/`;
}
