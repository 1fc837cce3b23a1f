/**
 * One image as the site serves it: its files in the store of chunks, its manifests and its snapshots. What is in a
 * chunk or a snapshot is decided by what is imported here: see `machine-code.ts`.
 */
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Guide } from '../site/chapter/model.ts';
import { V86_VERSION } from '../site/sandbox/emulator.ts';
import type {
  ImageManifest,
  InternetFile,
  InternetManifest,
  TimingsManifest,
} from '../site/sandbox/image.ts';
import { ROOT } from './project.ts';
import { makeSnapshots } from './snapshots.ts';
import type { StoreWriter } from './store.ts';

/** Says in a few words what is being done and how far it is. */
type Report = (text: string) => void;

/** Facts about an image that its recipe leaves in `image-facts.json`. */
interface ImageFacts {
  readonly name: string;
  readonly recipe: string;
  readonly memoryBytes: number;
  readonly kernelCommandLine: string;
}

/** Writes the folder of an image below `draft`, with the snapshots of its guides. `signal`, aborted, ends it. */
export async function publishImage(
  draft: string,
  directory: string,
  guides: readonly Guide[],
  store: StoreWriter,
  report: Report,
  signal: AbortSignal,
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
      signal.throwIfAborted();
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
    JSON.stringify(
      await publishInternet(join(directory, 'internet'), store, (text) => {
        signal.throwIfAborted();
        report(text);
      }),
    ),
  );
  const { names: snapshots, seconds } = await makeSnapshots({
    directory: draft,
    image,
    diskPath,
    store,
    guides,
    onProgress: (what, fraction) => report(withPercent(`snapshots: ${what}`, fraction)),
    signal,
  });
  const timings: TimingsManifest = { format: 1, commands: seconds };
  await writeFile(join(folder, 'timings.json'), JSON.stringify(timings));
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

/** `cutting the disk into chunks (40 %)`. */
export function withPercent(what: string, fraction: number): string {
  return `${what} (${Math.round(fraction * 100)} %)`;
}
