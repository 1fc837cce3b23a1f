/**
 * Every page of the built site, of the chapters a third; some of them in the dark too, and a chapter with its machine
 * running. New pages are found by themselves.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import type { Page } from '@playwright/test';
import { DIST } from '../scripts/project.ts';
import { EVERYTHING, sampleOf } from '../scripts/sample.ts';
import { expectAccessible } from './accessible.ts';
import { expect, FIRST_CHAPTER, test } from './fixtures.ts';

const built = globSync(`${DIST}/**/*.html`, { exclude: [`${DIST}/sandbox/**`] })
  .map((file) => relative(DIST, file).replace(/(^|\/)index\.html$/, '$1'))
  .sort();

/** Chapters are made of the same parts. */
const isChapter = (path: string): boolean => /^guides\/[^/]+\/(?!print\/)[^/]+\/$/.test(path);
const chapters = sampleOf('accessible chapters', built.filter(isChapter), 1 / 3);
const pages = built.filter((path) => EVERYTHING || !isChapter(path) || chapters.has(path));

const CHAPTER = `guides/${FIRST_CHAPTER}/`;

/** Pages that are looked at in the dark too, where only their colours are others. */
const darkSample = sampleOf('pages in the dark', pages, 1 / 3);

for (const path of pages) {
  test(`/${path}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`/${path}`);
    await expectAccessible(page);
    if (!EVERYTHING && !darkSample.has(path)) return;
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, ['color-contrast']);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`with a machine, ${colorScheme}`, () => {
    // axe puts its own script into every frame, and the pane's takes none.
    test.use({ colorScheme, expectedErrors: /^Blocked script execution in 'http/ });

    test('a chapter with its machine running', async ({ chapterPage, page }) => {
      await chapterPage.open(FIRST_CHAPTER);
      await chapterPage.start();
      await expectAccessible(page);
      await chapterPage.browser.visit('http://flask.example:5000/');
      await expectAccessible(page);
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
