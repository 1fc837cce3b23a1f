/** Every page of the built site, in light and dark, and a chapter with its machine running. New pages are found by themselves. */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { DIST } from '../scripts/project.ts';
import { expect, FIRST_CHAPTER, test } from './fixtures.ts';

const pages = globSync(`${DIST}/**/*.html`, { exclude: [`${DIST}/sandbox/**`] })
  .map((file) => relative(DIST, file).replace(/(^|\/)index\.html$/, '$1'))
  .sort();

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // What the guest serves is the guest's own.
    .exclude('tl-browser-pane iframe')
    .analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(found).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const path of pages) {
      test(`/${path}`, async ({ page }) => {
        await page.goto(`/${path}`);
        await expectAccessible(page);
      });
    }

    test('a chapter with its machine running', async ({ chapterPage, page }) => {
      await chapterPage.open(FIRST_CHAPTER);
      await chapterPage.start();
      await expectAccessible(page);
      await chapterPage.browser.visit('http://flask.example:5000/');
      await expectAccessible(page);
    });
  });
}

test('there are pages', () => {
  expect(pages.length).toBeGreaterThan(8);
});
