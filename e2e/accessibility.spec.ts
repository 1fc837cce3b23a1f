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

const CHAPTER = `guides/${FIRST_CHAPTER}/`;

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

    test.describe('with a machine', () => {
      // axe puts its own script into every frame, and the pane's takes none.
      test.use({ expectedErrors: /^Blocked script execution in 'http/ });

      test('a chapter with its machine running', async ({ chapterPage, page }) => {
        await chapterPage.open(FIRST_CHAPTER);
        await chapterPage.start();
        await expectAccessible(page);
        await chapterPage.browser.visit('http://flask.example:5000/');
        await expectAccessible(page);
      });
    });
  });
}

test('a list of the headings names every step once', async ({ page }) => {
  await page.goto(`/${CHAPTER}`);
  await expect(page.locator('[data-cover] [data-start]')).toBeVisible();
  const headings = await page.getByRole('heading').allTextContents();
  const steps = await page.locator('[data-step] > h2').allTextContents();
  for (const step of steps)
    expect(headings.filter((heading) => heading.trim() === step.trim())).toHaveLength(1);
});

/** Visible buttons, and links that look like buttons, that are lower than `least` pixels. */
async function smallTargets(page: Page, least: number): Promise<readonly string[]> {
  return page.evaluate((height) => {
    const targets = document.querySelectorAll<HTMLElement>('button, .button, .trail-chapters a, summary');
    return [...targets]
      .map((target) => ({ box: target.getBoundingClientRect(), words: target.outerHTML.slice(0, 90) }))
      .filter(({ box }) => box.height > 0 && box.height < height - 0.5)
      .map(({ box, words }) => `${words}: ${box.height}`);
  }, least);
}

test('what is pressed is at least 24 pixels high', async ({ page }) => {
  await page.goto(`/${CHAPTER}`);
  expect(await smallTargets(page, 24)).toEqual([]);
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test('what is pressed is at least 44 pixels high', async ({ page }) => {
    await page.goto(`/${CHAPTER}`);
    expect(await smallTargets(page, 44)).toEqual([]);
    await page.locator('[data-show=workspace]').click();
    expect(await smallTargets(page, 44)).toEqual([]);
  });
});

test.describe('forced colours', () => {
  test.use({ forcedColors: 'active' });

  test('what a colour says elsewhere has a shape', async ({ page }) => {
    await page.goto(`/${CHAPTER}`);
    const style = async (selector: string, property: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    expect(await style('[role=tab][aria-selected=true]', 'text-decoration-line')).toBe('underline');
    expect(await style('[role=tab][aria-selected=false]', 'text-decoration-line')).toBe('none');
    expect(await style('.state-dot', 'border-top-width')).toBe('2px');
    expect(await style('.prose p code', 'border-top-width')).toBe('1px');
    // No stray bar beside a listing.
    expect(await style('.ec-line.printed', 'border-left-width')).toBe('0px');
    const ground = await style('html', 'background-color');
    expect(await style('.ec-line.printed .code', 'border-left-color')).toBe(ground);
    await expectAccessible(page);
  });
});

test('there are pages', () => {
  expect(pages.length).toBeGreaterThan(8);
});
