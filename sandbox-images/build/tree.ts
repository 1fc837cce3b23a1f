/** What is in a tree of files, and how it differs from another. */
import { asRoot, runProgram } from './run-program.ts';

/** Kinds as `find` calls them. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'pipe';

export interface TreeEntry {
  readonly kind: EntryKind;
  /** Of 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Time of the last change, seconds since 1970; a fraction if it has one. */
  readonly modified: string;
  /** Where a link leads; empty for all else. */
  readonly target: string;
  /** The same for all names of one file. */
  readonly inode: string;
}

/** By path in the tree, which begins with a slash; the root itself is left out. Parents come before what is in them. */
export type Tree = ReadonlyMap<string, TreeEntry>;

const KINDS: Readonly<Record<string, EntryKind>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character',
  b: 'block',
  p: 'pipe',
};

/** Reads the tree below `root`. Throws at a kind of file that no image has. */
export async function readTree(root: string): Promise<Tree> {
  const format = '/%P\\0%y %m %U %G %s %T@ %i\\0%l\\0';
  const output = await runProgram(asRoot(['find', root, '-xdev', '-mindepth', '1', '-printf', format]));
  const fields = output.split('\0');
  const tree: [string, TreeEntry][] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', facts = '', target = ''] = fields.slice(at, at + 3);
    const [type = '', mode = '', uid = '', gid = '', size = '', modified = '', inode = ''] = facts.split(' ');
    const kind = KINDS[type];
    if (kind === undefined) throw new Error(`${root}${path} is of the kind "${type}", which no image has`);
    tree.push([
      path,
      {
        kind,
        mode: Number.parseInt(mode, 8),
        uid: Number(uid),
        gid: Number(gid),
        sizeBytes: Number(size),
        modified,
        target,
        inode,
      },
    ]);
  }
  // `find` goes as the file system lists: the disk is to be the same wherever it is made.
  return new Map(tree.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How a tree is made of another. */
export interface TreeChanges {
  /** Paths that are there no more, or are something else now; what is in a directory comes before it. */
  readonly removed: readonly string[];
  /** Paths that are new, or hold something else now; a directory comes before what is in it. */
  readonly written: readonly string[];
  /** Paths of what is the same but for its mode, its owner or its time. */
  readonly described: readonly string[];
}

/**
 * From `before` to `after`. A file with the same size and time is taken for the same, as rsync does; of those that
 * differ in time alone, `isSame` tells which hold the same nevertheless.
 */
export function changesBetween(
  before: Tree,
  after: Tree,
  isSame: (path: string) => boolean = () => false,
): TreeChanges {
  const removed: string[] = [];
  const written: string[] = [];
  const described: string[] = [];
  for (const [path, old] of before) {
    const now = after.get(path);
    if (now === undefined || !holdsSame(path, old, now, isSame)) removed.unshift(path);
  }
  const gone = new Set(removed);
  for (const [path, now] of after) {
    const old = before.get(path);
    if (old === undefined || gone.has(path)) written.push(path);
    else if (!isDescribedAlike(old, now)) described.push(path);
  }
  return { removed, written, described };
}

/** Files whose contents have to be compared. */
export function inQuestion(before: Tree, after: Tree): string[] {
  return [...after].flatMap(([path, now]) => {
    const old = before.get(path);
    const asks =
      old?.kind === 'file' &&
      now.kind === 'file' &&
      old.sizeBytes === now.sizeBytes &&
      old.modified !== now.modified;
    return asks ? [path] : [];
  });
}

function holdsSame(path: string, old: TreeEntry, now: TreeEntry, isSame: (path: string) => boolean): boolean {
  if (old.kind !== now.kind || old.target !== now.target) return false;
  if (old.kind !== 'file') return true;
  return old.sizeBytes === now.sizeBytes && (old.modified === now.modified || isSame(path));
}

/** A directory's time changes with what is in it, and tells nobody anything. */
function isDescribedAlike(old: TreeEntry, now: TreeEntry): boolean {
  return (
    old.mode === now.mode &&
    old.uid === now.uid &&
    old.gid === now.gid &&
    (old.kind !== 'file' || old.modified === now.modified)
  );
}
