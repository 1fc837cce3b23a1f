/**
 * The disk of a layer: that of the base with the layer's files written into it, so that all else stays where it is and
 * images share their chunks.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { DISK_TIME, shrinkDisk } from './disk.ts';
import { asRoot, runProgram } from './run-program.ts';
import { changesBetween, inQuestion, readTree, type Tree, type TreeChanges, type TreeEntry } from './tree.ts';

export interface LayerDiskInput {
  /** The files that the base's disk was made of, and that disk. */
  readonly base: { readonly root: string; readonly disk: string };
  /** The layer's files, all of them: a copy of the base's that something was done to. */
  readonly root: string;
  /** What is written. */
  readonly file: string;
  /** What is left for the reader. */
  readonly freeBytes: number;
}

/** Type of a file in the mode of an ext4 inode. */
const TYPES = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const;

/** Writes the disk. Throws when a file cannot be put there, and when the file system is not sound afterwards. */
export async function writeLayerDisk({ base, root, file, freeBytes }: LayerDiskInput): Promise<void> {
  const [before, after] = [await readTree(base.root), await readTree(root)];
  const same = await sameFiles(base.root, root, inQuestion(before, after));
  const commands = describeChanges(
    before,
    after,
    changesBetween(before, after, (path) => same.has(path)),
    root,
  );
  const script = `${file}.commands`;
  const errors = `${file}.errors`;
  try {
    await runProgram(['cp', '--sparse=always', '--no-preserve=mode', base.disk, file]);
    await writeFile(script, `${commands.join('\n')}\n`);
    // It ends with 0 whatever happens, and says on standard error what did; first its own version.
    await runProgram(
      asRoot([
        'sh',
        '-c',
        'debugfs -w -f "$1" "$2" 2>&1 >/dev/null | cat > "$3"',
        'sh',
        script,
        file,
        errors,
      ]),
      { env: { E2FSPROGS_FAKE_TIME: DISK_TIME } },
    );
    const trouble = troubleIn(await readFile(errors, 'utf8'));
    if (trouble !== null) throw new Error(`The layer's files cannot be written to the disk: ${trouble}`);
    // Needed before a disk is made smaller, and after.
    await runProgram(['e2fsck', '-fn', file]);
    await shrinkDisk(root, file, freeBytes);
    await runProgram(['e2fsck', '-fn', file]);
  } finally {
    await runProgram(asRoot(['rm', '-f', script, errors]));
  }
}

/** Those of `paths` that hold the same in both trees. */
async function sameFiles(base: string, root: string, paths: readonly string[]): Promise<Set<string>> {
  const script =
    'while read -r -d "" file; do cmp -s "$1$file" "$2$file" && printf "%s\\0" "$file"; done; true';
  const output = await runProgram(asRoot(['bash', '-c', script, 'bash', base, root]), {
    stdin: paths.map((path) => `${path}\0`).join(''),
  });
  return new Set(output.split('\0').filter((path) => path !== ''));
}

/** The commands of debugfs that make one tree of the other. `root` has the new files. */
export function describeChanges(
  before: Tree,
  after: Tree,
  { removed, written, described }: TreeChanges,
  root: string,
): string[] {
  const commands = removed.map(
    (path) => `${before.get(path)?.kind === 'directory' ? 'rmdir' : 'rm'} ${quote(path)}`,
  );
  const names = new Map<string, string[]>();
  for (const [path, { inode }] of after) names.set(inode, [...(names.get(inode) ?? []), path]);
  const isWritten = new Set(written);
  for (const path of written) {
    const entry = after.get(path);
    if (!entry) continue;
    const others = entry.kind === 'directory' ? [] : (names.get(entry.inode) ?? []);
    // A name of a file that has another one already.
    const first = others.find((other) => other !== path && (!isWritten.has(other) || other < path));
    commands.push(`cd ${quote(path.slice(0, path.lastIndexOf('/')) || '/')}`);
    if (first === undefined) commands.push(...create(path, entry, root));
    else
      commands.push(
        `ln ${quote(first)} ${quote(nameOf(path))}`,
        setField(first, 'links_count', others.length),
      );
  }
  for (const path of described) {
    const entry = after.get(path);
    if (entry) commands.push(...describe(path, entry));
  }
  return commands;
}

function create(path: string, entry: TreeEntry, root: string): string[] {
  const name = quote(nameOf(path));
  switch (entry.kind) {
    case 'file':
      return [`write ${quote(`${root}${path}`)} ${name}`, ...describe(path, entry)];
    case 'directory':
      return [`mkdir ${name}`, ...describe(path, entry)];
    case 'symlink':
      return [`symlink ${name} ${quote(entry.target)}`, ...describe(path, entry)];
    case 'character':
    case 'block':
    case 'pipe':
      throw new Error(`A layer cannot bring a special file: ${path}`);
  }
}

function describe(path: string, entry: TreeEntry): string[] {
  if (entry.kind !== 'file' && entry.kind !== 'directory' && entry.kind !== 'symlink') return [];
  return [
    setField(path, 'mode', `0${(TYPES[entry.kind] | entry.mode).toString(8)}`),
    setField(path, 'uid', entry.uid),
    setField(path, 'gid', entry.gid),
    setField(path, 'mtime', `@${entry.modified.split('.')[0] ?? ''}`),
  ];
}

function setField(path: string, field: string, value: string | number): string {
  return `sif ${quote(path)} ${field} ${String(value)}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A word for debugfs. Throws at a name that it cannot be told. */
function quote(word: string): string {
  if (/[\n\r]/.test(word))
    throw new Error(`A name with a line break cannot be on a disk: ${JSON.stringify(word)}`);
  return `"${word.replaceAll('"', '""')}"`;
}

/** What debugfs said beside its version; `null` when that was all. */
function troubleIn(said: string): string | null {
  const lines = said.split('\n').filter((line) => line !== '' && !/^debugfs \d/.test(line));
  return lines.length === 0 ? null : lines.slice(0, 10).join('\n');
}
