/** Assembles wheels (PEP 427) from installed Python packages as Debian ships them. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  metadataOfEgg,
  normalizeName,
  readMetadata,
  withoutMissingExtras,
  withRequirements,
  type ProjectMetadata,
} from './metadata.ts';
import { zip, type ZipEntry } from './zip.ts';

export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** Modules compiled for the guest's processor, or for any. */
const NATIVE_TAG = 'cp311-cp311-linux_i686';
const PURE_TAG = 'py3-none-any';

/** Of a directory of metadata, what a wheel keeps. RECORD and WHEEL are written anew. */
const KEPT_METADATA = /^(entry_points\.txt|top_level\.txt|LICEN[CS]E.*|COPYING.*|AUTHORS.*|NOTICE.*)$/;

/**
 * Makes a wheel of what lies in `site` (a `dist-packages` directory with one project in it, its modules
 * compiled already). It requires the projects `needs` besides those of its own metadata, and has only the extras that
 * the projects `available` are enough for. What a link outside leads to is taken from below `system`, or left out if
 * it leads nowhere.
 */
export async function assembleWheel(
  site: string,
  system: string,
  { needs, available }: { readonly needs: readonly string[]; readonly available: ReadonlySet<string> },
): Promise<Wheel> {
  const info = await findInfo(site);
  const described = withRequirements(await readInfo(path.join(site, info)), needs);
  const project = withoutMissingExtras(described, available);
  const folder = `${project.name.replace(/[-_.]+/g, '_')}-${project.version}.dist-info`;

  const files: ZipEntry[] = [];
  for (const name of (await readdir(site)).filter((other) => other !== info).sort())
    files.push(...(await entriesOf(site, name, system)));
  const tag = files.some((entry) => entry.name.endsWith('.so')) ? NATIVE_TAG : PURE_TAG;
  files.push(...(await metadataEntries(path.join(site, info), folder, project, tag)));
  files.push({ name: `${folder}/RECORD`, data: record(files, folder) });
  const fileName = `${project.name.replace(/[-_.]+/g, '_')}-${project.version}-${tag}.whl`;
  return { name: normalizeName(project.name), version: project.version, fileName, bytes: zip(files) };
}

/** What the one project in `site` says of itself. */
export async function readProject(site: string): Promise<ProjectMetadata> {
  return readInfo(path.join(site, await findInfo(site)));
}

async function findInfo(site: string): Promise<string> {
  const infos = (await readdir(site)).filter((name) => /\.(egg|dist)-info$/.test(name));
  const [info] = infos;
  if (info === undefined || infos.length > 1)
    throw new Error(`${site} must hold one Python project, not ${String(infos.length)}`);
  return info;
}

async function readInfo(info: string): Promise<ProjectMetadata> {
  // A project without further files has its PKG-INFO as a file in place of the directory.
  if ((await stat(info)).isFile()) return metadataOfEgg(await readFile(info, 'utf8'), '');
  if (info.endsWith('.dist-info')) return readMetadata(await readFile(path.join(info, 'METADATA'), 'utf8'));
  const requires = await readFile(path.join(info, 'requires.txt'), 'utf8').catch(() => '');
  return metadataOfEgg(await readFile(path.join(info, 'PKG-INFO'), 'utf8'), requires);
}

async function metadataEntries(
  info: string,
  folder: string,
  project: ProjectMetadata,
  tag: string,
): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [{ name: `${folder}/METADATA`, data: Buffer.from(project.text) }];
  const kept = (await stat(info)).isFile()
    ? []
    : (await readdir(info)).filter((name) => KEPT_METADATA.test(name));
  for (const name of kept.sort())
    entries.push({ name: `${folder}/${name}`, data: await readFile(path.join(info, name)) });
  const pure = tag === PURE_TAG ? 'true' : 'false';
  const wheel = `Wheel-Version: 1.0\nGenerator: typealong\nRoot-Is-Purelib: ${pure}\nTag: ${tag}\n`;
  entries.push({ name: `${folder}/WHEEL`, data: Buffer.from(wheel) });
  return entries;
}

/** Every file below `site`/`name`, links followed. */
async function entriesOf(site: string, name: string, system: string): Promise<ZipEntry[]> {
  const place = await followed(path.join(site, name), system);
  if (place === null) return [];
  const facts = await stat(place);
  if (facts.isFile()) return [{ name, data: await readFile(place), mode: facts.mode & 0o755 }];
  const entries: ZipEntry[] = [];
  for (const child of (await readdir(place)).sort()) {
    const inner = await entriesOf(place, child, system);
    entries.push(...inner.map((entry) => ({ ...entry, name: `${name}/${entry.name}` })));
  }
  return entries;
}

/**
 * Where a path really is. A link is followed as in the guest: one that leads out of the tree is looked for
 * below `system`, never on this machine. `null` when it leads nowhere.
 */
async function followed(place: string, system: string): Promise<string | null> {
  const facts = await lstat(place).catch(() => null);
  if (!facts?.isSymbolicLink()) return facts ? place : null;
  const target = await readlink(place);
  return followed(
    path.isAbsolute(target) ? path.join(system, target) : path.resolve(path.dirname(place), target),
    system,
  );
}

/** The list of a wheel's files with their hashes (PEP 376, PEP 427). */
function record(files: readonly ZipEntry[], folder: string): Buffer {
  const lines = files.map(({ name, data }) => {
    const hash = createHash('sha256').update(data).digest('base64url');
    return `${quoted(name)},sha256=${hash},${String(data.length)}\n`;
  });
  return Buffer.from(`${lines.join('')}${folder}/RECORD,,\n`);
}

function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
