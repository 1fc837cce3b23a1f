/** Builds the site, unless the build that lies there was made of the same things. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runQuietly } from './child.ts';
import type { Report } from './progress.ts';
import { bin, ROOT, SCRATCH, sitePlace } from './project.ts';
import type { SitePlace } from './project.ts';
import { RELEASES } from '../site/integrations/earlier-releases.ts';
import { missingChromium } from '../site/integrations/chromium.ts';
import { withoutPdfs } from '../site/integrations/guide-pdfs.ts';

/** All that a page can depend on. Folders count whole. */
const INPUTS = ['site', 'content', 'astro.config.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** The tests beside the sources are in no page. */
const NO_INPUT = /\.test\.ts$/;

const STAMP = join(SCRATCH, 'site-build');

export interface SiteBuild {
  /** The images, as `ensureImages` gives them. Its name holds the hash of their recipe. */
  readonly sandboxDir: string;
  readonly site?: SitePlace;
  /** The folder of the site as it is online, whose saved machines are to go on; default `TYPEALONG_PREVIOUS`, or none. */
  readonly previous?: string;
  readonly report?: Report;
}

/** Builds the site where it belongs ({@link sitePlace}); resolves with a few words about what was done. */
export async function buildSite({
  sandboxDir,
  site = sitePlace(),
  previous = process.env['TYPEALONG_PREVIOUS'] ?? '',
  report = () => {},
}: SiteBuild): Promise<string> {
  const chromium = missingChromium();
  const inputs = await hashInputs(sandboxDir, site, chromium === null, previous);
  const built = await readFile(STAMP, 'utf8').catch(() => '');
  const complete = await stat(join(site.directory, 'index.html')).catch(() => null);
  if (complete && built === inputs) return 'nothing has changed';
  // Without the stamp, a build that is cut short is not taken for a whole one.
  await rm(STAMP, { force: true });
  await astroBuild({ sandboxDir, site, previous, report });
  await mkdir(dirname(STAMP), { recursive: true });
  await writeFile(STAMP, inputs);
  return chromium === null ? 'built' : `built. ${withoutPdfs(chromium)}`;
}

/** Runs `astro build`, whatever lies there. */
export async function astroBuild({
  sandboxDir,
  site = sitePlace(),
  previous = '',
  report,
}: SiteBuild): Promise<void> {
  await runQuietly([bin('astro'), 'build', '--outDir', site.directory], {
    env: {
      TYPEALONG_SANDBOX: sandboxDir,
      TYPEALONG_BASE: site.base,
      TYPEALONG_PREVIOUS: previous,
      ASTRO_TELEMETRY_DISABLED: '1',
      NO_COLOR: '1',
    },
    ...(report && { onLine: report }),
  });
}

/** A hash of all that a build depends on; `hasPdfs`: whether it makes PDFs of the guides; `previous`: as in {@link SiteBuild}. */
export async function hashInputs(
  sandboxDir: string,
  { directory, base }: SitePlace,
  hasPdfs = true,
  previous = '',
): Promise<string> {
  // The same folder may hold another release by now.
  const releases = previous === '' ? '' : await readFile(join(previous, RELEASES), 'utf8').catch(() => '');
  const hash = createHash('sha256').update(
    [sandboxDir, directory, base, hasPdfs, previous, releases].join('\0'),
  );
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
