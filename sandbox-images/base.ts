/** What all images are made from: Debian with what every guest has, as files and as a disk. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AptWorkspace, ChosenPackage } from './build/apt-workspace.ts';
import { FREE_BYTES, writeDisk } from './build/disk.ts';
import { fingerprintFiles, sha256 } from './build/fingerprint.ts';
import { keepNewest, putInPlace } from './build/newest.ts';
import { keepResolved, readResolved } from './build/resolved-packages.ts';
import { removeTrees } from './build/remove-tree.ts';
import { asRoot, runProgram } from './build/run-program.ts';
import { BASE_PACKAGES, SHARED_PACKAGES } from './root-filesystem/packages.ts';
import { arrangeBase, installBase } from './root-filesystem/root-filesystem.ts';
import { mendVim } from './root-filesystem/vim.ts';

/** A base in the cache. */
export interface Base {
  /** Names its recipes and the versions of its packages. */
  readonly key: string;
  readonly packages: readonly ChosenPackage[];
  /** Files that the recipes put there, absolute in the guest. */
  readonly arranged: readonly string[];
  /** All files, with their owners. */
  readonly archive: string;
  /** The disk made of them, with room for a layer and for the reader. */
  readonly disk: string;
}

export interface BaseInput {
  /** Bases stay there, in `bases/`. */
  readonly cacheDir: string;
  /** For what is thrown away, on the same file system. */
  readonly workDir: string;
  readonly apt: AptWorkspace;
  readonly onProgress: (what: string) => void;
}

/** What the base is made by. */
const RECIPES = ['base.ts', 'build', 'guest', 'root-filesystem'];
/** Room for what the largest layer adds. */
const LAYER_BYTES = 400 * 1024 * 1024;
/** Earlier bases that stay in the cache, for whoever goes back to an older checkout. */
const KEPT_BASES = 1;

const underWay = new Map<string, Promise<Base>>();

/** The base of these recipes; built when it is not in the cache, once for all images that are built together. */
export async function openBase(input: BaseInput): Promise<Base> {
  const recipes = await baseRecipes();
  const known = await readResolved<readonly ChosenPackage[]>(input.cacheDir, recipes);
  const keyOf = (packages: readonly ChosenPackage[]): string =>
    sha256(`${recipes} ${JSON.stringify(packages)}`).slice(0, 24);
  const kept = known && existsSync(factsOf(input.cacheDir, keyOf(known))) ? known : null;
  // Debian's later updates do not make a base old: images that are built at different times share it.
  const packages = kept ?? (await input.apt.resolve([...BASE_PACKAGES, ...SHARED_PACKAGES]));
  const key = keyOf(packages);
  const open = underWay.get(key) ?? build(input, key, packages);
  underWay.set(key, open);
  const base = await open;
  if (!kept) await keepResolved(input.cacheDir, recipes, packages);
  return base;
}

/** The file without which a folder is no base. */
function factsOf(cacheDir: string, key: string): string {
  return path.join(cacheDir, 'bases', key, 'base.json');
}

/** One hash of all that decides how the base turns out, but for the versions of its packages. */
async function baseRecipes(): Promise<string> {
  return sha256(`base ${await fingerprintFiles(import.meta.dirname, RECIPES)}`).slice(0, 24);
}

/** Unpacks the base's files into the new directory `root`. */
export async function unpackBase(base: Base, root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  await runProgram(
    asRoot(['tar', '--extract', '--numeric-owner', '--preserve-permissions', '-f', base.archive, '-C', root]),
  );
}

async function build(
  { cacheDir, workDir, apt, onProgress }: BaseInput,
  key: string,
  packages: readonly ChosenPackage[],
): Promise<Base> {
  const facts = factsOf(cacheDir, key);
  const place = path.dirname(facts);
  if (!existsSync(facts)) {
    const draft = `${place}.${String(process.pid)}`;
    const root = path.join(workDir, 'base');
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    try {
      onProgress('installing Debian');
      await installBase(root, packages, apt, (line) => {
        if (/^I: /.test(line)) onProgress(`installing Debian: ${line.slice(3)}`);
      });
      await mendVim(root, workDir, (warning) => onProgress(`warning: ${warning}`));
      const arranged = await arrangeBase(root, workDir);
      onProgress("writing the base's disk");
      const archive = path.join(draft, 'root.tar');
      await runProgram(
        asRoot(['tar', '--create', '--numeric-owner', '--sort=name', '-f', archive, '-C', root, '.']),
      );
      await runProgram(asRoot(['chmod', '644', archive]));
      // As an image finds them: the archive has no fractions of seconds.
      await removeTrees(root);
      await unpackBase({ key, packages, arranged, archive, disk: '' }, root);
      await writeDisk(root, path.join(draft, 'disk.raw'), LAYER_BYTES + FREE_BYTES);
      await writeFile(path.join(draft, 'base.json'), JSON.stringify({ packages, arranged }));
      await putInPlace(draft, place, path.basename(facts));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    } finally {
      await removeTrees(root);
    }
    await keepNewest(place, KEPT_BASES);
  }
  const { arranged } = JSON.parse(await readFile(facts, 'utf8')) as Pick<Base, 'arranged'>;
  return {
    key,
    packages,
    arranged,
    archive: path.join(place, 'root.tar'),
    disk: path.join(place, 'disk.raw'),
  };
}
