import { expect } from '@playwright/test';
import type { Browser } from 'playwright';
import { ChapterPage } from '../../e2e/pages/chapter-page.ts';
import type { Chapter, Guide } from '../../site/chapter/model.ts';
import type { CountingServer } from './counting-server.ts';
import type { Run } from './figures.ts';
import { VIEWPORT } from './tab.ts';

/** All checks of a chapter may take so long, milliseconds. */
const CHECKS_TIMEOUT_MS = 180_000;

/** A chapter that another follows, whose snapshot is the first one's end. */
export interface FollowedChapter {
  readonly chapter: Chapter;
  readonly next: Chapter;
}

/** Of the chapters that another of their guide follows, the one with the most checks; the first of several. */
export function chapterWithMostChecks(guides: readonly Guide[]): FollowedChapter | undefined {
  const followed = guides.flatMap(({ chapters }) =>
    chapters.flatMap((chapter, index) => {
      const next = chapters[index + 1];
      return next ? [{ chapter, next }] : [];
    }),
  );
  const most = Math.max(...followed.map(({ chapter }) => checksOf(chapter)));
  return followed.find(({ chapter }) => checksOf(chapter) === most);
}

/** Number of checks of a chapter. */
export function checksOf({ steps }: Chapter): number {
  return steps.reduce((sum, { checks }) => sum + checks.length, 0);
}

/**
 * Times all checks of a chapter, pressed in its page: on the machine that it begins with, and on the one that it ends
 * with, which is the next chapter's, taken back by the page's own link.
 */
export async function measureChecks(
  browser: Browser,
  server: CountingServer,
  { chapter, next }: FollowedChapter,
): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT, baseURL: `${server.origin}/` });
  const open = async ({ guide, slug }: Chapter): Promise<ChapterPage> => {
    const chapterPage = new ChapterPage(await context.newPage());
    await chapterPage.open(`${guide}/${slug}`);
    await chapterPage.start();
    return chapterPage;
  };
  const atStart = await open(chapter);
  const checksAtStartMs = await timeChecks(atStart, chapter);
  await atStart.page.close();
  const atEnd = await open(next);
  await atEnd.page.locator('a[data-previous-chapter]').click();
  await expect(atEnd.workspace).toHaveAttribute('data-chapter', chapter.slug);
  const checksAtEndMs = await timeChecks(atEnd, chapter);
  await expect(atEnd.page.locator('[data-check-id]:not([data-status=pass])')).toHaveCount(0);
  await context.close();
  return { checksAtStartMs, checksAtEndMs };
}

/** Milliseconds from the press of the button that runs all of them until each has a result. */
async function timeChecks({ page }: ChapterPage, chapter: Chapter): Promise<number> {
  const started = performance.now();
  await page.locator('button[data-check-all]').click();
  await page.waitForFunction(
    (count) =>
      document.querySelectorAll('[data-check-id]:is([data-status=pass], [data-status=fail])').length ===
        count && document.querySelector('tl-workspace[data-busy]') === null,
    checksOf(chapter),
    { timeout: CHECKS_TIMEOUT_MS, polling: 50 },
  );
  return performance.now() - started;
}
