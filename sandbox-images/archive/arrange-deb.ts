/** Makes a vendor's package of Debian's: the same programs, arranged otherwise. */
import { chmod, cp, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AptWorkspace } from '../build/apt-workspace.ts';
import { runProgram } from '../build/run-program.ts';
import type { DebRecipe } from '../layers/layer.ts';
import { packTree } from './deb.ts';

/** Fields of the first of Debian's packages that hold for the new one. */
const KEPT_FIELDS = ['Package', 'Architecture', 'Section', 'Priority', 'Homepage', 'Description'];

/** Builds the package. Returns the path of the .deb, in `directory`. */
export async function arrangeDeb(
  { debian, revision, without, files, scripts }: DebRecipe,
  apt: AptWorkspace,
  directory: string,
): Promise<string> {
  const [name] = debian;
  const tree = path.join(directory, `${name}.tree`);
  await rm(tree, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  const chosen = await apt.resolve(debian);
  const debs = await apt.download(
    debian.map((each) => {
      const found = chosen.find((candidate) => candidate.name === each);
      if (!found) throw new Error(`Debian has no package ${each} to make ${name} of`);
      return found;
    }),
  );
  for (const deb of debs) await runProgram(['dpkg-deb', '-x', deb, tree]);
  await removeMatching(tree, without);
  await cp(files, tree, { recursive: true, verbatimSymlinks: true });
  await mkdir(path.join(tree, 'DEBIAN'));

  const control = parseControl(await runProgram(['dpkg-deb', '-f', debs[0] ?? '']));
  const version = control.get('Version') ?? '';
  const upstream = version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  const depends = await dependsOf(debs, debian);
  const fields = [
    ...KEPT_FIELDS.slice(0, 1).map((field) => `${field}: ${control.get(field) ?? ''}`),
    // So that `apt-get source` finds what the programs are compiled from.
    `Source: ${control.get('Source')?.replace(/ .*/, '') ?? name} (${version})`,
    `Version: ${upstream}-${revision}`,
    'Maintainer: Typealong sandbox <archive@typealong.invalid>',
    `Depends: ${depends.join(', ')}`,
    ...KEPT_FIELDS.slice(1).map((field) => `${field}: ${control.get(field) ?? ''}`),
    '',
  ];
  await writeFile(path.join(tree, 'DEBIAN/control'), fields.join('\n'));
  const configuration = (await filesBelow(tree)).filter((file) => file.startsWith('/etc/'));
  await writeFile(path.join(tree, 'DEBIAN/conffiles'), configuration.map((file) => `${file}\n`).join(''));
  await cp(scripts, path.join(tree, 'DEBIAN'), { recursive: true });
  for (const script of await readdir(scripts)) await chmod(path.join(tree, 'DEBIAN', script), 0o755);
  const architecture = control.get('Architecture') ?? '';
  return packTree(tree, directory, `${name}_${upstream}-${revision}_${architecture}.deb`);
}

/** What the packages need of others. */
async function dependsOf(debs: readonly string[], parts: readonly string[]): Promise<string[]> {
  const all = new Set<string>();
  for (const deb of debs) {
    const control = parseControl(await runProgram(['dpkg-deb', '-f', deb]));
    const needed = ['Pre-Depends', 'Depends'].map((field) => control.get(field) ?? '').join(', ');
    for (const each of needed.trim().split(/,\s*/)) {
      if (each !== '' && !parts.includes(each.replace(/[ (:].*/, ''))) all.add(each);
    }
  }
  return [...all];
}

/** Fields of a control file; a field of several lines keeps them. */
function parseControl(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^([A-Za-z-]+): ?(.*(?:\n .*)*)/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Removes the files whose path in the guest matches, and the directories that are empty then. */
async function removeMatching(tree: string, pattern: RegExp): Promise<void> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    file: path.join(entry.parentPath, entry.name),
    isDirectory: entry.isDirectory(),
  }));
  for (const { file, isDirectory } of paths)
    if (!isDirectory && pattern.test(`/${path.relative(tree, file)}`)) await rm(file);
  // Those deepest down come first.
  for (const { file, isDirectory } of paths.toSorted((a, b) => b.file.length - a.file.length))
    if (isDirectory) await rmdir(file).catch(() => undefined);
}

async function filesBelow(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !path.relative(tree, entry.parentPath).startsWith('DEBIAN'))
    .map((entry) => `/${path.relative(tree, path.join(entry.parentPath, entry.name))}`)
    .sort();
}
