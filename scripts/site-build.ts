/** Builds the site, unless the build that lies there was made of the same things. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runQuietly } from './child.ts';
import type { Report } from './progress.ts';
import { bin, DIST, ROOT, SCRATCH } from './project.ts';

/** All that a page can depend on. Folders count whole. */
const INPUTS = [
  'site',
  'content',
  'public',
  'astro.config.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** The tests beside the sources are in no page. */
const NO_INPUT = /\.test\.ts$/;

const STAMP = join(SCRATCH, 'site-build');

export interface SiteBuild {
  /** The images, as `ensureImages` gives them. Its name holds the hash of their recipe. */
  readonly sandboxDir: string;
  readonly report?: Report;
}

/** Builds into {@link DIST}; resolves with a few words about what was done. */
export async function buildSite({ sandboxDir, report = () => {} }: SiteBuild): Promise<string> {
  const inputs = await hashInputs(sandboxDir);
  const built = await readFile(STAMP, 'utf8').catch(() => '');
  const complete = await stat(join(DIST, 'index.html')).catch(() => null);
  if (complete && built === inputs) return 'nothing has changed';
  // Without the stamp, a build that is cut short is not taken for a whole one.
  await rm(STAMP, { force: true });
  await astroBuild({ sandboxDir, report });
  await mkdir(dirname(STAMP), { recursive: true });
  await writeFile(STAMP, inputs);
  return 'built';
}

/** Runs `astro build`, elsewhere or for another path on the host when asked. */
export async function astroBuild(
  { sandboxDir, report }: SiteBuild,
  { base = '/', outDir = DIST }: { base?: string; outDir?: string } = {},
): Promise<void> {
  await runQuietly([bin('astro'), 'build', '--outDir', outDir], {
    env: {
      TYPEALONG_SANDBOX: sandboxDir,
      TYPEALONG_BASE: base,
      ASTRO_TELEMETRY_DISABLED: '1',
      NO_COLOR: '1',
    },
    ...(report && { onLine: report }),
  });
}

async function hashInputs(sandboxDir: string): Promise<string> {
  const hash = createHash('sha256').update(sandboxDir);
  for (const input of INPUTS) {
    for (const file of await filesUnder(join(ROOT, input))) {
      hash.update(`\0${file}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** A file itself, or all files under a folder, in a fixed order; none when there is nothing. */
async function filesUnder(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => null);
  if (!entry) return [];
  if (entry.isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((found) => found.isFile() && !NO_INPUT.test(found.name))
    .map((found) => join(found.parentPath, found.name))
    .sort();
}
