/** An instructor makes an assignment, and students work on it. No machine runs. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Chapter } from '../../site/chapter/model.ts';
import { LIMITS } from '../../site/teach/assignment.ts';
import { expectAccessible } from '../accessible.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { recordingHost } from '../recording-host.ts';
import type { RecordingHost } from '../recording-host.ts';

const [guideSlug = '', chapterSlug = ''] = FIRST_CHAPTER.split('/');
/** Two chapters that are assigned, and between them one that is not. */
const [first, second, third] = chaptersOf(guideSlug);

function chaptersOf(guide: string): [Chapter, Chapter, Chapter] {
  const [one, two, three] = loadGuides().find(({ slug }) => slug === guide)?.chapters ?? [];
  if (!one || !two || !three) throw new Error(`${guide} has fewer than three chapters.`);
  return [one, two, three];
}

const TITLE = 'Serve <b>it</b> – 加油';
const NOTE = 'Work alone.\nAsk in the forum, <script>not</script> by mail.';

/** Fills the form: two chapters, no hints, no Run, 5 points for a check, due in Berlin. */
async function fillForm(page: Page): Promise<void> {
  await page.getByLabel('Title').fill(TITLE);
  await page.getByLabel('Note to the class').fill(NOTE);
  for (const { title } of [first, third]) await page.getByRole('checkbox', { name: title }).first().check();
  await page.getByLabel('Date').fill('2040-12-01');
  await page.getByLabel('Time', { exact: true }).fill('23:59');
  await page.getByLabel('Time zone').selectOption('Europe/Berlin');
  await page.getByLabel('Hints').uncheck();
  await page.getByLabel('Run, Press').uncheck();
  await page.getByLabel('For each check').check();
  await page.getByLabel('How many for each').fill('5');
  await page.getByLabel('What identifies a student').fill('Student number');
}

async function makeLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make the link' }).click();
  await expect(page.getByRole('heading', { name: 'The link for your class' })).toBeFocused();
  return page.getByLabel('Link', { exact: true }).inputValue();
}

/** A browser of somebody else’s, who lives in New York. */
async function otherBrowser(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ timezoneId: 'America/New_York' });
}

/** Puts steps of the first chapter into the browser’s progress. */
async function finishFirstChapter(page: Page, at: string): Promise<void> {
  const steps = Object.fromEntries(first.steps.map(({ id }) => [`${first.slug}/${id}`, at]));
  const progress = { version: 1, guides: { [guideSlug]: { lastChapter: null, steps } } };
  await page.evaluate((kept) => localStorage.setItem('typealong:progress /', kept), JSON.stringify(progress));
}

const hint = (page: Page) => page.locator('.hint').first();
const run = (page: Page) => page.locator('[data-run]').first();
const bar = (page: Page) => page.getByRole('complementary', { name: 'Assignment' });

test.describe('from the instructor to a student', () => {
  let host: RecordingHost;
  test.beforeEach(async ({ baseURL }) => {
    host = await recordingHost(baseURL ?? '');
  });
  test.afterEach(() => host.close());

  test('an assignment is made, opened elsewhere, and in force; no host learns of it', async ({
    page,
    browser,
  }) => {
    await page.goto(`${host.address}teach/`);
    await fillForm(page);
    const checks = [first, third].flatMap(({ steps }) => steps.flatMap((step) => step.checks)).length;
    await expect(page.locator('[data-sums]')).toHaveText(
      `2 chapters · about ${first.minutes + third.minutes} min · ${checks} checks · ${checks * 5} points`,
    );
    await expect(page.locator('[data-due-words]')).toContainText(
      'Saturday, 1 December 2040 at 23:59 (Europe/Berlin)',
    );
    const link = await makeLink(page);
    expect(link.startsWith(`${host.address}assignment/#1.`)).toBe(true);
    expect(link.length).toBeLessThanOrEqual(LIMITS.link);
    await expect(page.getByLabel('Text for the page of your course')).toHaveValue(new RegExp(TITLE));
    await expect(page.locator('[data-qr-code] svg path')).toHaveAttribute('d', /^M4 4h1v1h-1z/);

    const context = await otherBrowser(browser);
    const foreign: string[] = [];
    context.on('request', (request) => {
      if (!request.url().startsWith(host.address)) foreign.push(request.url());
    });
    const student = await context.newPage();
    await student.goto(link);
    await expect(student.getByRole('heading', { level: 1 })).toHaveText(TITLE);
    await expect(student.locator('.assignment-note')).toHaveText(NOTE);
    await expect(student).toHaveTitle(`${TITLE} · Typealong`);
    await expect(student.locator('[data-due]')).toContainText(
      'Saturday, 1 December 2040 at 17:59 (America/New_York), in ',
    );
    await expect(student.locator('[data-due]')).toContainText(
      'For your instructor: Saturday, 1 December 2040 at 23:59 (Europe/Berlin)',
    );
    await expect(student.locator('[data-identity]')).toHaveText('Student number');
    await expect(student.locator('[data-progress]')).toHaveText(
      `0 of 2 chapters · 0 of ${checks} checks · 0 of ${checks * 5} points`,
    );

    await student.getByRole('link', { name: `Start with “${first.title}”` }).click();
    await expect(bar(student)).toContainText(`Assignment: ${TITLE}`);
    await expect(bar(student)).toContainText(
      'Due Saturday, 1 December 2040 at 17:59. Hidden here: hints and the buttons that type for you.',
    );
    await expect(hint(student)).toBeHidden();
    await expect(run(student)).toBeHidden();
    await expect(student.locator('[data-write]').filter({ visible: true })).toHaveCount(0);
    await expect(student.locator('[data-copy]').first()).toBeVisible();

    await student.getByRole('button', { name: 'Learn without the assignment' }).click();
    await expect(hint(student)).toBeVisible();
    await expect(run(student)).toBeVisible();
    await expect(student.getByRole('button', { name: 'Use its rules again' })).toBeFocused();
    await student.reload();
    await expect(hint(student)).toBeHidden();

    // A chapter that is not part of it has no rules.
    await student
      .getByRole('banner')
      .getByRole('link', { name: /^Next chapter/ })
      .click();
    await expect(student.getByRole('heading', { level: 1, name: second.title })).toBeVisible();
    await expect(bar(student)).toHaveCount(0);
    await expect(run(student)).toBeVisible();

    await finishFirstChapter(student, '2030-01-01T00:00:00Z');
    await student.goto(`${host.address}guides/${guideSlug}/${chapterSlug}/`);
    await bar(student).getByRole('link', { name: TITLE }).click();
    const own = first.steps.flatMap((step) => step.checks).length;
    await expect(student.locator('[data-progress]')).toHaveText(
      `1 of 2 chapters · ${own} of ${checks} checks · ${own * 5} of ${checks * 5} points`,
    );
    await expect(student.locator('[data-late]')).toHaveCount(0);
    await finishFirstChapter(student, '2041-01-01T00:00:00Z');
    await student.reload();
    await expect(student.locator('[data-late]')).toHaveText(
      `After the due time: ${own} checks, ${own * 5} points.`,
    );
    await context.close();

    expect(foreign, 'no request leaves the origin').toEqual([]);
    // The fragment, in pieces: a part of it would be too much already.
    const fragment = link.slice(link.indexOf('#1.') + 3);
    const secrets = [
      ...(fragment.match(/.{12}/g) ?? []),
      TITLE,
      encodeURIComponent(TITLE),
      'Work alone',
      'Student number',
      'Student%20number',
    ];
    expect(secrets.length).toBeGreaterThan(10);
    expect(host.requests.length).toBeGreaterThan(10);
    const sent = (secret: string) => host.requests.filter((request) => request.includes(secret));
    for (const secret of secrets) expect(sent(secret)).toEqual([]);
    // The host would have heard of it.
    await page.request.get(`${host.address}?${secrets[0] ?? ''}`);
    expect(sent(secrets[0] ?? '')).toHaveLength(1);
  });
});

test('an assignment is changed; the earlier link then leads to the later one', async ({ page, browser }) => {
  await page.goto('teach/');
  await fillForm(page);
  const link = await makeLink(page);
  const context = await otherBrowser(browser);
  const student = await context.newPage();
  await student.goto(link);
  await student.getByRole('link', { name: 'Change this assignment' }).click();
  await expect(student.locator('[data-changing-words]')).toContainText(`You are changing ${TITLE}.`);
  await expect(student.getByLabel('Note to the class')).toHaveValue(NOTE);
  await expect(student.getByLabel('Time zone')).toHaveValue('Europe/Berlin');
  await expect(student.getByLabel('Time', { exact: true })).toHaveValue('23:59');
  await expect(student.getByLabel('Hints')).not.toBeChecked();
  await student.getByLabel('Title', { exact: true }).fill('Another title');
  await student.getByLabel('Hints').check();
  const changed = await makeLink(student);
  expect(changed).not.toBe(link);
  // What is changed after that takes the link away.
  await student.getByLabel('Date').fill('2041-12-01');
  await expect(student.getByLabel('Link', { exact: true })).toBeHidden();
  await expect(student.getByRole('status')).toHaveText('The assignment has changed. Make the link again.');
  // It is said for as long as it is so, not only at the first key.
  await student.getByLabel('Title', { exact: true }).press('End');
  await student.keyboard.type(' yet');
  await expect(student.getByLabel('Title', { exact: true })).toHaveValue('Another title yet');
  await expect(student.getByRole('status')).toHaveText('The assignment has changed. Make the link again.');

  // Pasting the link does the same.
  await page.getByText('Change an assignment that you have made').click();
  await page.getByLabel('Its link').fill(`  ${changed}\n`);
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Another title');

  await student.goto(changed);
  await expect(student.getByRole('heading', { level: 1 })).toHaveText('Another title');
  await student.goto(link);
  await expect(student.getByRole('heading', { level: 1 })).toHaveText('Another title');
  await expect(student.getByRole('alert')).toContainText('Your instructor has changed this assignment');
  await student.goto(`guides/${FIRST_CHAPTER}/`);
  await expect(bar(student)).toContainText('Another title');
  await expect(hint(student)).toBeVisible();
  await expect(run(student)).toBeHidden();
  await context.close();
});

test('several assignments stand side by side; each can be removed and put back', async ({ page }) => {
  await page.goto('teach/');
  await fillForm(page);
  const link = await makeLink(page);
  await page.getByRole('button', { name: 'Make it a new assignment' }).click();
  await page.getByLabel('Title').fill('The other one');
  await page.getByLabel('Run, Press').check();
  const other = await makeLink(page);
  await page.goto(link);
  await page.goto(other);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The other one');
  await expect(page.getByRole('link', { name: TITLE })).toBeVisible();
  // The rules of the one that was opened last.
  await page.goto(`guides/${FIRST_CHAPTER}/`);
  await expect(bar(page)).toContainText('Assignment: The other one');
  await expect(bar(page)).toContainText(`Also part of: ${TITLE}`);
  await expect(run(page)).toBeVisible();
  await bar(page).getByRole('link', { name: TITLE }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await page.getByRole('button', { name: 'Remove it from this browser' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Assignments' })).toBeFocused();
  await expect(page.getByRole('status')).toContainText('is removed from this browser');
  await page.getByRole('button', { name: 'Put it back' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  // Another one comes back without being shown.
  await page.getByRole('button', { name: 'Remove: The other one' }).click();
  await page.getByRole('button', { name: 'Put it back' }).click();
  await expect(page.getByRole('link', { name: 'The other one' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await expect(page.getByRole('status')).toBeEmpty();
  await page.getByRole('button', { name: 'Remove: The other one' }).click();
  await page.getByRole('button', { name: 'Remove it from this browser' }).click();
  await page.reload();
  await expect(page.locator('.lead')).toContainText('None has been opened in this browser yet.');
  await page.goto(`guides/${FIRST_CHAPTER}/`);
  await expect(run(page)).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
});

test('the rules go with the text when the reader goes on with the same machine', async ({ page }) => {
  await page.goto('teach/');
  await fillForm(page);
  await page.goto(await makeLink(page));
  await page.goto(`guides/${FIRST_CHAPTER}/`);
  await expect(hint(page)).toBeHidden();
  /** Swaps the text as `soft-navigation.ts` does. */
  const goTo = async (chapter: string): Promise<void> => {
    await page.evaluate(async (url) => {
      const next = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html');
      const [from, to] = [document, next].map((each) => each.querySelector('[data-chapter-root]'));
      if (from && to) from.replaceWith(document.importNode(to, true));
    }, `/guides/${guideSlug}/${chapter}/`);
  };
  await goTo(second.slug);
  await expect(run(page)).toBeVisible();
  await goTo(third.slug);
  await expect(bar(page)).toContainText(TITLE);
  await expect(run(page)).toBeHidden();
});

test('a damaged link says what is wrong, and loses nothing', async ({ page }) => {
  await page.goto('teach/');
  await fillForm(page);
  const link = await makeLink(page);
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  const fragment = link.slice(link.indexOf('#') + 1);
  for (const [damaged, words] of [
    [fragment.slice(0, -4), 'This link is damaged'],
    [`2.${fragment.slice(2)}`, 'made by a newer version of the site'],
    ['something-else', 'This is not the link of an assignment.'],
  ] as const) {
    await page.goto(`assignment/#${damaged}`);
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Assignments');
    // What was opened before is still there.
    await expect(page.getByRole('link', { name: TITLE })).toBeVisible();
  }
  await page.getByRole('link', { name: TITLE }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await expect(page.getByRole('alert')).toBeEmpty();
  // “Skip to the text” is no link of an assignment.
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to the text' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);

  await page.goto(`teach/#${fragment.slice(0, -4)}`);
  await expect(page.locator('#reopen-link-problem')).toContainText('This link is damaged');
  await expect(page.getByLabel('Its link')).toHaveValue(/teach\/#1\./);
});

test('the form says what is missing, and how long everything is', async ({ page }) => {
  await page.goto('teach/');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const title = page.getByLabel('Title');
  await expect(title).toBeFocused();
  await expect(title).toHaveAttribute('aria-invalid', 'true');
  await expect(title).toHaveAccessibleDescription(/Give the assignment a title\./);
  await expect(page.getByRole('status')).toHaveText(
    'The link cannot be made yet. Give the assignment a title. Choose at least one chapter.',
  );
  await page.keyboard.type('x'.repeat(LIMITS.title + 1));
  await expect(page.locator('#title-count')).toHaveText(`${LIMITS.title + 1} of ${LIMITS.title} characters`);
  await expect(title).not.toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Enter');
  await expect(title).toHaveAccessibleDescription(/The title is 1 character too long\./);
  await page.keyboard.press('Backspace');

  // All guides, and a note that no link has room for.
  for (const fold of await page.locator('details[data-guide]').all())
    if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  for (const all of await page.locator('[data-all-of]').all()) await all.check();
  await expect(page.locator('[data-chosen-of]').first()).toHaveText(/^(\d+) of \1 chosen$/);
  // Of other characters each, so that it cannot be packed.
  const long = Array.from({ length: LIMITS.note }, (_, at) => String.fromCodePoint(0x4e00 + at * 37));
  await page.getByLabel('Note to the class').fill(long.join(''));
  await expect(page.locator('[data-link-length]')).toHaveAttribute('data-over', '');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const note = page.getByLabel('Note to the class');
  await expect(note).toHaveAttribute('aria-invalid', 'true');
  await expect(note).toHaveAccessibleDescription(/The link would have/);
  await expect(page.locator('#link-length-problem')).toContainText(
    /The link would have \d+ characters, \d+ too many\./,
  );
  await page.getByLabel('Note to the class').fill('');
  expect((await makeLink(page)).length).toBeLessThanOrEqual(LIMITS.link);
});

test('the link can be copied, and the due date saved for a calendar', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('teach/');
  await fillForm(page);
  const link = await makeLink(page);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('The link is copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await page.getByRole('button', { name: 'Copy the text' }).click();
  await expect(page.getByRole('status')).toHaveText('The text is copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`Open it here:\n${link}`);

  const save = async (name: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^serve-b-it-b-加油\.(ics|svg)$/);
    return readFile(await download.path(), 'utf8');
  };
  const calendar = (await save('calendar file')).replaceAll('\r\n ', '');
  expect(calendar).toContain('\r\nDTSTART:20401201T225900Z\r\n');
  expect(calendar).toContain(`\r\nURL:${link}\r\n`);
  expect(await save('Save as SVG')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  await page.goto(link);
  expect((await save('Add to your calendar')).replaceAll('\r\n ', '')).toContain(`\r\nURL:${link}\r\n`);
});

test('a browser that keeps nothing is told so', async ({ page, browser, baseURL }) => {
  await page.goto('teach/');
  await fillForm(page);
  const link = await makeLink(page);
  const context = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
  await context.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('Storage is forbidden.', 'SecurityError');
    };
  });
  const student = await context.newPage();
  await student.goto(link);
  await expect(student.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await expect(student.locator('.notice')).toContainText('This browser keeps nothing for this site');
  await context.close();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('both pages say that they need it, and show no button that does nothing', async ({ page }) => {
    for (const path of ['teach/', 'assignment/#1.x']) {
      await page.goto(path);
      await expect(page.locator('noscript .notice')).toBeVisible();
      await expect(page.locator('main :is(button, input)').filter({ visible: true })).toHaveCount(0);
    }
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('both pages are accessible, filled in', async ({ page }) => {
      await page.goto('teach/');
      await page.getByRole('button', { name: 'Make the link' }).click();
      await expect(page.getByLabel('Title')).toBeFocused();
      await expectAccessible(page);
      await fillForm(page);
      const link = await makeLink(page);
      await expectAccessible(page);
      await page.goto(link);
      await finishFirstChapter(page, '2041-01-01T00:00:00Z');
      await page.reload();
      await expect(page.locator('[data-late]')).toBeVisible();
      await expectAccessible(page);
      for (const width of [320, 390, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
      }
      await page.goto(`guides/${FIRST_CHAPTER}/`);
      await expect(bar(page)).toBeVisible();
      await expectAccessible(page);
      await page.goto(link.slice(0, -4));
      await page.reload();
      await expect(page.getByRole('alert')).not.toBeEmpty();
      await expectAccessible(page);
    });
  });
}
