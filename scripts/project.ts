import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './command.ts';

/** The checkout's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The built site: what `astro build` writes, and what is served and tested. */
export const DIST = process.env['TYPEALONG_DIST'] ?? join(ROOT, 'dist');

/** A build of the site: its folder, and the path on the host that it is made for. */
export interface SitePlace {
  readonly directory: string;
  /** Begins and ends with a slash. */
  readonly base: string;
}

/**
 * The build that this command makes or serves: in {@link DIST}, for the path that `TYPEALONG_BASE` names, or `/`.
 * @throws {Failure} when that is not a path with slashes at both ends.
 */
export function sitePlace(environment: NodeJS.ProcessEnv = process.env): SitePlace {
  const base = environment['TYPEALONG_BASE'] ?? '/';
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base)) {
    throw new Failure(
      `TYPEALONG_BASE is "${base}". It must be a path that begins and ends with a slash, such as /learn/.`,
    );
  }
  return { directory: DIST, base };
}

/** For reports and stamps that no one keeps: under node_modules, so that a fresh installation forgets them. */
export const SCRATCH = join(ROOT, 'node_modules', '.cache', 'typealong');

/** A program of an npm package, by the name in node_modules/.bin. */
export function bin(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}
