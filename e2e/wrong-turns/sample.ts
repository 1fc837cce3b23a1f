/** Which wrong turns are taken: all, or a third of each guide's, which are the same in every run. */
import { createHash } from 'node:crypto';
import type { WrongTurns } from './turn.ts';

/** Another one gives another sample. */
const SEED = 'typealong';
const SHARE = 1 / 3;

/** Kinds of mistakes: a cause's family is its first word, as `nginx`, `unit`, `ini` or `socket`. */
export function familyOf(cause: string): string {
  return cause.split('-', 1)[0] ?? cause;
}

/**
 * The wrong turns of one of the guides, in their order. A sample has one of each family at least, in one guide or
 * another, and of each guide a third at least.
 */
export function chosenTurns(
  guides: Readonly<Record<string, WrongTurns>>,
  slug: string,
  everything: boolean,
): WrongTurns {
  const turns = guides[slug];
  if (turns === undefined) throw new Error(`There is no table of the wrong turns of ${slug}.`);
  if (everything) return turns;
  const sample = sampleOf(guides);
  return Object.fromEntries(Object.entries(turns).filter(([name]) => sample.has(`${slug} ${name}`)));
}

/** Wrong turns of all guides, as `guide name`. */
function sampleOf(guides: Readonly<Record<string, WrongTurns>>): ReadonlySet<string> {
  const shuffled = Object.entries(guides)
    .flatMap(([slug, turns]) =>
      Object.entries(turns).map(([name, { cause }]) => ({ slug, id: `${slug} ${name}`, cause })),
    )
    .map((turn) => ({ ...turn, place: placeOf(turn.id) }))
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  const sample = new Set<string>();
  const families = new Set<string>();
  for (const { id, cause } of shuffled) {
    if (families.has(familyOf(cause))) continue;
    families.add(familyOf(cause));
    sample.add(id);
  }
  for (const [slug, turns] of Object.entries(guides)) {
    const own = shuffled.filter((turn) => turn.slug === slug);
    const taken = own.filter(({ id }) => sample.has(id)).length;
    const wanted = Math.ceil(Object.keys(turns).length * SHARE);
    const more = own.filter(({ id }) => !sample.has(id)).slice(0, Math.max(0, wanted - taken));
    for (const { id } of more) sample.add(id);
  }
  return sample;
}

function placeOf(id: string): string {
  return createHash('sha256').update(`${SEED} ${id}`).digest('hex');
}
