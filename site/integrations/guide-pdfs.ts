/** A PDF of each guide: Chromium prints the page `/guides/<guide>/print/` of the site that was just built. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AstroIntegration } from 'astro';
import type { Page } from 'playwright';
import { CONTENT_DIR, loadGuides } from '../chapter/load.ts';
import { CHROMIUM, missingChromium } from './chromium.ts';
import { withSlash } from '../with-slash.ts';

/** The folder of a guide's page for printing, from the site's root; `guide` is its slug. */
export function printFolder(guide: string): string {
  return `guides/${guide}/print/`;
}

/** A guide's PDF, from the site's root. Its name is what a reader saves it as. */
export function pdfFile(guide: string): string {
  return `${printFolder(guide)}${guide}.pdf`;
}

/** Nothing is served there: what the page asks for is taken from the folder of the build. */
const ORIGIN = 'http://build.invalid';

export function guidePdfs(): AstroIntegration {
  let base = '/';
  return {
    name: 'typealong:guide-pdfs',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = withSlash(config.base);
      },
      'astro:build:done': async ({ dir, logger }) => {
        const missing = missingChromium();
        if (missing !== null) {
          logger.warn(withoutPdfs(missing));
          return;
        }
        await printGuides(
          fileURLToPath(dir),
          base,
          loadGuides(CONTENT_DIR).map(({ slug }) => slug),
        );
      },
    },
  };
}

/** What a build without Chromium says. */
export function withoutPdfs(chromium: string): string {
  return `The guides have no PDFs: there is no Chromium at ${chromium}. Install it (sudo apt-get install chromium), or say where it is with TYPEALONG_CHROMIUM, and build again.`;
}

/** Prints the pages of `guides` (slugs) of the site in the folder `site`, which was built for the path `base`. */
async function printGuides(site: string, base: string, guides: readonly string[]): Promise<void> {
  // Only a build needs it.
  const { chromium } = await import('playwright');
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.route('**', (route) => {
      const path = fileOf(route.request().url(), site, base);
      return path === null ? route.abort() : route.fulfill({ path });
    });
    for (const guide of guides) {
      await page.goto(`${ORIGIN}${base}${printFolder(guide)}`);
      await dropSiteLinks(page);
      const path = join(site, pdfFile(guide));
      await page.pdf({
        path,
        format: 'A4',
        preferCSSPageSize: true,
        printBackground: true,
        outline: true,
        tagged: true,
      });
      await pack(path);
    }
  } finally {
    await browser.close();
  }
}

/** Makes a PDF a third smaller: Chromium packs what is drawn, but not what describes it. Without qpdf it stays as it is. */
async function pack(path: string): Promise<void> {
  const options = ['--object-streams=generate', '--recompress-flate', '--compression-level=9'];
  try {
    await promisify(execFile)('qpdf', [...options, '--replace-input', path]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The file of the build that a request asks for, or `null`. */
function fileOf(url: string, site: string, base: string): string | null {
  const { origin, pathname } = new URL(url);
  if (origin !== ORIGIN || !pathname.startsWith(base)) return null;
  const path = join(site, pathname.slice(base.length));
  const file = pathname.endsWith('/') ? join(path, 'index.html') : path;
  return existsSync(file) ? file : null;
}

/** Nobody knows where the site will lie, so a PDF cannot lead back to it. */
async function dropSiteLinks(page: Page): Promise<void> {
  await page.locator('a:not([href^="#"], [href^="http"])').evaluateAll((links) => {
    for (const link of links) link.removeAttribute('href');
  });
}
