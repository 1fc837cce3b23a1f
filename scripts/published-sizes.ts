/** What the published images take on a host, and what of it they share. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Part, PARTS, readImage, servedFiles } from '../site/integrations/served-files.ts';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import type { ChunkHash } from '../site/sandbox/image.ts';
import { Failure } from './command.ts';

/** Bytes of an image's chunks as they lie on the host. */
export interface ImageSizes {
  readonly name: string;
  /** Of chunks that no image before has. */
  readonly added: Readonly<Record<Part, number>>;
  /** Of chunks that an image before has, too. */
  readonly sharedBytes: number;
}

export interface PublishedSizes {
  readonly images: readonly ImageSizes[];
  /** All that is served below `sandbox/`. */
  readonly totalBytes: number;
  readonly files: number;
}

/** A host's readers wait for none of it, but whoever runs the site pays for all of it. */
const MOST_BYTES = 450_000_000;
const MOST_FILES = 6000;

/** Measures the folder that is served as `/sandbox/`. The images come in the order of `names`. */
export async function measurePublished(directory: string, names: readonly string[]): Promise<PublishedSizes> {
  const seen = new Set<ChunkHash>();
  const images: ImageSizes[] = [];
  for (const name of names) {
    const added: Record<Part, number> = { machine: 0, disk: 0, internet: 0, states: 0, 'disk changes': 0 };
    const shared = new Set<ChunkHash>();
    const own = new Set<ChunkHash>();
    const { parts } = await readImage(join(directory, name));
    for (const part of PARTS) {
      for (const hash of parts[part]) {
        if (own.has(hash)) continue;
        if (seen.has(hash)) shared.add(hash);
        else added[part] += (await stat(join(directory, chunkPath(hash)))).size;
        own.add(hash);
      }
    }
    let sharedBytes = 0;
    for (const hash of shared) sharedBytes += (await stat(join(directory, chunkPath(hash)))).size;
    for (const hash of own) seen.add(hash);
    images.push({ name, added, sharedBytes });
  }
  const files = await servedFiles(directory);
  let totalBytes = 0;
  for (const file of files) totalBytes += (await stat(join(directory, file))).size;
  return { images, totalBytes, files: files.length };
}

/** As a table, MB, with a row for each image. */
export function formatSizes({ images, totalBytes, files }: PublishedSizes): string {
  const rows = [
    ['MB', ...PARTS, 'new', 'shared'],
    ...images.map(({ name, added, sharedBytes }) => [
      name,
      ...PARTS.map((part) => megabytes(added[part])),
      megabytes(PARTS.reduce((sum, part) => sum + added[part], 0)),
      megabytes(sharedBytes),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [...lines, `${megabytes(totalBytes)} MB in ${files} files`].join('\n');
}

/** Throws a Failure when that is more than a host should have to keep. */
export function checkSizes(sizes: PublishedSizes): void {
  const { totalBytes, files } = sizes;
  if (totalBytes <= MOST_BYTES && files <= MOST_FILES) return;
  throw new Failure(
    `The sandbox images take ${megabytes(totalBytes)} MB in ${files} files. ` +
      `At most ${megabytes(MOST_BYTES)} MB and ${MOST_FILES} files may be published. What is in them:\n${formatSizes(sizes)}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
