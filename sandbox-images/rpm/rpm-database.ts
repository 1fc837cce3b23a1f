/** Gives a root file system that Debian's packages made the database of a system of RPMs. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, runProgram } from '../build/run-program.ts';
import { type Control, readStanzas } from './debian-control.ts';
import { describeFile, type Identities, mergedPath, readIdentities } from './file-system.ts';
import { fromDebian, shareOut } from './from-debian.ts';
import { LEFT_OUT, RED_HAT } from './names.ts';
import type { RpmFile, RpmPackage } from './rpm-package.ts';
import { buildRpms } from './rpmbuild.ts';

const DATABASE = '/var/lib/rpm';
const COMMON = RED_HAT.nameOf('base-files');

/** A package of files that are in no package of Debian's. */
export interface OwnPackage {
  readonly package: Omit<RpmPackage, 'files'>;
  /** Absolute, in the guest. */
  readonly paths: readonly string[];
  readonly configuration: readonly string[];
}

export interface DatabaseInput {
  readonly root: string;
  readonly own: readonly OwnPackage[];
  /** Public key, in text form, whose signatures rpm accepts. */
  readonly keyFile: string;
  readonly workDir: string;
}

/** Records every package of `root` in rpm's database, with its files as they are, and takes dpkg and apt away. */
export async function turnIntoRpms({ root, own, keyFile, workDir }: DatabaseInput): Promise<void> {
  const installed = await installedPackages(root);
  const kept = installed.filter(({ debian }) => !LEFT_OUT.has(debian));
  for (const { debian, paths } of installed) if (LEFT_OUT.has(debian)) await removeFiles(root, paths);
  await runProgram(
    asRoot([
      'rm',
      '-rf',
      ...[
        'var/lib/dpkg',
        'var/lib/apt',
        'var/cache/apt',
        'var/cache/debconf',
        'etc/apt',
        'etc/dpkg',
        'var/log/apt',
      ].map((each) => path.join(root, each)),
    ]),
  );

  const identities = await readIdentities(root);
  const files = await ownersOfFiles(root, identities, [
    // Ours first: a file of ours may stand in place of one of Debian's.
    ...own.map(({ package: { name }, paths, configuration }) => ({ name, paths, configuration })),
    ...kept.map(({ debian, paths, control }) => ({
      name: RED_HAT.nameOf(debian),
      paths,
      configuration: configurationOf(control),
    })),
  ]);
  const packages = [
    ...own.map((each) => ({ ...each.package, files: files.get(each.package.name) ?? [] })),
    ...(await Promise.all(
      kept.map(({ debian, control }) => fromDebian(control, files.get(RED_HAT.nameOf(debian)) ?? [], [root])),
    )),
  ];
  const rpms = await buildRpms(packages, {
    tree: root,
    workDir: path.join(workDir, 'rpm-database'),
    payload: 'stored',
  });
  const rpm = ['rpm', '--root', root, '--dbpath', DATABASE];
  await runProgram(asRoot(['mkdir', '-p', path.join(root, DATABASE)]));
  await runProgram(
    asRoot([
      ...rpm,
      ...['--install', '--justdb', '--nodeps', '--noscripts', '--notriggers', '--nodigest', '--nosignature'],
      ...['--ignorearch', '--ignoreos', '--ignoresize', '--replacefiles'],
      ...rpms,
    ]),
  );
  await runProgram(asRoot([...rpm, '--import', keyFile]));
}

interface Installed {
  readonly debian: string;
  readonly control: Control;
  readonly paths: readonly string[];
}

async function installedPackages(root: string): Promise<Installed[]> {
  const database = path.join(root, 'var/lib/dpkg');
  const lists = new Map(
    (await readdir(path.join(database, 'info')))
      .filter((name) => name.endsWith('.list'))
      .map((name) => [name.replace(/(?::i386)?\.list$/, ''), path.join(database, 'info', name)]),
  );
  const stanzas = readStanzas(await readFile(path.join(database, 'status'), 'utf8'));
  return Promise.all(
    stanzas
      .filter((control) => control.get('Status')?.endsWith(' installed'))
      .map(async (control) => {
        const debian = control.get('Package') ?? '';
        const list = lists.get(debian);
        if (list === undefined) throw new Error(`dpkg has no list of the files of ${debian}`);
        const paths = (await readFile(list, 'utf8'))
          .split('\n')
          .filter((file) => file.length > 1 && file !== '/.');
        return { debian, control, paths: paths.map(mergedPath) };
      }),
  );
}

/** The files that dpkg treats as configuration. */
function configurationOf(control: Control): string[] {
  return [...(control.get('Conffiles') ?? '').matchAll(/^ (\S+) /gm)].map(([, file = '']) =>
    mergedPath(file),
  );
}

interface Claim {
  readonly name: string;
  readonly paths: readonly string[];
  readonly configuration: readonly string[];
}

async function ownersOfFiles(
  root: string,
  identities: Identities,
  claims: readonly Claim[],
): Promise<Map<string, RpmFile[]>> {
  const configuration = new Set(claims.flatMap((claim) => claim.configuration));
  const known = new Map<string, RpmFile>();
  for (const file of new Set(claims.flatMap(({ paths }) => paths))) {
    const described = await describeFile(root, file, identities, configuration.has(file));
    if (described) known.set(file, described);
  }
  const shares = shareOut(claims, COMMON, (file) => known.get(file)?.type === 'directory');
  return new Map(
    [...shares].map(([name, files]) => [name, files.flatMap((file) => known.get(file) ?? [])] as const),
  );
}

/** Files and links of a package; directories, and links to them like /lib, stay: others are in them. */
async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  const places = paths.map((file) => path.join(root, file));
  const script = 'for file in "$@"; do test -d "$file" || rm -f "$file"; done';
  await runProgram(asRoot(['sh', '-c', script, 'sh', ...places]));
}
