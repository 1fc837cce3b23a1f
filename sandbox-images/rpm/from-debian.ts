/** Makes RPM packages out of what Debian says of its own. */
import { licencesOf } from '../about/licences.ts';
import { type Control, toEvr, toRelations } from './debian-control.ts';
import { RED_HAT } from './names.ts';
import type { RpmFile, RpmPackage } from './rpm-package.ts';

/** What the RPM of a Debian package says beside its files. `documents` are trees with /usr/share/doc. */
export async function fromDebian(
  control: Control,
  files: readonly RpmFile[],
  documents: readonly string[],
): Promise<RpmPackage> {
  const debian = control.get('Package') ?? '';
  const name = RED_HAT.nameOf(debian);
  const evr = toEvr(control.get('Version') ?? '');
  const [summary = debian, ...rest] = (control.get('Description') ?? debian).split('\n');
  const url = control.get('Homepage');
  const own = `${evr.epoch > 0 ? `${evr.epoch}:` : ''}${evr.version}-${evr.release}`;
  return {
    name,
    evr,
    architecture: control.get('Architecture') === 'all' ? 'noarch' : 'i686',
    summary,
    description: describe(rest, debian),
    licence: (await licencesOf(debian, documents)).join(' and '),
    ...(url === undefined ? {} : { url }),
    requires: [
      ...toRelations(control.get('Pre-Depends'), RED_HAT),
      ...toRelations(control.get('Depends'), RED_HAT),
    ],
    provides: [
      ...toRelations(control.get('Provides'), RED_HAT),
      // Whoever knows Debian's name finds it too.
      ...(name === debian ? [] : [`${debian} = ${own}`]),
      ...(debian === 'dash' ? ['/bin/sh'] : []),
    ],
    files,
  };
}

/** Debian's long description: a blank before every line, a dot for an empty one. */
function describe(lines: readonly string[], debian: string): string {
  const text = lines.map((line) => (line.trim() === '.' ? '' : line.replace(/^ /, ''))).join('\n');
  return `${text === '' ? '' : `${text}\n\n`}Made of Debian's package ${debian}.`;
}

/**
 * Gives each path to one package: the first that names it. A directory that several name goes to `common`,
 * the package that every system has.
 */
export function shareOut(
  claims: readonly { readonly name: string; readonly paths: readonly string[] }[],
  common: string,
  isDirectory: (file: string) => boolean,
): Map<string, string[]> {
  const owners = new Map<string, string>();
  for (const { name, paths } of claims) {
    for (const file of new Set(paths)) {
      const first = owners.get(file);
      if (first === undefined) owners.set(file, name);
      else if (first !== name && isDirectory(file)) owners.set(file, common);
    }
  }
  const shares = new Map<string, string[]>(claims.map(({ name }) => [name, []]));
  for (const [file, owner] of owners) shares.get(owner)?.push(file);
  for (const files of shares.values()) files.sort();
  return shares;
}
