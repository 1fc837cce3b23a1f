import { withSlash } from '../with-slash.ts';

/** Two copies of the site on one origin do not share them: a chapter of one may not be the other's. */
export function assignmentsKey(base: string): string {
  return `typealong:assignments ${withSlash(base)}`;
}
