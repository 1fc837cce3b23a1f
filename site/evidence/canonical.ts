/** One text for one value, so that a hash of it means something. */

/** JSON with the keys of every object in order. For values that came from JSON. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
    );
  });
}
