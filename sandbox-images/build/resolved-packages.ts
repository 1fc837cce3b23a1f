/** Which versions of Debian's packages an image is made of: part of what identifies it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layer } from '../layers/layer.ts';
import { PYTHON_PACKAGES, UWSGI_BUILD_PACKAGES, WHEEL_PACKAGES } from '../python-index/packages.ts';
import { BASE_PACKAGES } from '../root-filesystem/packages.ts';
import type { AptWorkspace, ChosenPackage } from './apt-workspace.ts';

export interface ResolvedPackages {
  /** What is in the image. */
  readonly image: readonly ChosenPackage[];
  /** What is in it, in its archive, or used for its Python index. */
  readonly all: readonly ChosenPackage[];
}

/** Asks apt. */
export async function resolvePackages(apt: AptWorkspace, layer: Layer): Promise<ResolvedPackages> {
  const withReaders = await apt.resolve([...BASE_PACKAGES, ...layer.packages, ...layer.installedByReader]);
  const all = await apt.resolve([
    ...BASE_PACKAGES,
    ...layer.packages,
    ...layer.installedByReader,
    ...layer.alsoOffered,
    ...PYTHON_PACKAGES,
    ...WHEEL_PACKAGES,
    ...UWSGI_BUILD_PACKAGES,
  ]);
  return { image: withReaders.filter(({ name }) => !layer.installedByReader.includes(name)), all };
}

/**
 * What apt said when an image of these recipes was last built. Debian's later updates do not make a build
 * old: nobody should wait for a new image because a package changed, and it works without a network.
 */
export async function readResolved(cacheDir: string, recipes: string): Promise<ResolvedPackages | null> {
  try {
    return JSON.parse(await readFile(fileOf(cacheDir, recipes), 'utf8')) as ResolvedPackages;
  } catch {
    return null;
  }
}

export async function keepResolved(
  cacheDir: string,
  recipes: string,
  resolved: ResolvedPackages,
): Promise<void> {
  const file = fileOf(cacheDir, recipes);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(resolved));
}

function fileOf(cacheDir: string, recipes: string): string {
  return path.join(cacheDir, 'resolved', `${recipes}.json`);
}
