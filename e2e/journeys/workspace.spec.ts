/** What is pressed beside the machine, in whatever state it is, and what takes the machine with it. */
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

const LAST_CHAPTER = 'ubuntu-16.04-flask/nginx';

test('a machine that is still starting can be switched off and reset', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  await page.route('**/chunks/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await chapterPage.open(FIRST_CHAPTER);
  const start = chapterPage.workspace.locator('button[data-start]:visible').first();
  await start.click();
  await chapterPage.waitForState('fetching');
  await chapterPage.machineMenu('data-power-off');
  await chapterPage.waitForState('off');
  await start.click();
  await chapterPage.waitForState('fetching');
  await chapterPage.machineMenu('data-reset');
  await page.locator('dialog[data-dialog="reset"] button[data-confirm]').click();
  await chapterPage.waitForState('running', 120_000);
  await chapterPage.terminal(1).waitForPrompt();
});

test('Open starts a machine that is off, and then opens the page', async ({ chapterPage, page }) => {
  await chapterPage.open(LAST_CHAPTER);
  await page.locator('button[data-visit]').first().click();
  await chapterPage.waitForState('running', 120_000);
  await expect(page.locator('[data-tab="browser"][role=tab]')).toHaveAttribute('aria-selected', 'true');
  // An answer of the machine, or of its firewall; not a page about a machine that does not run.
  await expect
    .poll(() => chapterPage.browser.outcome(), { timeout: 90_000 })
    .toMatch(/^(?:\d{3}|refused|timeout)$/);
});

test('links, keys and Run on one machine', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
  const terminal = chapterPage.terminal(1);
  const url = page.url();

  await test.step('a command is not typed into the one that was entered just before', async () => {
    await terminal.type('sleep 100\n');
    const run = page.locator('button[data-run]').first();
    await run.evaluate((button: HTMLButtonElement) => button.click());
    await expect(page.locator('[data-note]')).toContainText('busy with “sleep 100”');
    await expect(page.locator('[data-machine] [data-running-for]')).toContainText(/at work for \d+ s/, {
      timeout: 20_000,
    });
    expect(await terminal.screen()).not.toContain('apt-get');
    await terminal.press('Ctrl+C');
    await terminal.waitForPrompt();
    await expect(page.locator('[data-machine] [data-running-for]')).toBeHidden();
    await expect(page.locator('[data-announcer]')).toContainText(
      '“sleep 100” has ended with exit status 130',
    );
  });

  await test.step('the menu is worked with the keyboard', async () => {
    const toggle = page.locator('button[data-machine-menu]');
    await toggle.focus();
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-menu] [role=menuitem]:focus')).toHaveAttribute('data-pause', '');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-menu] [role=menuitem]:focus')).toHaveAttribute('data-pause', '');
    await page.keyboard.press('Escape');
    await expect(toggle).toBeFocused();
    await expect(page.locator('[data-menu]')).toBeHidden();
  });

  await test.step('a link that takes the machine with it asks first', async () => {
    const dialog = page.locator('dialog[data-dialog="leave"]');
    const brand = page.locator('a.brand');
    await brand.focus();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeVisible();
    await dialog.locator('button[data-cancel]').click();
    await expect(brand).toBeFocused();
    expect(page.url()).toBe(url);

    const opened = page.context().waitForEvent('page');
    await brand.click({ modifiers: ['ControlOrMeta'] });
    await (await opened).close();
    await expect(dialog).toBeHidden();

    // What the browser would ask before a reload; a real one, declined, leaves Playwright waiting for the page.
    const isAsked = await page.evaluate(
      () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })),
    );
    expect(isAsked).toBe(true);
    await chapterPage.waitForState('running');
  });

  await test.step('the next chapter begins at its top, and an address that makes no sense does no harm', async () => {
    await page.evaluate(() => {
      const link = document.querySelector<HTMLAnchorElement>('a[data-next-chapter]');
      if (link) link.hash = '#%E0%A4%A';
      link?.click();
    });
    const unfinished = page.locator('dialog[data-dialog="unfinished"]');
    await unfinished.locator('button[data-confirm]').click({ timeout: 90_000 });
    await expect(chapterPage.workspace).toHaveAttribute('data-chapter', 'virtual-environment');
    await expect(page.locator('[data-chapter-root] h1')).toBeFocused();
    expect(await page.locator('[data-pane=text]').evaluate((pane) => pane.scrollTop)).toBe(0);
    await chapterPage.waitForState('running');
  });

  await test.step('Leave switches the machine off and leaves', async () => {
    await page.locator('a.brand').click();
    await page.locator('dialog[data-dialog="leave"] button[data-confirm]').click();
    await expect(page.locator('tl-workspace')).toHaveCount(0);
  });
});

test('what was found before the last command is folded away', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
  await page.locator('button[data-check-all]').click();
  await chapterPage.waitUntilIdle();
  const failed = page.locator('[data-check-id][data-status="fail"]');
  await expect(failed.first()).toBeVisible();
  await expect(failed.first()).not.toHaveAttribute('data-outdated', '');
  await expect(failed.first().locator('[data-expected]')).not.toContainText('/dev/null');
  await chapterPage.terminal(1).run('true');
  await expect(failed.first()).toHaveAttribute('data-outdated', '');
  await expect(failed.first()).toContainText('From before your last change');
  await expect(failed.first().locator('[data-advice]')).toBeHidden();
});
