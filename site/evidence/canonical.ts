/** One text for one value, so that a hash of it means something. */

/** JSON with the keys of every object in order. For values that came from JSON, or whose absent fields are undefined. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  const fields = Object.keys(record)
    .sort()
    .flatMap((key) =>
      record[key] === undefined ? [] : `${JSON.stringify(key)}:${canonicalJson(record[key])}`,
    );
  return `{${fields.join(',')}}`;
}
