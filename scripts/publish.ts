/**
 * Everything that the site serves as `/sandbox/`, from the recipes in `sandbox-images/`.
 *
 * The cache (outside the checkout) holds `images/<hash>` (built by the recipes), `chunks-pool/` (for all
 * versions) and `published/<key>` (what is served: manifests, and hard links into the pool). `<key>` is a hash
 * of all that goes in: image, v86, the machine's code, and the commands and files of the guides.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { buildImage } from '../sandbox-images/build.ts';
import { removeAbandoned } from '../sandbox-images/build/abandoned.ts';
import { loadGuides } from '../site/chapter/load.ts';
import type { Guide } from '../site/chapter/model.ts';
import { V86_VERSION } from '../site/sandbox/emulator.ts';
import type { ImageManifest, InternetFile, InternetManifest } from '../site/sandbox/image.ts';
import { ROOT } from './project.ts';
import { makeSnapshots } from './snapshots.ts';
import { StoreWriter } from './store.ts';

/** Says in a few words what is being done and how far it is. */
type Report = (text: string) => void;

/** The code that decides what is in a chunk or a snapshot. */
const MACHINE_SOURCES = [
  'site/sandbox/disk.ts',
  'site/sandbox/emulator.ts',
  'site/sandbox/image.ts',
  'site/sandbox/local.ts',
  'site/sandbox/overlay.ts',
  'site/sandbox/state.ts',
  'scripts/guide-snapshots.worker.ts',
  'scripts/publish.ts',
  'scripts/snapshot-writer.ts',
  'scripts/snapshots.ts',
  'scripts/store.ts',
];

/** Published versions that are kept beside the newest. */
const KEPT_VERSIONS = 1;

/** Facts about an image that its recipe leaves in `image-facts.json`. */
interface ImageFacts {
  readonly name: string;
  readonly recipe: string;
  readonly memoryBytes: number;
  readonly kernelCommandLine: string;
}

/** `TYPEALONG_CACHE`, or the XDG cache folder. */
export function cacheDirectory(): string {
  const xdg = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['TYPEALONG_CACHE'] ?? join(xdg, 'typealong');
}

/** The folder to serve as `/sandbox/`; built when no build of the same recipe is in the cache. */
export async function ensureImages({ onProgress }: { onProgress: Report }): Promise<string> {
  const cache = cacheDirectory();
  for (const folder of ['work', 'images', 'published']) await removeAbandoned(join(cache, folder));
  const guides = loadGuides(join(ROOT, 'content'));
  const names = [...new Set(guides.map((guide) => guide.image))];
  // Side by side: most of the work on an image keeps one core busy.
  const building = reportTogether(names, onProgress);
  const images = await Promise.all(
    names.map(async (name) => ({
      name,
      directory: await buildImage({
        name,
        cacheDir: cache,
        workDir: join(cache, 'work'),
        onProgress: ({ what, fraction }) => building(name, withPercent(what, fraction)),
      }),
    })),
  );
  const key = await publishedKey(
    images.map(({ directory }) => directory),
    guides,
  );
  const published = join(cache, 'published', key);
  if (existsSync(published)) return published;

  const draft = `${published}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    const store = new StoreWriter(draft, join(cache, 'chunks-pool'));
    const publishing = reportTogether(names, onProgress);
    await Promise.all(
      images.map(({ name, directory }) => {
        const own = guides.filter((guide) => guide.image === name);
        return publishImage(draft, directory, own, store, (text) => publishing(name, text));
      }),
    );
    await rename(draft, published);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await prune(cache, key);
  return published;
}

async function publishImage(
  draft: string,
  directory: string,
  guides: readonly Guide[],
  store: StoreWriter,
  report: Report,
): Promise<void> {
  const facts = JSON.parse(await readFile(join(directory, 'image-facts.json'), 'utf8')) as ImageFacts;
  const folder = join(draft, facts.name);
  await mkdir(folder, { recursive: true });
  const diskPath = join(directory, 'disk.raw');
  const stored = async (path: string) => store.addFile(new Uint8Array(await readFile(path)));
  const image: ImageManifest = {
    format: 1,
    name: facts.name,
    recipe: facts.recipe,
    v86Version: V86_VERSION,
    memoryBytes: facts.memoryBytes,
    kernelCommandLine: facts.kernelCommandLine,
    wasm: await stored(join(ROOT, 'node_modules', 'v86', 'build', 'v86.wasm')),
    kernel: await stored(join(directory, 'bzImage')),
    bios: await stored(join(directory, 'bios.bin')),
    vgaBios: await stored(join(directory, 'vgabios.bin')),
    disk: await store.addDisk(diskPath, (fraction) => {
      report(withPercent('cutting the disk into chunks', fraction));
    }),
    snapshots: [],
  };
  const writeManifest = (manifest: ImageManifest) =>
    writeFile(join(folder, 'image.json'), JSON.stringify(manifest));
  await writeManifest(image);
  await cp(join(directory, 'about.json'), join(folder, 'about.json'));
  await writeFile(
    join(folder, 'internet.json'),
    JSON.stringify(await publishInternet(join(directory, 'internet'), store, report)),
  );
  const snapshots = await makeSnapshots({
    directory: draft,
    image,
    diskPath,
    store,
    guides,
    onProgress: (what, fraction) => report(withPercent(`snapshots: ${what}`, fraction)),
  });
  await writeManifest({ ...image, snapshots });
}

async function publishInternet(
  directory: string,
  store: StoreWriter,
  report: Report,
): Promise<InternetManifest> {
  const described = JSON.parse(await readFile(join(directory, 'hosts.json'), 'utf8')) as Record<
    string,
    { description: string }
  >;
  const hosts: Record<string, { description: string; files: Record<string, InternetFile> }> = {};
  for (const [host, { description }] of Object.entries(described)) {
    const files: Record<string, InternetFile> = {};
    for (const entry of await readdir(join(directory, host), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const stored = await store.addFile(new Uint8Array(await readFile(path)));
      files[webPath(path.slice(join(directory, host).length))] = { ...stored, type: mediaType(path) };
      report(`packing the virtual internet: ${host}`);
    }
    hosts[host] = { description, files };
  }
  return { format: 1, hosts };
}

/** `/simple/flask/index.html` is served at `/simple/flask/`. */
function webPath(path: string): string {
  return basename(path) === 'index.html' ? `${dirname(path).replace(/\/$/, '')}/` : path;
}

function mediaType(path: string): string {
  const types: Record<string, string> = {
    '.html': 'text/html; charset=utf-8',
    '.txt': 'text/plain; charset=utf-8',
    '.gz': 'application/gzip',
    '.xz': 'application/x-xz',
    '.deb': 'application/vnd.debian.binary-package',
    '.rpm': 'application/x-rpm',
    '.whl': 'application/zip',
    '.xml': 'application/xml',
  };
  return types[extname(path)] ?? 'application/octet-stream';
}

async function publishedKey(images: readonly string[], guides: readonly Guide[]): Promise<string> {
  const hash = createHash('sha256');
  for (const directory of images) hash.update(`${basename(directory)}\n`);
  hash.update(V86_VERSION);
  for (const file of MACHINE_SOURCES) hash.update(await readFile(join(ROOT, file)));
  // The text of a chapter may change without a new snapshot; what its reader does may not.
  const played = guides.map((guide) => ({
    slug: guide.slug,
    chapters: guide.chapters.map(({ slug, steps }) => ({
      slug,
      actions: steps.flatMap((step) => step.actions.map((action) => ({ ...action, line: 0 }))),
    })),
  }));
  hash.update(JSON.stringify(played));
  return hash.digest('hex').slice(0, 24);
}

/** Removes older published versions, and chunks that no version links to any more. */
async function prune(cache: string, newest: string): Promise<void> {
  const folder = join(cache, 'published');
  const others = await Promise.all(
    (await readdir(folder))
      // A name with a dot is a draft, of another build that is running.
      .filter((name) => name !== newest && !name.includes('.'))
      .map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  others.sort((a, b) => b.time - a.time);
  for (const { name } of others.slice(KEPT_VERSIONS))
    await rm(join(folder, name), { recursive: true, force: true });
  const pool = join(cache, 'chunks-pool');
  for (const entry of await readdir(pool, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await stat(path)).nlink === 1) await rm(path);
  }
}

/** One report of several pieces of work: what each of them is at. */
function reportTogether(names: readonly string[], onProgress: Report): (name: string, text: string) => void {
  const texts = new Map<string, string>();
  return (name, text) => {
    texts.set(name, text);
    const parts = names.flatMap((each) => {
      const own = texts.get(each);
      return own === undefined ? [] : names.length > 1 ? `${each}: ${own}` : own;
    });
    onProgress(parts.join(' | '));
  };
}

function withPercent(what: string, fraction: number): string {
  return `${what} (${Math.round(fraction * 100)} %)`;
}
