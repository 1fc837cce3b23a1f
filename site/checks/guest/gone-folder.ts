/** A folder that is not there, on the way to something: which one, and whether it was renamed or moved. */
import { quote } from './survey.ts';

export interface GoneFolder {
  /** The uppermost folder on the way that is not there. */
  readonly path: string;
  /** Where it is now; `null` when that is not known. */
  readonly now: string | null;
  /** It does not lie in the reader's home. */
  readonly needsSudo: boolean;
}

/**
 * A question that {@link parseGone} reads: the uppermost folder on the way to `path` that is not there, and of the
 * environments near it the paths under which they were made. They keep those when they are moved.
 */
export function askGone(path: string): string {
  const activates = ['*', '*/*', '*/*/*'].map((folders) => `"$d"/${folders}/bin/activate`);
  return `t=; d=${quote(path)}; while [ ! -d "$d" ]; do t=$d; d=$(dirname "$d"); done; echo "$t"; [ -z "$t" ] || grep -HsE "^ *VIRTUAL_ENV=['\\"]?/" ${activates.join(' ')} | head -n 50; true`;
}

/** `null` when all the folders are there. */
export function parseGone(output: string, home: string): GoneFolder | null {
  const [path = '', ...lines] = output.split('\n');
  if (!path.startsWith('/')) return null;
  const places = lines.flatMap((line) => {
    const [, is = '', was = ''] = /^(\/.+)\/bin\/activate: *VIRTUAL_ENV=['"]?(\/[^'"]+)/.exec(line) ?? [];
    const rest = was === path || was.startsWith(`${path}/`) ? was.slice(path.length) : null;
    return rest !== null && is.endsWith(rest) ? [is.slice(0, is.length - rest.length)] : [];
  });
  const [now] = places;
  const isPlain = now !== undefined && places.every((place) => place === now);
  return { path, now: isPlain ? now : null, needsSudo: !path.startsWith(`${home}/`) };
}
