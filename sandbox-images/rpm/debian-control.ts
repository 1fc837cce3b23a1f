/** Reads what Debian says of a package, and says it in rpm's terms. */
import type { Evr } from './rpm-package.ts';

/** The fields of a package in a dpkg status file or a .deb's control file. */
export type Control = ReadonlyMap<string, string>;

/** Splits a file of stanzas (`Key: value`, lines that go on begin with a blank). */
export function readStanzas(text: string): Control[] {
  return text
    .split(/\n\n+/)
    .filter((stanza) => stanza.trim() !== '')
    .map(
      (stanza) =>
        new Map(
          [...stanza.matchAll(/^([^\s:]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)].map(([, key = '', value = '']) => [
            key,
            value,
          ]),
        ),
    );
}

/** Debian's `1:2.36-9+deb12u1` in three parts; a version that has no revision gets the release 1. */
export function toEvr(version: string): Evr {
  const [, epoch = '0', upstream = '', revision = '1'] =
    /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/.exec(version) ?? [];
  return { epoch: Number(epoch), version: upstream.replaceAll('-', '.'), release: revision };
}

/** `1:2.36-9`, as it stands after a comparison. Without a release where Debian's version has no revision. */
function comparedVersion(version: string): string {
  const { epoch, version: upstream, release } = toEvr(version);
  return `${epoch > 0 ? `${epoch}:` : ''}${upstream}${/-[^-]*$/.test(version) ? `-${release}` : ''}`;
}

export interface Renaming {
  /** The RPM's name of a Debian package. */
  readonly nameOf: (debian: string) => string;
  /** A system of RPMs does not have it: whatever needs it goes without. */
  readonly isLeftOut: (debian: string) => boolean;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '<<': '<',
  '<=': '<=',
  '=': '=',
  '>=': '>=',
  '>>': '>',
};

/**
 * The relations of a field like `Depends` or `Provides`, as in a spec file. Several ways to meet one become
 * `(a or b)`; one that can be met by a package that is left out is no relation.
 */
export function toRelations(field: string | undefined, renaming: Renaming): string[] {
  const relations = (field ?? '').split(',').filter((relation) => relation.trim() !== '');
  return relations.flatMap((relation) => {
    const ways = relation.split('|').map((way) => readWay(way, renaming));
    if (ways.some((way) => way === null)) return [];
    const [only, ...others] = new Set(ways);
    return others.length === 0 ? (only ?? []) : `(${[only, ...others].join(' or ')})`;
  });
}

function readWay(way: string, { nameOf, isLeftOut }: Renaming): string | null {
  const match = /^\s*([\w.+-]+)(?::\w+)?\s*(?:\((<<|<=|=|>=|>>)\s*([^\s)]+)\))?\s*$/.exec(way);
  if (match?.[1] === undefined) throw new Error(`"${way.trim()}" is no relation between Debian packages`);
  const [, name, comparison, version] = match;
  if (isLeftOut(name)) return null;
  if (comparison === undefined || version === undefined) return nameOf(name);
  // To rpm a version without a release equals every release of it; to dpkg it is the lowest.
  const lowest = comparison === '>>' && !/-[^-]*$/.test(version) ? '-0' : '';
  return `${nameOf(name)} ${COMPARISONS[comparison] ?? '='} ${comparedVersion(version)}${lowest}`;
}
