/** The signed package archive of a guest's virtual internet, made of Debian's own packages. */
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AptWorkspace, ChosenPackage } from '../build/apt-workspace.ts';
import { runProgram } from '../build/run-program.ts';
import type { AptArchive, Layer, VendorArchive } from '../layers/layer.ts';
import { arrangeDeb } from './arrange-deb.ts';
import { buildTransitional } from './deb.ts';
import { COMPILED_AHEAD, repackCompiled, repackWithoutQuestions } from './repack.ts';
import { openSigningKey, type SigningKey } from './signing-key.ts';

/** Packages that start debconf in a command of the guide without a question for a new installation. */
const WITHOUT_QUESTIONS = ['nginx-common'];

/** What the packages of an image's virtual internet are made from. */
export interface PackagesInput {
  readonly layer: Layer;
  readonly apt: AptWorkspace;
  readonly key: SigningKey;
  /** Debian's packages in the image. */
  readonly image: readonly ChosenPackage[];
  /** The image's root file system, with dpkg's database: what is installed there need not be offered. */
  readonly root: string;
  /** A copy of it to run programs in. */
  readonly builder: string;
  readonly workDir: string;
  /** Where keys are kept. */
  readonly cacheDir: string;
  /** `internet/` of the image. */
  readonly internet: string;
}

export interface ArchiveInput extends PackagesInput {
  readonly archive: AptArchive;
}

/** Writes the archive for every one of its hosts below `internet`. Returns the .deb files that are in it. */
export async function buildArchive(input: ArchiveInput): Promise<string[]> {
  const { layer, apt } = input;
  const { hosts, suite, transitional } = input.archive;
  const offered = await apt.resolve(
    [...layer.installedByReader, ...layer.alsoOffered, ...(layer.outdated ?? [])],
    path.join(input.root, 'var/lib/dpkg/status'),
  );
  const work = path.join(input.workDir, 'archive');
  await mkdir(work, { recursive: true });
  const debs: string[] = [];
  for (const deb of await apt.download(offered)) {
    const name = packageOf(deb);
    if (COMPILED_AHEAD.includes(name)) debs.push(await repackCompiled(deb, work, input.builder));
    else if (WITHOUT_QUESTIONS.includes(name)) debs.push(await repackWithoutQuestions(deb, work));
    else debs.push(deb);
  }
  for (const wanted of transitional) debs.push(await buildTransitional(wanted, work));

  const [first, ...others] = hosts;
  const archive = path.join(input.internet, first, 'ubuntu');
  for (const deb of debs) await placeInPool(archive, 'main', deb);
  await writeIndex(archive, suite, 'main');
  await sign(
    archive,
    { suite, component: 'main', label: 'Debian 12 packages for the Typealong sandbox' },
    input.key,
  );
  for (const host of others)
    await cp(path.join(archive, 'dists'), path.join(input.internet, host, 'ubuntu/dists'), {
      recursive: true,
    });
  for (const vendor of input.archive.vendors ?? []) debs.push(...(await buildVendorArchive(vendor, input)));
  return debs;
}

/** Writes the archive of a vendor, with its key, below `internet`. Returns the .deb files that are in it. */
async function buildVendorArchive(vendor: VendorArchive, input: ArchiveInput): Promise<string[]> {
  const { host, suite, component } = vendor;
  const key = await openSigningKey(path.join(input.cacheDir, `archive-key-${host}`), vendor.keyOwner);
  const keyFile = path.join(input.internet, host, vendor.keyPath);
  await mkdir(path.dirname(keyFile), { recursive: true });
  await copyFile(key.armouredFile, keyFile);
  const archive = path.join(input.internet, host, vendor.path);
  const work = path.join(input.workDir, host);
  const debs: string[] = [];
  for (const recipe of vendor.packages) {
    const deb = await arrangeDeb(recipe, input.apt, work);
    debs.push(deb);
    await placeInPool(archive, component, deb);
    // What its programs are compiled from.
    for (const file of await input.apt.downloadSource(recipe.debian[0]))
      await placeInPool(archive, component, file);
  }
  await writeIndex(archive, suite, component);
  await writeSourceIndex(archive, suite, component);
  await sign(archive, { suite, component, label: vendor.description }, key);
  return debs;
}

function packageOf(deb: string): string {
  return path.basename(deb).split('_')[0] ?? '';
}

/** `pool/main/n/nginx/nginx_1.22.1_i386.deb`; the epoch of a version stays out of file names, as in Debian's. */
async function placeInPool(archive: string, component: string, file: string): Promise<void> {
  const name = packageOf(file);
  const directory = path.join(
    archive,
    'pool',
    component,
    name.slice(0, name.startsWith('lib') ? 4 : 1),
    name,
  );
  await mkdir(directory, { recursive: true });
  await copyFile(file, path.join(directory, path.basename(file).replace(/_\d+%3a/, '_')));
}

async function writeIndex(archive: string, suite: string, component: string): Promise<void> {
  const packages = slim(await runProgram(['apt-ftparchive', 'packages', 'pool'], { cwd: archive }));
  await writeCompressed(path.join(archive, 'dists', suite, component, 'binary-i386'), 'Packages', packages);
}

async function writeSourceIndex(archive: string, suite: string, component: string): Promise<void> {
  const sources = await runProgram(['apt-ftparchive', 'sources', 'pool'], { cwd: archive });
  await writeCompressed(path.join(archive, 'dists', suite, component, 'source'), 'Sources', sources);
}

async function writeCompressed(directory: string, name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, name), text);
  await writeFile(path.join(directory, `${name}.gz`), gzipSync(text, { level: 9 }));
  await runProgram(['xz', '--keep', '--force', path.join(directory, name)]);
}

/** Leaves out of a Packages file what apt does not need: the sandbox's apt reads it in half the time. */
export function slim(packages: string): string {
  return packages.replace(
    /^(?:Maintainer|Homepage|Tag|MD5sum|SHA1|Original-Maintainer|Build-Ids|Ruby-Versions): .*\n(?: .*\n)*/gm,
    '',
  );
}

async function sign(
  archive: string,
  { suite, component, label }: { readonly suite: string; readonly component: string; readonly label: string },
  key: SigningKey,
): Promise<void> {
  const directory = path.join(archive, 'dists', suite);
  const fields = {
    Origin: 'Typealong',
    Label: label,
    Suite: suite,
    Codename: suite,
    Architectures: 'i386',
    Components: component,
  };
  const options = Object.entries(fields).flatMap(([name, value]) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const release = await runProgram(['apt-ftparchive', ...options, 'release', '.'], { cwd: directory });
  await writeFile(path.join(directory, 'Release'), release);
  await key.sign(path.join(directory, 'Release'), path.join(directory, 'InRelease'));
  if (!(await readFile(path.join(directory, 'InRelease'), 'utf8')).includes('SHA256:'))
    throw new Error(`The index of the archive ${suite} has no checksums`);
}
