/** A folder or socket on the way to a file, with its permissions. */
export interface PathPart {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

export const SEARCH = 0o1;
export const READ = 0o4;
export const READ_WRITE = 0o6;

/** Every folder on the way to a path, and the path itself. */
export function pathsTo(path: string): readonly string[] {
  const names = path.split('/').slice(1);
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}

/** `stat -c '%a %U %G %n %F'` */
export function parseParts(output: string): readonly PathPart[] {
  return output.split('\n').flatMap((line) => {
    const match = /^([0-7]+) (\S+) (\S+) (\/\S*) (.+)$/.exec(line);
    if (match === null) return [];
    const [, mode = '0', owner = '', group = '', path = '', type = ''] = match;
    return [{ mode: Number.parseInt(mode, 8), owner, group, path, type }];
  });
}

/** What the kernel decides: the owner's bits for the owner, the group's for its members, else the others'. */
export function may(part: PathPart, user: string, groups: readonly string[], bits: number): boolean {
  if (user === 'root') return true;
  const shift = part.owner === user ? 6 : groups.includes(part.group) ? 3 : 0;
  return ((part.mode >> shift) & bits) === bits;
}
