import type { Browser } from 'playwright';
import { ChapterPage } from '../../e2e/pages/chapter-page.ts';
import { playGuide } from '../../e2e/whole-guide.ts';
import type { Guide } from '../../site/chapter/model.ts';
import type { CommandTiming } from '../replay/engine.ts';
import type { CountingServer } from './counting-server.ts';
import { VIEWPORT } from './tab.ts';

/**
 * Plays a guide in the page as a reader does who types all of it in one machine: what each command, and each page that
 * was not there yet, made them wait. `onChapter` hears of each chapter at its end.
 */
export async function measureGuide(
  browser: Browser,
  server: CountingServer,
  guide: Guide,
  onChapter?: (slug: string, timings: readonly CommandTiming[]) => void,
): Promise<readonly CommandTiming[]> {
  const context = await browser.newContext({ viewport: VIEWPORT, baseURL: `${server.origin}/` });
  try {
    return await playGuide(new ChapterPage(await context.newPage()), guide, onChapter);
  } finally {
    await context.close();
  }
}
