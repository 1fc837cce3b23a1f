/** Addresses of the two pages with an assignment in their fragment. */
import type { Assignment } from './assignment.ts';
import { writeLink } from './link.ts';

/** The whole address of a page of this site with the assignment in it. `path` begins with the base. */
export function addressOf(path: string, assignment: Assignment): string {
  const url = new URL(path, location.href);
  url.hash = writeLink(assignment);
  return url.href;
}

/**
 * What the page’s own address says of an assignment: its fragment, or `null` when that is empty or names a place on
 * the page, to which “Skip to the text” leads.
 */
export function ownFragment(): string | null {
  const fragment = location.hash.slice(1);
  return fragment === '' || document.getElementById(fragment) !== null ? null : fragment;
}

/** Puts an assignment into the page’s own address, or takes it out, without a step in the browser’s history. */
export function showInAddress(assignment: Assignment | null): void {
  const { pathname, search } = location;
  history.replaceState(history.state, '', assignment ? addressOf(pathname, assignment) : pathname + search);
}
