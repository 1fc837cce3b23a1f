/** The machine outlasts its page: what a reader finds after a reload, a crash, another day. */
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/flask-application';

test('a reload in the middle of nano', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  const terminal = chapterPage.terminal(1);
  await terminal.run('kept=in_memory; touch ~/on-the-disk');
  await chapterPage.terminal(2).run('echo in the second terminal');
  await chapterPage.waitUntilSaved();
  await terminal.type('nano /tmp/notes\n');
  await terminal.waitForText('GNU nano');
  await terminal.type('half a sentence');
  await terminal.waitForText('half a sentence');
  await chapterPage.waitUntilSaved();

  await page.reload();
  const cover = page.locator('[data-cover]');
  await expect(cover).toContainText('Go on where you were', { timeout: 60_000 });
  await expect(cover).toContainText('today at');
  await terminal.waitForText('half a sentence');
  await cover.locator('button[data-go-on]').click();
  await chapterPage.waitForState('running');
  await terminal.type(', and its end');
  await terminal.waitForText('half a sentence, and its end');
  await terminal.press('Ctrl+O');
  await terminal.press('Enter');
  await terminal.waitForText('Wrote 1 line');
  await terminal.press('Ctrl+X');
  expect(await terminal.run('cat /tmp/notes; echo $kept; ls ~/on-the-disk')).toContain('in_memory');
  expect(await chapterPage.terminal(2).buffer()).toContain('in the second terminal');
  const date = Number(await terminal.run('date +%s'));
  expect(Math.abs(date - Date.now() / 1000)).toBeLessThan(5);
});

test('two tabs: the second takes the machine over, and the first takes it back', async ({
  chapterPage,
  context,
  page,
}) => {
  test.setTimeout(240_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await chapterPage.terminal(1).run('where=first');

  const other = await context.newPage();
  const second = new ChapterPage(other);
  await second.open(CHAPTER);
  const cover = other.locator('[data-cover]');
  await expect(cover).toContainText('open in another tab');
  await cover.locator('button[data-take-over]').click();
  await expect(page.locator('[data-cover]')).toContainText('in another tab now', { timeout: 60_000 });
  await second.waitForState('running');
  expect(await second.terminal(1).run('echo $where')).toBe('first');
  await second.terminal(1).run('where=second');
  await expect(chapterPage.workspace).toHaveAttribute('data-state', 'off');

  await page.bringToFront();
  await page.locator('[data-cover] button[data-take-over]').click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('echo $where')).toBe('second');
  await expect(second.workspace).toHaveAttribute('data-state', 'off');
  await other.close();
});

test('a link to another page asks nothing, and a power off loses nothing', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await chapterPage.terminal(1).run('step=one');
  await page.locator('a.brand').click();
  await page.waitForURL((url) => !url.pathname.includes('guides'));
  await chapterPage.open(CHAPTER);
  await page.locator('[data-cover] button[data-go-on]').click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('echo $step')).toBe('one');
  await chapterPage.machineMenu('data-power-off');
  await chapterPage.waitForState('off');
  await page.locator('[data-cover] button[data-go-on]').click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('echo $step')).toBe('one');
});

test('a fresh start can be taken back', async ({ chapterPage, page }) => {
  test.setTimeout(240_000);
  const cover = page.locator('[data-cover]');
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await chapterPage.terminal(1).run('machine=old');
  await chapterPage.waitUntilSaved();
  await page.reload();
  await expect(cover).toContainText('A fresh machine takes the place of this one');
  await chapterPage.start();
  await chapterPage.terminal(1).run('machine=fresh');
  // It is said once, with the first save.
  await expect(page.locator('[data-announcer]')).toContainText(
    'Your machine of chapter 3 is set aside under “Your machines”.',
    { timeout: 60_000 },
  );
  await chapterPage.waitUntilSaved();
  await chapterPage.machineMenu('data-power-off');
  await cover.locator('button[data-take-back]').click();
  await expect(cover.locator('button[data-go-on]')).toBeVisible();
  await cover.locator('button[data-go-on]').click();
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(2).run('echo ready')).toBe('ready');
  await chapterPage.terminal(1).type('echo now-$machine\n');
  await chapterPage.terminal(1).waitForText('now-old');
});
