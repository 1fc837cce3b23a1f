/** What a reader's own way through the pages leaves behind, and that no mouse is needed for it. */
import { playChapter } from '../../scripts/replay/engine.ts';
import { loadGuides } from '../../site/chapter/load.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { PageDriver } from '../page-driver.ts';

const chapters = loadGuides().flatMap((guide) => guide.chapters);

test('a step that is done stays done after a reload', async ({ chapterPage, page }) => {
  test.setTimeout(300_000);
  const chapter = chapters.find(({ slug }) => slug === 'uwsgi-configuration') ?? chapters[0];
  const step = chapter?.steps.find(({ checks }) => checks.length > 0);
  if (!chapter || !step) throw new Error('No chapter has a check.');
  await chapterPage.open(`${chapter.guide}/${chapter.slug}`);
  await chapterPage.start();
  const upToStep = chapter.steps.slice(0, chapter.steps.indexOf(step) + 1);
  await playChapter({ ...chapter, steps: upToStep }, await PageDriver.open(chapterPage));
  const section = page.locator(`[data-step="${step.id}"]`);
  await expect(section).toHaveAttribute('data-done', /.*/);
  await page.reload();
  await expect(section).toHaveAttribute('data-done', /.*/);
});

test('a command runs by its button, which starts the machine first', async ({ chapterPage }) => {
  const chapter = chapters.find((one) => `${one.guide}/${one.slug}` === FIRST_CHAPTER);
  const command = chapter?.steps.flatMap(({ actions }) => actions).find(({ kind }) => kind === 'command');
  if (!command) throw new Error('The first chapter has no command.');
  await chapterPage.open(FIRST_CHAPTER);
  const action = chapterPage.action(command.id);
  await action.hover();
  await action.locator('button[data-run]').click();
  await chapterPage.waitForState('running');
  await expect(action).toHaveAttribute('data-status', 'done', { timeout: 60_000 });
});

test('everything can be reached with the keyboard alone', async ({ chapterPage, page }) => {
  await chapterPage.open(FIRST_CHAPTER);
  const focused = (selector: string): Promise<boolean> =>
    page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 200; presses++) {
      if (await focused(selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${selector}.`);
  };
  await tabTo('[role=separator]');
  const divider = page.locator('[role=separator]');
  const before = Number(await divider.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => Number(await divider.getAttribute('aria-valuenow'))).toBeLessThan(before);

  await tabTo('button[data-start]');
  await page.keyboard.press('Enter');
  await chapterPage.waitForState('running');
  await chapterPage.terminal(1).waitForPrompt();
  await expect.poll(() => focused('.xterm-helper-textarea')).toBe(true);
  await page.keyboard.type('echo typed-$((1 + 1))');
  await page.keyboard.press('Enter');
  await chapterPage.terminal(1).waitForText('typed-2');

  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect.poll(() => focused('[role=tab]')).toBe(true);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await tabTo('input[name=address]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('http://flask.example:4000/');
  await chapterPage.browser.loaded(() => page.keyboard.press('Enter'));
  expect(await chapterPage.browser.outcome()).toBe('timeout');
});

test('a narrow screen shows the text or the machine, with a switch', async ({ chapterPage, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await chapterPage.open(FIRST_CHAPTER);
  await expect(page.locator('[data-step]').first()).toBeVisible();
  await page.locator('[data-show=workspace]').click();
  await chapterPage.start();
  await expect(page.locator('[data-step]').first()).toBeHidden();
  await page.locator('[data-show=text]').click();
  await expect(page.locator('[data-step]').first()).toBeVisible();
});
