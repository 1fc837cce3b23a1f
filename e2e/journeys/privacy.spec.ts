/** What the site keeps in a browser is in its inventory, which teachers and students read; and nothing goes elsewhere. */
import type { Page } from '@playwright/test';
import { playChapter } from '../../scripts/replay/engine.ts';
import { loadGuides } from '../../site/chapter/load.ts';
import { INVENTORY, keptUnder } from '../../site/teach/privacy-inventory.ts';
import type { Place } from '../../site/teach/privacy-inventory.ts';
import { expect, test } from '../fixtures.ts';
import { PageDriver } from '../page-driver.ts';

/** A chapter whose first step is soon done, and in which Nginx runs. */
const CHAPTER = { guide: 'ubuntu-16.04-flask', slug: 'uwsgi-configuration' };

interface Found {
  readonly place: Place;
  readonly name: string;
}

/** All that the browser keeps for the site, by the names that it tells. */
async function keptIn(page: Page): Promise<readonly Found[]> {
  return page.evaluate(async () => {
    const found: Found[] = [];
    const add = (place: Place, names: Iterable<string | undefined>): void => {
      for (const name of names) found.push({ place, name: name ?? '' });
    };
    add('localStorage', Object.keys(localStorage));
    add('sessionStorage', Object.keys(sessionStorage));
    add(
      'IndexedDB',
      (await indexedDB.databases()).map(({ name }) => name),
    );
    add('cache', await caches.keys());
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) add('private file system', [name]);
    const workers = await navigator.serviceWorker.getRegistrations();
    add(
      'service worker',
      workers.map(({ active, waiting, installing }) => (active ?? waiting ?? installing)?.scriptURL),
    );
    return found;
  });
}

/** Makes an assignment of the first chapter, and opens it as a student does. */
async function openAssignment(page: Page): Promise<void> {
  await page.goto('teach/');
  await page.getByLabel('Title').fill('Serve it');
  await page.locator('input[name=chapter]').first().check();
  await page.getByLabel('Date').fill('2040-12-01');
  await page.getByLabel('Time', { exact: true }).fill('23:59');
  await page.getByRole('button', { name: 'Make the link' }).click();
  await expect(page.getByRole('heading', { name: 'The link for your class' })).toBeFocused();
  await page.goto(await page.getByLabel('Link', { exact: true }).inputValue());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Serve it');
}

/** What only an earlier version of the site leaves, or who has handed in. */
const NOT_LEFT = new Set(['typealong:progress', 'typealong-chunks-1', 'typealong:student ']);

/** All of it is known. Returns the names in the inventory that were found. */
function expectKnown(found: readonly Found[]): readonly string[] {
  const unknown = found.filter(({ place, name }) => keptUnder(place, name) === undefined);
  expect(unknown, 'what is kept and not in the inventory').toEqual([]);
  return [...new Set(found.map(({ place, name }) => keptUnder(place, name)?.name ?? ''))];
}

let asked: string[] = [];

test.beforeEach(({ context, page }) => {
  asked = [];
  context.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
});

test.afterEach(async ({ context, baseURL }) => {
  const { origin } = new URL(baseURL ?? '');
  expect(asked.length).toBeGreaterThan(10);
  const outside = asked.filter((url) => /^(?:https?|wss?):/.test(url) && new URL(url).origin !== origin);
  expect(outside, 'no request leaves the origin').toEqual([]);
  expect(await context.cookies()).toEqual([]);
});

test('pages without a machine keep the colours and the assignment', async ({ page }) => {
  for (const path of ['', `guides/${CHAPTER.guide}/`, 'help/', 'glossary/', 'licence/', 'teach/guide/'])
    await page.goto(path);
  expect(expectKnown(await keptIn(page))).toEqual([]);
  await page.locator('[data-theme-switch]').click();
  await openAssignment(page);
  const kept = ['typealong:assignments ', 'typealong:theme'];
  expect(expectKnown(await keptIn(page)).toSorted()).toEqual(kept);
  // What stands under a name that nobody knows is found, in each place that a page can write to.
  await page.evaluate(async () => {
    sessionStorage.setItem('typealong:theme', 'dark');
    await caches.open('typealong-chunks-9');
    await (await navigator.storage.getDirectory()).getDirectoryHandle('typealong', { create: true });
    await new Promise((resolve) => (indexedDB.open('typealong').onsuccess = resolve));
  });
  const unknown = (await keptIn(page)).filter(({ place, name }) => keptUnder(place, name) === undefined);
  expect(unknown.map(({ place }) => place)).toEqual([
    'sessionStorage',
    'IndexedDB',
    'cache',
    'private file system',
  ]);
});

test('a chapter with its machine leaves all that is in the inventory, and nothing else', async ({
  chapterPage,
  page,
}) => {
  test.setTimeout(400_000);
  const guide = loadGuides().find(({ slug }) => slug === CHAPTER.guide);
  const chapter = guide?.chapters.find(({ slug }) => slug === CHAPTER.slug);
  const [step] = chapter?.steps ?? [];
  if (!chapter || !step) throw new Error(`There is no chapter ${CHAPTER.slug} with a step.`);

  await openAssignment(page);
  await page.locator('[data-theme-switch]').click();
  await chapterPage.open(`${CHAPTER.guide}/${CHAPTER.slug}`);
  await chapterPage.start();
  await page.locator('[data-font-step="1"]').first().click();
  await page.locator('[data-wider=workspace]').click();
  await playChapter({ ...chapter, steps: [step] }, await PageDriver.open(chapterPage));
  await chapterPage.waitUntilIdle();
  await page.locator('[data-checks-toggle]').click();
  await chapterPage.browser.visit('http://flask.example/');
  await chapterPage.waitUntilSaved();
  const inChapter = await keptIn(page);
  await page.goto('machines/');
  await expect(page.locator('[data-list] h2').first()).toBeVisible();

  const names = expectKnown([...inChapter, ...(await keptIn(page))]);
  // All of the inventory was seen; otherwise little would have been proved.
  const missed = INVENTORY.filter(({ name }) => !names.includes(name) && !NOT_LEFT.has(name));
  expect(missed).toEqual([]);
});
