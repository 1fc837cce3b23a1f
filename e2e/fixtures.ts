import { expect, test as base } from '@playwright/test';
import { ChapterPage } from './pages/chapter-page.ts';

/** Playwright's test with the pages of this site. Every test fails when the page speaks to another host. */
export const test = base.extend<{ chapterPage: ChapterPage; ownOriginOnly: undefined }>({
  chapterPage: async ({ page }, use) => {
    await use(new ChapterPage(page));
  },
  ownOriginOnly: [
    async ({ context }, use) => {
      const foreign: string[] = [];
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== 'localhost') foreign.push(request.url());
      });
      await use(undefined);
      expect(foreign, 'no request leaves the origin of the site').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';

/** A chapter with a fresh machine, for journeys that need any machine. */
export const FIRST_CHAPTER = 'ubuntu-16.04-flask/components';
