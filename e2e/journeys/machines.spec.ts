/** The page "Your machines": what a browser keeps is copied, put back, taken elsewhere and deleted. */
import { readFile, stat } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';
import { leaveForMachines, MachinesPage } from '../pages/machines-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/flask-application';

async function goOn(page: Page): Promise<ChapterPage> {
  await page.locator('tl-machines a[data-act=go-on]').click();
  const chapterPage = new ChapterPage(page);
  await page.locator('[data-cover] button[data-go-on]').click();
  await chapterPage.waitForState('running');
  return chapterPage;
}

test('a copy is kept, put back, and goes on in another browser', async ({
  browser,
  chapterPage,
  page,
}, testInfo) => {
  test.setTimeout(240_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await chapterPage.terminal(1).run('where=first; echo first > ~/note');
  let machines = await leaveForMachines(chapterPage);
  await expect(machines.machine('Chapter')).toHaveCount(1);
  await machines.page.locator('[data-act=keep-copy]').click();
  await machines.dialog('name').locator('input').fill('before the change');
  // Enter keeps it.
  await page.keyboard.press('Enter');
  await expect(machines.status).toHaveText('A copy is kept as “before the change”.');
  await expect(machines.machine('before the change')).toContainText('copy');

  await (await goOn(page)).terminal(1).run('where=second; echo second > ~/note');
  machines = await leaveForMachines(chapterPage);
  await machines.machine('before the change').locator('[data-act=put-back]').click();
  await expect(machines.status).toContainText('is back: go on with it', { timeout: 60_000 });
  await expect(page.locator('a[data-act=go-on]')).toBeFocused();
  await expect(machines.machine('set aside')).toHaveCount(1);
  await machines.expectAccessible();
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await testInfo.attach(`${width}`, {
      body: await page.screenshot({ fullPage: true }),
      contentType: 'image/png',
    });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `at ${width} pixels nothing is cut off`).toBeLessThanOrEqual(0);
  }

  const coming = page.waitForEvent('download');
  await page.locator('[data-act=download]').first().click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(
    /^ubuntu-16\.04-flask-\d{4}-\d\d-\d\d-\d{4}\.typealong-machine$/,
  );
  const path = await download.path();
  testInfo.annotations.push({ type: 'bytes of the file', description: `${(await stat(path)).size}` });
  await expect(machines.status).toContainText('Downloaded as');
  const file = await readFile(path);

  const elsewhere = await browser.newContext();
  const other = new MachinesPage(await elsewhere.newPage());
  await other.open();
  await expect(other.page.locator('[data-empty]')).toBeVisible();
  await other.upload(file.subarray(0, file.length / 2));
  await expect(other.status).toHaveText('This file is damaged, or not all of it is there.');
  await expect(other.page.locator('[data-empty]')).toBeVisible();
  await other.upload(file);
  await expect(other.status).toContainText('The machine is here: go on with it', { timeout: 60_000 });
  const terminal = (await goOn(other.page)).terminal(1);
  expect(await terminal.run('echo $where; cat ~/note')).toMatch(/^first\s+first$/);

  // A machine that runs in a tab is left alone.
  const beside = new MachinesPage(await elsewhere.newPage());
  await beside.open();
  await expect(beside.machine('open in another tab')).toHaveCount(1);
  await beside.page.locator('tl-machines [data-act=delete]').click();
  await beside.dialog('delete').locator('[data-confirm]').click();
  await expect(beside.status).toContainText('is open in another tab, so it was left alone');
  await elsewhere.close();
});

test('a machine is deleted only when the reader says so', async ({ chapterPage, page }) => {
  test.setTimeout(120_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await chapterPage.terminal(1).run('true');
  const machines = await leaveForMachines(chapterPage);
  await page.goto(`guides/${CHAPTER.split('/')[0] ?? ''}/`);
  await page.getByText('A machine of this guide is saved in this browser').getByRole('link').click();
  await machines.read();
  await page.locator('tl-machines [data-act=delete]').click();
  await machines.dialog('delete').locator('[data-cancel]').click();
  await expect(machines.machine('Chapter')).toHaveCount(1);
  await page.locator('tl-machines [data-act=delete]').click();
  await machines.dialog('delete').locator('[data-confirm]').click();
  await expect(machines.status).toContainText('is deleted');
  await expect(page.locator('[data-empty]')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeFocused();
  await page.reload();
  await machines.read();
  await expect(page.locator('[data-empty]')).toBeVisible();
});
