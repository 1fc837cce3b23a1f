/** Builds the Python package index of the virtual internet from Debian's packages. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { licencesOf } from '../about/licences.ts';
import { compileCommand } from '../build/compile-python.ts';
import type { AptWorkspace, ChosenPackage } from '../build/apt-workspace.ts';
import { asRoot, runInside, runProgram } from '../build/run-program.ts';
import { normalizeName } from './metadata.ts';
import { FILES_HOST, INDEX_HOST, indexPages, wheelPath } from './index-pages.ts';
import { PYTHON_PACKAGES, UWSGI_BUILD_PACKAGES, WHEEL_PACKAGES } from './packages.ts';
import { assembleWheel, readProject, type Wheel } from './wheel.ts';

export interface PythonIndexInput {
  readonly apt: AptWorkspace;
  /** A copy of the image's root file system to run programs in; packages are added to it. */
  readonly builder: string;
  readonly onProgress: (what: string) => void;
}

/** A wheel of the index. */
export interface IndexedWheel extends Wheel {
  /** Names, as Debian gives them. */
  readonly licences: readonly string[];
}

/** Debian's package of the program uWSGI. */
const UWSGI_DEBIAN = 'uwsgi-core';
const DIST_PACKAGES = 'usr/lib/python3/dist-packages';

let underWay: Promise<IndexedWheel[]> | undefined;

/** What the index offers. It is the same for all images, so it is made once for those that are built together. */
export function buildWheels(input: PythonIndexInput): Promise<IndexedWheel[]> {
  underWay ??= makeWheels(input);
  return underWay;
}

async function makeWheels(input: PythonIndexInput): Promise<IndexedWheel[]> {
  const { apt, builder, onProgress } = input;
  onProgress('assembling Python wheels');
  const sources = await choose(apt, [...WHEEL_PACKAGES, ...PYTHON_PACKAGES]);
  await unpack(input, sources);
  await compileAll(builder, sources);
  const projects = await projectsOf(builder, sources);
  const available = new Set([...projects.values(), 'uwsgi'].map(normalizeName));
  const wheels: IndexedWheel[] = [];
  for (const debian of sources) {
    const needs = await requirementsOf(apt, debian, projects);
    const wheel = await assembleWheel(siteOf(builder, debian.name), builder, { needs, available });
    wheels.push({
      ...wheel,
      licences: await licencesOf(debian.name, [unpackedAt(builder, debian.name), builder]),
    });
  }
  onProgress('compiling uWSGI');
  wheels.push(await buildUwsgi(input));
  return wheels;
}

/** Writes the index's pages and files below `internet`. */
export async function writeIndex(internet: string, wheels: readonly Wheel[]): Promise<void> {
  const write = async (host: string, file: string, data: string | Uint8Array): Promise<void> => {
    const place = path.join(internet, host, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, data);
  };
  for (const wheel of wheels) await write(FILES_HOST, wheelPath(wheel), wheel.bytes);
  for (const [file, text] of indexPages(wheels)) await write(INDEX_HOST, file, text);
}

async function choose(apt: AptWorkspace, names: readonly string[]): Promise<ChosenPackage[]> {
  const all = await apt.resolve(names);
  return names.map((name) => {
    const found = all.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`Debian has no package ${name} for the Python index`);
    return found;
  });
}

/** Where a package of the index is unpacked in the builder. */
function unpackedAt(builder: string, name: string): string {
  return path.join(builder, 'build/python', name);
}

/** Where a package's Python project lies in the builder once unpacked. */
function siteOf(builder: string, name: string): string {
  return path.join(unpackedAt(builder, name), WHEEL_PACKAGES.includes(name) ? 'wheel' : DIST_PACKAGES);
}

async function unpack({ apt, builder }: PythonIndexInput, sources: readonly ChosenPackage[]): Promise<void> {
  const debs = await apt.download(sources);
  for (const [at, { name }] of sources.entries()) {
    const tree = unpackedAt(builder, name);
    await runProgram(asRoot(['mkdir', '-p', tree]));
    await runProgram(asRoot(['dpkg-deb', '-x', debs[at] ?? '', tree]));
    if (!WHEEL_PACKAGES.includes(name)) continue;
    const script = 'python3 -m zipfile -e "$1"/usr/share/python-wheels/*.whl "$1/wheel"';
    await runInside(builder, ['sh', '-c', script, 'sh', `/build/python/${name}`]);
  }
}

/** Names of Python projects by the Debian packages that they come in. */
async function projectsOf(builder: string, sources: readonly ChosenPackage[]): Promise<Map<string, string>> {
  const projects = new Map<string, string>();
  for (const { name } of sources) projects.set(name, (await readProject(siteOf(builder, name))).name);
  // A module of setuptools that Debian keeps in a package of its own.
  return projects.set('python3-setuptools', 'setuptools').set('python3-pkg-resources', 'setuptools');
}

/**
 * The projects that a package needs. Debian's build takes them out of Python's metadata and puts the Debian
 * packages into the control file instead; this is the way back.
 */
async function requirementsOf(
  apt: AptWorkspace,
  debian: ChosenPackage,
  projects: ReadonlyMap<string, string>,
): Promise<string[]> {
  if (WHEEL_PACKAGES.includes(debian.name)) return [];
  const [deb = ''] = await apt.download([debian]);
  const depends = await runProgram(['dpkg-deb', '-f', deb, 'Depends']);
  const names = depends.split(',').map((each) => /^\s*([a-z0-9.+-]+)/.exec(each)?.[1] ?? '');
  // virtualenv finds these in the image.
  const wanted = names.filter((name) => !WHEEL_PACKAGES.includes(name));
  return [...new Set(wanted.flatMap((name) => projects.get(name) ?? []))];
}

/** Compiles the modules of all these for the top of a `site-packages` directory, wherever that will be. */
async function compileAll(builder: string, sources: readonly ChosenPackage[]): Promise<void> {
  for (const { name } of sources) {
    const site = path.relative(builder, siteOf(builder, name));
    await runInside(builder, compileCommand(`/${site}`, '', '.'));
  }
}

/** uWSGI is a C program; its wheel is compiled here, by the guest's own compiler and Python. */
async function buildUwsgi({ apt, builder }: PythonIndexInput): Promise<IndexedWheel> {
  const debs = await apt.download(
    await apt.resolve(UWSGI_BUILD_PACKAGES, path.join(builder, 'var/lib/dpkg/status')),
  );
  await runProgram(
    asRoot(['mkdir', '-p', path.join(builder, 'build/debs'), path.join(builder, 'build/uwsgi')]),
  );
  await runProgram(asRoot(['cp', ...debs, path.join(builder, 'build/debs')]));
  await runInside(builder, ['sh', '-c', 'dpkg -i /build/debs/*.deb']);
  await apt.unpackUpstream('uwsgi', path.join(builder, 'build/uwsgi'));
  await runInside(builder, [
    'sh',
    '-c',
    'cd /build/uwsgi && python3 setup.py -q bdist_wheel --dist-dir /build/uwsgi-wheel',
  ]);
  const directory = path.join(builder, 'build/uwsgi-wheel');
  const fileName = (await readdir(directory)).find((name) => name.endsWith('.whl'));
  const version = /^[^-]+-([^-]+)-/.exec(fileName ?? '')?.[1];
  if (fileName === undefined || version === undefined) throw new Error('Building uWSGI left no wheel');
  const bytes = await readFile(path.join(directory, fileName));
  return { name: 'uwsgi', version, fileName, bytes, licences: await uwsgiLicences(apt, builder) };
}

/** Debian's own build of it has a copyright file. */
async function uwsgiLicences(apt: AptWorkspace, builder: string): Promise<string[]> {
  const [deb = ''] = await apt.download(await choose(apt, [UWSGI_DEBIAN]));
  const tree = unpackedAt(builder, UWSGI_DEBIAN);
  await runProgram(asRoot(['mkdir', '-p', tree]));
  await runProgram(asRoot(['dpkg-deb', '-x', deb, tree]));
  return licencesOf(UWSGI_DEBIAN, [tree]);
}
