/** What goes wrong on the way to the machine, and what the reader loses by it: nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import type { ChapterPage } from '../pages/chapter-page.ts';

const CHUNKS = '**/sandbox/chunks/**';
/** Reads what nobody has read before: some 5 MB. */
const READ_MUCH = 'sudo cat /usr/bin/[e-l]* | wc -c';

/** The page says what is wrong where the machine would be. */
async function expectProblem(page: Page, text: RegExp): Promise<void> {
  await expect(page.locator('tl-workspace').getByText(text).first()).toBeVisible();
}

/**
 * For how long the guest's kernel waits for its disk: less than the 30 s that it takes by itself, and well more than
 * the 5 s after which the machine stands still.
 */
const DISK_LIMIT_S = 15;

/** What the guest's kernel says of a disk that does not answer. */
const DISK_TROUBLE = `sudo dmesg | grep -ciE "ata[0-9].*(error|frozen|timeout)|i/o error"; true`;

/** Requests for chunks are never answered, as over a connection that is half open. */
async function leaveUnanswered(context: BrowserContext): Promise<void> {
  await context.route(CHUNKS, () => new Promise<void>(() => {}));
}

/** The connection is back: the machine goes on by itself, or when the reader asks. */
async function goOn(chapterPage: ChapterPage, how: 'by itself' | 'after Retry'): Promise<void> {
  if (how === 'after Retry') await chapterPage.workspace.locator('button[data-retry]').click();
  await chapterPage.waitForState('running');
}

test('nothing of the machine is fetched before the reader asks', async ({ chapterPage, page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/sandbox/')) fetched.push(request.url());
  });
  await chapterPage.open(FIRST_CHAPTER);
  await page.waitForLoadState('networkidle');
  await page.mouse.wheel(0, 5000);
  await page.waitForLoadState('networkidle');
  expect(fetched).toEqual([]);
  await chapterPage.start();
  expect(fetched.length).toBeGreaterThan(0);
});

test('a chunk that fails now and then is fetched again', async ({ chapterPage, context }) => {
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
  const failed = new Set<string>();
  await context.route(CHUNKS, async (route) => {
    const url = route.request().url();
    if (failed.has(url)) return route.fallback();
    failed.add(url);
    return failed.size % 2 === 0 ? route.abort() : route.fulfill({ body: 'not what its name says' });
  });
  expect(Number(await chapterPage.terminal(1).run(READ_MUCH, 200_000))).toBeGreaterThan(1_000_000);
  expect(failed.size).toBeGreaterThan(5);
});

for (const [what, spoil] of [
  ['fails', { status: 503, body: 'no' }],
  ['is not what its name says', { body: 'something else' }],
] as const) {
  test(`a chunk that always ${what} stops the machine until Retry`, async ({ chapterPage, context }) => {
    const terminal = chapterPage.terminal(1);
    await chapterPage.open(FIRST_CHAPTER);
    await chapterPage.start();
    await terminal.run('kept=alive');
    await context.route(CHUNKS, (route) => route.fulfill(spoil));
    await terminal.type(`${READ_MUCH}; echo "re"-"ad"\n`);
    await chapterPage.waitForState('waiting');
    await expect(chapterPage.workspace.locator('button[data-retry]')).toBeVisible();
    await context.unroute(CHUNKS);
    await chapterPage.workspace.locator('button[data-retry]').click();
    await chapterPage.waitForState('running');
    await terminal.waitForText('re-ad', 200_000);
    expect(await terminal.run('echo $kept')).toBe('alive');
    expect(await terminal.run(DISK_TROUBLE)).toBe('0');
  });
}

for (const how of ['by itself', 'after Retry'] as const) {
  test(`the machine stands still while chunks are not answered, and goes on ${how}`, async ({
    chapterPage,
    context,
  }) => {
    test.slow();
    const terminal = chapterPage.terminal(1);
    await chapterPage.open(FIRST_CHAPTER);
    await chapterPage.start();
    expect(await terminal.run(`echo ${DISK_LIMIT_S} | sudo tee /sys/block/sda/device/timeout`)).toBe(
      String(DISK_LIMIT_S),
    );
    await leaveUnanswered(context);
    await terminal.type(`${READ_MUCH}; echo "re"-"ad"\n`);
    await chapterPage.waitForState('waiting', 20_000);
    // The guest's own limit is waited out: it must not notice, and so nothing happens that could be waited for.
    await delay((DISK_LIMIT_S + 3) * 1000);
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'waiting');
    if (how === 'after Retry') {
      // After a new failure there is time to press it: the page tries again by itself only later.
      const retry = chapterPage.workspace.locator('button[data-retry]');
      await expect(retry).toBeHidden({ timeout: 60_000 });
      await expect(retry).toBeVisible({ timeout: 60_000 });
    }
    await context.unroute(CHUNKS);
    await goOn(chapterPage, how);
    await terminal.waitForText('re-ad', 200_000);
    expect(await terminal.run(DISK_TROUBLE)).toBe('0');
  });
}

test('a start whose chunks are not answered says so, and goes on by itself', async ({
  chapterPage,
  context,
}) => {
  await chapterPage.open(FIRST_CHAPTER);
  await leaveUnanswered(context);
  await chapterPage.workspace.locator('button[data-start]:visible').first().click();
  await chapterPage.waitForState('waiting', 20_000);
  await context.unroute(CHUNKS);
  await goOn(chapterPage, 'by itself');
  expect(await chapterPage.terminal(1).run('echo alive')).toBe('alive');
});

test('a chunk that the host no longer has: the page says that the site has been updated', async ({
  chapterPage,
  context,
  page,
}) => {
  const terminal = chapterPage.terminal(1);
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
  await context.route(CHUNKS, (route) => route.fulfill({ status: 404, body: 'no such file' }));
  await terminal.type(`${READ_MUCH}; echo "re"-"ad"\n`);
  await chapterPage.waitForState('waiting');
  await expectProblem(page, /has been updated/);
});

test('the virtual internet comes back when its list could not be fetched at first', async ({
  chapterPage,
  context,
}) => {
  const INTERNET = '**/internet.json';
  const terminal = chapterPage.terminal(1);
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
  await context.route(INTERNET, (route) => route.abort());
  await terminal.type('sudo apt-get update; echo "up"-"dated-$?"\n');
  await chapterPage.waitForState('waiting');
  await context.unroute(INTERNET);
  await goOn(chapterPage, 'after Retry');
  await terminal.waitForText('up-dated-0', 200_000);
});

test('an image that was published after the page was built is refused, with a word about reloading', async ({
  chapterPage,
  context,
  page,
}) => {
  await context.route('**/image.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()} ` });
  });
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.workspace.locator('button[data-start]:visible').first().click();
  await chapterPage.waitForState('failed');
  await expectProblem(page, /another version than this page. Reload/);
});

test('without WebAssembly the page says so, and the text stays', async ({ chapterPage, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.workspace.locator('button[data-start]:visible').first().click();
  await chapterPage.waitForState('failed');
  await expectProblem(page, /WebAssembly/);
  await expect(page.locator('[data-step]').first()).toBeVisible();
});

test('without Worker the page says so, and the text stays', async ({ chapterPage, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'Worker'));
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.workspace.locator('button[data-start]:visible').first().click();
  await chapterPage.waitForState('failed');
  await expectProblem(page, /worker/i);
  await expect(page.locator('[data-step]').first()).toBeVisible();
});

for (const key of ['v86Version', 'recipe'] as const) {
  test(`a snapshot of another ${key} is never restored`, async ({ chapterPage, context, page }) => {
    await context.route('**/snapshots/*.json', async (route) => {
      const response = await route.fetch();
      const manifest = (await response.json()) as Record<string, unknown>;
      await route.fulfill({ response, json: { ...manifest, [key]: 'another' } });
    });
    await chapterPage.open(FIRST_CHAPTER);
    await chapterPage.workspace.locator('button[data-start]:visible').first().click();
    await chapterPage.waitForState('failed');
    await expectProblem(page, /version|another/i);
  });
}
