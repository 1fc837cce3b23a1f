import { expect } from '@playwright/test';
import type { Browser } from 'playwright';
import { PageDriver } from '../../e2e/page-driver.ts';
import { ChapterPage } from '../../e2e/pages/chapter-page.ts';
import type { Guide } from '../../site/chapter/model.ts';
import { type CommandTiming, playChapter } from '../replay/engine.ts';
import type { CountingServer } from './counting-server.ts';
import { VIEWPORT } from './tab.ts';

/** Going on looks at all checks of the chapter that is left first. */
const GO_ON_TIMEOUT_MS = 180_000;

/**
 * Plays a guide in the page as a reader does who types all of it in one machine, from the first chapter's start to the
 * last one's end: what each command, and each page that was not there yet, made them wait. `onChapter` hears of each
 * chapter at its end.
 */
export async function measureGuide(
  browser: Browser,
  server: CountingServer,
  guide: Guide,
  onChapter: (slug: string, timings: readonly CommandTiming[]) => void = () => {},
): Promise<readonly CommandTiming[]> {
  const context = await browser.newContext({ viewport: VIEWPORT, baseURL: `${server.origin}/` });
  const chapterPage = new ChapterPage(await context.newPage());
  const timings: CommandTiming[] = [];
  for (const [index, chapter] of guide.chapters.entries()) {
    if (index === 0) {
      await chapterPage.open(`${guide.slug}/${chapter.slug}`);
      await chapterPage.start();
    } else {
      await chapterPage.page.locator('a[data-next-chapter]').click();
      await expect(chapterPage.workspace).toHaveAttribute('data-chapter', chapter.slug, {
        timeout: GO_ON_TIMEOUT_MS,
      });
    }
    const report = await playChapter(chapter, await PageDriver.open(chapterPage));
    timings.push(...report.timings);
    onChapter(chapter.slug, report.timings);
  }
  await context.close();
  return timings;
}
