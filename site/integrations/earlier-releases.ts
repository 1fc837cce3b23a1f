/**
 * What a build keeps of the releases before it, so that a machine that was saved then goes on: the machine's program,
 * the images' manifests, their disks and the memory that saves are a difference from. Each build says in
 * `sandbox/releases.json` what it is and what it kept; the next one is told where that lies by `TYPEALONG_PREVIOUS`, the
 * folder of the site as it is online. Chunks are named by what they hold, so most of them are there already.
 */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { z } from 'zod';
import { chunkPath } from '../sandbox/chunk-store.ts';
import { snapshotPath, type ImageManifest, type SnapshotManifest } from '../sandbox/image.ts';
import { WORKER_PROTOCOL } from '../sandbox/worker-protocol.ts';
import { linkFile, sandboxFolder } from './sandbox-files.ts';
import { readImage } from './served-files.ts';

/** Releases that are kept beside the newest. */
const KEPT_RELEASES = 2;

/** Below the site's folder: what the release is and which ones it kept. */
export const RELEASES = 'sandbox/releases.json';

const releaseSchema = z.object({
  /** Names it among the others: the same for the same images. */
  id: z.string().regex(/^[0-9A-Za-z]+$/),
  /** The program that runs its machines. `protocol`: how a page talks to it. */
  program: z.object({ protocol: z.number(), path: z.string(), files: z.array(z.string()) }).nullable(),
  /** Folders of its images below `sandbox/`, by their names. */
  images: z.record(z.string(), z.string()),
});
const listSchema = z.object({ format: z.literal(1), releases: z.array(releaseSchema) });

export type Release = z.infer<typeof releaseSchema>;

/** A release of before, in the folder of the site that `directory` names. */
export interface EarlierRelease extends Release {
  readonly directory: string;
}

/** An image of an earlier release, as this build serves it. */
export interface EarlierImage {
  readonly manifest: ImageManifest;
  /** Its folder below `sandbox/`. */
  readonly folder: string;
  /** Where its manifests lie now. */
  readonly source: string;
  /** Path of the program that runs it, below the site's base; `null` when that is this build's own. */
  readonly program: string | null;
}

/** The releases to keep, newest first; none when nothing says where the site of before is. Throws a plain sentence. */
export function earlierReleases(environment: NodeJS.ProcessEnv = process.env): readonly EarlierRelease[] {
  const directory = environment['TYPEALONG_PREVIOUS'] ?? '';
  const sandbox = sandboxFolder(environment);
  if (directory === '' || sandbox === null) return [];
  const file = join(directory, RELEASES);
  if (!existsSync(file))
    throw new Error(
      `${file} is missing: TYPEALONG_PREVIOUS has to name the folder of a built site, with its machines. Without TYPEALONG_PREVIOUS, machines that were saved on earlier releases cannot go on.`,
    );
  const list = listSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!list.success)
    throw new Error(`${file} cannot be read: it was written by another version of Typealong, or is damaged.`);
  const own = releaseId(sandbox);
  return list.data.releases
    .filter(({ id }) => id !== own)
    .slice(0, KEPT_RELEASES)
    .map((release) => ({ ...release, directory }));
}

/** The images of this name that earlier releases had, newest first; each version of an image once. */
export function earlierImages(
  name: string,
  present: Pick<ImageManifest, 'recipe' | 'v86Version'>,
  releases = earlierReleases(),
): readonly EarlierImage[] {
  const known = new Set([versionOf(present)]);
  return releases.flatMap(({ id, directory, program, images }) => {
    const folder = images[name];
    if (folder === undefined) return [];
    const source = join(directory, 'sandbox', folder);
    const manifest = JSON.parse(readFileSync(join(source, 'image.json'), 'utf8')) as ImageManifest;
    // What runs on this release's v86 needs no program of its own; another's has to understand this page.
    const needsProgram = manifest.v86Version !== present.v86Version;
    const isUnderstood = program?.protocol === WORKER_PROTOCOL;
    if (known.has(versionOf(manifest)) || (needsProgram && !isUnderstood)) return [];
    known.add(versionOf(manifest));
    const path = needsProgram ? (program?.path ?? null) : null;
    return { manifest, folder: keptFolder(name, id), source, program: path };
  });
}

/** Paths of a kept image's files: manifests below its folder, chunks below the folder above. */
async function keptFiles(source: string): Promise<{ manifests: string[]; chunks: string[] }> {
  const { parts, snapshots: names } = await readImage(source);
  const snapshots = names.map(snapshotPath);
  const states = snapshots.flatMap((file) => {
    const { base, state } = JSON.parse(readFileSync(join(source, file), 'utf8')) as SnapshotManifest;
    // A saved machine has its memory as a difference from a whole state; the chapters' own begin no machine any more.
    return base === null ? state.chunks : [];
  });
  const hashes = [...parts.machine, ...parts.disk, ...parts.internet, ...parts['disk changes'], ...states];
  return {
    manifests: ['image.json', 'internet.json', ...snapshots],
    chunks: [...new Set(hashes)].map((hash) => chunkPath(hash)),
  };
}

/** Keeps the earlier releases, and says what this one is. */
export function keptReleases(): AstroIntegration {
  /** The files of the machine's program, its entry first. */
  let programFiles: readonly string[] = [];
  return {
    name: 'typealong:kept-releases',
    hooks: {
      'astro:config:setup': ({ command, config, updateConfig }) => {
        if (command !== 'build') return;
        const site = fileURLToPath(config.outDir);
        const previous = process.env['TYPEALONG_PREVIOUS'] ?? '';
        if (previous !== '' && resolve(previous) === resolve(site))
          throw new Error(
            `TYPEALONG_PREVIOUS names ${site}, which this build writes over. Copy the earlier site elsewhere first.`,
          );
        // What is wrong with it is said at once.
        earlierReleases();
        const record = {
          name: 'typealong:program-files',
          generateBundle(_: unknown, bundle: Record<string, BundledFile>): void {
            const entry = Object.values(bundle).find(isMachineProgram);
            if (!entry) return;
            const others = Object.keys(bundle).filter((file) => file !== entry.fileName);
            programFiles = [entry.fileName, ...others];
          },
        };
        updateConfig({ vite: { worker: { plugins: () => [record] } } });
      },
      'astro:build:done': async ({ dir, logger }) => {
        const sandbox = sandboxFolder();
        if (sandbox === null) return;
        const site = fileURLToPath(dir);
        const kept: Release[] = [];
        for (const release of earlierReleases()) {
          const { bytes, images } = await keepRelease(release, site);
          kept.push({ id: release.id, program: release.program, images });
          logger.info(`release ${release.id} is kept: ${(bytes / 1e6).toFixed(1)} MB more`);
        }
        const [path] = programFiles;
        if (path === undefined) throw new Error('The build made no program for the machine.');
        const own: Release = {
          id: releaseId(sandbox),
          program: { protocol: WORKER_PROTOCOL, path, files: [...programFiles] },
          images: Object.fromEntries((await imageNames(sandbox)).map((name) => [name, name])),
        };
        await writeFile(join(site, RELEASES), JSON.stringify({ format: 1, releases: [own, ...kept] }));
      },
    },
  };
}

interface BundledFile {
  readonly type: string;
  readonly fileName: string;
  readonly isEntry?: boolean;
  readonly facadeModuleId?: string | null;
}

function isMachineProgram({ isEntry, facadeModuleId }: BundledFile): boolean {
  return isEntry === true && /\/site\/sandbox\/worker\.ts(?:\?|$)/.test(facadeModuleId ?? '');
}

/** Brings a release's files to the site; resolves with the bytes that were not there yet, and where its images lie. */
async function keepRelease(
  { id, directory, program, images }: EarlierRelease,
  site: string,
): Promise<{ bytes: number; images: Record<string, string> }> {
  let bytes = 0;
  const bring = async (
    from: string,
    to: string,
    by: (from: string, to: string) => Promise<number> = copyOf,
  ): Promise<void> => {
    await mkdir(dirname(to), { recursive: true });
    bytes += await by(from, to);
  };
  for (const file of program?.files ?? []) await bring(join(directory, file), join(site, file));
  const folders: Record<string, string> = {};
  for (const [name, folder] of Object.entries(images)) {
    const source = join(directory, 'sandbox', folder);
    const { manifests, chunks } = await keptFiles(source);
    const own = keptFolder(name, id);
    folders[name] = own;
    for (const path of manifests) await bring(join(source, path), join(site, 'sandbox', own, path));
    // Whoever copies the new site over the earlier one writes into files that are linked: what a chunk holds is the same.
    for (const path of chunks)
      await bring(join(directory, 'sandbox', path), join(site, 'sandbox', path), linkFile);
  }
  return { bytes, images: folders };
}

/** Copies a file that is not there yet; resolves with its bytes. */
async function copyOf(from: string, to: string): Promise<number> {
  if (existsSync(to)) return 0;
  await copyFile(from, to);
  return (await stat(to)).size;
}

/** Beside the images of today: chunks lie in the folder above. */
function keptFolder(image: string, release: string): string {
  return `${image}@${release}`;
}

function releaseId(sandbox: string): string {
  return basename(sandbox).slice(0, 12);
}

function versionOf({ recipe, v86Version }: Pick<ImageManifest, 'recipe' | 'v86Version'>): string {
  return `${recipe} ${v86Version}`;
}

async function imageNames(sandbox: string): Promise<string[]> {
  const entries = await readdir(sandbox, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'chunks').map(({ name }) => name);
}
