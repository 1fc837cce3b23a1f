/** Makes .deb files of our own: packages that lead to others. */
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TransitionalPackage } from '../layers/layer.ts';
import { runProgram } from '../build/run-program.ts';

const MAINTAINER = 'Typealong sandbox <archive@typealong.invalid>';

/** Builds a package that depends on others and brings no more than a file or two. Returns the path of the .deb, in `directory`. */
export async function buildTransitional(wanted: TransitionalPackage, directory: string): Promise<string> {
  const tree = path.join(directory, `${wanted.name}.tree`);
  await mkdir(path.join(tree, 'DEBIAN'), { recursive: true });
  if (wanted.files !== undefined) await cp(wanted.files, tree, { recursive: true, verbatimSymlinks: true });
  const [summary = '', ...rest] = wanted.description.split('\n');
  const control = [
    `Package: ${wanted.name}`,
    `Version: ${wanted.version}`,
    'Architecture: all',
    `Maintainer: ${MAINTAINER}`,
    'Section: oldlibs',
    'Priority: optional',
    `Depends: ${wanted.depends}`,
    `Description: ${summary}`,
    ...rest.map((line) => ` ${line}`),
    '',
  ];
  await writeFile(path.join(tree, 'DEBIAN/control'), control.join('\n'));
  const copyright = path.join(tree, 'usr/share/doc', wanted.name, 'copyright');
  await mkdir(path.dirname(copyright), { recursive: true });
  await writeFile(
    copyright,
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n' +
      'Files: *\nCopyright: the Typealong authors\nLicense: MIT\n',
  );
  return packTree(tree, directory, `${wanted.name}_${wanted.version}_all.deb`);
}

/** Packs `tree` (with its `DEBIAN/`) as `directory`/`name`, and removes it. */
export async function packTree(tree: string, directory: string, name: string): Promise<string> {
  const file = path.join(directory, name);
  await chmod(path.join(tree, 'DEBIAN'), 0o755);
  // gzip: the guest unpacks it faster than xz.
  await runProgram(['dpkg-deb', '--root-owner-group', '-Zgzip', '--build', tree, file]);
  await rm(tree, { recursive: true });
  return file;
}
