/** Runs rpmbuild on the maintainer's machine. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTrees } from '../build/remove-tree.ts';
import { asRoot, runProgram } from '../build/run-program.ts';
import { PACK_AS_IT_IS, type RpmPackage, specOf } from './rpm-package.ts';

/** How much work goes into making the files small: none when nobody fetches them. */
export type Payload = 'stored' | 'compressed';

/**
 * Packs files of `tree` (which is left as it is) as RPMs. Returns their paths, below `workDir`. The tree must be
 * on the same file system as `workDir`.
 */
export async function buildRpms(
  packages: readonly RpmPackage[],
  { tree, workDir, payload }: { readonly tree: string; readonly workDir: string; readonly payload: Payload },
): Promise<string[]> {
  await removeTrees(workDir);
  await mkdir(workDir, { recursive: true });
  // rpmbuild removes the directory that it packs: it gets one of links to the same files.
  const buildRoot = path.join(workDir, 'BUILDROOT');
  await runProgram(asRoot(['cp', '-al', tree, buildRoot]));
  const spec = path.join(workDir, 'packages.spec');
  await writeFile(spec, specOf('typealong-packages', packages));
  const macros = {
    ...PACK_AS_IT_IS,
    _topdir: workDir,
    _rpmdir: path.join(workDir, 'RPMS'),
    // gzip: the guest unpacks it faster than the others.
    _binary_payload: payload === 'stored' ? 'w.ufdio' : 'w9.gzdio',
  };
  const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  await runProgram(
    asRoot([
      'env',
      'SOURCE_DATE_EPOCH=1700000000',
      ...['rpmbuild', '-bb', '--quiet', '--nodeps', '--target', 'i686-linux', '--buildroot', buildRoot],
      ...defines,
      spec,
    ]),
  );
  await rm(spec);
  const entries = await readdir(path.join(workDir, 'RPMS'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rpm'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
