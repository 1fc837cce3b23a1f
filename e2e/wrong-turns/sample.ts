/** Which wrong turns are taken: all, or a fifth of each guide's, which are the same in every run. */
import { createHash } from 'node:crypto';
import type { WrongTurns } from './turn.ts';

/** Another one gives another sample. */
const SEED = 'typealong';
const SHARE = 1 / 5;

/** The wrong turns of one of the guides, in their order. A turn takes a minute. */
export function chosenTurns(
  guides: Readonly<Record<string, WrongTurns>>,
  slug: string,
  everything: boolean,
): WrongTurns {
  const turns = guides[slug];
  if (turns === undefined) throw new Error(`There is no table of the wrong turns of ${slug}.`);
  if (everything) return turns;
  const names = Object.keys(turns).sort((one, other) =>
    placeOf(`${slug} ${one}`) < placeOf(`${slug} ${other}`) ? -1 : 1,
  );
  const sample = new Set(names.slice(0, Math.ceil(names.length * SHARE)));
  return Object.fromEntries(Object.entries(turns).filter(([name]) => sample.has(name)));
}

function placeOf(id: string): string {
  return createHash('sha256').update(`${SEED} ${id}`).digest('hex');
}
