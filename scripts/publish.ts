/**
 * Everything that the site serves as `/sandbox/`, from the recipes in `sandbox-images/`.
 *
 * The cache (outside the checkout) holds `bases/<hash>` and `images/<hash>` (built by the recipes),
 * `chunks-pool-<level>/` (for all versions) and `published/<key>` (manifests, and hard links into the pool; the site
 * serves most of it). `<key>` is a hash of all that goes in: image, v86, the machine's code (`machine-code.ts`), and what the guides' readers do.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { buildImage } from '../sandbox-images/build.ts';
import { removeAbandoned } from '../sandbox-images/build/abandoned.ts';
import { keepNewest } from '../sandbox-images/build/newest.ts';
import { loadGuides } from '../site/chapter/load.ts';
import type { Guide } from '../site/chapter/model.ts';
import { V86_VERSION } from '../site/sandbox/emulator.ts';
import { allOrNone } from './all-or-none.ts';
import { machineCode } from './machine-code.ts';
import { ROOT } from './project.ts';
import { checkSizes, measurePublished, type PublishedSizes } from './published-sizes.ts';
import { publishImage, withPercent } from './publish-image.ts';
import { POOL, prunePools, StoreWriter } from './store.ts';

/** Says in a few words what is being done and how far it is. */
type Report = (text: string) => void;

/** Published versions that are kept beside the newest. */
const KEPT_VERSIONS = 1;

/** `TYPEALONG_CACHE`, or the XDG cache folder. */
export function cacheDirectory(): string {
  const xdg = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['TYPEALONG_CACHE'] ?? join(xdg, 'typealong');
}

/** Sandbox images that are ready to be served. */
export interface PublishedImages {
  /** The folder to serve as `/sandbox/`. */
  readonly directory: string;
  readonly sizes: PublishedSizes;
}

/** The images of all guides; built when no build of the same recipe is in the cache. Throws when they are too large. */
export async function ensureImages({ onProgress }: { onProgress: Report }): Promise<PublishedImages> {
  const cache = cacheDirectory();
  for (const folder of ['work', 'bases', 'images', 'published']) await removeAbandoned(join(cache, folder));
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
  if (existsSync(published)) {
    const sizes = await measurePublished(published, names);
    checkSizes(sizes);
    return { directory: published, sizes };
  }

  const draft = `${published}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  try {
    const store = new StoreWriter(draft, join(cache, POOL));
    const publishing = reportTogether(names, onProgress);
    await allOrNone(images, ({ name, directory }, signal) => {
      const own = guides.filter((guide) => guide.image === name);
      return publishImage(draft, directory, own, store, (text) => publishing(name, text), signal);
    });
    const sizes = await measurePublished(draft, names);
    await rename(draft, published);
    await keepNewest(published, KEPT_VERSIONS);
    await prunePools(cache);
    checkSizes(sizes);
    return { directory: published, sizes };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function publishedKey(images: readonly string[], guides: readonly Guide[]): Promise<string> {
  const hash = createHash('sha256');
  for (const directory of images) hash.update(`${basename(directory)}\n`);
  hash.update(V86_VERSION);
  hash.update(await machineCode());
  // The text of a chapter may change without a new snapshot, and what it shows of outputs; what its reader does may not.
  const played = guides.map((guide) => ({
    slug: guide.slug,
    chapters: guide.chapters.map(({ slug, steps }) => ({
      slug,
      actions: steps.flatMap((step) =>
        step.actions.map((action) => ({ ...action, line: 0, output: '', varies: undefined })),
      ),
    })),
  }));
  hash.update(JSON.stringify(played));
  return hash.digest('hex').slice(0, 24);
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
