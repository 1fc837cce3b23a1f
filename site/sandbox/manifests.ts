/** The shapes of the manifests, for what comes over the network. */
import { z } from 'zod';
import { CHUNK_BYTES } from './image.ts';
import type { ImageManifest, InternetManifest, SnapshotManifest } from './image.ts';

/** No file and no disk of ours is larger: a larger size is damage, and must not ask for that much memory. */
const LARGEST_BYTES = 4 * 1024 ** 3;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().min(0).max(LARGEST_BYTES);
const storedFile = z.object({ sizeBytes: size, chunks: z.array(hash), transferBytes: size });

export const imageManifest: z.ZodType<ImageManifest> = z.object({
  format: z.literal(1),
  name: z.string(),
  recipe: z.string(),
  v86Version: z.string(),
  memoryBytes: size,
  kernelCommandLine: z.string(),
  wasm: storedFile,
  kernel: storedFile,
  bios: storedFile,
  vgaBios: storedFile,
  disk: z
    .object({ sizeBytes: size, chunks: z.array(hash.nullable()) })
    .refine(({ sizeBytes, chunks }) => chunks.length === Math.ceil(sizeBytes / CHUNK_BYTES)),
  snapshots: z.array(z.string()),
});

export const snapshotManifest: z.ZodType<SnapshotManifest> = z.object({
  format: z.literal(1),
  name: z.string(),
  recipe: z.string(),
  v86Version: z.string(),
  base: z.string().nullable(),
  state: storedFile,
  diskChanges: z.record(z.string().regex(/^\d{1,6}$/), hash.nullable()),
  screens: z.array(z.string()),
  prefetch: z.array(z.number().int().min(0)),
});

export const internetManifest: z.ZodType<InternetManifest> = z.object({
  format: z.literal(1),
  hosts: z.record(
    z.string(),
    z.object({
      description: z.string(),
      files: z.record(z.string(), storedFile.extend({ type: z.string() })),
    }),
  ),
});
