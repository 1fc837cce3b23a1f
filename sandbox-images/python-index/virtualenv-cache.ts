/** Spares the reader's first `virtualenv` the slow half of its work. */
import path from 'node:path';
import { compileCommand } from '../build/compile-python.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import { unpackedAt } from './python-index.ts';

/** virtualenv and what it imports, as the index's wheels have them. */
const MODULES = ['python3-virtualenv', 'python3-distlib', 'python3-filelock', 'python3-platformdirs'];
const CACHE = '.local/share/virtualenv';

/**
 * Runs virtualenv once in the builder, as the reader, and takes what it keeps for later runs (pip,
 * setuptools and wheel, unpacked in the reader's home) into the image. pip's modules are compiled there:
 * every new environment gets a copy of them. Call it when the index is built.
 */
export async function unpackSeeds(builder: string, root: string, login: string): Promise<void> {
  const home = path.join('/home', login);
  const asReader = ['setpriv', `--reuid=${login}`, `--regid=${login}`, '--init-groups'];
  const modules = MODULES.map(
    (name) => `/${path.relative(builder, unpackedAt(builder, name))}/usr/lib/python3/dist-packages`,
  );
  await runInside(builder, [...asReader, 'python3', '-m', 'virtualenv', '--quiet', `${home}/first`], {
    env: { HOME: home, PYTHONPATH: modules.join(':') },
  });
  const find = ['sh', '-c', `echo ${home}/${CACHE}/wheel/*/image/*/CopyPipInstall/pip-*-any`];
  const pip = (await runInside(builder, find)).trim();
  await runInside(builder, [...asReader, ...compileCommand(pip, '', 'pip')]);
  await runProgram(asRoot(['cp', '-a', path.join(builder, home, '.local'), path.join(root, home)]));
}
