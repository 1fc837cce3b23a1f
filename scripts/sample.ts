/** What `npm test` takes of that which takes long: a part, the same in every run. `--everything` takes all of it. */
import { createHash } from 'node:crypto';

/** `npm test -- --everything` sets it. */
export const EVERYTHING = process.env['TYPEALONG_EVERYTHING'] === '1';

/** Another one gives another sample. */
const SEED = 'typealong';

/** So large a part of the names, rounded up, whatever their order. `kind` tells samples of the same names apart. */
export function sampleOf(kind: string, names: readonly string[], share: number): ReadonlySet<string> {
  const places = new Map(names.map((name) => [name, placeOf(`${kind} ${name}`)]));
  const shuffled = [...names].sort((one, other) =>
    (places.get(one) ?? '') < (places.get(other) ?? '') ? -1 : 1,
  );
  return new Set(shuffled.slice(0, Math.ceil(names.length * share)));
}

function placeOf(id: string): string {
  return createHash('sha256').update(`${SEED} ${id}`).digest('hex');
}
