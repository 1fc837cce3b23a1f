/** Builds the guest's kernel from Debian's source with a configuration of our own. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { sha256 } from '../build/fingerprint.ts';
import { runProgram } from '../build/run-program.ts';

const SOURCE = 'linux-source-6.1';
const FRAGMENT = path.join(import.meta.dirname, 'config.fragment');
/** Part of the key: to be counted up when this file makes another kernel of the same configuration. */
const WAY = 1;
/** Files that `make` compiles or links for this configuration; for the share of the work that is done. */
const EXPECTED_FILES = 1526;

/** Identifies a kernel: the version of Debian's source and our configuration. */
export interface KernelRecipe {
  readonly sourceVersion: string;
  readonly key: string;
}

/** What the kernel would be built from on this machine. Throws when its source is not installed. */
export async function readKernelRecipe(): Promise<KernelRecipe> {
  const sourceVersion = await runProgram(['dpkg-query', '-W', '-f', '${Version}', SOURCE]);
  const key = sha256(`${WAY} ${sourceVersion}\n${await readFile(FRAGMENT, 'utf8')}`).slice(0, 24);
  return { sourceVersion, key };
}

const underWay = new Map<string, Promise<string>>();

/**
 * Path of the kernel's bzImage below `cacheDir`, built there unless an earlier build left it. Of several calls at
 * the same time one builds, and hears of the progress; the others wait for it.
 */
export function buildKernel(
  recipe: KernelRecipe,
  cacheDir: string,
  workDir: string,
  onProgress: (fraction: number) => void,
): Promise<string> {
  const kept = path.join(cacheDir, 'kernels', recipe.key, 'bzImage');
  let building = underWay.get(kept);
  if (!building) {
    building = ensureKernel(kept, workDir, onProgress);
    underWay.set(kept, building);
  }
  return building;
}

async function ensureKernel(
  kept: string,
  workDir: string,
  onProgress: (fraction: number) => void,
): Promise<string> {
  if (existsSync(kept)) return kept;
  const parent = path.join(workDir, 'kernel');
  await rm(parent, { recursive: true, force: true });
  await mkdir(parent, { recursive: true });
  await runProgram(['tar', '-xf', `/usr/src/${SOURCE}.tar.xz`, '-C', parent]);
  const tree = path.join(parent, SOURCE);
  await configure(tree);
  let files = 0;
  await make(tree, ['bzImage', `-j${String(availableParallelism())}`], (line) => {
    if (!/^ {2}(CC|AS|LD|AR|HOSTCC) /.test(line)) return;
    files += 1;
    onProgress(Math.min(files / EXPECTED_FILES, 0.99));
  });
  await mkdir(path.dirname(kept), { recursive: true });
  await copyFile(path.join(tree, 'arch/x86/boot/bzImage'), `${kept}.part`);
  await rename(`${kept}.part`, kept);
  await rm(parent, { recursive: true });
  onProgress(1);
  return kept;
}

/** Nothing but what the fragment asks for; an option that it asks for and does not get is an error. */
async function configure(tree: string): Promise<void> {
  await make(tree, ['tinyconfig']);
  await runProgram(['scripts/kconfig/merge_config.sh', '-m', '.config', FRAGMENT], { cwd: tree });
  await make(tree, ['olddefconfig']);
  const config = await readFile(path.join(tree, '.config'), 'utf8');
  const lost = missingOptions(await readFile(FRAGMENT, 'utf8'), config);
  if (lost.length > 0)
    throw new Error(`The kernel's configuration lacks ${lost.join(', ')}: does ${SOURCE} still have them?`);
}

/** Options that `fragment` switches on and that are not in `config`. */
export function missingOptions(fragment: string, config: string): string[] {
  const lines = new Set(config.split('\n'));
  return fragment.split('\n').filter((line) => /^CONFIG_\w+=y$/.test(line) && !lines.has(line));
}

async function make(
  tree: string,
  targets: readonly string[],
  onLine?: (line: string) => void,
): Promise<void> {
  const fixed = {
    KBUILD_BUILD_TIMESTAMP: '2023-11-14',
    KBUILD_BUILD_USER: 'typealong',
    KBUILD_BUILD_HOST: 'typealong',
  };
  await runProgram(['make', 'ARCH=i386', ...targets], {
    cwd: tree,
    env: fixed,
    ...(onLine ? { onLine } : {}),
  });
}
