/** Looks at the files of a tree as the guest will see them. */
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RpmFile } from './rpm-package.ts';

/** Directories that are links into /usr since Debian merged them. */
const MERGED = /^\/(?:bin|sbin|lib|lib32|lib64|libx32)\/./;
/** File systems of the running kernel lie over these. */
const NOT_ON_DISK = /^\/(?:dev|proc|run|sys)(?:\/|$)/;

/** Names of logins and groups by their numbers, in a root file system. */
export interface Identities {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export async function readIdentities(root: string): Promise<Identities> {
  const read = async (file: string): Promise<ReadonlyMap<number, string>> => {
    const lines = (await readFile(path.join(root, 'etc', file), 'utf8')).split('\n');
    return new Map(
      lines
        .filter((line) => line !== '')
        .map((line) => [Number(line.split(':')[2]), line.split(':')[0] ?? '']),
    );
  };
  return { users: await read('passwd'), groups: await read('group') };
}

/** Where a path of a Debian package lies in a system whose /bin is a link to /usr/bin. */
export function mergedPath(file: string): string {
  return MERGED.test(file) ? `/usr${file}` : file;
}

/**
 * What is at `file` (absolute, in the guest) in `tree`; `null` when nothing is, when it is neither file,
 * directory nor link, or when the running system hides it.
 */
export async function describeFile(
  tree: string,
  file: string,
  { users, groups }: Identities,
  isConfiguration: boolean,
): Promise<RpmFile | null> {
  if (NOT_ON_DISK.test(file)) return null;
  const stat = await lstat(path.join(tree, file)).catch(() => null);
  if (!stat) return null;
  const type = stat.isSymbolicLink()
    ? 'symlink'
    : stat.isDirectory()
      ? 'directory'
      : stat.isFile()
        ? 'file'
        : null;
  if (type === null) return null;
  const owner = users.get(stat.uid);
  const group = groups.get(stat.gid);
  if (owner === undefined || group === undefined)
    throw new Error(`${file} belongs to ${stat.uid}:${stat.gid}, which nobody in the guest is called`);
  return {
    path: file,
    type,
    mode: stat.mode & 0o7777,
    owner,
    group,
    isConfiguration: isConfiguration && type === 'file',
  };
}
