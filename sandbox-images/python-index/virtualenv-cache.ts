/** Spares the reader's first `virtualenv` the slow half of its work. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileCommand } from '../build/compile-python.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import type { Wheel } from './wheel.ts';

/** virtualenv and what it imports. */
const PROJECTS = ['virtualenv', 'distlib', 'filelock', 'platformdirs'];
const CACHE = '.local/share/virtualenv';
/**
 * Where pip, setuptools and wheel lie, unpacked, in every image. They are the same in all, and the first that is written
 * to a disk, so images share them, whoever their reader is; in the reader's home are links to them.
 */
export const SEEDS = '/usr/share/virtualenv';
/** Where their modules are unpacked in the builder. */
const MODULES = '/build/virtualenv';

/**
 * Runs virtualenv once in the builder, as who runs it in the guide, and takes what it keeps for later runs (pip,
 * setuptools and wheel, unpacked) into the image: in `owner`'s home, but for the seeds themselves, which go to
 * {@link SEEDS}. pip's modules are compiled there: every new environment gets a copy of them. `wheels`: those of the index.
 */
export async function unpackSeeds(
  wheels: readonly Wheel[],
  { builder, root, owner }: { readonly builder: string; readonly root: string; readonly owner: string },
): Promise<void> {
  const home = owner === 'root' ? '/root' : path.join('/home', owner);
  const asReader = ['setpriv', `--reuid=${owner}`, `--regid=${owner}`, '--init-groups'];
  await unpackWheels(
    wheels.filter(({ name }) => PROJECTS.includes(name)),
    builder,
    MODULES,
  );
  await runInside(builder, [...asReader, 'python3', '-m', 'virtualenv', '--quiet', `${home}/first`], {
    env: { HOME: home, PYTHONPATH: MODULES },
  });
  await runInside(builder, ['bash', '-ec', SHARE, 'bash', home, owner]);
  const pip = (await runInside(builder, ['sh', '-c', `echo ${SEEDS}/pip-*-any`])).trim();
  await runInside(builder, compileCommand(pip, '', 'pip'));
  await runProgram(asRoot(['cp', '-a', path.join(builder, home, '.local'), path.join(root, home)]));
  await runProgram(asRoot(['cp', '-a', path.join(builder, SEEDS), path.join(root, SEEDS)]));
}

/** Moves the seeds of the home $1 of $2 to where all images have them. */
const SHARE = `
mkdir ${SEEDS}
for seed in "$1"/${CACHE}/wheel/*/image/*/CopyPipInstall/*-any; do
  mv "$seed" ${SEEDS}/
  ln -s "${SEEDS}/\${seed##*/}" "$seed"
  chown -h "$2:$2" "$seed"
done
chown -R root:root ${SEEDS}`;

/** Unpacks wheels into `directory` of the builder. */
async function unpackWheels(wheels: readonly Wheel[], builder: string, directory: string): Promise<void> {
  const own = await mkdtemp(path.join(tmpdir(), 'wheels-'));
  for (const { fileName, bytes } of wheels) await writeFile(path.join(own, fileName), bytes);
  await runProgram(asRoot(['mkdir', '-p', path.join(builder, directory)]));
  await runProgram(asRoot(['cp', '-rT', own, `${builder}${directory}.wheels`]));
  await rm(own, { recursive: true });
  for (const { fileName } of wheels)
    await runInside(builder, [
      'python3',
      '-m',
      'zipfile',
      '-e',
      `${directory}.wheels/${fileName}`,
      directory,
    ]);
}
