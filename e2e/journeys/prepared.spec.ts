/** What a page does ahead for a reader who has started a machine before, while the reader reads. */
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/components';

test('the second start takes nothing from the network', async ({ chapterPage, context }) => {
  await chapterPage.open(CHAPTER);
  await chapterPage.start();

  const page = await context.newPage();
  const later = new ChapterPage(page);
  await later.open(CHAPTER);
  await expect(later.workspace).toHaveAttribute('data-prepared', '', { timeout: 60_000 });
  await expect(later.workspace).toHaveAttribute('data-state', 'off');

  await page.route('**/sandbox/**', (route) => route.abort());
  await later.start();
  expect(await later.terminal(1).run('hostname')).toBe('server');
  await page.close();
});
