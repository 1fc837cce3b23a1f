import { test as base } from '@playwright/test';
import { ChapterPage } from './pages/chapter-page.ts';

/** Playwright's test with the pages of this site. */
export const test = base.extend<{ chapterPage: ChapterPage }>({
  chapterPage: async ({ page }, use) => {
    await use(new ChapterPage(page));
  },
});

export { expect } from '@playwright/test';

/** A chapter of a fresh machine, for journeys that need any machine. */
export const FIRST_CHAPTER = 'ubuntu-16.04-flask/components';
