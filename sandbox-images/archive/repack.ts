/**
 * Packs a few of Debian's packages anew, because installing them as they are takes the sandbox too long.
 * Their versions say so: `…+typealong1`.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compileCommand } from '../build/compile-python.ts';
import { removeTrees } from '../build/remove-tree.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import { packTree } from './deb.ts';

/** Packages whose modules Python would compile while they are installed, in a command of the guides. */
export const COMPILED_AHEAD: readonly string[] = ['python3-pip', 'python3-setuptools'];

/**
 * A Python package with its modules compiled ahead, and without the scripts that would do it while it is
 * installed (half a minute). `builder` is a root file system with the Python that compiles.
 */
export async function repackCompiled(deb: string, directory: string, builder: string): Promise<string> {
  const name = packageOf(deb);
  const inside = path.join(builder, 'build', name);
  await removeTrees(inside);
  await runProgram(asRoot(['mkdir', '-p', path.dirname(inside)]));
  await runProgram(asRoot(['dpkg-deb', '-R', deb, inside]));
  await runInside(builder, compileCommand(`/build/${name}`, '/', 'usr'));

  const tree = await emptyTree(directory, name);
  await runProgram(['cp', '-rT', '--preserve=mode,timestamps', inside, tree]);
  for (const script of ['postinst', 'prerm']) await rm(path.join(tree, 'DEBIAN', script), { force: true });
  await writeFile(path.join(tree, 'DEBIAN/md5sums'), await checksums(tree));
  return packChanged(tree, directory);
}

/**
 * A package without its questions. Debconf, a Perl program, would be started (ten seconds) to find that
 * there is nothing to ask on a new installation. Throws when the package has a question that matters.
 */
export async function repackWithoutQuestions(deb: string, directory: string): Promise<string> {
  const tree = await emptyTree(directory, packageOf(deb));
  await runProgram(['dpkg-deb', '-R', deb, tree]);
  const templates = await readFile(path.join(tree, 'DEBIAN/templates'), 'utf8');
  if (/^Type: (?!note$|error$)/m.test(templates))
    throw new Error(`${packageOf(deb)} asks questions that need an answer; it cannot go without debconf`);
  for (const file of ['config', 'templates']) await rm(path.join(tree, 'DEBIAN', file));
  for (const script of ['postinst', 'postrm']) {
    const file = path.join(tree, 'DEBIAN', script);
    await writeFile(file, withoutDebconf(await readFile(file, 'utf8')));
  }
  return packChanged(tree, directory);
}

/** A maintainer script whose lines for debconf do nothing. */
export function withoutDebconf(script: string): string {
  return script.replace(/^(\s*)(?:\. \/usr\/share\/debconf\/confmodule|db_\w+.*)$/gm, '$1:');
}

function packageOf(deb: string): string {
  return path.basename(deb).split('_')[0] ?? '';
}

async function emptyTree(directory: string, name: string): Promise<string> {
  const tree = path.join(directory, `${name}.tree`);
  await rm(tree, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return tree;
}

async function packChanged(tree: string, directory: string): Promise<string> {
  const file = path.join(tree, 'DEBIAN/control');
  const control = await readFile(file, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
  const version = `${field('Version')}+typealong1`;
  await writeFile(file, control.replace(/^Version: .*$/m, `Version: ${version}`));
  const name = `${field('Package')}_${version.replace(/^\d+:/, '')}_${field('Architecture')}.deb`;
  return packTree(tree, directory, name);
}

async function checksums(tree: string): Promise<string> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const relative = path.relative(tree, file);
    if (!entry.isFile() || relative.startsWith('DEBIAN/')) continue;
    lines.push(
      `${createHash('md5')
        .update(await readFile(file))
        .digest('hex')}  ${relative}\n`,
    );
  }
  return lines.sort().join('');
}
