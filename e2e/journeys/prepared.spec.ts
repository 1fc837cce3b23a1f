/** What a page does ahead for a reader who has started a machine before, while the reader reads. */
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/components';
const MANIFESTS = ['/image.json', '/ubuntu-16.04-flask--components.json'];

test('the second start takes nothing from the network', async ({ chapterPage, context }) => {
  await chapterPage.open(CHAPTER);
  await chapterPage.start();

  const page = await context.newPage();
  const later = new ChapterPage(page);
  const manifests = MANIFESTS.map((end) =>
    page.waitForResponse((response) => response.url().endsWith(end), { timeout: 60_000 }),
  );
  await later.open(CHAPTER);
  for (const response of await Promise.all(manifests)) await response.finished();
  await expect(later.workspace).toHaveAttribute('data-state', 'off');

  await page.route('**/sandbox/**', (route) => route.abort());
  await later.start();
  expect(await later.terminal(1).run('hostname')).toBe('server');
  await page.close();
});
