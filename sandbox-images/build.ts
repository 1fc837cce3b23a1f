/** Builds a sandbox image from its recipes: what `scripts/` cuts into chunks and boots. See README.md. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type AboutInput, describeSoftware } from './about/about.ts';
import { buildArchive, type PackagesInput } from './archive/archive.ts';
import { openSigningKey, type SigningKey } from './archive/signing-key.ts';
import { AptWorkspace, type ChosenPackage } from './build/apt-workspace.ts';
import { readDebianSources } from './build/debian-sources.ts';
import { type Base, openBase, unpackBase } from './base.ts';
import { FREE_BYTES } from './build/disk.ts';
import { fingerprintFiles, sha256 } from './build/fingerprint.ts';
import { type LayerDiskInput, writeLayerDisk } from './build/layer-disk.ts';
import { keepNewest, putInPlace } from './build/newest.ts';
import { keepResolved, readResolved } from './build/resolved-packages.ts';
import { removeTrees } from './build/remove-tree.ts';
import { asRoot, runProgram } from './build/run-program.ts';
import { buildKernel, readKernelRecipe, type KernelRecipe } from './kernel/kernel.ts';
import { findLayer, LAYERS } from './layers/layers.ts';
import type { Layer } from './layers/layer.ts';
import { FILES_HOST, INDEX_HOST } from './python-index/index-pages.ts';
import { buildWheels, writeIndex } from './python-index/python-index.ts';
import { SEEDS, unpackSeeds } from './python-index/virtualenv-cache.ts';
import { PYTHON_PACKAGES, UWSGI_BUILD_PACKAGES, WHEEL_PACKAGES } from './python-index/packages.ts';
import { arrangeLayer, installLayer } from './root-filesystem/root-filesystem.ts';
import { RED_HAT } from './rpm/names.ts';
import { turnIntoRpms } from './rpm/rpm-database.ts';
import { buildYumRepositories } from './rpm/yum-repository.ts';

export interface BuildOptions {
  /** For instance `ubuntu-16.04`. */
  readonly name: string;
  /** Outside the checkout; built images, kernels and the archive's key stay there. */
  readonly cacheDir: string;
  /** For what is thrown away; about 4 GB, on the same file system as `cacheDir`. */
  readonly workDir: string;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly what: string;
  /** Share of the whole build that is done, 0 to 1. */
  readonly fraction: number;
}

const RECIPES = import.meta.dirname;
/** Room that the seeds leave for the rest of the largest layer; a little less than the base leaves for all of it. */
const LAYER_BYTES = 340 * 1024 * 1024;
const SEABIOS = '/usr/share/seabios';
const MEMORY_BYTES = 256 * 1024 * 1024;
const KERNEL_COMMAND_LINE =
  'root=/dev/sda rw console=ttyS0 tsc=reliable mitigations=off random.trust_cpu=on nowatchdog audit=0 ' +
  'init_on_free=1 net.ifnames=0';
/** Earlier images of the same name that stay in the cache, for whoever goes back to an older checkout. */
const KEPT_IMAGES = 1;

/** Path of the image's directory in the cache; builds it when it is not there. */
export async function buildImage(options: BuildOptions): Promise<string> {
  const layer = findLayer(options.name);
  const kernel = await readKernelRecipe();
  const files = await fingerprintFiles(RECIPES, await recipesOf(layer));
  const recipes = sha256(`${files} ${kernel.key} ${layer.name}`).slice(0, 24);
  const known = await readResolved<ImagePackages>(options.cacheDir, recipes);
  if (known) {
    const built = placeOf(options.cacheDir, recipes, known);
    if (existsSync(path.join(built, 'image-facts.json'))) return built;
  }

  const workDir = path.join(options.workDir, `image-${layer.name}-${String(process.pid)}`);
  await mkdir(workDir, { recursive: true });
  try {
    return await build(options, layer, kernel, recipes, workDir);
  } finally {
    await removeTrees(workDir);
  }
}

/** Which packages an image is made of. */
interface ImagePackages {
  /** Of the base that it is a layer on. */
  readonly base: string;
  /** What the layer adds to it. */
  readonly layer: readonly ChosenPackage[];
  /** What is in the layer, in its archive, or used for its Python index. */
  readonly all: readonly ChosenPackage[];
}

/** Asks apt. `status`: of the base, as dpkg has it. */
async function resolvePackages(
  apt: AptWorkspace,
  layer: Layer,
  base: Base,
  status: string,
): Promise<ImagePackages> {
  const wanted = [...layer.packages, ...layer.installedByReader];
  const withReaders = await apt.resolve(wanted, status);
  const index = [...PYTHON_PACKAGES, ...WHEEL_PACKAGES, ...UWSGI_BUILD_PACKAGES];
  return {
    base: base.key,
    layer: [
      ...withReaders.filter(({ name }) => !layer.installedByReader.includes(name)),
      ...(await apt.beforeUpdates(layer.outdated ?? [])),
    ],
    all: await apt.resolve([...wanted, ...layer.alsoOffered, ...index]),
  };
}

/** What decides how an image turns out: all recipes but the other layers. */
async function recipesOf(layer: Layer): Promise<string[]> {
  const others = new Set(['layers', ...LAYERS.flatMap(({ recipes }) => recipes ?? [])]);
  const common = (await readdir(RECIPES)).filter((name) => !others.has(name));
  return [...common, ...(layer.recipes ?? []), path.join('layers', layer.name)];
}

function placeOf(cacheDir: string, recipes: string, packages: ImagePackages): string {
  return path.join(cacheDir, 'images', sha256(`${recipes} ${JSON.stringify(packages)}`).slice(0, 24));
}

async function build(
  options: BuildOptions,
  layer: Layer,
  kernel: KernelRecipe,
  recipes: string,
  workDir: string,
): Promise<string> {
  const report = new BuildReport(options.onProgress);
  // The kernel takes longest, and leaves one core idle now and then: the rest goes on beside it.
  const bzImage = buildKernel(kernel, options.cacheDir, workDir, (fraction) => {
    report.kernel(fraction);
  });
  // What it fails with is thrown where it is needed.
  bzImage.catch(() => {});
  report.stage('finding packages', 0);
  const apt = await AptWorkspace.open(path.join(workDir, 'apt'), await readDebianSources(), (warning) => {
    report.stage(`warning: ${warning}`);
  });
  const base = await openBase({
    cacheDir: options.cacheDir,
    workDir,
    apt,
    onProgress: (what) => {
      report.stage(what);
    },
  });
  const baseRoot = path.join(workDir, 'base-root');
  await unpackBase(base, baseRoot);
  const packages = await resolvePackages(apt, layer, base, path.join(baseRoot, 'var/lib/dpkg/status'));
  const place = placeOf(options.cacheDir, recipes, packages);
  if (!existsSync(path.join(place, 'image-facts.json'))) {
    const draft = `${place}.${String(process.pid)}`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    try {
      await fill(draft, { options, layer, kernel, bzImage, apt, base, baseRoot, packages, workDir, report });
      await writeFacts(draft, layer, path.basename(place));
      await putInPlace(draft, place, 'image-facts.json');
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }
  // Even if nobody needs it: it is made in this build's own folder.
  await bzImage;
  await keepResolved(options.cacheDir, recipes, packages);
  await keepNewest(place, KEPT_IMAGES, async (other) => {
    const facts = await readFile(path.join(other, 'image-facts.json'), 'utf8').catch(() => '{}');
    return (JSON.parse(facts) as { name?: string }).name === layer.name;
  });
  return place;
}

interface Build {
  readonly options: BuildOptions;
  readonly layer: Layer;
  readonly kernel: KernelRecipe;
  /** Path of the compiled kernel. */
  readonly bzImage: Promise<string>;
  readonly apt: AptWorkspace;
  readonly base: Base;
  /** Its files. */
  readonly baseRoot: string;
  readonly packages: ImagePackages;
  readonly workDir: string;
  readonly report: BuildReport;
}

/** Makes every file of the image in the directory `draft`. */
async function fill(draft: string, work: Build): Promise<void> {
  const { options, layer, apt, workDir, report } = work;
  const root = path.join(workDir, 'root');
  const builder = path.join(workDir, 'builder');
  const internet = path.join(draft, 'internet');

  report.stage("installing the layer's packages", 0.3);
  await runProgram(asRoot(['cp', '-a', work.baseRoot, root]));
  await installLayer(root, work.packages.layer, apt);
  const key = await openSigningKey(path.join(options.cacheDir, 'archive-key'));
  const arranged = [
    ...work.base.arranged,
    ...(await arrangeLayer(root, layer, keyPlaces(layer, key), workDir)),
  ];
  await runProgram(asRoot(['cp', '-a', root, builder]));

  report.stage('making the package archive', 0.4);
  const debs = await buildPackages({
    ...work,
    cacheDir: options.cacheDir,
    image: [...work.base.packages, ...work.packages.layer],
    key,
    root,
    builder,
    internet,
  });
  report.stage('making the Python package index', 0.6);
  const wheels = await buildWheels({
    apt,
    builder,
    onProgress: (what) => {
      report.stage(what);
    },
  });
  await writeIndex(internet, wheels);
  await unpackSeeds(wheels, { builder, root, owner: layer.environmentsOf ?? layer.login });
  await writeFile(path.join(internet, 'hosts.json'), JSON.stringify(describeHosts(layer)));

  report.stage('reading licences', 0.8);
  const fromHost = [
    {
      name: 'linux',
      version: work.kernel.sourceVersion,
      copyright: '/usr/share/doc/linux-source-6.1/copyright',
    },
    { name: 'seabios', version: await versionOf('seabios'), copyright: '/usr/share/doc/seabios/copyright' },
  ];
  const { nameOf, ours } = describePackages(layer);
  const about = await describeSoftware({ root, debs, nameOf, ours, wheels, fromHost, workDir });
  await writeFile(path.join(draft, 'about.json'), JSON.stringify(about));

  if (layer.archive.kind === 'yum') {
    report.stage("filling rpm's database", 0.85);
    const own = layer.archive.ownPackages(arranged);
    await turnIntoRpms({ root, own, keyFile: key.armouredFile, workDir });
  }
  report.stage('writing the disk', 0.95);
  const seeded = await writeSeeds(work, root);
  await writeLayerDisk({ base: seeded, root, file: path.join(draft, 'disk.raw'), freeBytes: FREE_BYTES });
  report.stage('waiting for the kernel', 0.98);
  await copyFile(await work.bzImage, path.join(draft, 'bzImage'));
  await copyFile(path.join(SEABIOS, 'bios.bin'), path.join(draft, 'bios.bin'));
  await copyFile(path.join(SEABIOS, 'vgabios-stdvga.bin'), path.join(draft, 'vgabios.bin'));
}

/**
 * The base with what all images have that is made only when their Python index is: written before anything else, so that
 * it lies at the same place of each disk.
 */
async function writeSeeds({ base, baseRoot, workDir }: Build, root: string): Promise<LayerDiskInput['base']> {
  const seeded = { root: path.join(workDir, 'seeded-root'), disk: path.join(workDir, 'seeded.raw') };
  await runProgram(asRoot(['cp', '-al', baseRoot, seeded.root]));
  await runProgram(asRoot(['cp', '-a', path.join(root, SEEDS), path.join(seeded.root, SEEDS)]));
  await writeLayerDisk({
    base: { root: baseRoot, disk: base.disk },
    root: seeded.root,
    file: seeded.disk,
    freeBytes: FREE_BYTES + LAYER_BYTES,
  });
  return seeded;
}

/** Where the guest's package manager finds the key that it trusts. */
function keyPlaces({ archive }: Layer, key: SigningKey): Record<string, string> {
  return archive.kind === 'apt'
    ? { '/usr/share/keyrings/typealong-archive.gpg': key.publicFile }
    : { [archive.keyFile]: key.armouredFile };
}

/** Makes what the guest's package manager can install. Returns the .deb files that it is made of. */
async function buildPackages(work: PackagesInput): Promise<string[]> {
  const { archive } = work.layer;
  return archive.kind === 'apt'
    ? buildArchive({ ...work, archive })
    : buildYumRepositories({ ...work, archive });
}

/** What the guest calls its packages, and those that Debian does not have. */
function describePackages({ archive }: Layer): Pick<AboutInput, 'nameOf' | 'ours'> {
  if (archive.kind === 'apt') return { nameOf: (debian) => debian, ours: [] };
  const inImage = archive.ownPackages([]).map((own) => ({ ...own.package, where: 'image' as const }));
  const offered = Object.entries(archive.recipes).flatMap(([name, { own }]) =>
    own ? [{ ...own, name, where: 'archive' as const }] : [],
  );
  const recipeOf = (name: string): string | undefined =>
    Object.entries(archive.recipes).find(([, { debian }]) => debian[0] === name)?.[0];
  return {
    nameOf: (debian, where) => (where === 'archive' ? recipeOf(debian) : undefined) ?? RED_HAT.nameOf(debian),
    ours: [...inImage, ...offered].map(({ name, evr, licence, where }) => ({
      name,
      version: `${evr.version}-${evr.release}`,
      where,
      licences: [licence],
    })),
  };
}

function versionOf(name: string): Promise<string> {
  return runProgram(['dpkg-query', '-W', '-f', '${Version}', name]);
}

/** What the page says of each host of the virtual internet. */
function describeHosts({ archive }: Layer): Record<string, { description: string }> {
  const hosts =
    archive.kind === 'apt' ? archive.hosts : Object.values(archive.repositories).map(({ host }) => host);
  const vendors = archive.kind === 'apt' ? (archive.vendors ?? []) : [];
  const description =
    archive.kind === 'apt'
      ? 'Packages for apt-get: Debian 12, signed by this sandbox'
      : 'Packages for yum: made of Debian 12, signed by this sandbox';
  return {
    ...Object.fromEntries(hosts.map((host) => [host, { description }])),
    ...Object.fromEntries(vendors.map((vendor) => [vendor.host, { description: vendor.description }])),
    [INDEX_HOST]: { description: 'The Python package index, for pip' },
    [FILES_HOST]: { description: 'The files of the Python package index' },
  };
}

/** Written last: a directory without it is not an image. */
async function writeFacts(draft: string, layer: Layer, recipe: string): Promise<void> {
  const facts = {
    name: layer.name,
    recipe,
    memoryBytes: MEMORY_BYTES,
    kernelCommandLine: KERNEL_COMMAND_LINE,
  };
  await writeFile(path.join(draft, 'image-facts.json'), JSON.stringify(facts));
}

/** Tells of the stages and of the kernel, which is compiled beside them. */
class BuildReport {
  readonly #onProgress: BuildOptions['onProgress'];
  #what = '';
  /** Share of the stages that is done. */
  #stages = 0;
  #kernel: number | null = null;

  constructor(onProgress: BuildOptions['onProgress']) {
    this.#onProgress = onProgress;
  }

  /** A stage begins; one without a fraction is a part of the one before. */
  stage(what: string, fraction = this.#stages): void {
    this.#what = what;
    this.#stages = fraction;
    this.#say();
  }

  kernel(fraction: number): void {
    this.#kernel = fraction;
    this.#say();
  }

  #say(): void {
    if (this.#kernel === null) {
      this.#onProgress({ what: this.#what, fraction: this.#stages });
      return;
    }
    const kernel =
      this.#kernel < 1 ? `, and the kernel beside it: ${String(Math.floor(this.#kernel * 100))} %` : '';
    // It is about a half of the work on an image.
    this.#onProgress({ what: `${this.#what}${kernel}`, fraction: (this.#stages + this.#kernel) / 2 });
  }
}
