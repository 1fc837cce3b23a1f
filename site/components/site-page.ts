import { withSlash } from '../with-slash.ts';

/** A page of this site, parsed; `path` with the base, or below it. Rejects with a sentence when it cannot be had. */
export async function sitePage(path: string): Promise<Document> {
  const url = path.startsWith('/') ? path : `${withSlash(import.meta.env.BASE_URL)}${path}`;
  const response = await fetch(url).catch(() => null);
  if (!response?.ok)
    throw new Error('A part of this site could not be fetched. Check your connection, then try again.');
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}
