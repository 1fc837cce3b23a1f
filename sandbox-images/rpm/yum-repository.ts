/** The signed yum repositories of a guest's virtual internet: RPMs made of Debian's packages. */
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { PackagesInput } from '../archive/archive.ts';
import type { SigningKey } from '../archive/signing-key.ts';
import { asRoot, runProgram } from '../build/run-program.ts';
import type { Repository, YumArchive } from '../layers/layer.ts';
import { type DebianPackage, unpackDebian } from './debian-package.ts';
import { describeFile, type Identities, mergedPath, readIdentities } from './file-system.ts';
import { fromDebian } from './from-debian.ts';
import { RED_HAT } from './names.ts';
import type { RpmRecipe } from './recipe.ts';
import type { RpmFile, RpmPackage } from './rpm-package.ts';
import { buildRpms } from './rpmbuild.ts';

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
  // What is in the image in part.
  const divided = input.image.filter(({ name }) =>
    Object.values(archive.recipes).some(({ debian }) => debian.includes(name)),
  );
  const debs = new Map<string, DebianPackage>();
  for (const file of await apt.download([...offered, ...divided])) {
    const deb = await unpackDebian(file, work);
    debs.set(deb.name, deb);
  }

  const identities = await readIdentities(input.root);
  const tree = path.join(work, 'tree');
  await mkdir(tree);
  const documents = [input.root, ...[...debs.values()].map((deb) => deb.tree)];
  const packages: RpmPackage[] = [];
  for (const [name, { recipe, from }] of assign(debs, archive.recipes))
    packages.push(await assemble(name, recipe, from, { input, identities, documents, tree, work }));
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

/** Which RPM each package of Debian's goes into. */
function assign(
  debs: ReadonlyMap<string, DebianPackage>,
  recipes: Readonly<Record<string, RpmRecipe>>,
): Map<string, { recipe: RpmRecipe; from: readonly DebianPackage[] }> {
  const rpms = new Map<string, { recipe: RpmRecipe; from: readonly DebianPackage[] }>();
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
    if (deb.hasScripts)
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
  /** Trees with copyright files. */
  readonly documents: readonly string[];
  /** Where all packages' files come together. */
  readonly tree: string;
  readonly work: string;
}

/** Puts a package's files into the common tree and describes it. */
async function assemble(
  name: string,
  recipe: RpmRecipe,
  from: readonly DebianPackage[],
  { input, identities, documents, tree, work }: Assembly,
): Promise<RpmPackage> {
  if (from.some(({ hasScripts }) => hasScripts) && !recipe.scriptlets && !recipe.dropScripts)
    throw new Error(`The recipe of ${name} does not say what becomes of Debian's maintainer scripts`);
  const own = path.join(work, 'own', name);
  await stageOwnFiles(own, recipe, input.key);
  const configuration = new Set([
    ...from.flatMap((deb) => deb.configuration),
    ...(await pathsOf(own)).filter((file) => file.startsWith('/etc/')),
  ]);

  const files: RpmFile[] = [];
  for (const source of [...from.map((deb) => deb.tree), own]) {
    for (const file of await pathsOf(source)) {
      if (source !== own && recipe.without?.test(file)) continue;
      const target = mergedPath(file);
      const described = await describeFile(source, file, identities, configuration.has(target));
      if (!described || (described.type === 'directory' && existsSync(path.join(input.root, target))))
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
  return { ...(await describe(name, recipe, from, unique, documents)), ...scriptletsOf(recipe) };
}

async function describe(
  name: string,
  { own, debian, requires = [] }: RpmRecipe,
  from: readonly DebianPackage[],
  files: readonly RpmFile[],
  documents: readonly string[],
): Promise<RpmPackage> {
  if (own) return { name, architecture: 'noarch', requires: [], provides: [], ...own, files };
  const [first] = from;
  if (!first) throw new Error(`The recipe of ${name} says neither what it is made of nor what it is`);
  const rpm = await fromDebian(first.control, files, documents);
  // What is in the package itself is nothing that it needs.
  const parts = new Set(debian.map((each) => RED_HAT.nameOf(each)));
  const needed = rpm.requires.filter((each) => !parts.has(each.split(' ')[0] ?? ''));
  return { ...rpm, name, requires: [...needed, ...requires] };
}

function scriptletsOf({ scriptlets }: RpmRecipe): Pick<RpmPackage, 'scriptlets'> {
  return scriptlets ? { scriptlets } : {};
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

/** All paths below a tree, absolute in the guest. */
async function pathsOf(tree: string): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries.map((entry) => `/${path.relative(tree, path.join(entry.parentPath, entry.name))}`).sort();
}

async function put(from: string, to: string): Promise<void> {
  await runProgram(asRoot(['mkdir', '-p', path.dirname(to)]));
  await runProgram(asRoot(['cp', '-aT', from, to]));
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
