/** Which wrong turns are taken: all, or a few of each guide's. */
import { sampleOf } from '../../scripts/sample.ts';
import type { WrongTurns } from './turn.ts';

/** A turn takes a minute. So large a part of a guide's, and so many at most. */
const SHARE = 1 / 5;
const AT_MOST = 3;

/** The wrong turns of one of the guides, in their order. */
export function chosenTurns(
  guides: Readonly<Record<string, WrongTurns>>,
  slug: string,
  everything: boolean,
): WrongTurns {
  const turns = guides[slug];
  if (turns === undefined) throw new Error(`There is no table of the wrong turns of ${slug}.`);
  if (everything) return turns;
  const names = Object.keys(turns);
  const sample = sampleOf(slug, names, Math.min(SHARE, AT_MOST / names.length));
  return Object.fromEntries(Object.entries(turns).filter(([name]) => sample.has(name)));
}
