/** A guide played in one machine, from its first chapter's start to its last one's end, as a reader types it. */
import { expect } from '@playwright/test';
import { type CommandTiming, playChapter } from '../scripts/replay/engine.ts';
import type { Guide } from '../site/chapter/model.ts';
import { PageDriver } from './page-driver.ts';
import type { ChapterPage } from './pages/chapter-page.ts';

/** Going on looks at all checks of the chapter that is left first. */
const GO_ON_TIMEOUT_MS = 180_000;

/** Resolves with what each command made its reader wait. `onChapter` hears of each chapter at its end. */
export async function playGuide(
  chapterPage: ChapterPage,
  guide: Guide,
  onChapter: (slug: string, timings: readonly CommandTiming[]) => void = () => {},
): Promise<readonly CommandTiming[]> {
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
  return timings;
}
