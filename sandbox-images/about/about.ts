/** The list of all software in an image and its internet, with licences. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';
import type { IndexedWheel } from '../python-index/python-index.ts';
import type { AboutManifest } from '../../site/sandbox/image.ts';
import { licencesOf, readLicences } from './licences.ts';

/** A line of the list. */
export type AboutPackage = AboutManifest['packages'][number];

export interface AboutInput {
  /** The image's root file system. */
  readonly root: string;
  /** The .deb files that the archive's packages are, or were made of. */
  readonly debs: readonly string[];
  /** The name in this system of a package of Debian's: of the one in the image, or of what is offered of it. */
  readonly nameOf: (debian: string, where: 'image' | 'archive') => string;
  /** Packages of ours. */
  readonly ours: readonly AboutPackage[];
  readonly wheels: readonly Omit<IndexedWheel, 'fileName' | 'bytes'>[];
  /** What is in the machine and in no package of the guest; `copyright` is a path on this machine. */
  readonly fromHost: readonly {
    readonly name: string;
    readonly version: string;
    readonly copyright: string;
  }[];
  readonly workDir: string;
}

/** Sorted by where a package is, then by name. */
export async function describeSoftware(input: AboutInput): Promise<AboutManifest> {
  const installed = installedPackages(await readFile(path.join(input.root, 'var/lib/dpkg/status'), 'utf8'));
  const packages: AboutPackage[] = [];
  for (const { name, version, copyright } of input.fromHost)
    packages.push({
      name,
      version,
      where: 'image',
      licences: readLicences(await readFile(copyright, 'utf8')),
    });
  for (const { name, version } of installed)
    packages.push({
      name: input.nameOf(name, 'image'),
      version,
      where: 'image',
      licences: await licencesOf(name, [input.root]),
    });
  const { offered, tree } = await readArchive(input);
  for (const { name, version } of offered)
    packages.push({
      name: input.nameOf(name, 'archive'),
      version,
      where: 'archive',
      licences: await licencesOf(name, [tree, input.root]),
    });
  packages.push(...input.ours);
  for (const { name, version, licences } of input.wheels)
    packages.push({ name, version, where: 'python-index', licences: [...licences] });
  return { format: 1, packages };
}

/** The packages of a dpkg status file that are installed. */
export function installedPackages(status: string): { name: string; version: string }[] {
  return status
    .split(/\n\n+/)
    .filter((stanza) => /^Status: \S+ \S+ installed$/m.test(stanza))
    .map((stanza) => ({
      name: /^Package: (.+)$/m.exec(stanza)?.[1] ?? '',
      version: /^Version: (.+)$/m.exec(stanza)?.[1] ?? '',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names and versions of the archive's packages, and a directory with their copyright files. */
async function readArchive({
  debs,
  workDir,
}: AboutInput): Promise<{ offered: { name: string; version: string }[]; tree: string }> {
  const tree = path.join(workDir, 'copyrights');
  await mkdir(tree, { recursive: true });
  const offered: { name: string; version: string }[] = [];
  for (const deb of debs) {
    const [name = '', version = ''] = (
      await runProgram(['dpkg-deb', '-W', '--showformat=${Package}\\t${Version}', deb])
    ).split('\t');
    offered.push({ name, version });
    // Its directory of documents, or the link to that of another package.
    const script =
      'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards "./usr/share/doc/*copyright" "./usr/share/doc/$3" 2>/dev/null || true';
    await runProgram(['sh', '-c', script, 'sh', deb, tree, name]);
  }
  return { offered: offered.sort((a, b) => (a.name < b.name ? -1 : 1)), tree };
}
