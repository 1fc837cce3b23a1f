/** The site is updated while a reader is away: what was saved before goes on. */
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../scripts/command.ts';
import { DIST, sitePlace } from '../../scripts/project.ts';
import { addressOf, serve } from '../../scripts/serve.ts';
import { astroBuild } from '../../scripts/site-build.ts';
import { expect, test } from '../fixtures.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/flask-application';

/** The images as a later release has them: other ones, made for another v86. Returns their folder. */
async function laterImages(sandboxDir: string, root: string): Promise<string> {
  const later = join(root, 'later');
  await mkdir(later);
  for (const entry of await readdir(sandboxDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const from = join(sandboxDir, entry.name);
    const to = join(later, entry.name);
    if (entry.name === 'chunks') {
      await linkTree(from, to);
      continue;
    }
    await cp(from, to, { recursive: true });
    const manifests = [
      'image.json',
      ...(await readdir(join(to, 'snapshots'))).map((file) => `snapshots/${file}`),
    ];
    for (const path of manifests) {
      const manifest = JSON.parse(await readFile(join(to, path), 'utf8')) as object;
      await unlink(join(to, path));
      await writeFile(join(to, path), JSON.stringify({ ...manifest, recipe: 'later', v86Version: '99.0.0' }));
    }
  }
  return later;
}

async function linkTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = entry.parentPath.replace(from, to);
    await mkdir(folder, { recursive: true });
    await link(join(entry.parentPath, entry.name), join(folder, entry.name)).catch(() =>
      cp(join(entry.parentPath, entry.name), join(folder, entry.name)),
    );
  }
}

test('a machine that was saved on the release before goes on with its own image and program', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const sandboxDir = process.env['TYPEALONG_SANDBOX'];
  if (sandboxDir === undefined) throw new Failure('TYPEALONG_SANDBOX is not set: run this with npm run e2e.');
  const root = await mkdtemp(join(tmpdir(), 'typealong-releases-'));
  const before = sitePlace();
  const after = { ...before, directory: join(root, 'site') };
  let server = await serve({ ...before, directory: DIST, port: 0 });
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  try {
    const chapterPage = new ChapterPage(page);
    const address = `${addressOf(before, port)}${chapterPath(CHAPTER)}`;
    await page.goto(address);
    await chapterPage.start();
    await chapterPage.terminal(1).run('release=first');
    await chapterPage.waitUntilSaved();
    await page.goto('about:blank');
    await stop();

    await astroBuild({ sandboxDir: await laterImages(sandboxDir, root), site: after, previous: DIST });
    server = await serve({ ...after, port });
    // Without the browser's copies: what is needed has to be on the site.
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(address);
    await page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await page.reload();
    const cover = page.locator('[data-cover]');
    await cover.locator('button[data-go-on]').click();
    await chapterPage.waitForState('running', 120_000);
    expect(await chapterPage.terminal(1).run('echo $release')).toBe('first');
    expect(asked.filter((path) => /\/sandbox\/ubuntu-16\.04@\w+\/image\.json$/.test(path))).not.toEqual([]);
    // It is saved as before, and goes on once more.
    await chapterPage.terminal(1).run('release=still-first');
    await chapterPage.waitUntilSaved();
    await page.reload();
    await cover.locator('button[data-go-on]').click();
    await chapterPage.waitForState('running', 120_000);
    expect(await chapterPage.terminal(1).run('echo $release')).toBe('still-first');
    await chapterPage.waitUntilSaved();
    await page.goto(`${addressOf(after, port)}machines/`);
    await expect(page.getByRole('link', { name: 'Go on' })).toBeVisible();

    // A release that is not kept: the reader is told before anything is pressed.
    await page.route(`**/${chapterPath(CHAPTER)}`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/"earlier":\[.*?\}\]/, '"earlier":[]');
      await route.fulfill({ response, body });
    });
    await page.goto(address);
    await expect(cover).toContainText('Your machine is from an earlier release');
    await expect(cover.locator('button[data-go-on]')).toHaveCount(0);
  } finally {
    await stop();
    await rm(root, { recursive: true });
  }
});
