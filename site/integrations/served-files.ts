/** Which of the files that `npm run images` makes the site serves. Snapshots that only tests start from stay behind. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkPath } from '../sandbox/chunk-store.ts';
import {
  type ChunkHash,
  type ImageManifest,
  type InternetManifest,
  type SnapshotManifest,
  snapshotPath,
} from '../sandbox/image.ts';

/** The parts of an image, as a table shows them. */
export const PARTS = ['machine', 'disk', 'internet', 'states', 'disk changes'] as const;
export type Part = (typeof PARTS)[number];

/** Paths of the served files, below `directory`: manifests, and the chunks that they name. */
export async function servedFiles(directory: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'chunks') continue;
    const { name } = entry;
    for (const file of await readdir(join(directory, name), { withFileTypes: true }))
      if (file.isFile()) paths.add(`${name}/${file.name}`);
    const { snapshots, parts } = await readImage(join(directory, name));
    for (const snapshot of snapshots) paths.add(`${name}/${snapshotPath(snapshot)}`);
    for (const part of PARTS) for (const hash of parts[part]) paths.add(chunkPath(hash));
  }
  return [...paths];
}

/** Names of the snapshots of an image in `folder` that readers start from, and the chunks of each of its parts. */
export async function readImage(
  folder: string,
): Promise<{ snapshots: readonly string[]; parts: Record<Part, ChunkHash[]> }> {
  const read = async <Manifest>(file: string): Promise<Manifest> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as Manifest;
  const image = await read<ImageManifest>('image.json');
  const internet = await read<InternetManifest>('internet.json');
  const snapshots = await Promise.all(
    image.snapshots.map((name) => read<SnapshotManifest>(snapshotPath(name))),
  );
  const present = (hashes: Iterable<ChunkHash | null>): ChunkHash[] =>
    [...hashes].filter((hash): hash is ChunkHash => hash !== null);
  const parts = {
    machine: [image.wasm, image.kernel, image.bios, image.vgaBios].flatMap(({ chunks }) => chunks),
    disk: present(image.disk.chunks),
    internet: Object.values(internet.hosts).flatMap(({ files }) =>
      Object.values(files).flatMap(({ chunks }) => chunks),
    ),
    states: snapshots.flatMap(({ state }) => state.chunks),
    'disk changes': present(snapshots.flatMap(({ diskChanges }) => Object.values(diskChanges))),
  };
  return { snapshots: image.snapshots, parts };
}
