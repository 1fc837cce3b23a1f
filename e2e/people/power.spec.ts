/** What people do with the server's own power: restart it, shut it down, and press buttons meanwhile. */
import type { ChapterPage } from '../pages/chapter-page.ts';
import { confirmReset, expect, note, powerOff, seenIn, test, typeBlindly } from './people.ts';

/** Two minutes of a busy computer. */
const BOOT_MS = 120_000;

/** Takes longer to start than a shell. */
const SLOW_SERVICE =
  '[Service]\\nType=oneshot\\nExecStart=sleep 8\\n[Install]\\nWantedBy=multi-user.target\\n';

/** Types a command that ends the machine. Resolves when the page says so, with what is printed in red. */
async function shutDown(chapterPage: ChapterPage, command: string): Promise<readonly string[]> {
  const terminal = chapterPage.terminal(1);
  await terminal.type(`${command}\n`);
  await chapterPage.waitForState('stopping');
  const lines = await terminal.printedLines();
  return lines.filter(({ red, text }) => red.length > 0 || /fail/i.test(text)).map(({ text }) => text);
}

test.describe('with a machine in which nothing has failed', () => {
  test.use({ machine: 'off' });

  test('sudo reboot: asks for a page, looks and checks meanwhile', async ({ chapterPage, page }) => {
    test.setTimeout(300_000);
    const { browser, workspace } = chapterPage;
    const terminal = chapterPage.terminal(1);
    const check = chapterPage.check('change-the-firewall-rules/check-1');
    const bootId = (): Promise<string> => terminal.run('cat /proc/sys/kernel/random/boot_id');
    await chapterPage.start();
    await terminal.run('touch ~/kept');
    await terminal.run(`printf '${SLOW_SERVICE}' | sudo tee /etc/systemd/system/slow.service`);
    await terminal.run('sudo systemctl enable slow');
    const before = await bootId();
    await expect(workspace).toHaveAttribute('data-warm', '');
    expect(await shutDown(chapterPage, 'sudo reboot')).toEqual([]);
    await expect(workspace.locator('[data-cover]')).toContainText('The server restarts');
    await page.locator('[data-check-group="change-the-firewall-rules"] button[data-check-now]').click();
    await expect(note(page)).toContainText('The checks run as soon as the machine does.');
    await page.locator('[role=tab][data-tab="browser"]').click();
    await browser.visit('http://flask.example:5000/');
    expect(['stopping', 'starting']).toContain(await browser.outcome());
    await chapterPage.waitForState('booting', BOOT_MS);
    await expect(workspace).not.toHaveAttribute('data-warm', '');
    await expect(check).not.toHaveAttribute('data-status', 'error');
    await chapterPage.waitForState('running', BOOT_MS);
    // What was asked for meanwhile has its answer now.
    await expect(browser.status).toHaveAttribute('data-response-status', 'refused', { timeout: 60_000 });
    await expect(check).toHaveAttribute('data-status', 'fail', { timeout: 60_000 });
    await terminal.focus();
    expect(await terminal.run('systemctl is-system-running')).toBe('running');
    await expect(workspace).toHaveAttribute('data-warm', '');
    expect(await terminal.run('cd; ls kept')).toBe('kept');
    expect(await bootId()).not.toBe(before);
    expect(await terminal.run('sudo apt-get update')).toContain('Reading package lists');
    await terminal.run('sudo systemctl disable slow');
  });
});

test('sudo poweroff, and Switch it on: types and looks at another tab while it boots', async ({
  chapterPage,
}) => {
  test.setTimeout(240_000);
  const terminal = chapterPage.terminal(1);
  await terminal.run('touch ~/kept');
  expect(await shutDown(chapterPage, 'sudo poweroff')).toEqual([]);
  await chapterPage.waitForState('halted', BOOT_MS);
  await chapterPage.workspace.locator('button[data-switch-on]').click();
  await chapterPage.waitForState('booting');
  await typeBlindly(chapterPage, 'echo typed-too-early\n');
  await chapterPage.setVisibility('hidden');
  await chapterPage.waitForState('paused', BOOT_MS);
  await chapterPage.setVisibility('visible');
  await chapterPage.waitForState('running');
  await terminal.waitForPrompt();
  expect(await terminal.run('cd; ls kept')).toBe('kept');
  expect(await terminal.buffer()).not.toContain('early');
});

test('sudo shutdown -h now, and begins the chapter anew', async ({ chapterPage, page }) => {
  // After a boot uWSGI loads its application, and may not hear that it is to end: systemd waits 90 seconds for it.
  test.setTimeout(240_000);
  const terminal = chapterPage.terminal(1);
  await terminal.run('touch ~/mine');
  expect(await shutDown(chapterPage, 'sudo shutdown -h now')).toEqual([]);
  await chapterPage.waitForState('halted', BOOT_MS);
  await chapterPage.workspace.locator('[data-cover] button[data-reset]').click();
  await confirmReset(page);
  await chapterPage.waitForState('running');
  await terminal.waitForPrompt();
  expect(await terminal.run('ls ~/mine')).toContain('No such file');
});

test('presses Power off while the server shuts down', async ({ chapterPage }) => {
  expect(await shutDown(chapterPage, 'sudo reboot')).toEqual([]);
  await powerOff(chapterPage);
  await chapterPage.start();
  expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
});

test('presses Reset while the server boots', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('touch ~/mine; sync; sudo reboot -f\n');
  await chapterPage.waitForState('booting');
  const fetched = seenIn(page, 'fetching');
  await chapterPage.machineMenu('data-reset');
  await confirmReset(page);
  await fetched;
  await chapterPage.waitForState('running');
  await terminal.waitForPrompt();
  expect(await terminal.run('ls ~/mine')).toContain('No such file');
});
