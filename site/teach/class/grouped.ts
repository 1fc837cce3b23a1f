/** Things by the keys that each of them has, in their order. */
export function grouped<T>(
  all: Iterable<T>,
  keysOf: (one: T) => readonly string[],
): Map<string, [T, ...T[]]> {
  const found = new Map<string, [T, ...T[]]>();
  for (const one of all)
    for (const key of keysOf(one)) {
      const group = found.get(key);
      if (group) group.push(one);
      else found.set(key, [one]);
    }
  return found;
}
