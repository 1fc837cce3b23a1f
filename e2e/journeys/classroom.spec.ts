/**
 * A lesson from link to grades: an instructor assigns a chapter; three students work on it on real machines, each in a
 * browser of their own, and hand in. One is in time, one is late, one is stuck, and one of the files is edited.
 */
import { readFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import Papa from 'papaparse';
import type { Browser, Page } from '@playwright/test';
import { loadGuides } from '../../site/chapter/load.ts';
import type { CommandAction } from '../../site/chapter/model.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const DAY_MS = 24 * 60 * 60_000;
const [guideSlug = '', chapterSlug = ''] = FIRST_CHAPTER.split('/');
const chapter = loadGuides()
  .find(({ slug }) => slug === guideSlug)
  ?.chapters.find(({ slug }) => slug === chapterSlug);
const step = chapter?.steps[0];
const command = step?.actions.find((action): action is CommandAction => action.kind === 'command');
const [check] = step?.checks ?? [];
if (!chapter || !step || !command || !check) throw new Error('The first step has no command or no check.');
const { title } = chapter;

interface Student {
  readonly name: string;
  /** So far ahead of the time is the clock of their computer. */
  readonly aheadMs?: number;
  readonly works: (chapterPage: ChapterPage) => Promise<void>;
}

const doesTheStep = async (chapterPage: ChapterPage): Promise<void> => {
  await chapterPage.terminal(1).type(`${command.command}\n`);
  await expect(chapterPage.check(check.id)).toHaveAttribute('data-status', 'pass', { timeout: 180_000 });
};

const checksInVain = async (chapterPage: ChapterPage): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    await chapterPage.page.locator(`[data-check-group="${step.id}"] button[data-check-now]`).click();
    await expect(chapterPage.check(check.id)).toHaveAttribute('data-status', 'fail', { timeout: 120_000 });
    await chapterPage.waitUntilIdle();
  }
};

/** The link of an assignment of one chapter, a point for each check, due tomorrow. */
async function assign(page: Page): Promise<string> {
  await page.goto('teach/');
  await page.getByLabel('Title').fill('Lesson 1');
  await page.getByRole('checkbox', { name: title }).first().check();
  await page.getByLabel('Date').fill(new Date(Date.now() + DAY_MS).toISOString().slice(0, 10));
  await page.getByLabel('For each check').check();
  await page.getByLabel('How many for each').fill('1');
  await page.getByLabel('What identifies a student').fill('Name');
  await page.getByRole('button', { name: 'Make the link' }).click();
  return page.getByLabel('Link', { exact: true }).inputValue();
}

/** What a student hands in who works on the assignment. */
async function handsIn(browser: Browser, link: string, { name, aheadMs, works }: Student): Promise<Buffer> {
  const context = await browser.newContext();
  if (aheadMs !== undefined)
    await context.addInitScript((ahead) => {
      const rightNow = Date.now;
      const now = (): number => rightNow() + ahead;
      globalThis.Date = new Proxy(Date, {
        construct: (right, given) =>
          given.length === 0 ? new right(now()) : (Reflect.construct(right, given) as Date),
        get: (right, key) => (key === 'now' ? now : (Reflect.get(right, key) as unknown)),
      });
    }, aheadMs);
  const page = await context.newPage();
  const chapterPage = new ChapterPage(page);
  await page.goto(link);
  await page.getByRole('link', { name: `Start with “${title}”` }).click();
  await chapterPage.start();
  await works(chapterPage);
  await chapterPage.waitUntilIdle();
  await page.locator('tl-assignment-bar').getByRole('button', { name: 'Hand in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Hand in' });
  await expect(dialog).toHaveAttribute('data-complete', '', { timeout: 240_000 });
  await dialog.getByLabel('Name').fill(name);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the file' }).click(),
  ]);
  const file = await readFile(await download.path());
  await context.close();
  return file;
}

/** As a student might who can use a zip: the check passed at the first attempt. */
function edited(file: Buffer): Buffer {
  const entries = unzipSync(file);
  const [log = ''] = Object.keys(entries).filter((entry) => entry.startsWith('events/'));
  const text = strFromU8(entries[log] ?? new Uint8Array());
  const better = text.replaceAll('"result":"fail"', '"result":"pass"');
  expect(better).not.toBe(text);
  return Buffer.from(zipSync({ ...entries, [log]: strToU8(better) }));
}

test('a lesson, from the link to the grades', async ({ browser, page }) => {
  test.setTimeout(900_000);
  const link = await assign(page);
  const ann = await handsIn(browser, link, { name: 'Ann', works: doesTheStep });
  const bob = await handsIn(browser, link, { name: 'Bob', aheadMs: 3 * DAY_MS, works: doesTheStep });
  const cem = await handsIn(browser, link, { name: 'Cem', works: checksInVain });

  await page.goto('teach/class/');
  await page.locator('input[data-files]').setInputFiles(
    [
      ['ann', ann],
      ['bob', bob],
      ['cem', cem],
    ].map(([name, buffer]) => ({
      ...{
        name: `${String(name)}.typealong`,
        mimeType: 'application/octet-stream',
        buffer: buffer as Buffer,
      },
    })),
  );
  await expect(page.locator('[data-status]')).toHaveText('3 of 3 students shown.');
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
  await expect(row('Ann')).not.toContainText('late');
  await expect(row('Bob')).toContainText('late');
  await expect(row('Cem')).toContainText(`${check.title} (${title}): 2 failed attempts`);
  // Nobody is accused, not even of a clock that is wrong.
  await expect(page.getByText('that the site cannot have made')).toHaveCount(0);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV with everything' }).click(),
  ]);
  const csv = (await readFile(await download.path(), 'utf8')).replace('\ufeff', '');
  const table = Papa.parse<Record<string, string>>(csv, { header: true }).data;
  expect(table.map(({ Student, Points }) => [Student, Points])).toEqual([
    ['Ann', '1'],
    ['Bob', '1'],
    ['Cem', '0'],
  ]);
  expect(table.map((cells) => Number(cells['Late checks']))).toEqual([0, 1, 0]);

  await page.reload();
  await page
    .locator('input[data-files]')
    .setInputFiles({ name: 'cem.typealong', mimeType: 'application/octet-stream', buffer: edited(cem) });
  await expect(row('Cem')).toContainText('Forged');
});
