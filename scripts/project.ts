import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The built site: what `astro build` writes, and what is served and tested. */
export const DIST = process.env['TYPEALONG_DIST'] ?? join(ROOT, 'dist');

/** For reports and stamps that no one keeps: under node_modules, so that a fresh installation forgets them. */
export const SCRATCH = join(ROOT, 'node_modules', '.cache', 'typealong');

/** A program of an npm package, by the name in node_modules/.bin. */
export function bin(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}
