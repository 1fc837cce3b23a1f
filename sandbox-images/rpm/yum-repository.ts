/** The signed yum repositories of a guest's virtual internet: RPMs made of Debian's packages. */
import { chmod, copyFile, cp, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { PackagesInput } from '../archive/archive.ts';
import { repackCompiled } from '../archive/repack.ts';
import type { SigningKey } from '../archive/signing-key.ts';
import { asRoot, runProgram } from '../build/run-program.ts';
import type { Repository, YumArchive } from '../layers/layer.ts';
import { type Control, readStanzas } from './debian-control.ts';
import { describeFile, type Identities, mergedPath, readIdentities } from './file-system.ts';
import { fromDebian } from './from-debian.ts';
import { RED_HAT } from './names.ts';
import type { RpmRecipe } from './recipe.ts';
import type { RpmFile, RpmPackage } from './rpm-package.ts';
import { buildRpms } from './rpmbuild.ts';

/** Packages whose modules Python would compile while they are used for the first time. */
const COMPILED_AHEAD = ['python3-pip'];

export interface YumRepositoriesInput extends PackagesInput {
  readonly archive: YumArchive;
}

/** Writes the repositories below `internet`. Returns the .deb files that their packages were made of. */
export async function buildYumRepositories(input: YumRepositoriesInput): Promise<string[]> {
  const { layer, archive, apt } = input;
  const work = path.join(input.workDir, 'yum');
  await mkdir(work, { recursive: true });
  const offered = await apt.resolve(
    [...layer.installedByReader, ...layer.alsoOffered],
    path.join(input.root, 'var/lib/dpkg/status'),
  );
  const debs = new Map<string, Deb>();
  for (const file of await apt.download(offered)) {
    const deb = await unpack(file, input, work);
    debs.set(deb.name, deb);
  }

  const identities = await readIdentities(input.root);
  const tree = path.join(work, 'tree');
  await mkdir(tree);
  const packages: RpmPackage[] = [];
  for (const [name, { recipe, from }] of assign(debs, archive.recipes))
    packages.push(await assemble(name, recipe, from, { input, identities, tree, work }));
  const rpms = await buildRpms(packages, { tree, workDir: path.join(work, 'rpms'), payload: 'compressed' });
  await runProgram(asRoot(['chown', '-R', `${process.getuid?.() ?? 0}`, path.join(work, 'rpms')]));
  await input.key.signRpms(rpms);
  const debianVersions = new Map(packages.map(({ name, evr }) => [name, evr.release] as const));
  for (const rpm of rpms) {
    const name = nameOfRpm(rpm);
    const repository = repositoryOf(name, debianVersions.get(name) ?? '', archive);
    await place(rpm, directoryOf(repository, input));
  }
  for (const repository of Object.keys(archive.repositories) as Repository[]) {
    const directory = directoryOf(repository, input);
    await mkdir(directory, { recursive: true });
    await runProgram([
      'createrepo_c',
      '--quiet',
      '--no-database',
      '--revision',
      '1',
      '--set-timestamp-to-revision',
      directory,
    ]);
  }
  return [...debs.values()].map(({ file }) => file);
}

/** A package of Debian's, unpacked. */
interface Deb {
  readonly name: string;
  readonly file: string;
  readonly control: Control;
  /** Its files. */
  readonly tree: string;
  readonly hasScripts: boolean;
}

async function unpack(file: string, { builder }: YumRepositoriesInput, work: string): Promise<Deb> {
  const name = path.basename(file).split('_')[0] ?? '';
  const compiled = COMPILED_AHEAD.includes(name);
  const deb = compiled ? await repackCompiled(file, path.join(work, 'compiled'), builder) : file;
  const tree = path.join(work, 'debs', name);
  await mkdir(tree, { recursive: true });
  await runProgram(asRoot(['dpkg-deb', '-x', deb, tree]));
  // As in the image: no documentation and no translations.
  const leave =
    'cd "$1" && rm -rf usr/share/man usr/share/locale usr/share/info usr/share/lintian && ' +
    '{ test ! -d usr/share/doc || find usr/share/doc -type f ! -name copyright -delete; }';
  await runProgram(asRoot(['sh', '-c', leave, 'sh', tree]));
  const [control] = readStanzas(await runProgram(['dpkg-deb', '-f', deb]));
  if (!control) throw new Error(`${deb} says nothing of itself`);
  const scripts = path.join(work, 'scripts', name);
  await mkdir(path.dirname(scripts), { recursive: true });
  await runProgram(['dpkg-deb', '-e', deb, scripts]);
  const hasScripts = (await readdir(scripts)).some((each) => /^(?:pre|post)(?:inst|rm)$/.test(each));
  return { name, file, control, tree, hasScripts };
}

/** Which RPM each package of Debian's goes into. */
function assign(
  debs: ReadonlyMap<string, Deb>,
  recipes: Readonly<Record<string, RpmRecipe>>,
): Map<string, { recipe: RpmRecipe; from: readonly Deb[] }> {
  const rpms = new Map<string, { recipe: RpmRecipe; from: readonly Deb[] }>();
  const inRecipes = new Set(Object.values(recipes).flatMap(({ debian }) => debian));
  for (const [name, recipe] of Object.entries(recipes)) {
    const from = recipe.debian.map((debian) => {
      const deb = debs.get(debian);
      if (!deb)
        throw new Error(`The RPM ${name} is made of Debian's ${debian}, which the layer does not offer`);
      return deb;
    });
    rpms.set(name, { recipe, from });
  }
  for (const deb of debs.values()) {
    if (inRecipes.has(deb.name)) continue;
    if (deb.hasScripts && !COMPILED_AHEAD.includes(deb.name))
      throw new Error(
        `Debian's ${deb.name} runs scripts of its own when it is installed. Write a recipe for its RPM that says what becomes of them.`,
      );
    rpms.set(RED_HAT.nameOf(deb.name), { recipe: { debian: [deb.name] }, from: [deb] });
  }
  return rpms;
}

interface Assembly {
  readonly input: YumRepositoriesInput;
  readonly identities: Identities;
  /** Where all packages' files come together. */
  readonly tree: string;
  readonly work: string;
}

/** Puts a package's files into the common tree and describes it. */
async function assemble(
  name: string,
  recipe: RpmRecipe,
  from: readonly Deb[],
  { input, identities, tree, work }: Assembly,
): Promise<RpmPackage> {
  if (
    from.some(({ hasScripts }) => hasScripts) &&
    !recipe.scriptlets &&
    !recipe.dropScripts &&
    !isCompiled(from)
  )
    throw new Error(`The recipe of ${name} does not say what becomes of Debian's maintainer scripts`);
  const own = path.join(work, 'own', name);
  await stageOwnFiles(own, recipe, input.key);
  const configuration = new Set([
    ...(await Promise.all(from.map(({ file }) => configurationOf(file)))).flat(),
    ...(await pathsOf(own)).filter((file) => file.startsWith('/etc/')),
  ]);

  const files: RpmFile[] = [];
  for (const source of [...from.map((deb) => deb.tree), own]) {
    for (const file of await pathsOf(source)) {
      if (source !== own && recipe.without?.test(file)) continue;
      const target = mergedPath(file);
      const described = await describeFile(source, file, identities, configuration.has(target));
      if (!described || (described.type === 'directory' && (await exists(path.join(input.root, target)))))
        continue;
      if (described.type === 'directory') await runProgram(asRoot(['mkdir', '-p', path.join(tree, target)]));
      else await put(path.join(source, file), path.join(tree, target));
      files.push({ ...described, path: target });
    }
  }
  for (const directory of recipe.directories ?? []) {
    await runProgram(asRoot(['mkdir', '-p', path.join(tree, directory.path)]));
    files.push({ ...directory, type: 'directory', isConfiguration: false });
  }
  const unique = [...new Map(files.map((file) => [file.path, file])).values()];
  return { ...(await describe(name, recipe, from, unique, input.root)), ...scriptletsOf(recipe) };
}

async function describe(
  name: string,
  { own, debian }: RpmRecipe,
  from: readonly Deb[],
  files: readonly RpmFile[],
  root: string,
): Promise<RpmPackage> {
  if (own) return { name, architecture: 'noarch', requires: [], provides: [], ...own, files };
  const [first] = from;
  if (!first) throw new Error(`The recipe of ${name} says neither what it is made of nor what it is`);
  const rpm = await fromDebian(first.control, files, [...from.map(({ tree }) => tree), root]);
  // What is in the package itself is nothing that it needs.
  const parts = new Set(debian.map((each) => RED_HAT.nameOf(each)));
  return { ...rpm, name, requires: rpm.requires.filter((each) => !parts.has(each.split(' ')[0] ?? '')) };
}

function scriptletsOf({ scriptlets }: RpmRecipe): Pick<RpmPackage, 'scriptlets'> {
  return scriptlets ? { scriptlets } : {};
}

function isCompiled(from: readonly Deb[]): boolean {
  return from.every(({ name }) => COMPILED_AHEAD.includes(name));
}

async function stageOwnFiles(own: string, recipe: RpmRecipe, key: SigningKey): Promise<void> {
  await mkdir(own, { recursive: true });
  if (recipe.files !== undefined) await cp(recipe.files, own, { recursive: true });
  for (const [file, target] of Object.entries(recipe.links ?? {})) {
    await mkdir(path.dirname(path.join(own, file)), { recursive: true });
    await symlink(target, path.join(own, file));
  }
  if (recipe.keyFile !== undefined) {
    await mkdir(path.dirname(path.join(own, recipe.keyFile)), { recursive: true });
    await copyFile(key.armouredFile, path.join(own, recipe.keyFile));
  }
  await runProgram(['chmod', '-R', 'u=rwX,go=rX', own]);
  await runProgram(asRoot(['chown', '-R', '0:0', own]));
}

async function configurationOf(deb: string): Promise<string[]> {
  const list = await runProgram([
    'sh',
    '-c',
    'dpkg-deb --ctrl-tarfile "$1" | tar -xO ./conffiles 2>/dev/null || true',
    'sh',
    deb,
  ]);
  return list
    .split('\n')
    .filter((file) => file !== '')
    .map(mergedPath);
}

/** All paths below a tree, absolute in the guest. */
async function pathsOf(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries.map((entry) => `/${path.relative(tree, path.join(entry.parentPath, entry.name))}`).sort();
}

async function put(from: string, to: string): Promise<void> {
  await runProgram(asRoot(['mkdir', '-p', path.dirname(to)]));
  await runProgram(asRoot(['cp', '-aT', from, to]));
}

function exists(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

function repositoryOf(name: string, release: string, archive: YumArchive): Repository {
  if (archive.inEpel.includes(name)) return 'epel';
  // Debian marks what it changed after the release.
  return release.includes('+deb12u') ? 'updates' : 'base';
}

function directoryOf(repository: Repository, { archive, internet }: YumRepositoriesInput): string {
  const { host, path: place } = archive.repositories[repository];
  return path.join(internet, host, place);
}

function nameOfRpm(file: string): string {
  return path.basename(file).replace(/-[^-]+-[^-]+\.\w+\.rpm$/, '');
}

async function place(rpm: string, directory: string): Promise<void> {
  const packages = path.join(directory, 'Packages');
  await mkdir(packages, { recursive: true });
  await copyFile(rpm, path.join(packages, path.basename(rpm)));
  await chmod(path.join(packages, path.basename(rpm)), 0o644);
  await rm(rpm, { force: true });
}
