/** An instructor reads what a class has handed in. No machine runs; the files are made as students' browsers make them. */
import { readFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import Papa from 'papaparse';
import type { Page } from '@playwright/test';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Assignment } from '../../site/teach/assignment.ts';
import { catalogOf } from '../../site/teach/content-version.ts';
import { writeLink } from '../../site/teach/link.ts';
import { makeHandIn, MINUTE, newBrowser, Work, type Forgery } from '../../site/teach/testing/hand-in.ts';
import { expectAccessible } from '../accessible.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

const CATALOG = catalogOf(loadGuides(), () => '');
const [guideSlug = ''] = FIRST_CHAPTER.split('/');
const chapters = CATALOG.guides.find(({ slug }) => slug === guideSlug)?.chapters.slice(0, 2) ?? [];
const checks = chapters.flatMap((chapter) =>
  chapter.checks.map((check) => ({ ...check, chapter: chapter.slug })),
);
const [, secondCheck] = checks;
/** Gone by, so that no file says that it is made in time to come. */
const DUE = Date.UTC(2025, 11, 1, 22, 59);
const HOSTILE = '<img src=x onerror="document.title=1">\u202e =1+1';

const ASSIGNMENT: Assignment = {
  ...{ id: 7, revision: 0, title: 'Serve it', note: '', points: { per: 'check', each: 2 }, identity: 'Name' },
  due: { minute: DUE / MINUTE, zone: 'Europe/Berlin' },
  help: { hints: true, run: true, compare: true },
  chapters: chapters.map(({ slug, print, checks: own }) => ({
    ...{ guide: guideSlug, chapter: slug, print },
    checks: own.map((check) => check.print),
  })),
};

/** Passes so many checks, a minute each, so that the last is done at `end`. */
function workUntil(end: number, count: number, visits: number): Work {
  const work = new Work(end - count * MINUTE, visits).go(checks[0]?.chapter ?? '');
  work.add({ kind: 'machine', what: 'started' });
  for (const { id, chapter } of checks.slice(0, count)) {
    if (work.chapter !== chapter || work.events.length === 1)
      work
        .go(chapter)
        .add({ kind: 'opened', step: 'a' })
        .add({ kind: 'command', by: 'typed', action: 'a/1', text: 'sudo apt-get update' });
    work.pass(MINUTE).check(id, 'pass');
  }
  return work;
}

async function handIn(student: string, work: Work, forgery: Forgery = {}): Promise<Buffer<ArrayBuffer>> {
  const bytes = await makeHandIn(
    {
      ...{ browser: await newBrowser(), assignment: ASSIGNMENT, catalog: CATALOG, student },
      ...{ work: { [guideSlug]: work }, madeAtMs: work.at + MINUTE },
      cast: '{"version":2,"width":80,"height":24,"title":"Terminal 1"}\n[0,"o","$ \\u001b]8;;https://evil.example\\u0007ls\\r\\n"]\n',
      diffs: { '/home/sammy/app.py': '-old <b>\n+new\n' },
    },
    forgery,
  );
  return Buffer.from(bytes);
}

/** All submissions as Moodle gives them: one is done, one late, one stuck and hostile, one forged, one no hand-in. */
async function submissions(): Promise<Buffer> {
  const stuck = workUntil(DUE - 300 * MINUTE, 1, 300).add({ kind: 'help', what: 'hint', id: 'h1' });
  for (let round = 0; round < 3; round++)
    stuck
      .pass(MINUTE)
      .go(secondCheck?.chapter ?? '')
      .check(secondCheck?.id ?? '', 'fail', 'socket-missing');
  const folder = (name: string, id: number): string => `${name}_${id}_assignsubmission_file_/work.typealong`;
  return Buffer.from(
    zipSync({
      [folder('Ann Lee', 101)]: await handIn('Ann', workUntil(DUE - 100 * MINUTE, checks.length, 100)),
      [folder('Bob Ray', 102)]: await handIn('Bob', workUntil(DUE + 120 * MINUTE, checks.length, 200)),
      [folder('Cem Ö', 103)]: await handIn(HOSTILE, stuck),
      [folder('Eve X', 104)]: await handIn('Eve', workUntil(DUE - 500 * MINUTE, 2, 400), {
        evidence: (evidence) => ({
          ...evidence,
          chapters: evidence.chapters.map((chapter) => ({ ...chapter, typed: chapter.typed + 1 })),
        }),
      }),
      'Fay_105_assignsubmission_file_/work.docx': strToU8('not it'),
    }),
  );
}

const status = (page: Page) => page.locator('[data-status]');
const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name }) });
const names = (page: Page) =>
  page
    .locator('tbody tr[data-student]')
    .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-student')));

async function giveZip(page: Page): Promise<void> {
  await page.goto('teach/class/');
  await giveAgain(page);
}

async function giveAgain(page: Page): Promise<void> {
  const zip = { name: 'all.zip', mimeType: 'application/zip', buffer: await submissions() };
  await page.locator('input[data-files]').setInputFiles(zip);
  await expect(status(page)).toHaveText('4 of 4 students shown.');
}

async function exported(page: Page, button: string): Promise<string[][]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return Papa.parse<string[]>((await readFile(await download.path(), 'utf8')).replace('\ufeff', '')).data;
}

test('the zip of a course becomes a table, which is sorted, filtered and exported; nothing is sent', async ({
  page,
}) => {
  await page.goto('teach/');
  await page.getByRole('link', { name: 'see how your class did' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('See how your class did');
  await giveZip(page);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url());
  });

  const all = checks.length;
  await expect(row(page, 'Ann')).toContainText(`${all * 2} of ${all * 2}`);
  await expect(row(page, 'Ann')).toContainText('Done');
  await expect(row(page, 'Bob')).toContainText('Done, 2 h late');
  const cem = row(page, 'Cem');
  // What was entered stands below, as text.
  await expect(cem).toContainText('<img src=x');
  await expect(cem).toContainText(
    `${secondCheck?.title} (${chapters[0]?.title}): 3 failed attempts, mostly socket missing`,
  );
  await expect(cem).toContainText('1 hint');
  await expect(row(page, 'Eve')).toContainText('Forged');
  await expect(page.getByText('1 student handed in a file that the site cannot have made')).toBeVisible();
  await expect(page.locator('[data-refused]')).toContainText('work.docx: It is not a .typealong file');
  // The name is text.
  await expect(page.locator('main img')).toHaveCount(0);
  await expect(page).toHaveTitle('Your class · Typealong');

  const head = (name: string) => page.getByRole('columnheader', { name, exact: true });
  await expect(head('Student')).toHaveAttribute('aria-sort', 'ascending');
  await head('Checks').getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(head('Checks')).toHaveAttribute('aria-sort', 'ascending');
  expect((await names(page))[0]).toBe('Cem Ö');
  await page.keyboard.press('Enter');
  await expect(head('Checks')).toHaveAttribute('aria-sort', 'descending');
  expect((await names(page))[0]).toBe('Ann Lee');
  await page.getByLabel('Late', { exact: true }).check();
  await expect(status(page)).toHaveText('1 of 4 students shown.');
  expect(await names(page)).toEqual(['Bob Ray']);
  await page.getByLabel('Late', { exact: true }).uncheck();
  await page.getByLabel('Stuck', { exact: true }).check();
  expect(await names(page)).toHaveLength(1);
  await page.getByLabel('Stuck', { exact: true }).uncheck();
  await page.getByLabel('Noticed', { exact: true }).check();
  expect(await names(page)).toEqual(['Eve X']);
  await page.getByLabel('Noticed', { exact: true }).uncheck();
  await page.getByLabel('Find a student').fill('ann LEE');
  expect(await names(page)).toEqual(['Ann Lee']);
  await page.getByLabel('Find a student').fill('');

  const moodle = await exported(page, 'CSV for Moodle');
  expect(moodle.map(([id, , grade]) => [id, grade])).toEqual([
    ['Identifier', 'Grade'],
    ['Participant 101', String(all * 2)],
    ['Participant 102', String(all * 2)],
    ['Participant 103', '2'],
    // Forged: the instructor decides.
    ['Participant 104', ''],
  ]);
  expect((await exported(page, 'CSV for Canvas'))[0]?.at(-1)).toBe('Serve it');
  expect(
    (await exported(page, 'CSV with everything')).flat().filter((cell) => /^[=+\-@]/.test(cell)),
  ).toEqual([]);
  expect(sent).toEqual([]);

  await page.reload();
  await expect(page.locator('[data-view]')).toBeHidden();
  expect(
    await page.evaluate(async () => [Object.keys(sessionStorage).length, await indexedDB.databases()]),
  ).toEqual([0, []]);
});

test('a student’s details: what was noticed, the time line, files and terminals as text', async ({
  page,
}) => {
  await giveZip(page);
  await row(page, 'Eve').getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { level: 2 })).toHaveText('Eve X');
  await expect(dialog).toContainText('does not agree with its own record');
  await dialog.locator('summary').first().click();
  await expect(dialog.locator('.time-line li')).not.toHaveCount(0);
  await expect(dialog.locator('.time-line li').first()).toContainText('Started a machine');
  await dialog.getByText('/home/sammy/app.py').click();
  await expect(dialog.locator('pre').first()).toHaveText('-old <b>\n+new\n');
  await dialog.getByText('Terminal 1').click();
  await expect(dialog.locator('pre').last()).toHaveText('$ ls\n');
  await dialog.getByRole('button', { name: 'Watch it' }).click();
  await expect(dialog.getByRole('button', { name: 'Play' })).toBeFocused();
  await expect(dialog.locator('.xterm-rows')).toContainText('$ ls');
  await dialog.getByRole('button', { name: 'Play' }).click();
  await expect(dialog.locator('a[href*=evil]')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(row(page, 'Eve').getByRole('button')).toBeFocused();
  // Nothing of it stays behind.
  await expect(page.locator('.xterm')).toHaveCount(0);
  await expect(page.locator('dialog[data-dialog="student"] [data-body]')).toBeEmpty();
});

test('the instructor’s own link of the assignment counts before what the files say', async ({ page }) => {
  await page.goto('teach/class/');
  const own = page.getByLabel('Your link of the assignment');
  await own.fill('https://example.org/#nonsense');
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(page.locator('[data-own-problem]')).not.toBeEmpty();
  await expect(own).toHaveAttribute('aria-invalid', 'true');
  const mine = { ...ASSIGNMENT, revision: 1, title: 'Mine', points: { per: 'check', each: 7 } } as const;
  await own.fill(`https://example.org/assignment/#${writeLink(mine)}`);
  await page.keyboard.press('Enter');
  await expect(status(page)).toHaveText('“Mine” counts. Now give this page the files that were handed in.');
  await expect(page.locator('[data-own-problem]')).toBeEmpty();
  const zip = { name: 'all.zip', mimeType: 'application/zip', buffer: await submissions() };
  await page.locator('input[data-files]').setInputFiles(zip);
  await expect(status(page)).toHaveText('4 of 4 students shown.');
  await expect(row(page, 'Ann')).toContainText(`${checks.length * 7} of ${checks.length * 7}`);
  await expect(row(page, 'Ann')).toContainText('assignment differs');
  await page.getByLabel('Assignment that counts').selectOption({ label: 'Serve it (4 students)' });
  await expect(row(page, 'Ann')).toContainText(`${checks.length * 2} of ${checks.length * 2}`);
});

test('a part of the page that does not come is told of', async ({ page }) => {
  await giveZip(page);
  await page.route(/\/export\.[^/]*\.js$/, (route) => route.abort());
  await page.getByRole('button', { name: 'CSV for Canvas' }).click();
  await expect(status(page)).toContainText('could not be loaded, so no CSV was made');
});

test('files that are dropped are read beside those before them; everything can be cleared', async ({
  page,
}) => {
  await giveZip(page);
  const bytes = await handIn('Ann', workUntil(DUE - 90 * MINUTE, 1, 900));
  await page.evaluate((base64) => {
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], 'new.typealong'));
    dataTransfer.items.add(new File(['<html>'], 'page.typealong'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, bytes.toString('base64'));
  await expect(status(page)).toHaveText('5 of 5 students shown.');
  await expect(page.locator('[data-refused]')).toContainText('page.typealong: It is a web page');
  await page.getByRole('button', { name: 'Clear everything' }).click();
  await expect(page.locator('[data-view]')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeFocused();
  // Not even out of sight.
  const left = (await page.locator('[data-view], [data-refused], dialog').allTextContents()).join();
  for (const name of ['Ann', 'Bob', 'Eve', 'Serve it', 'page.typealong']) expect(left).not.toContain(name);
  await giveAgain(page);
  expect(await names(page)).toHaveLength(4);
});

test('each student that is shown gets a sheet of paper', async ({ page }) => {
  await page.addInitScript(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  await giveZip(page);
  await page.getByLabel('Late', { exact: true }).check();
  await page.getByRole('button', { name: 'Print a page for each student' }).click();
  await expect(page.locator('body')).toHaveAttribute('data-printed', '');
  await expect(page.locator('.sheet')).toHaveCount(1);
  await page.getByLabel('Late', { exact: true }).uncheck();
  await page.getByRole('button', { name: 'Print a page for each student' }).dblclick();
  await expect(page.locator('.sheet')).toHaveCount(4);
  await expect(page.locator('.sheets')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.sheet h2').first()).toBeVisible();
  await expect(page.locator('main')).toBeHidden();
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.locator('.sheets')).toHaveCount(0);
  await expect(page.locator('main')).toBeVisible();
});

test('the page is accessible in both themes, on a narrow screen, and with nothing in it', async ({
  page,
}) => {
  await page.goto('teach/class/');
  await expectAccessible(page);
  await giveZip(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 800 });
  await expectAccessible(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider, 'the page does not scroll sideways').toBeLessThanOrEqual(0);
  await row(page, 'Eve').getByRole('button').click();
  await expect(page.getByRole('dialog').getByText('Timeline')).toBeVisible();
  await expectAccessible(page);
});
