/** What the browser's caches of chunks are called. */

const CACHE_PREFIX = 'typealong-chunks-2 ';

/** Two copies of the site on one origin do not share a cache: each would throw out what the other needs. */
export function cacheName(chunkUrl: string): string {
  return nameBelow(new URL(chunkUrl).pathname.replace(/chunks\/.*$/, ''));
}

/** Whether a machine has been started here before: `imageUrl` as in `StartOptions`. Nothing is made by asking. */
export async function hasStartedBefore(imageUrl: string): Promise<boolean> {
  if (typeof caches === 'undefined') return false;
  const name = nameBelow(new URL('../', imageUrl).pathname);
  // The page may have been left meanwhile, or the browser keeps nothing.
  return caches.has(name).catch(() => false);
}

function nameBelow(path: string): string {
  return CACHE_PREFIX + path;
}
