import { expect, test as base } from '@playwright/test';
import { kernelTrouble } from '../scripts/replay/kernel-log.ts';
import { attachDiagnosis, diagnosis, kernelLog } from './guest.ts';
import { ChapterPage } from './pages/chapter-page.ts';

/** Chromium writes one for every answer from 400 on and every request that fails; tests look at those themselves. */
const FAILED_REQUEST = /^Failed to load resource: /;
/** Playwright's own script, which records for its traces what a page shows, in the browser pane's frame. */
const RECORDER = /^Blocked script execution in '[^']*' because the document's frame is sandboxed /;

interface Fixtures {
  chapterPage: ChapterPage;
  /** Errors in the console that belong to the test, beside failed requests: `test.use({ expectedErrors: /…|…/ })`. */
  expectedErrors: RegExp;
  ownOriginOnly: undefined;
  noErrors: undefined;
  soundMachine: undefined;
}

/**
 * Playwright's test with the pages of this site. Every test fails when the page speaks to another host, when an
 * error reaches the browser's console, or when the kernel of the machine that runs or is paused at its end tells of trouble.
 */
export const test = base.extend<Fixtures>({
  chapterPage: async ({ page }, use) => {
    await use(new ChapterPage(page));
  },
  // Nothing matches it.
  expectedErrors: [/(?!)/, { option: true }],
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
  noErrors: [
    async ({ context, expectedErrors }, use) => {
      const errors: string[] = [];
      const take = (text: string): void => {
        if (![FAILED_REQUEST, RECORDER, expectedErrors].some((pattern) => pattern.test(text)))
          errors.push(text);
      };
      context.on('weberror', (error) => {
        const { message, stack } = error.error();
        take(stack ?? message);
      });
      context.on('console', (message) => {
        if (message.type() === 'error') take(message.text());
      });
      await use(undefined);
      expect(errors, 'no error reaches the console').toEqual([]);
    },
    { auto: true },
  ],
  soundMachine: [
    // With `page`, so that it is closed only after this.
    async ({ context, page }, use, testInfo) => {
      await use(undefined);
      if (page.isClosed()) return;
      if (testInfo.status !== testInfo.expectedStatus) {
        // What has failed has its own message, and its machine may not answer. What it does inside may say why.
        for (const each of context.pages()) await attachDiagnosis(each, testInfo);
        return;
      }
      for (const each of context.pages()) {
        expect((await diagnosis(each))?.['uncaught'] ?? [], 'no error escapes in the worker').toEqual([]);
        expect(kernelTrouble(await kernelLog(each)), 'the kernel of the guest tells of no trouble').toEqual(
          [],
        );
      }
    },
    { auto: true, timeout: 180_000 },
  ],
});

export { expect } from '@playwright/test';

/** A chapter with a fresh machine, for journeys that need any machine. */
export const FIRST_CHAPTER = 'ubuntu-16.04-flask/components';
