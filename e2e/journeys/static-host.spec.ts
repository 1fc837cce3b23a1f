/** The built site is for any static host: below a path, within the usual limits. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../scripts/command.ts';
import { DIST } from '../../scripts/project.ts';
import { serve } from '../../scripts/serve.ts';
import { astroBuild } from '../../scripts/site-build.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';

test('no file is over 25 MiB, and there are fewer than 20,000', async () => {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(10);
  expect(files.length).toBeLessThan(20_000);
  const large: string[] = [];
  for (const file of files) if ((await stat(file)).size > 25 * 1024 * 1024) large.push(file);
  expect(large).toEqual([]);
});

test('it works below a path of the host', async ({ page }) => {
  test.setTimeout(300_000);
  const sandboxDir = process.env['TYPEALONG_SANDBOX'];
  if (sandboxDir === undefined) throw new Failure('TYPEALONG_SANDBOX is not set: run this with npm run e2e.');
  const outDir = await mkdtemp(join(tmpdir(), 'typealong-under-a-path-'));
  await astroBuild({ sandboxDir }, { base: '/learn/', outDir });
  const server = await serve({ directory: outDir, port: 0, base: '/learn/' });
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const outside: string[] = [];
    page.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      // v86 makes a worker of its own out of a blob, which crosses no network.
      if (protocol !== 'blob:' && !pathname.startsWith('/learn/')) outside.push(request.url());
    });
    const chapterPage = new ChapterPage(page);
    await page.goto(`http://localhost:${address.port}/learn/${chapterPath(FIRST_CHAPTER)}`);
    await chapterPage.start();
    expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
    await chapterPage.browser.visit('http://flask.example:5000/');
    expect(await chapterPage.browser.outcome()).toBe('timeout');
    expect(outside).toEqual([]);
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(outDir, { recursive: true });
  }
});
