/** A machine in Node: the page's own code over files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Fetcher } from '../site/sandbox/chunk-store.ts';
import { LocalSandbox } from '../site/sandbox/local.ts';

const fileFetcher: Fetcher = {
  async get(url, options) {
    const bytes = await readFile(fileURLToPath(url));
    options?.onBytes?.(bytes.length);
    return new Uint8Array(bytes);
  },
};

/** A machine that is off. Start it with {@link imageUrl}. */
export function createNodeSandbox(): LocalSandbox {
  return new LocalSandbox(fileFetcher);
}

/** `StartOptions.imageUrl` of an image below the directory that is served as `/sandbox/`. */
export function imageUrl(sandboxDirectory: string, image: string): string {
  return `${pathToFileURL(join(sandboxDirectory, image)).href}/`;
}
