/** Makes .deb files of our own: packages that only lead to others, and packages with something added. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { TransitionalPackage } from '../layers/layer.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';

const MAINTAINER = 'Typealong sandbox <archive@typealong.invalid>';

/** Builds a package without files that depends on others. Returns the path of the .deb, in `directory`. */
export async function buildTransitional(wanted: TransitionalPackage, directory: string): Promise<string> {
  const tree = path.join(directory, `${wanted.name}.tree`);
  await mkdir(path.join(tree, 'DEBIAN'), { recursive: true });
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
  return pack(tree, directory, `${wanted.name}_${wanted.version}_all.deb`);
}

/**
 * A Python package with its modules compiled ahead (and without the scripts that would do it while it is
 * installed, which takes half a minute in the sandbox). The version says so: `…+typealong1`. `builder` is
 * a root file system with the Python that compiles.
 */
export async function repackCompiled(deb: string, directory: string, builder: string): Promise<string> {
  const name = path.basename(deb).split('_')[0] ?? 'package';
  const tree = path.join(builder, 'build', name);
  await runProgram(asRoot(['rm', '-rf', tree]));
  await runProgram(asRoot(['mkdir', '-p', path.dirname(tree)]));
  await runProgram(asRoot(['dpkg-deb', '-R', deb, tree]));
  await runInside(builder, compileCommand(`/build/${name}`, '/', 'usr'));
  await runProgram(
    asRoot(['rm', '-f', ...['postinst', 'prerm'].map((script) => path.join(tree, 'DEBIAN', script))]),
  );

  const own = path.join(directory, `${name}.tree`);
  await rm(own, { recursive: true, force: true });
  await runProgram(['cp', '-r', '--preserve=mode,timestamps', tree, own]);
  const control = await readFile(path.join(own, 'DEBIAN/control'), 'utf8');
  const version = `${/^Version: (.*)$/m.exec(control)?.[1] ?? '0'}+typealong1`;
  await writeFile(path.join(own, 'DEBIAN/control'), control.replace(/^Version: .*$/m, `Version: ${version}`));
  await writeFile(path.join(own, 'DEBIAN/md5sums'), await checksums(own));
  return pack(own, directory, `${name}_${version.replace(/^\d+:/, '')}_all.deb`);
}

/**
 * The command that compiles all Python modules below `root`/`place` for where they will stand
 * (`target`/`place`). The compiled files hold no time stamp, so that they stay valid however they are
 * unpacked (PEP 552, unchecked).
 */
export function compileCommand(root: string, target: string, place: string): string[] {
  // Some packages carry modules for other Pythons, which do not compile; they are skipped with a word.
  const script =
    'python3 -m compileall -q -f --invalidation-mode unchecked-hash -s "$1" -p "$2" "$1/$3" || true';
  return ['sh', '-c', script, 'sh', root, target, place];
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

async function pack(tree: string, directory: string, name: string): Promise<string> {
  const file = path.join(directory, name);
  await chmod(path.join(tree, 'DEBIAN'), 0o755);
  // gzip: the guest unpacks it faster than xz.
  await runProgram(['dpkg-deb', '--root-owner-group', '-Zgzip', '--build', tree, file]);
  await rm(tree, { recursive: true });
  return file;
}
