/** The built site is for any static host: below a path, within the usual limits. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../scripts/command.ts';
import { DIST, sitePlace } from '../../scripts/project.ts';
import { addressOf, serve } from '../../scripts/serve.ts';
import { astroBuild } from '../../scripts/site-build.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';
import { serveWith } from './guest-program.ts';

test('no file is over 25 MiB, and there are fewer than 20,000', async () => {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(10);
  expect(files.length).toBeLessThan(20_000);
  const large: string[] = [];
  for (const file of files) if ((await stat(file)).size > 25 * 1024 * 1024) large.push(file);
  expect(large).toEqual([]);
});

// The way out that the guest's page tries is blocked, and the browser says so.
test.use({ expectedErrors: /Content Security Policy|^Blocked script execution in / });

test('it works below a path of the host', async ({ page }) => {
  test.setTimeout(300_000);
  const sandboxDir = process.env['TYPEALONG_SANDBOX'];
  if (sandboxDir === undefined) throw new Failure('TYPEALONG_SANDBOX is not set: run this with npm run e2e.');
  const directory = await mkdtemp(join(tmpdir(), 'typealong-under-a-path-'));
  const site = { ...sitePlace({ TYPEALONG_BASE: '/learn/' }), directory };
  await astroBuild({ sandboxDir, site });
  const server = await serve({ ...site, port: 0 });
  try {
    const outside: string[] = [];
    server.on('request', ({ url = '', method = '' }) => {
      if (!url.startsWith('/learn/')) outside.push(`${method} ${url}`);
    });
    const chapterPage = new ChapterPage(page);
    const { browser } = chapterPage;
    await page.goto(
      `${addressOf(site, (server.address() as AddressInfo).port)}${chapterPath(FIRST_CHAPTER)}`,
    );
    await chapterPage.start();
    await serveWith(chapterPage.terminal(1), 'raw-server.py', { port: 5001 });
    for (const [path, id] of [
      ['/links', '#path'],
      ['/links', '#own-name'],
      ['/links', '#climbing'],
      ['/silent', '#go'],
    ] as const) {
      await browser.visit(`http://flask.example:5001${path}`);
      await browser.loaded(() => browser.frame.locator(id).click());
      await expect(browser.frame.locator('h1')).toHaveText('Landed');
    }
    await browser.visit('http://flask.example:5001/links');
    // The style sheet, and the picture that it names, are at absolute paths of the guest.
    await expect(browser.frame.locator('h1')).toHaveCSS('color', 'rgb(0, 0, 255)');
    await browser.loaded(() => browser.frame.locator('#post').click());
    await expect(browser.frame.locator('h1')).toHaveText('Form');
    // What no rewriting reaches is stopped by the policies: another application may lie beside this one.
    await browser.visit('http://flask.example:5001/mutant');
    await browser.frame.locator('#way-out').click();
    await expect(browser.status).toHaveAttribute('data-response-status', 'outside');
    const log = await chapterPage.terminal(1).buffer();
    expect(log).toContain('GET /picture.png');
    expect(log).toContain('POST /form');
    expect(outside).toEqual([]);
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(directory, { recursive: true });
  }
});
