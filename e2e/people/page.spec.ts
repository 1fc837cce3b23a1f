/** What people do with the page around the machine: go elsewhere, come back, use keys, a phone, another theme. */
import type { CDPSession } from '@playwright/test';
import { kernelLog } from '../guest.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';
import { expect, seenIn, test } from './people.ts';

const UNIT_CHAPTER = 'ubuntu-16.04-flask/systemd-unit';

test('follows the site’s name by keyboard, and comes back to the machine', async ({ chapterPage, page }) => {
  const brand = page.locator('a.brand');
  const url = page.url();
  await chapterPage.terminal(1).run('kept=alive');
  await brand.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('tl-workspace')).toHaveCount(0);
  await page.goto(url);
  await page.locator('[data-cover] button[data-go-on]').click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('echo $kept')).toBe('alive');
});

test('is not asked before a reload once the machine is saved', async ({ chapterPage, page }) => {
  await chapterPage.terminal(1).run('kept=alive');
  await expect(chapterPage.workspace).toHaveAttribute('data-saving', 'saved', { timeout: 60_000 });
  // What the browser would ask before a reload; a real one, declined, leaves Playwright waiting for the page.
  const isAsked = await page.evaluate(
    () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })),
  );
  expect(isAsked).toBe(false);
  expect(await chapterPage.terminal(1).run('echo $kept')).toBe('alive');
});

test('opens the guide, and the site, in another tab', async ({ chapterPage, context, page }) => {
  for (const link of ['a.trail-guide', 'a.brand']) {
    const opened = context.waitForEvent('page');
    await page.locator(link).click({ modifiers: ['ControlOrMeta'] });
    await (await opened).close();
    await expect(page.locator('dialog[data-dialog="leave"]')).toBeHidden();
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
  }
});

test.describe('from chapter to chapter', () => {
  test.use({ chapter: UNIT_CHAPTER });

  test('wants to go on, and stays', async ({ chapterPage, page }) => {
    const dialog = page.locator('dialog[data-dialog="unfinished"]');
    await page.locator('a[data-next-chapter]').click();
    await expect(dialog.locator('[data-body] li')).not.toHaveCount(0, { timeout: 60_000 });
    await dialog.locator('button[data-cancel]').click();
    await expect(dialog).toBeHidden();
    await expect(chapterPage.workspace).toHaveAttribute('data-chapter', 'systemd-unit');
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
  });

  test('goes on with the machine as it is, back with the browser, and on again', async ({
    chapterPage,
    page,
  }) => {
    const terminal = chapterPage.terminal(1);
    const { workspace } = chapterPage;
    await terminal.run('kept=alive');
    await page.locator('a[data-next-chapter]').click();
    await page.locator('dialog[data-dialog="unfinished"] button[data-confirm]').click({ timeout: 60_000 });
    await expect(workspace).toHaveAttribute('data-chapter', 'nginx');
    expect(await terminal.run('echo $kept')).toBe('alive');
    await page.goBack();
    await expect(workspace).toHaveAttribute('data-chapter', 'systemd-unit');
    await page.goForward();
    await expect(workspace).toHaveAttribute('data-chapter', 'nginx');
    expect(await terminal.run('echo $kept')).toBe('alive');
  });

  test('jumps to another chapter, and keeps the machine', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    const dialog = page.locator('dialog[data-dialog="machine-choice"]');
    const jump = async (): Promise<void> => {
      await page.locator('button[popovertarget="all-chapters"]').click();
      await page.locator(`#all-chapters a[href$="/${chapterPath('ubuntu-16.04-flask/components')}"]`).click();
    };
    await terminal.run('kept=alive');
    await jump();
    await dialog.locator('button[data-cancel]').click();
    await expect(chapterPage.workspace).toHaveAttribute('data-chapter', 'systemd-unit');
    await page.keyboard.press('Escape');
    await jump();
    await dialog.locator('button[data-continue-machine]').click();
    await expect(chapterPage.workspace).toHaveAttribute('data-chapter', 'components');
    expect(await terminal.run('echo $kept')).toBe('alive');
  });

  test('jumps to another chapter, and starts fresh', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    await terminal.run('touch mine');
    await page.locator('button[popovertarget="all-chapters"]').click();
    await page.locator(`#all-chapters a[href$="/${chapterPath('ubuntu-16.04-flask/components')}"]`).click();
    const fetched = seenIn(page, 'fetching');
    await page.locator('dialog[data-dialog="machine-choice"] button[data-fresh-start]').click();
    await fetched;
    await chapterPage.waitForState('running');
    await terminal.waitForPrompt();
    expect(await terminal.run('ls')).not.toMatch(/mine|myproject/);
  });

  test('follows an address that makes no sense, from the foot of the text', async ({ chapterPage, page }) => {
    const text = page.locator('[data-pane=text]');
    const scrolled = (): Promise<number> => text.evaluate((pane) => pane.scrollTop);
    await text.evaluate((pane) => pane.scrollTo({ top: pane.scrollHeight, behavior: 'instant' }));
    expect(await scrolled()).toBeGreaterThan(0);
    await page.evaluate(() => {
      const link = document.querySelector<HTMLAnchorElement>('a[data-previous-chapter]');
      if (link) link.hash = '#%E0%A4%A';
      link?.click();
    });
    await expect(chapterPage.workspace).toHaveAttribute('data-chapter', 'uwsgi-configuration');
    await expect(page.locator('[data-chapter-root] h1')).toBeFocused();
    await expect.poll(scrolled).toBe(0);
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
  });
});

test('goes through all tabs by keyboard', async ({ chapterPage, page }) => {
  await chapterPage.terminal(1).focus();
  await page.keyboard.press('Control+Shift+ArrowUp');
  for (const [key, tab] of [
    ['ArrowRight', 'terminal-2'],
    ['ArrowRight', 'terminal-3'],
    ['ArrowRight', 'browser'],
    ['ArrowRight', 'terminal-1'],
    ['End', 'browser'],
    ['Home', 'terminal-1'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.locator('[role=tab]:focus')).toHaveAttribute('data-tab', tab);
    await expect(page.locator(`#panel-${tab}`)).toBeVisible();
  }
  await page.keyboard.press('Tab');
  await chapterPage.terminal(1).focus();
  await page.keyboard.press('Control+Shift+ArrowDown');
  await expect(page.locator('[data-checks-toggle]')).toBeFocused();
  await chapterPage.terminal(1).focus();
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await expect(page.locator('[data-pane=text]')).toBeFocused();
});

test('opens the machine’s menu by keyboard, and reads what the keys are', async ({ chapterPage, page }) => {
  const toggle = chapterPage.workspace.locator('button[data-machine-menu]');
  const item = page.locator('[data-menu] [role=menuitem]:focus');
  await toggle.focus();
  await page.keyboard.press('ArrowDown');
  await expect(item).toHaveAttribute('data-pause', '');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  await expect(item).toHaveAttribute('data-pause', '');
  await page.keyboard.press('Escape');
  await expect(toggle).toBeFocused();
  await expect(page.locator('[data-menu]')).toBeHidden();
  await page.keyboard.press('ArrowUp');
  await expect(item).toHaveAttribute('data-keys', '');
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog[data-dialog="keys"]')).toContainText('Ctrl+Shift+F');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[data-dialog="keys"]')).toBeHidden();
});

test('moves the divider by keyboard, and the terminal follows', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const columns = async (): Promise<number> => Number((await terminal.run('stty size')).split(' ')[1]);
  const before = await columns();
  const divider = page.locator('[role=separator]');
  await divider.press('PageDown');
  await expect.poll(columns).toBeLessThan(before);
  await divider.press('PageUp');
  await expect.poll(columns).toBe(before);
});

test('changes the theme while the machine runs', async ({ chapterPage, page }) => {
  const theme = page.locator('html');
  const terminal = chapterPage.terminal(1);
  const look = (): Promise<string> =>
    terminal.element
      .locator('.xterm-scrollable-element')
      .evaluate((viewport) => getComputedStyle(viewport).backgroundColor);
  const [before, colour] = [(await theme.getAttribute('data-theme')) ?? '', await look()];
  await page.locator('[data-theme-switch]').click();
  await expect(theme).not.toHaveAttribute('data-theme', before);
  await expect.poll(look).not.toBe(colour);
  expect(await terminal.run('echo still here')).toBe('still here');
  await page.locator('[data-theme-switch]').click();
  await expect.poll(look).toBe(colour);
});

/** The screen of a phone, and fingers in place of a mouse. */
async function becomePhone(session: CDPSession, isPhone: boolean): Promise<void> {
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: isPhone, maxTouchPoints: 1 });
}

test('works on a phone: switches to the machine, interrupts with the bar of keys, reads on', async ({
  chapterPage,
  context,
  page,
}) => {
  const terminal = chapterPage.terminal(1);
  const viewport = page.viewportSize() ?? { width: 1440, height: 900 };
  const session = await context.newCDPSession(page);
  await becomePhone(session, true);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator('[data-show=workspace]').click();
  await expect(page.locator('[data-step]').first()).toBeHidden();
  const keys = terminal.element.locator('[data-key-bar]');
  await expect(keys).toBeVisible();
  expect(Number((await terminal.run('stty size')).split(' ')[0])).toBeGreaterThanOrEqual(12);
  await terminal.type('sleep 1000\n');
  await keys.getByRole('button', { name: 'Control C: interrupt' }).click();
  await terminal.waitForText('^C');
  await terminal.waitForPrompt();
  await terminal.type('nano\n');
  await terminal.waitForText('GNU nano');
  await keys.getByRole('button', { name: 'Control X: exit' }).click();
  await terminal.waitForPrompt();
  await page.locator('[data-show=text]').click();
  await expect(page.locator('[data-step]').first()).toBeVisible();
  await page.setViewportSize(viewport);
  await becomePhone(session, false);
  await session.detach();
  await expect(keys).toBeHidden();
});

test('is offline for a while', async ({ chapterPage, context }) => {
  const terminal = chapterPage.terminal(1);
  const retry = chapterPage.workspace.locator('[data-cover] button[data-retry]');
  await context.setOffline(true);
  // Much that nobody has read before.
  await terminal.type('cat /usr/lib/i386-linux-gnu/lib[p-r]*.so* | wc -c; echo re""ad\n');
  await chapterPage.waitForState('waiting');
  await expect(retry).toBeVisible();
  await context.setOffline(false);
  // By itself, and with all that it was to read.
  await chapterPage.waitForState('running');
  await expect(retry).toBeHidden();
  await terminal.waitForText(/^\d{6,}\nread$/m, 90_000);
});

test('has the machine of another guide in a second tab', async ({ chapterPage, context }) => {
  await chapterPage.terminal(1).run('kept=alive');
  const second = new ChapterPage(await context.newPage());
  await second.open('centos-7-wsgi/components');
  await second.start();
  expect(await second.terminal(1).run('echo $kept; ls')).toBe('');
  expect(await chapterPage.terminal(1).run('echo $kept')).toBe('alive');
  expect(await kernelLog(second.page)).toContain('Linux version');
  await second.page.close();
});

test('clicks on the site’s name, and leaves', async ({ page }) => {
  await page.locator('a.brand').click();
  await expect(page.locator('tl-workspace')).toHaveCount(0);
});
