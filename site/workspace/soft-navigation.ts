/**
 * Goes to another chapter of the guide without leaving the page, so that the machine runs on: fetches the next
 * chapter's page and swaps the text, the list of checks, the title and the trail above.
 */

import { fragmentOf } from './leaving.ts';

/** The parts of a chapter's page that change. */
const SWAPPED = ['[data-chapter-root]', '[data-trail]'] as const;

/** The page at `url`, parsed. Rejects with a sentence when it cannot be had. */
export async function fetchPage(url: string): Promise<Document> {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok)
    throw new Error('The chapter could not be fetched. Check your connection, then try again.');
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (page.querySelector(SWAPPED[0]) === null) throw new Error(`There is no chapter at ${url}.`);
  return page;
}

/** Puts a fetched page in place of the one that is shown, and the reader at its beginning. */
export function showPage(page: Document, url: string): void {
  for (const selector of SWAPPED) {
    const [shown, next] = [document.querySelector(selector), page.querySelector(selector)];
    if (shown && next) shown.replaceWith(document.importNode(next, true));
  }
  document.title = page.title;
  const pane = document.querySelector('[data-pane=text]');
  const fragment = fragmentOf(url, location.href);
  const target = fragment === '' ? null : document.getElementById(fragment);
  if (target) target.scrollIntoView();
  else pane?.scrollTo({ top: 0, behavior: 'instant' });
  // Where the reader is now, for screen readers and for the next Tab.
  const start = target ?? document.querySelector<HTMLElement>('[data-chapter-root] h1');
  if (start && !start.hasAttribute('tabindex')) start.tabIndex = -1;
  start?.focus({ preventScroll: true });
}
