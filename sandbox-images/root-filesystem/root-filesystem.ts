/** The files of a guest's system: Debian's packages, what every guest needs, and the layer of its guide. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AptWorkspace, ChosenPackage } from '../build/apt-workspace.ts';
import { formatSource } from '../build/debian-sources.ts';
import { removeTrees } from '../build/remove-tree.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import { buildAgent } from '../guest/agent.ts';
import type { Layer } from '../layers/layer.ts';

const RECIPES = path.dirname(import.meta.dirname);
const GUEST = path.join(RECIPES, 'guest');
/** Where the recipes' scripts, and packages to install, lie in a root file system while it is made. */
const BUILD = 'usr/lib/typealong/build';

/** Installs `packages` (a closed set, see `AptWorkspace.resolve`) into the new directory `root`. */
export async function installBase(
  root: string,
  packages: readonly ChosenPackage[],
  apt: AptWorkspace,
  onLine: (line: string) => void,
): Promise<void> {
  const sources = `${root}.sources`;
  await writeFile(sources, apt.sources.map((source) => formatSource(source, 'deb')).join('\n'));
  await runProgram(
    asRoot([
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--architectures=i386',
      '--variant=minbase',
      `--dpkgopt=${path.join(GUEST, 'files/etc/dpkg/dpkg.cfg.d/90typealong')}`,
      '--aptopt=APT::Install-Recommends "0"',
      '--aptopt=Acquire::Languages "none"',
      `--include=${packages.map(({ name }) => name).join(',')}`,
      'bookworm',
      root,
      sources,
    ]),
    { onLine },
  );
}

/** Turns an installed Debian into the base of all guests. Returns the paths of the files that are put there. */
export async function arrangeBase(root: string, workDir: string): Promise<string[]> {
  const staged = path.join(workDir, 'base-arrangement');
  await cp(path.join(GUEST, 'files'), staged, { recursive: true });
  await buildAgent(path.join(staged, 'usr/lib/typealong/agent'));
  return arrange(root, staged, [path.join(GUEST, 'arrange.sh'), path.join(GUEST, 'tidy.sh')]);
}

/** Adds the layer's packages, which go with what is installed already, to a copy of the base's files. */
export async function installLayer(
  root: string,
  packages: readonly ChosenPackage[],
  apt: AptWorkspace,
): Promise<void> {
  if (packages.length === 0) return;
  const debs = await apt.download(packages);
  const place = path.join(root, BUILD);
  await runProgram(asRoot(['mkdir', '-p', place]));
  await runProgram(asRoot(['cp', ...debs, place]));
  // Unpacked first: some depend on each other in circles.
  await runInside(root, [
    'sh',
    '-c',
    'dpkg --unpack "$1"/*.deb && dpkg --configure --pending',
    'sh',
    `/${BUILD}`,
  ]);
  await removeTrees(place);
}

/**
 * Turns the base with the layer's packages into the guest of `layer`, with `keys` (path in the guest → file) so that
 * its package manager trusts the archive. Returns the paths of the files that are put there, absolute in the guest.
 */
export async function arrangeLayer(
  root: string,
  layer: Layer,
  keys: Readonly<Record<string, string>>,
  workDir: string,
): Promise<string[]> {
  const recipes = path.join(RECIPES, 'layers', layer.name);
  const staged = path.join(workDir, 'arrangement');
  await cp(path.join(recipes, 'files'), staged, { recursive: true });
  await layer.addFiles?.(staged);
  for (const [file, key] of Object.entries(keys)) {
    await mkdir(path.dirname(path.join(staged, file)), { recursive: true });
    await cp(key, path.join(staged, file));
  }
  const scripts = [
    path.join(GUEST, 'login.sh'),
    ...(layer.archive.kind === 'apt' ? [path.join(GUEST, 'ubuntu.sh')] : []),
    path.join(recipes, 'arrange.sh'),
    path.join(GUEST, 'tidy.sh'),
  ];
  return arrange(root, staged, scripts, layer.login);
}

/** Puts the staged files in place and runs the scripts inside, one after the other. */
async function arrange(
  root: string,
  staged: string,
  scripts: readonly string[],
  ...args: readonly string[]
): Promise<string[]> {
  const files = (await readdir(staged, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${path.relative(staged, path.join(entry.parentPath, entry.name))}`);
  await runProgram(['chmod', '-R', 'u=rwX,go=rX', staged]);
  await runProgram(asRoot(['cp', '-rT', '--no-preserve=ownership', staged, root]));
  await rm(staged, { recursive: true });
  const place = path.join(root, BUILD);
  await runProgram(asRoot(['mkdir', '-p', place]));
  await runProgram(asRoot(['cp', ...scripts, place]));
  for (const script of scripts)
    await runInside(root, ['sh', '-eu', `/${BUILD}/${path.basename(script)}`, ...args]);
  await removeTrees(place);
  await dropCapabilities(root);
  return files;
}

/**
 * Takes away what programs may do beyond their login. The guest's kernel keeps no such attributes, so rpm would
 * miss them; ping does without, as systemd lets every login send echo requests.
 */
async function dropCapabilities(root: string): Promise<void> {
  const lines = await runProgram(asRoot(['getcap', '-r', path.join(root, 'usr')]));
  for (const [, file = ''] of lines.matchAll(/^(.+) cap_\S+$/gm))
    await runProgram(asRoot(['setcap', '-r', file]));
}
