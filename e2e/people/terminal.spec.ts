/** What people do with the terminal itself: look for something, follow a link, copy, make it larger. */
import type { TerminalPane } from '../pages/terminal-pane.ts';
import { expect, test } from './people.ts';

interface Size {
  readonly rows: number;
  readonly columns: number;
}

async function sizeIn(terminal: TerminalPane): Promise<Size> {
  const [rows = 0, columns = 0] = (await terminal.run('stty size')).split(' ').map(Number);
  return { rows, columns };
}

/**
 * To a column: xterm's fit addon divides by the width of a character as it is drawn, which is rounded so that all
 * columns together fill whole pixels. So the number of columns before decides between two that fit alike.
 */
async function expectAgain(terminal: TerminalPane, before: Size): Promise<void> {
  await expect
    .poll(async () => {
      const { rows, columns } = await sizeIn(terminal);
      return rows === before.rows && Math.abs(columns - before.columns) <= 1;
    })
    .toBe(true);
}

test('looks for a word in the terminal', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const search = terminal.element.locator('.terminal-search');
  const matches = search.locator('[data-matches]');
  await terminal.type("printf 'nee''dle\\n%.0s' 1 2 3\n");
  await terminal.waitForText(/^needle\nneedle\nneedle$/m);
  await terminal.focus();
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('needle');
  await expect(matches).toHaveText(/^[1-3] of 3$/);
  await expect(terminal.element.locator('.xterm-decoration')).not.toHaveCount(0);
  const place = async (): Promise<number> => parseInt((await matches.textContent()) ?? '');
  const first = await place();
  await page.keyboard.press('Enter');
  await expect.poll(place).toBe((first % 3) + 1);
  await search.locator('input').fill('haystack');
  await expect(matches).toHaveText('Not found');
  await page.keyboard.press('Escape');
  await expect(search).toBeHidden();
  await page.keyboard.type('echo back""again');
  await page.keyboard.press('Enter');
  await terminal.waitForText(/^backagain$/m);
});

test('makes the letters larger, and smaller again', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const before = await sizeIn(terminal);
  for (let count = 0; count < 4; count++) await page.locator('[data-font-step="1"]').click();
  const larger = await sizeIn(terminal);
  expect(larger.rows).toBeLessThan(before.rows - 1);
  expect(larger.columns).toBeLessThan(before.columns - 1);
  for (let count = 0; count < 4; count++) await page.locator('[data-font-step="-1"]').click();
  await expectAgain(terminal, before);
});

test('makes the window smaller while a program runs, and larger again', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const before = await sizeIn(terminal);
  const viewport = page.viewportSize() ?? { width: 1440, height: 900 };
  await terminal.type("trap 'stty size' WINCH; cat\n");
  await page.setViewportSize({ width: 1000, height: 700 });
  await terminal.press('Ctrl+D');
  await terminal.waitForPrompt();
  await terminal.run('trap - WINCH');
  const smaller = await sizeIn(terminal);
  expect(smaller.columns).toBeLessThan(before.columns - 1);
  await page.setViewportSize(viewport);
  await expectAgain(terminal, before);
});

test('follows a link whose text is another', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type("printf '\\e]8;;http://elsewhere.example/\\e\\\\docs\\e]8;;\\e\\\\\\n'\n");
  await terminal.waitForText(/^docs$/m);
  await terminal.clickCell(1, (await terminal.screen()).split('\n').indexOf('docs'));
  const dialog = page.locator('dialog[data-dialog="outside-link"]');
  await expect(dialog.locator('[data-address]')).toHaveText('http://elsewhere.example/');
  await dialog.locator('[data-cancel]').click();
  await expect(dialog).toBeHidden();
});

test('follows the address that a program prints', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('echo http://""127.0.0.1:5000/\n');
  await terminal.waitForText(/^http:\/\/127\.0\.0\.1:5000\/$/m);
  await terminal.clickCell(3, (await terminal.screen()).split('\n').indexOf('http://127.0.0.1:5000/'));
  await expect(page.locator('[role=tab][data-tab=browser]')).toHaveAttribute('aria-selected', 'true');
  await expect(chapterPage.browser.address).toHaveValue('http://127.0.0.1:5000/');
});

test('copies a word with Ctrl+C, while a program runs', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('echo precious; cat\n');
  await terminal.waitForText(/^precious$/m);
  const row = (await terminal.screen()).split('\n').indexOf('precious');
  await terminal.clickCell(2, row);
  await terminal.clickCell(2, row, { clickCount: 2 });
  await page.keyboard.press('Control+c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('precious');
  await terminal.type('still here\n');
  await terminal.waitForText(/^still here\nstill here$/m);
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
});

test('scrolls back, and types', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('seq 300');
  await terminal.element.hover();
  await page.mouse.wheel(0, -2000);
  await expect.poll(() => terminal.screen()).not.toContain('300');
  await page.keyboard.type('echo typed');
  await expect.poll(() => terminal.screen()).toMatch(/\$ echo typed$/);
  await page.keyboard.press('Control+u');
});
