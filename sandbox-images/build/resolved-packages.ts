/** Which versions of Debian's packages something is made of: part of what identifies it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * What apt said when something of these recipes was last built; `null` when nothing was. Debian's later updates do not
 * make a build old: nobody should wait for a new image because a package changed, and it works without a network.
 */
export async function readResolved<Resolved>(cacheDir: string, recipes: string): Promise<Resolved | null> {
  try {
    return JSON.parse(await readFile(fileOf(cacheDir, recipes), 'utf8')) as Resolved;
  } catch {
    return null;
  }
}

export async function keepResolved(cacheDir: string, recipes: string, resolved: unknown): Promise<void> {
  const file = fileOf(cacheDir, recipes);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(resolved));
}

function fileOf(cacheDir: string, recipes: string): string {
  return path.join(cacheDir, 'resolved', `${recipes}.json`);
}
