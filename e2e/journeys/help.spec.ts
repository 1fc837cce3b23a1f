/** The help page's messages, the glossary, and what leads to them. No machine runs. */
import { causesInWords } from '../../site/checks/causes.ts';
import { loadGuides } from '../../site/chapter/load.ts';
import { expect, test } from '../fixtures.ts';

test('messages are filtered as one types, and the count is announced', async ({ page }) => {
  await page.goto('help/');
  const messages = page.locator('[data-message]');
  const all = await messages.count();
  expect(all).toBeGreaterThan(causesInWords().length);
  const field = page.getByRole('searchbox', { name: 'Find a message' });
  const status = page.locator('tl-message-filter [role=status]');
  const found = await messages.filter({ hasText: 'byte order mark' }).count();
  expect(found).toBeGreaterThan(0);
  await field.focus();
  await page.keyboard.type('byte order mark');
  await expect(status).toHaveText(`${found} of ${all} messages`);
  await expect(messages.filter({ visible: true })).toHaveCount(found);
  // A group without a message is gone.
  await expect(page.getByRole('heading', { name: 'Hints', exact: true })).toBeHidden();
  await page.keyboard.type(' and nothing like it');
  await expect(status).toHaveText(`0 of ${all} messages`);
  // A link to a message that the search has hidden shows it.
  await page.evaluate(() => (location.hash = '#cause-file-empty'));
  await expect(page.locator('#cause-file-empty')).toBeInViewport();
  await expect(field).toHaveValue('');
  await expect(status).toHaveText('');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('every cause is there, and no field that does nothing', async ({ page }) => {
    await page.goto('help/');
    for (const { cause } of causesInWords()) await expect(page.locator(`#cause-${cause}`)).toBeVisible();
    await expect(page.getByRole('searchbox')).toHaveCount(0);
  });
});

test('at the width of a phone the table is read from top to bottom, and figures have letters of 12 pixels', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('help/');
  const scroll = await page
    .locator('.table-scroll')
    .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  expect(scroll).toBeLessThanOrEqual(0);
  for (const path of ['help/', 'guides/ubuntu-13.04-flask/print/']) {
    await page.goto(path);
    const sizes = await page
      .locator('.figure :is(span, strong, td, th, figcaption)')
      .evaluateAll((all) => all.map((each) => parseFloat(getComputedStyle(each).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  }
});

test('the glossary leads to where each term is defined', async ({ page, request }) => {
  await page.goto('glossary/');
  await expect(page.getByText('Unix socket', { exact: true })).toBeVisible();
  const links = await page
    .locator('.places a')
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThan(60);
  const pages = new Map<string, string>();
  for (const link of links) {
    const { pathname, hash } = new URL(link);
    if (!pages.has(pathname)) pages.set(pathname, await (await request.get(pathname)).text());
    expect(pages.get(pathname), link).toContain(`id="${hash.slice(1)}"`);
  }
});

test('an outcome leads to the check that proves it', async ({ page }) => {
  for (const guide of loadGuides()) {
    await page.goto(`guides/${guide.slug}/`);
    const proofs = page.locator('#outcomes ~ ul').first().getByRole('link');
    await expect(proofs).toHaveCount(guide.outcomes.length);
    const link = await proofs.first().getAttribute('href');
    await page.goto(link ?? '');
    const { check } = guide.outcomes[0] ?? { check: '' };
    await expect(page.locator('.text-half .check-line', { hasText: check })).toBeInViewport();
  }
});
