/** Hashes by which builds are found again in the cache. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** SHA-256 in hexadecimal of a text or of bytes. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * One hash of all files below the given files and directories: their paths relative to `base` and their
 * bytes. Tests, their fixtures and documents are left out: they do not change what is built.
 */
export async function fingerprintFiles(base: string, places: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const place of places) files.push(...(await filesBelow(path.join(base, place))));
  const hash = createHash('sha256');
  for (const file of files.filter(matters).sort()) {
    const bytes = await readFile(file);
    hash.update(`${path.relative(base, file)}\0${String(bytes.length)}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function matters(file: string): boolean {
  return !/\.(?:test|fixture)\.ts$|\.md$|~$/.test(file);
}

async function filesBelow(place: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [place];
    throw error;
  }
}
