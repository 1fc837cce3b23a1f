/** The terminal is a real shell on a real tty; and what the terminal itself does. */
import type { Page } from '@playwright/test';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

test.describe('with a machine', () => {
  test.beforeEach(async ({ chapterPage }) => {
    await chapterPage.open(FIRST_CHAPTER);
    await chapterPage.start();
  });

  test('Start brings a prompt, and the prompt answers', async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(1);
    await expect.poll(() => terminal.screen()).toContain('sammy@server:~$');
    expect(await terminal.run('ls -a')).toContain('.bashrc');
    expect(await terminal.run('sudo id -un')).toBe('root');
    expect(await terminal.run('systemctl is-system-running')).toBe('running');
  });

  test('Tab completes, and Up brings the last command back', async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(1);
    await terminal.type('cat /etc/hostn');
    await terminal.press('Tab');
    await terminal.waitForText('cat /etc/hostname');
    await terminal.press('Enter');
    await terminal.waitForText(/^server$/m);
    await terminal.run('clear');
    await terminal.press('Up');
    await terminal.press('Up');
    await terminal.waitForText('cat /etc/hostname');
    await terminal.press('Enter');
    await terminal.waitForText(/^server$/m);
  });

  test('vim edits a file, and less shows it', async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(1);
    await terminal.type('vim note.txt\n');
    await terminal.waitForText(/"note\.txt" \[New/);
    // As a person who looks: vim asks the terminal what it is, and the answers come between the first keys.
    await terminal.type('iwritten in vim');
    await terminal.waitForText(/^written in vim$/m);
    await terminal.press('Esc');
    await terminal.type(':wq');
    await terminal.waitForText(/^:wq$/m);
    await terminal.press('Enter');
    await terminal.waitForPrompt();
    expect(await terminal.run('cat note.txt')).toBe('written in vim');
    await terminal.type('less note.txt /etc/passwd\n');
    await terminal.waitForText('(file 1 of 2)');
    await terminal.press('q');
    await terminal.waitForPrompt();
  });

  test('htop can be installed and runs', async ({ chapterPage }) => {
    test.setTimeout(180_000);
    const terminal = chapterPage.terminal(1);
    await terminal.run('sudo apt-get update', 60_000);
    await terminal.run('sudo apt-get install -y htop', 120_000);
    await terminal.type('htop\n');
    await terminal.waitForText('Load average');
    await terminal.press('q');
    await terminal.waitForPrompt();
  });

  test('the guest follows the size of the terminal', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    const size = async (): Promise<number[]> => (await terminal.run('stty size')).split(' ').map(Number);
    const [rows = 0, cols = 0] = await size();
    await page.setViewportSize({ width: 1100, height: 700 });
    await expect.poll(async () => (await size())[1]).toBeLessThan(cols);
    const [fewerRows = 0, fewerCols = 0] = await size();
    expect(fewerRows).toBeLessThan(rows);
    // A line of just that width fills one line of the screen and no more.
    await terminal.run('clear');
    await terminal.run(`printf '%${fewerCols}s\\n' x`);
    expect((await terminal.screen()).split('\n').filter((line) => line.endsWith('x'))).toHaveLength(1);
  });

  test('the three terminals are three shells', async ({ chapterPage }) => {
    const consoles = [];
    for (const number of [1, 2, 3]) {
      const terminal = chapterPage.terminal(number);
      await terminal.focus();
      consoles.push(await terminal.run('tty'));
    }
    expect(consoles).toEqual(['/dev/hvc0', '/dev/hvc1', '/dev/hvc2']);
  });

  test('a terminal that was never shown has a size', async ({ chapterPage }) => {
    const shown = await chapterPage.terminal(1).run('stty size');
    const hidden = await chapterPage.terminal(1).run('sudo stty size < /dev/hvc2');
    expect(hidden).toBe(shown);
  });

  test('a tab says for how long its terminal has been at work', async ({ chapterPage, page }) => {
    const sign = page.locator('[role=tab][data-tab="terminal-1"] [data-running-for]');
    await expect(sign).toBeHidden();
    await chapterPage.terminal(1).type('sleep 6\n');
    await expect(sign).toHaveText(/[3-9] s$/, { timeout: 60_000 });
    await expect(sign).toBeHidden({ timeout: 60_000 });
  });
});

/** Without a machine: the terminal prints what the test says. */
test.describe('the terminal by itself', () => {
  test.beforeEach(async ({ chapterPage, page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await chapterPage.open(FIRST_CHAPTER);
    await chapterPage.lone.open();
  });

  test('search marks, counts, goes on and back, and closes', async ({ chapterPage, page }) => {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    const { lone } = chapterPage;
    await lone.print(Array.from({ length: 12 }, (_, line) => `${line} root\r\n`).join(''));
    await lone.focus();
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('root');
    const count = lone.search.locator('[data-matches]');
    await expect(count).toHaveText(/^\d+ of 12$/);
    await expect(lone.element.locator('.xterm-decoration')).not.toHaveCount(0);
    const place = async (): Promise<number> => Number((await count.textContent())?.split(' ')[0]);
    const first = await place();
    await page.keyboard.press('Enter');
    await expect.poll(place).toBe((first % 12) + 1);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(place).toBe(first);
    await lone.search.locator('[data-search=next]').click();
    await expect.poll(place).toBe((first % 12) + 1);
    await lone.search.locator('[data-search=previous]').click();
    await expect.poll(place).toBe(first);
    await lone.search.locator('input').fill('nowhere');
    await expect(count).toHaveText('Not found');
    for (const text of ['[', '(*', '\\', '🎉', 'ü', ' ', 'x'.repeat(3000), '\u0000', 'r']) {
      await lone.search.locator('input').fill(text);
      await page.keyboard.press('Enter');
    }
    await lone.search.locator('input').fill('');
    await expect(count).toBeEmpty();
    await page.keyboard.press('Escape');
    await expect(lone.search).toBeHidden();
    await expect(lone.element.locator('.xterm-helper-textarea')).toBeFocused();
    await expect(lone.element.locator('.xterm-decoration')).toHaveCount(0);
    expect(errors).toEqual([]);
  });

  test('a link says where it leads, and goes to the page', async ({ chapterPage, page }) => {
    page.on('dialog', (dialog) => {
      throw new Error(`the terminal itself asks: ${dialog.message()}`);
    });
    const { lone } = chapterPage;
    await lone.print(
      '\x1b[H\x1b[2J\x1b]8;;http://flask.example/a\x1b\\here\x1b]8;;\x1b\\\r\nhttp://flask.example/b\r\n',
    );
    const spoken = await lone.cell(1, 0);
    await page.mouse.move(spoken.x, spoken.y);
    await expect(lone.element.locator('[data-link-hint]')).toHaveText('http://flask.example/a');
    await page.mouse.click(spoken.x, spoken.y);
    const plain = await lone.cell(5, 1);
    await page.mouse.move(plain.x, plain.y);
    await expect(lone.element.locator('[data-link-hint]')).toHaveText('http://flask.example/b');
    await page.mouse.click(plain.x, plain.y);
    await expect.poll(() => lone.links()).toEqual(['http://flask.example/a', 'http://flask.example/b']);
  });

  for (const way of ['the key', 'the menu'] as const) {
    test(`text pasted with ${way} cannot end its own bracket`, async ({ chapterPage, page }) => {
      const { lone } = chapterPage;
      await lone.print('\x1b[?2004h');
      await lone.focus();
      const text = 'echo a\x1b[201~\nreboot\x03';
      if (way === 'the key') {
        await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
        await page.keyboard.press('Control+Shift+V');
      } else {
        // What the browser's menu does; tests cannot open that.
        await lone.element.locator('.xterm-helper-textarea').evaluate((area, copied) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', copied);
          area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }, text);
      }
      await expect.poll(() => lone.sent()).toBe('\x1b[200~echo a[201~\rreboot\x1b[201~');
    });
  }

  test('noise makes no error and no noise in the console', async ({ chapterPage, page }) => {
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(error.message));
    page.on('console', (message) => said.push(message.text()));
    await page.evaluate(async () => {
      let seed = 1;
      const bytes = Uint8Array.from({ length: 300_000 }, () => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed >>> 16;
      });
      for (const listener of window.lone.data) await listener(bytes);
    });
    await chapterPage.lone.print('\x18\x1bcstill here');
    expect(await chapterPage.lone.screen()).toBe('still here');
    expect(said).toEqual([]);
  });

  test('the size is told again when a new shell shows its prompt, and only then', async ({ chapterPage }) => {
    const { lone } = chapterPage;
    const before = (await lone.sizes()).length;
    expect(before).toBeGreaterThan(0);
    await lone.mark({ kind: 'command-start', commandLine: 'ls' });
    await lone.mark({ kind: 'command-end', status: 0 });
    await lone.mark({ kind: 'prompt' });
    expect(await lone.sizes()).toHaveLength(before);
    await lone.mark({ kind: 'prompt' });
    const sizes = await lone.sizes();
    expect(sizes).toHaveLength(before + 1);
    expect(sizes.at(-1)).toEqual(sizes[before - 1]);
  });

  test('the divider moves without dragging', async ({ page }) => {
    const share = async (): Promise<number> =>
      Number(await page.locator('[role=separator]').getAttribute('aria-valuenow'));
    const before = await share();
    await page.locator('[data-wider=workspace]').click();
    expect(await share()).toBeLessThan(before);
    await page.locator('[data-wider=text]').click();
    expect(await share()).toBe(before);
  });

  test('the letters can be made larger, and stay so', async ({ chapterPage, page }) => {
    const { lone } = chapterPage;
    const rows = async (): Promise<number> => (await lone.sizes()).at(-1)?.rows ?? 0;
    const before = await rows();
    for (let count = 0; count < 4; count++) await page.locator('[data-font-step="1"]').click();
    await expect.poll(rows).toBeLessThan(before);
    const larger = await rows();
    await page.reload();
    await lone.open();
    expect(await rows()).toBe(larger);
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

    test.beforeEach(async ({ page }) => {
      await page.locator('[data-show=workspace]').tap();
    });

    test('a finger scrolls', async ({ chapterPage, page }) => {
      const { lone } = chapterPage;
      await lone.print(Array.from({ length: 200 }, (_, line) => `line ${line}\r\n`).join(''));
      const box = await lone.element.boundingBox();
      if (box === null) throw new Error('The terminal is not shown.');
      await swipe(page, box.x + 100, box.y + 50, 200);
      await expect.poll(() => lone.screen()).not.toContain('line 199');
      // Where nothing has scrolled away, the program moves.
      await lone.print('\x1b[?1049h\x1b[?1h');
      await lone.sent();
      await swipe(page, box.x + 100, box.y + 50, 100);
      await expect.poll(() => lone.sent()).toMatch(/^(?:\x1bOA)+$/);
    });

    test('the bar has the keys that the screen’s keyboard lacks', async ({ chapterPage, page }) => {
      const { lone } = chapterPage;
      const bar = lone.element.locator('[data-key-bar]');
      const tap = (name: string | RegExp) => bar.getByRole('button', { name }).tap();
      for (const button of await bar.locator('button:visible').all()) {
        const box = await button.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
      }
      await lone.focus();
      for (const [name, bytes] of [
        ['Escape', '\x1b'],
        ['Tab', '\t'],
        ['Up arrow', '\x1b[A'],
        ['Left arrow', '\x1b[D'],
        [/Control C/, '\x03'],
      ] as const) {
        await tap(name);
        expect(await lone.sent()).toBe(bytes);
      }
      await tap(/Control: holds/);
      await page.keyboard.type('cc');
      await expect.poll(() => lone.sent()).toBe('\x03c');
      await expect(lone.element.locator('.xterm-helper-textarea')).toBeFocused();
      await expect(bar.getByRole('button', { name: 'Control X' })).toBeHidden();
      await lone.mark({ kind: 'command-start', commandLine: 'sudo nano /etc/hosts' });
      await tap('Control X: exit');
      expect(await lone.sent()).toBe('\x18');
      await lone.mark({ kind: 'command-end', status: 0 });
      await expect(bar.getByRole('button', { name: 'Control X' })).toBeHidden();
    });

    test('with the screen’s keyboard up, twelve rows are left, and nano’s keys', async ({
      chapterPage,
      page,
    }) => {
      const { lone } = chapterPage;
      await lone.mark({ kind: 'command-start', commandLine: 'nano' });
      await lone.focus();
      await page.setViewportSize({ width: 390, height: 430 });
      await expect(page.locator('tl-checks')).toBeHidden();
      await expect.poll(async () => (await lone.sizes()).at(-1)?.rows).toBeLessThan(30);
      expect((await lone.sizes()).at(-1)?.rows).toBeGreaterThanOrEqual(12);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect(page.locator('tl-checks')).toBeVisible();
    });
  });
});

/** A finger goes down by so many pixels and stays there for a moment, so that nothing glides on. */
async function swipe(page: Page, x: number, y: number, by: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x, y: at }],
    });
  await send('touchStart', y);
  for (let moved = 10; moved <= by; moved += 10) await send('touchMove', y + moved);
  await send('touchEnd', y + by);
  await session.detach();
}
