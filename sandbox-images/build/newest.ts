/** Folders of a cache that are whole or not there: how they come, and how the older ones go. */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Moves the finished `draft` to `place`. What another process has put there meanwhile stays, and the draft goes. A folder
 * without the file `sign` is none.
 */
export async function putInPlace(draft: string, place: string, sign: string): Promise<void> {
  if (!existsSync(path.join(place, sign))) await rm(place, { recursive: true, force: true });
  try {
    await rename(draft, place);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Removes the other folders beside `newest`, but for the `kept` newest of them. A name with a dot is a draft, of another
 * build that may be running. `counts`: says of a path whether it is one of those that this is about; all, when left out.
 */
export async function keepNewest(
  newest: string,
  kept: number,
  counts: (place: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> {
  const directory = path.dirname(newest);
  const others: { place: string; time: number }[] = [];
  for (const entry of await readdir(directory)) {
    const place = path.join(directory, entry);
    if (place === newest || entry.includes('.') || !(await counts(place))) continue;
    others.push({ place, time: (await stat(place)).mtimeMs });
  }
  others.sort((a, b) => b.time - a.time);
  for (const { place } of others.slice(kept)) {
    // Whoever is stopped halfway must not leave half of a folder that looks whole.
    const going = `${place}.${String(process.pid)}`;
    await rename(place, going);
    await rm(going, { recursive: true, force: true });
  }
}
