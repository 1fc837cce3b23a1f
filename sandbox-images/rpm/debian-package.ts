/** Unpacks Debian's packages, for RPMs to be made of them. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, runProgram } from '../build/run-program.ts';
import { type Control, readStanzas } from './debian-control.ts';
import { mergedPath } from './file-system.ts';

/** A package of Debian's, unpacked. */
export interface DebianPackage {
  readonly name: string;
  /** Debian's own .deb file. */
  readonly file: string;
  readonly control: Control;
  /** Directory with its files. */
  readonly tree: string;
  /** Files that are configuration, absolute in the guest. */
  readonly configuration: readonly string[];
  /** Whether it runs scripts of its own when it is installed or removed. */
  readonly hasScripts: boolean;
}

/** As in the image: no documentation and no translations. */
const LEAVE_DOCUMENTATION =
  'cd "$1" && rm -rf usr/share/man usr/share/locale usr/share/info usr/share/lintian && ' +
  '{ test ! -d usr/share/doc || find usr/share/doc -type f ! -name copyright -delete; }';

/** Unpacks the .deb `file` below `work`. */
export async function unpackDebian(file: string, work: string): Promise<DebianPackage> {
  const name = path.basename(file).split('_')[0] ?? '';
  const tree = path.join(work, 'debs', name);
  await mkdir(tree, { recursive: true });
  await runProgram(asRoot(['dpkg-deb', '-x', file, tree]));
  await runProgram(asRoot(['sh', '-c', LEAVE_DOCUMENTATION, 'sh', tree]));

  const about = path.join(work, 'about', name);
  await mkdir(path.dirname(about), { recursive: true });
  await runProgram(['dpkg-deb', '-e', file, about]);
  const [control] = readStanzas(await readFile(path.join(about, 'control'), 'utf8'));
  if (!control) throw new Error(`${file} says nothing of itself`);
  const conffiles = await readFile(path.join(about, 'conffiles'), 'utf8').catch(() => '');
  const configuration = conffiles
    .split('\n')
    .filter((line) => line !== '')
    .map(mergedPath);
  const hasScripts = (await readdir(about)).some((each) => /^(?:pre|post)(?:inst|rm)$/.test(each));
  return { name, file, control, tree, configuration, hasScripts };
}
