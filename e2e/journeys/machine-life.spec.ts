/** The machine can be restarted, reset, switched off, and left alone for a while. */
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

test.beforeEach(async ({ chapterPage }) => {
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
});

/** Takes longer to start than a shell. */
const SLOW_SERVICE =
  '[Service]\\nType=oneshot\\nExecStart=sleep 8\\n[Install]\\nWantedBy=multi-user.target\\n';

test('sudo reboot boots for real, and the machine works afterwards', async ({ chapterPage }) => {
  test.setTimeout(300_000);
  const terminal = chapterPage.terminal(1);
  await terminal.run('touch kept');
  await terminal.run(`printf '${SLOW_SERVICE}' | sudo tee /etc/systemd/system/slow.service`);
  await terminal.run('sudo systemctl enable slow');
  const boot = await terminal.run('cat /proc/sys/kernel/random/boot_id');
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '');
  await terminal.type('sudo reboot\n');
  await chapterPage.waitForState('booting');
  await expect(chapterPage.workspace).not.toHaveAttribute('data-warm', '');
  await chapterPage.waitForState('running', 240_000);
  await terminal.waitForPrompt();
  expect(await terminal.run('systemctl is-system-running')).toBe('running');
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '');
  expect(await terminal.run('ls')).toContain('kept');
  expect(await terminal.run('cat /proc/sys/kernel/random/boot_id')).not.toBe(boot);
  expect(await terminal.run('sudo apt-get update', 60_000)).toContain('Reading package lists');
});

test('reset asks first, then brings the chapter’s start back', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const dialog = page.locator('dialog[data-dialog="reset"]');
  await terminal.run('touch mine');
  await chapterPage.machineMenu('data-reset');
  await dialog.locator('button[data-cancel]').click();
  expect(await terminal.run('ls')).toContain('mine');
  await chapterPage.machineMenu('data-reset');
  await dialog.locator('button[data-confirm]').click();
  await expect(dialog).toBeHidden();
  // Until the machine is switched off, the page says that it runs.
  await expect.poll(() => terminal.screen()).not.toContain('mine');
  await chapterPage.waitForState('running');
  const files = await terminal.run('ls -a');
  expect(files).toContain('.bashrc');
  expect(files).not.toContain('mine');
});

test('it can be switched off and on', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-power-off');
  await chapterPage.waitForState('off');
  await chapterPage.start();
  expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
});

test('it pauses in a hidden tab and tells the time correctly afterwards', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('kept=alive');
  await chapterPage.setVisibility('hidden');
  await chapterPage.waitForState('paused', 90_000);
  // A clock that stood still with the machine would now fall behind by more than the test allows.
  const pausedAt = Date.now();
  await expect.poll(() => Date.now() - pausedAt, { timeout: 20_000 }).toBeGreaterThan(6000);
  await chapterPage.setVisibility('visible');
  await chapterPage.waitForState('running');
  const before = Date.now();
  const guestMs = Number(await terminal.run('date +%s%3N'));
  expect(guestMs).toBeGreaterThan(before - 2000);
  expect(guestMs).toBeLessThan(Date.now() + 2000);
  expect(await terminal.run('echo $kept')).toBe('alive');
});

test('the reader can pause it and go on', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-pause');
  await chapterPage.waitForState('paused');
  await chapterPage.workspace.locator('button[data-resume]:visible').first().click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
});
