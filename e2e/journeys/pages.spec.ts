/** The pages as they are read: at every width, with large text, on paper, and without scripts. No machine runs. */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import type { Page } from '@playwright/test';
import { DIST } from '../../scripts/project.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

const CHAPTER = `guides/${FIRST_CHAPTER}/`;
const pages = globSync(`${DIST}/**/*.html`, { exclude: [`${DIST}/sandbox/**`] })
  .map((file) => relative(DIST, file).replace(/(^|\/)index\.html$/, '$1'))
  .sort();

/** What is wider than the page, or wider than the box that it is in. */
async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const boxes = [...document.querySelectorAll<HTMLElement>('main :is(pre, figure, table, dl, ul, p, h1)')];
    return [
      ...(scrollWidth > clientWidth ? [`the page: ${scrollWidth} > ${clientWidth}`] : []),
      ...boxes
        .filter((box) => box.clientWidth > 0 && box.closest('.visually-hidden, tl-terminal') === null)
        .filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.outerHTML.slice(0, 80)}: ${box.scrollWidth} > ${box.clientWidth}`),
    ];
  });
}

for (const path of pages) {
  test(`nothing is cut off on /${path}`, async ({ page }) => {
    await page.goto(path);
    for (const width of [320, 390, 768, 1024, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await cutOff(page), `at ${width} px`).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.addStyleTag({ content: 'html { font-size: 200% }' });
    expect(await cutOff(page), 'with text at 200 %').toEqual([]);
  });
}

test('with text at 200 %, the top of the cover can be reached', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(CHAPTER);
  await page.addStyleTag({ content: 'html { font-size: 200% }' });
  await page.locator('[data-show=workspace]').click();
  const [cover, start] = [page.locator('[data-cover]'), page.locator('[data-cover] [data-start]')];
  await expect(start).toBeAttached();
  const above = await cover.evaluate(
    (element) =>
      element.getBoundingClientRect().top - (element.firstElementChild?.getBoundingClientRect().top ?? 0),
  );
  expect(above).toBeLessThanOrEqual(0);
  await start.scrollIntoViewIfNeeded();
  await expect(start).toBeInViewport();
});

test('the first figure names its parts in order, side by side or one below the other', async ({ page }) => {
  await page.goto(CHAPTER);
  const nodes = page.locator('.flow-chain .flow-node');
  await expect(nodes).toHaveText(['browser', 'Nginx', 'uWSGI', 'Flask']);
  const axis = async (side: 'x' | 'y'): Promise<readonly number[]> =>
    nodes.evaluateAll(
      (all, key) =>
        all.map((node) => {
          const box = node.getBoundingClientRect();
          return Math.round(key === 'x' ? box.left : box.bottom);
        }),
      side,
    );
  const ascends = (places: readonly number[]): boolean =>
    places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  expect(ascends(await axis('x'))).toBe(true);
  expect(new Set(await axis('y')).size).toBe(1);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(ascends(await axis('y'))).toBe(true);
});

test('colours follow the system while a page is open, until the reader chooses', async ({ page }) => {
  const root = page.locator('html');
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('Storage is forbidden.', 'SecurityError');
    };
  });
  /** Changes the system's colours, and waits until the page has heard of it. */
  const changeSystem = async (colorScheme: 'light' | 'dark'): Promise<void> => {
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      delete dataset['heard'];
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (dataset['heard'] = ''), {
        once: true,
      });
    });
    await page.emulateMedia({ colorScheme });
    await expect(root).toHaveAttribute('data-heard', '');
  };
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('');
  await expect(root).toHaveAttribute('data-theme', 'light');
  await changeSystem('dark');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  const button = page.locator('[data-theme-switch]');
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await changeSystem('light');
  await changeSystem('dark');
  await expect(root).toHaveAttribute('data-theme', 'light');
  await expect(button).toHaveAttribute('aria-pressed', 'false');
});

test.describe('on paper', () => {
  test.use({ colorScheme: 'dark' });

  test('a chapter is its text alone, dark on white, with hints open and the addresses of links', async ({
    page,
  }) => {
    await page.goto(CHAPTER);
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.hint-body').first()).toBeVisible();
    for (const hidden of ['.site-header', '.workspace-half', '.half-switch', '.chapter-nav', 'button'])
      await expect(page.locator(hidden).filter({ visible: true })).toHaveCount(0);
    const look = await page.evaluate(() => {
      const style = (selector: string, pseudo?: string): CSSStyleDeclaration | null => {
        const element = document.querySelector(selector);
        return element && getComputedStyle(element, pseudo);
      };
      return {
        text: style('.prose p')?.color,
        code: style('.ec-line.command .code span')?.color,
        ground: style('html')?.backgroundColor,
        address: style('.prose a[href^="http"]', '::after')?.content,
        overflow: style('body')?.overflow,
      };
    });
    expect(look.ground).toBe('rgb(255, 255, 255)');
    for (const color of [look.text, look.code]) expect(brightness(color)).toBeLessThan(128);
    expect(look.address).toContain('http');
    expect(look.overflow).toBe('visible');
  });
});

/** The mean of red, green and blue in `rgb(1, 2, 3)`. */
function brightness(color: string | undefined): number {
  const parts = (color?.match(/\d+(\.\d+)?/g) ?? ['255', '255', '255']).slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the text is there, and no button that does nothing', async ({ page }) => {
    await page.goto(CHAPTER);
    await expect(page.locator('noscript .note')).toBeVisible();
    await expect(page.locator('[data-step]').last()).toBeVisible();
    // The list of chapters opens without a script of ours.
    await expect(page.locator('button').filter({ visible: true })).toHaveCount(1);
    await page.getByRole('button', { name: /all chapters$/ }).click();
    await expect(page.locator('#all-chapters [data-chapter-link]').first()).toBeVisible();
  });
});

test('the header leads to the next chapter, and the list of chapters opens over the text', async ({
  page,
}) => {
  await page.goto(CHAPTER);
  const heading = page.locator('.chapter h1');
  const before = await heading.boundingBox();
  await page.locator('.text-half').evaluate((half) => half.scrollTo(0, half.scrollHeight));
  await page.getByRole('button', { name: /all chapters$/ }).click();
  await expect(page.locator('#all-chapters')).toBeVisible();
  await page.locator('.text-half').evaluate((half) => half.scrollTo(0, 0));
  expect(await heading.boundingBox()).toEqual(before);
  await page.keyboard.press('Escape');
  await expect(page.locator('#all-chapters')).toBeHidden();
  await page
    .getByRole('banner')
    .getByRole('link', { name: /^Next chapter/ })
    .click();
  await expect(page).toHaveURL(/virtual-environment\/$/);
  await expect(page.getByRole('banner').getByRole('link', { name: /^Previous chapter/ })).toBeVisible();
});

test('every page ends with help, licences and the version', async ({ page }) => {
  for (const path of ['', 'guides/ubuntu-16.04-flask/', CHAPTER, 'sandbox-centos-7/']) {
    await page.goto(path);
    const footer = page.locator('.site-footer');
    await expect(footer.getByRole('link', { name: 'Help and keys' })).toBeAttached();
    await expect(footer.getByRole('link', { name: 'Licences and sources' })).toBeAttached();
    await expect(footer).toContainText(/Typealong \d+\.\d+\.\d+, built on \d{4}-\d{2}-\d{2}/);
  }
});

test('a card says how much of its guide is done', async ({ page }) => {
  await page.goto('');
  await page.evaluate(() => {
    const [card] = document.querySelectorAll<HTMLElement>('tl-guide-progress');
    const chapters = JSON.parse(card?.dataset['chapters'] ?? '{}') as Record<string, readonly string[]>;
    const [first] = Object.entries(chapters);
    const steps: [string, string][] =
      first?.[1].map((step) => [`${first[0]}/${step}`, '2026-01-01T00:00:00.000Z']) ?? [];
    const guides = {
      [card?.dataset['guide'] ?? '']: { lastChapter: null, steps: Object.fromEntries(steps) },
    };
    localStorage.setItem('typealong:progress', JSON.stringify({ version: 1, guides }));
  });
  await page.reload();
  await expect(page.locator('tl-guide-progress').first()).toHaveText('1 of 8 chapters done');
  await expect(page.locator('tl-guide-progress').last()).toHaveText('');
});
