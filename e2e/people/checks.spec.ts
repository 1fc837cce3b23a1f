/** What people do with files and checks, in another order than the text's. */
import type { Page } from '@playwright/test';
import type { ChapterPage } from '../pages/chapter-page.ts';
import { expect, note, powerOff, pressInText, test } from './people.ts';

/** Presses Compare, reads what the dialog says, and closes it. */
async function compare(chapterPage: ChapterPage, id: string): Promise<string> {
  const dialog = chapterPage.page.locator('dialog[data-dialog="compare"]');
  await pressInText(chapterPage, id, 'compare');
  await expect(dialog).toBeVisible();
  const comparison = (await dialog.getAttribute('data-comparison')) ?? '';
  await chapterPage.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  return comparison;
}

/** Presses a step's Check now. */
async function checkNow(page: Page, step: string): Promise<void> {
  await page.locator(`[data-check-group="${step}"] button[data-check-now]`).click();
}

/** Presses a step's Check now, and waits for what comes of it. */
async function checkStep(chapterPage: ChapterPage, step: string): Promise<void> {
  await checkNow(chapterPage.page, step);
  await chapterPage.waitUntilIdle();
}

const CONFIGURATION = 'write-the-configuration';
/** The whole file. */
const LISTING = `${CONFIGURATION}/5`;
const CHECK = `${CONFIGURATION}/check-1`;

test.describe('with uWSGI’s file', () => {
  test.use({ chapter: 'ubuntu-16.04-flask/uwsgi-configuration' });

  test('compares a file that is not there yet', async ({ chapterPage }) => {
    await chapterPage.terminal(1).run('rm -f ~/myproject/myproject.ini');
    expect(await compare(chapterPage, LISTING)).toBe('missing');
  });

  test('goes to another folder, and has the file written', async ({ chapterPage, page }) => {
    await chapterPage.terminal(1).run('cd /tmp');
    await pressInText(chapterPage, LISTING, 'write');
    await expect(note(page)).toContainText('~/myproject/myproject.ini is written.');
    expect(await chapterPage.terminal(1).run('ls -l ~/myproject/myproject.ini')).toMatch(/sammy sammy/);
    expect(await compare(chapterPage, LISTING)).toBe('same');
  });

  test('has the file written twice', async ({ chapterPage }) => {
    await chapterPage.action(LISTING).hover();
    await chapterPage.action(LISTING).locator('button[data-write]').dblclick();
    await chapterPage.waitUntilIdle();
    expect(await chapterPage.terminal(1).run("grep -c '' ~/myproject/myproject.ini")).toBe('11');
    expect(await compare(chapterPage, LISTING)).toBe('same');
  });

  test('compares a file that they have changed', async ({ chapterPage }) => {
    await chapterPage.terminal(1).run('sed -i s/processes/proceses/ ~/myproject/myproject.ini');
    expect(await compare(chapterPage, LISTING)).toBe('different');
    const lines = chapterPage.page.locator('dialog[data-dialog="compare"] .compared');
    await expect(lines.filter({ hasText: 'proceses = 5' })).toHaveClass(/machine/);
    await expect(lines.filter({ hasText: 'processes = 5' })).toHaveClass(/listing/);
  });

  test('copies the file', async ({ chapterPage, page }) => {
    await pressInText(chapterPage, LISTING, 'copy');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/^\[uwsgi\]\n[\s\S]*\ndie-on-term = true\n$/);
  });

  test('saves the file as root', async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(1);
    await pressInText(chapterPage, LISTING, 'write');
    await chapterPage.waitUntilIdle();
    await terminal.run('sudo chown root:root ~/myproject/myproject.ini');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'fail');
    await expect(chapterPage.check(CHECK).locator('[data-found]')).toContainText('root');
    await terminal.run('sudo chown sammy:sammy ~/myproject/myproject.ini');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'pass');
    // They would be shown while it is run again.
    await expect(chapterPage.check(CHECK).locator('[data-details]')).toBeEmpty();
  });

  test('checks, does something else, and checks again', async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(1);
    const again = chapterPage.check(CHECK).locator('[data-again]');
    await pressInText(chapterPage, LISTING, 'write');
    await chapterPage.waitUntilIdle();
    await terminal.run('sed -i s/module/modul/ ~/myproject/myproject.ini');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'fail');
    await expect(again).toHaveCount(0);
    await terminal.run('ls ~/myproject');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(again).toContainText('finds the same as before');
    // Another finding is news.
    await terminal.run('rm ~/myproject/myproject.ini');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'fail');
    await expect(again).toHaveCount(0);
  });

  test('has rubbish in the file, checks and compares', async ({ chapterPage }) => {
    await chapterPage.terminal(1).run('head -c 4000 /dev/urandom > ~/myproject/myproject.ini');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'fail');
    expect(await compare(chapterPage, LISTING)).toBe('different');
  });

  test('makes a folder of the file’s name, and has the file written', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    await terminal.run('rm ~/myproject/myproject.ini; mkdir ~/myproject/myproject.ini');
    await pressInText(chapterPage, LISTING, 'write');
    await expect(note(page)).toContainText('could not be written');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK)).toHaveAttribute('data-status', 'fail');
    await expect(chapterPage.check(CHECK).locator('[data-found]')).toContainText(/folder|directory/);
    await terminal.run('rmdir ~/myproject/myproject.ini');
  });

  test('deletes the project’s folder, checks, and has the file written', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    // To a place where nobody looks for a folder that was renamed.
    await terminal.run('mv ~/myproject /tmp/away');
    await checkStep(chapterPage, CONFIGURATION);
    await expect(chapterPage.check(CHECK).locator('[data-found]')).toContainText(
      'There is no folder /home/sammy/myproject',
    );
    await expect(chapterPage.check(CHECK).locator('[data-advice]')).toContainText(
      'mkdir -p /home/sammy/myproject',
    );
    await pressInText(chapterPage, LISTING, 'write');
    await expect(note(page)).toContainText(/could not be written: .*create that first/);
    await terminal.run('mv /tmp/away ~/myproject');
  });

  test('presses Check now twice', async ({ chapterPage, page }) => {
    await pressInText(chapterPage, LISTING, 'write');
    await chapterPage.waitUntilIdle();
    await page.locator(`[data-check-group="${CONFIGURATION}"] button[data-check-now]`).dblclick();
    await chapterPage.waitUntilIdle();
    for (const number of [1, 2, 3, 4])
      await expect(chapterPage.check(`${CONFIGURATION}/check-${number}`)).toHaveAttribute(
        'data-status',
        'pass',
      );
  });

  test('checks the chapter while a command runs', async ({ chapterPage, page }) => {
    const terminal = chapterPage.terminal(1);
    await terminal.run('rm ~/myproject/myproject.ini');
    await terminal.type('sleep 1000\n');
    await page.locator('button[data-check-all]').click();
    await chapterPage.waitUntilIdle();
    await expect(page.locator('[data-check-id][data-status=fail]')).toHaveCount(4);
    await terminal.press('Ctrl+C');
    await terminal.waitForPrompt();
  });
});

test.describe('with Nginx', () => {
  test('presses Check now at one step and then at another', async ({ chapterPage, page }) => {
    await checkNow(page, 'describe-the-site');
    await checkNow(page, 'switch-the-site-on');
    await chapterPage.waitUntilIdle();
    for (const id of [
      'describe-the-site/check-1',
      'switch-the-site-on/check-1',
      'switch-the-site-on/check-2',
    ])
      await expect(chapterPage.check(id)).toHaveAttribute('data-status', 'fail');
  });

  test('forgets a semicolon, and checks', async ({ chapterPage }) => {
    const check = chapterPage.check('describe-the-site/check-1');
    await pressInText(chapterPage, 'describe-the-site/3', 'write');
    await chapterPage.waitUntilIdle();
    await chapterPage
      .terminal(1)
      .run("sudo sed -i 's/listen 80;/listen 80/' /etc/nginx/sites-available/myproject");
    await checkStep(chapterPage, 'describe-the-site');
    await expect(check).toHaveAttribute('data-status', 'fail');
    await expect(check).toHaveAttribute('data-cause', 'nginx-missing-semicolon');
    await expect(check.locator('[data-found]')).toContainText(
      /Line 2 of .*listen 80.* does not end in a semicolon/s,
    );
    const nginx = chapterPage.page.locator('.chain-strip [data-link="nginx"]');
    await expect(nginx).toHaveAttribute('data-link-state', 'broken');
    await expect(nginx).toContainText('broken');
    await pressInText(chapterPage, 'describe-the-site/3', 'write');
    await checkStep(chapterPage, 'describe-the-site');
    await expect(check).toHaveAttribute('data-status', 'pass');
    await expect(nginx).toHaveAttribute('data-link-state', 'whole');
    // The tests that follow go on with this machine, and want nothing written yet.
    await chapterPage.terminal(1).run('sudo rm /etc/nginx/sites-available/myproject');
  });

  test('pauses the machine, and checks', async ({ chapterPage }) => {
    await chapterPage.machineMenu('data-pause');
    await chapterPage.waitForState('paused');
    await checkStep(chapterPage, 'describe-the-site');
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
    await expect(chapterPage.check('describe-the-site/check-1')).toHaveAttribute('data-status', 'fail');
  });

  test('deletes the folder of Nginx, and checks', async ({ chapterPage }) => {
    const check = chapterPage.check('describe-the-site/check-1');
    await chapterPage.terminal(1).run('sudo rm -rf /etc/nginx');
    await checkStep(chapterPage, 'describe-the-site');
    await expect(check.locator('[data-found]')).toContainText('The folder /etc/nginx is gone');
    await expect(check.locator('[data-advice]')).toContainText('--reinstall');
    await checkStep(chapterPage, 'switch-the-site-on');
    const second = chapterPage.check('switch-the-site-on/check-2');
    await expect(second).toHaveAttribute('data-status', 'fail');
    await expect(second).not.toContainText('Line 0');
  });

  test('presses Power off in the middle of the checks, and Check then', async ({ chapterPage, page }) => {
    await page.locator('button[data-check-all]').click();
    await expect(page.locator('[data-check-id][data-status=running]').first()).toBeVisible();
    await powerOff(chapterPage);
    await expect(chapterPage.workspace).not.toHaveAttribute('data-busy', '');
    await expect(page.locator('[data-check-id][data-status=running]')).toHaveCount(0);
    await page.locator('button[data-check-all]').click();
    await expect(note(page)).toContainText('The machine is off, so there is nothing to check.');
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'off');
  });
});

test.describe('with the first chapter', () => {
  test.use({ chapter: 'ubuntu-16.04-flask/components' });

  test('checks before doing anything, and follows the advice', async ({ chapterPage, page }) => {
    const lists = chapterPage.check('refresh-the-package-lists/check-1');
    const nginx = chapterPage.check('install-pip-the-python-headers-and-nginx/check-3');
    await page.locator('button[data-check-all]').click();
    await chapterPage.waitUntilIdle();
    for (const check of [lists, nginx]) {
      await expect(check).toHaveAttribute('data-status', 'fail');
      await expect(check.locator('[data-advice]')).toContainText('sudo apt-get update');
      await expect(check.locator('[data-expected]')).not.toContainText('/dev/null');
      await expect(check).not.toHaveAttribute('data-outdated', '');
    }
    await chapterPage.terminal(1).run('sudo apt-get update', 100_000);
    await chapterPage.waitUntilIdle();
    await expect(nginx).toHaveAttribute('data-outdated', '');
    await expect(nginx).toContainText('From before your last change');
    await expect(nginx.locator('[data-advice]')).toBeHidden();
    await checkStep(chapterPage, 'refresh-the-package-lists');
    await expect(lists).toHaveAttribute('data-status', 'pass');
    await checkStep(chapterPage, 'install-pip-the-python-headers-and-nginx');
    await expect(nginx).not.toHaveAttribute('data-outdated', '');
    await expect(nginx.locator('[data-advice]')).not.toContainText('sudo apt-get update');
  });
});
