/** The files of a guest's system: Debian's packages, what every guest needs, and the layer of its guide. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AptWorkspace, ChosenPackage } from '../build/apt-workspace.ts';
import { formatSource } from '../build/debian-sources.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import type { Layer } from '../layers/layer.ts';
import { buildAgent } from '../guest/agent.ts';

const RECIPES = path.dirname(import.meta.dirname);
const GUEST = path.join(RECIPES, 'guest');

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

/**
 * Turns an installed Debian into the guest of `layer`, with `keys` (path in the guest → file) so that its package
 * manager trusts the archive. Returns the paths of the files that are put there, absolute in the guest.
 */
export async function arrange(
  root: string,
  layer: Layer,
  keys: Readonly<Record<string, string>>,
  workDir: string,
): Promise<string[]> {
  const staged = path.join(workDir, 'arrangement');
  await cp(path.join(GUEST, 'files'), staged, { recursive: true });
  await cp(path.join(RECIPES, 'layers', layer.name, 'files'), staged, { recursive: true });
  for (const [file, key] of Object.entries(keys)) {
    await mkdir(path.dirname(path.join(staged, file)), { recursive: true });
    await cp(key, path.join(staged, file));
  }
  await buildAgent(path.join(staged, 'usr/lib/typealong/agent'));
  const files = (await readdir(staged, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${path.relative(staged, path.join(entry.parentPath, entry.name))}`);
  await mkdir(path.join(staged, 'usr/lib/typealong/build'), { recursive: true });
  await cp(path.join(GUEST, 'arrange.sh'), path.join(staged, 'usr/lib/typealong/build/1-guest'));
  await cp(
    path.join(RECIPES, 'layers', layer.name, 'arrange.sh'),
    path.join(staged, 'usr/lib/typealong/build/2-layer'),
  );
  await runProgram(['chmod', '-R', 'u=rwX,go=rX', staged]);
  await runProgram(asRoot(['cp', '-rT', '--no-preserve=ownership', staged, root]));
  for (const script of ['1-guest', '2-layer'])
    await runInside(root, ['sh', '-eu', `/usr/lib/typealong/build/${script}`, layer.login]);
  await runProgram(asRoot(['rm', '-rf', path.join(root, 'usr/lib/typealong/build')]));
  return files;
}
