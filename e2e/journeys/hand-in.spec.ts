/** A student works on an assignment and hands it in; what is in the file is opened and verified. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Chapter, CommandAction } from '../../site/chapter/model.ts';
import { opened } from '../../site/evidence/testing/opened.ts';
import type { Opened } from '../../site/evidence/testing/opened.ts';
import type { Assignment } from '../../site/teach/assignment.ts';
import { chapterPrint, checkPrint } from '../../site/teach/content-version.ts';
import { writeLink } from '../../site/teach/link.ts';
import { expectAccessible } from '../accessible.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import type { ChapterPage } from '../pages/chapter-page.ts';

const [guideSlug = ''] = FIRST_CHAPTER.split('/');
const [first, second] = firstChapters();
const step = first.steps[0];
const command = step?.actions.find((action): action is CommandAction => action.kind === 'command');
const check = step?.checks[0];
if (!step || !command || !check) throw new Error('The first step has no command or no check.');

function firstChapters(): [Chapter, Chapter] {
  const [one, two] = loadGuides().find(({ slug }) => slug === guideSlug)?.chapters ?? [];
  if (!one || !two) throw new Error(`${guideSlug} has fewer than two chapters.`);
  return [one, two];
}

function chapterWithFile(): Chapter {
  const chapters = loadGuides().find(({ slug }) => slug === guideSlug)?.chapters ?? [];
  const found = chapters.find(({ slug }) => slug === 'wsgi-entry-point');
  if (!found) throw new Error(`${guideSlug} has no chapter with that file.`);
  return found;
}

function assigned(chapter: Chapter): Assignment['chapters'][number] {
  const checks = checksOf(chapter).map(checkPrint);
  return { guide: guideSlug, chapter: chapter.slug, print: chapterPrint(chapter), checks };
}

function checksOf(chapter: Chapter): Chapter['steps'][number]['checks'] {
  return chapter.steps.flatMap(({ checks }) => checks);
}

const ASSIGNMENT: Assignment = {
  ...{ id: 7, revision: 0, title: 'Serve <b>it</b>', note: '', points: null, identity: 'Student number' },
  due: { minute: Date.UTC(2040, 11, 1) / 60_000, zone: 'Europe/Berlin' },
  help: { hints: true, run: true, compare: true },
  chapters: [first, second].map(assigned),
};
const LINK = `assignment/#${writeLink(ASSIGNMENT)}`;

/** Presses a button of an action in the text. */
async function press(chapterPage: ChapterPage, action: string, button: 'run' | 'write' | 'compare') {
  await chapterPage.action(action).hover();
  await chapterPage.action(action).locator(`button[data-${button}]`).click();
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Hand in' });

/** Presses Save, and opens what is downloaded. */
async function handIn(page: Page): Promise<Opened & { readonly name: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('button', { name: 'Save the file' }).click(),
  ]);
  const bytes = await readFile(await download.path());
  expect(bytes.length).toBeLessThanOrEqual(200_000);
  return { ...(await opened(bytes)), name: download.suggestedFilename() };
}

/** The record is begun when the page is idle. */
async function waitUntilRecorded(page: Page): Promise<void> {
  const databases = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await expect.poll(databases).toContain('typealong-events /');
}

test('a student does a step by hand, and hands in what can be verified', async ({ page, chapterPage }) => {
  test.setTimeout(480_000);
  await page.goto(LINK);
  await page.getByRole('link', { name: `Start with “${first.title}”` }).click();
  await waitUntilRecorded(page);
  await chapterPage.start();
  await chapterPage.terminal(1).type(`${command.command}\n`);
  await expect(chapterPage.check(check.id)).toHaveAttribute('data-status', 'pass', { timeout: 180_000 });
  // What a program prints is no command that was entered.
  await chapterPage.terminal(1).run(`printf '\\033]133;C;cmdline=forged\\007'`);
  await chapterPage.waitUntilIdle();
  // Once more, by its button.
  await press(chapterPage, command.id, 'run');
  await expect(chapterPage.action(command.id)).toHaveAttribute('data-status', 'running');
  await expect(chapterPage.action(command.id)).toHaveAttribute('data-status', 'done', { timeout: 120_000 });
  await chapterPage.waitUntilIdle();
  await page.locator('.hint summary').first().click();

  await page.locator('tl-assignment-bar').getByRole('button', { name: 'Hand in' }).click();
  await expect(dialog(page)).toBeVisible();
  // The checks of both chapters run first.
  await expect(dialog(page)).toHaveAttribute('data-complete', '', { timeout: 240_000 });
  // The page itself makes none of it: a long record takes seconds.
  expect(page.workers().map((worker) => worker.url())).toContainEqual(
    expect.stringContaining('hand-in-worker'),
  );
  const terminal = dialog(page).locator('details', { hasText: 'What terminal 1 of' });
  await terminal.locator('summary').click();
  await expect(terminal.locator('pre')).toContainText('Reading package lists');
  const row = dialog(page).getByRole('row', { name: new RegExp(`^1\\. ${first.title}`) });
  await expect(row).toContainText(
    `1 of ${checksOf(first).length}; 1 of ${checksOf(first).length} on the machine now`,
  );
  await expect(row).toContainText('1 hint');
  await expect(row).toContainText('1 typed, 1 by a button');
  await expect(dialog(page).getByRole('link', { name: /what can be forged/ })).toHaveAttribute(
    'href',
    '/teach/#evidence',
  );
  await expectAccessible(page);

  // Nobody hands in without the name that is asked for.
  await dialog(page).getByRole('button', { name: 'Save the file' }).click();
  await expect(dialog(page).getByLabel('Student number')).toBeFocused();
  await dialog(page).getByLabel('Student number').fill(' 47\u202e11 ');
  const { name, evidence, events, manifest, entries } = await handIn(page);
  expect(name).toMatch(new RegExp(`^${guideSlug}-4711-\\d{4}-\\d\\d-\\d\\d-\\d{4}\\.typealong$`));
  await expect(dialog(page).getByRole('status')).toContainText(`${name} is saved.`);
  expect(evidence.student).toBe('4711');
  expect(`assignment/#${evidence.assignment}`).toBe(LINK);
  expect(evidence.chapters.map(({ chapter, print }) => [chapter, print])).toEqual(
    [first, second].map((chapter) => [chapter.slug, chapterPrint(chapter)]),
  );
  const [one, two] = evidence.chapters;
  expect(one?.checks.map(({ id }) => id)).toEqual(checksOf(first).map(({ id }) => id));
  expect(one?.checks[0]?.firstPassMs).not.toBeNull();
  expect(one?.now[check.id]).toEqual({ answer: 'pass' });
  expect(Object.values(two?.now ?? {}).map(({ answer }) => answer)).toEqual(
    checksOf(second).map(() => 'fail'),
  );
  expect(one).toMatchObject({ help: { hints: 1, solutions: 0, compared: 0 }, typed: 1, pressed: 1 });
  const recorded = events.get(guideSlug) ?? [];
  expect(recorded).toContainEqual(
    expect.objectContaining({ kind: 'command', by: 'typed', action: command.id, text: command.command }),
  );
  expect(recorded).toContainEqual(expect.objectContaining({ kind: 'machine', what: 'started' }));
  expect(recorded.filter((event) => event.kind === 'command' && event.text === 'forged')).toEqual([]);
  expect(manifest.chains[guideSlug]?.dropped).toBe(0);
  const casts = Object.keys(entries).filter((entry) => entry.endsWith('.cast'));
  // Nothing was entered in the others.
  expect(casts).toHaveLength(1);
  const cast = entries[casts[0] ?? ''];
  expect(new TextDecoder().decode(cast)).toContain('Reading package lists');

  // Once more, without the terminals, from a page without a machine: the name is still there.
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  // Steps of the next chapter count too, to which the reader goes on with the same machine.
  await page.locator('a[data-next-chapter]').click();
  await page.locator('dialog[data-dialog="unfinished"] [data-confirm]').click({ timeout: 120_000 });
  await expect(chapterPage.workspace).toHaveAttribute('data-chapter', second.slug);
  await page.locator('[data-step]').last().scrollIntoViewIfNeeded();
  await chapterPage.waitUntilSaved();
  await page.goto(LINK);
  await page.getByRole('button', { name: 'Hand in' }).click();
  await expect(dialog(page).getByLabel('Student number')).toHaveValue('4711');
  await expect(dialog(page)).toHaveAttribute('data-complete', '');
  await dialog(page).getByRole('checkbox', { name: 'what the terminals showed' }).uncheck();
  const again = await handIn(page);
  expect(again.manifest.key).toEqual(manifest.key);
  expect(again.events.get(guideSlug)?.slice(0, recorded.length)).toEqual(recorded);
  expect(again.events.get(guideSlug)).toContainEqual(
    expect.objectContaining({ kind: 'opened', chapter: second.slug, step: second.steps.at(-1)?.id }),
  );
  expect(new Set(Object.values(again.evidence.chapters[0]?.now ?? {}).map(({ answer }) => answer))).toEqual(
    new Set(['not-asked']),
  );
  expect(Object.keys(again.entries).filter((entry) => entry.endsWith('.cast'))).toEqual([]);

  // What is deleted is in no file.
  await page.goto('machines/');
  await page.getByRole('button', { name: /^Delete the record of/ }).click();
  await page
    .getByRole('dialog', { name: 'Delete this record?' })
    .getByRole('button', { name: 'Delete it' })
    .click();
  await expect(page.locator('tl-records [data-status]')).toContainText('is deleted');
  await page.goto(LINK);
  await page.getByRole('button', { name: 'Hand in' }).click();
  await expect(dialog(page).locator('[data-unrecorded] li')).toHaveText([`${first.title}: ${step.title}`]);
  const empty = await handIn(page);
  expect(empty.events.get(guideSlug)).toEqual([]);
});

/** Presses “Leave the rest out” in the moment in which it is there: the checks may be quick. */
async function stopAtOnce(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          const stop = document.querySelector<HTMLElement>('dialog[data-dialog="hand-in"][open] [data-stop]');
          if (stop?.checkVisibility() !== true) {
            requestAnimationFrame(look);
            return;
          }
          stop.click();
          resolve();
        };
        look();
      }),
  );
}

test('a file counts by hand when it was saved in an editor, and by the page when a button wrote it', async ({
  page,
  chapterPage,
}) => {
  test.setTimeout(480_000);
  const chapter = chapterWithFile();
  const actions = chapter.steps.flatMap((one) => one.actions);
  const nano = actions.find((one): one is CommandAction => one.kind === 'command' && one.edits !== undefined);
  const listing = actions.find((one) => one.kind === 'file' && one.path === nano?.edits);
  if (!nano || listing?.kind !== 'file') throw new Error(`${chapter.slug} writes no file.`);
  await page.goto(`assignment/#${writeLink({ ...ASSIGNMENT, identity: '', chapters: [assigned(chapter)] })}`);
  await page.getByRole('link', { name: `Start with “${chapter.title}”` }).click();
  await waitUntilRecorded(page);
  await chapterPage.start();
  const terminal = chapterPage.terminal(1);
  const openHandIn = async (): Promise<Opened> => {
    await page.locator('tl-assignment-bar').getByRole('button', { name: 'Hand in' }).click();
    await expect(dialog(page)).toHaveAttribute('data-complete', '', { timeout: 240_000 });
    const handed = await handIn(page);
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    return handed;
  };

  // Opened and left.
  await terminal.type(`${nano.command}\n`);
  await terminal.waitForText('GNU nano');
  await terminal.press('Ctrl+X');
  await terminal.waitForPrompt();
  await chapterPage.waitUntilIdle();
  // Saved, and not as the listing has it.
  await terminal.type(`${nano.command}\n`);
  await terminal.waitForText('GNU nano');
  await terminal.type('by hand');
  await terminal.press('Ctrl+X');
  await terminal.waitForText('Save modified buffer');
  await terminal.press('y');
  await terminal.waitForText('File Name to Write');
  await terminal.press('Enter');
  await terminal.waitForPrompt();
  await press(chapterPage, listing.id, 'compare');
  await page.locator('dialog[data-dialog="compare"] [data-cancel]').click();
  await chapterPage.waitUntilIdle();
  const first = await openHandIn();
  expect(first.evidence.chapters[0]).toMatchObject({ byHand: 1, byPage: 0, typed: 2, help: { compared: 1 } });
  expect(first.evidence.files).toEqual([{ guide: guideSlug, path: listing.path, diff: 'files/1.diff' }]);
  const diff = new TextDecoder().decode(first.entries['files/1.diff']);
  expect(diff).toContain('\n+by hand\n');
  expect(diff).toContain(`\n-${listing.content.split('\n')[0] ?? ''}\n`);

  await press(chapterPage, listing.id, 'write');
  await expect(chapterPage.action(listing.id)).toHaveAttribute('data-status', 'done');
  await chapterPage.waitUntilIdle();
  const then = await openHandIn();
  expect(then.evidence.chapters[0]).toMatchObject({ byHand: 1, byPage: 1 });
  expect(then.evidence.files).toEqual([]);

  // Who does not want to wait for the checks leaves them out.
  const stopping = stopAtOnce(page);
  await page.locator('tl-assignment-bar').getByRole('button', { name: 'Hand in' }).click();
  await stopping;
  await expect(dialog(page)).toHaveAttribute('data-complete', '');
  const stopped = await handIn(page);
  const answers = Object.values(stopped.evidence.chapters[0]?.now ?? {}).map(({ answer }) => answer);
  expect(answers).toHaveLength(checksOf(chapter).length);
  expect(answers.at(-1)).toBe('not-asked');
});

test('steps that come into view and hints are recorded without a machine, and two tabs make one chain', async ({
  page,
  context,
}) => {
  await page.goto(LINK);
  const tabs = [page, await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(`guides/${guideSlug}/${first.slug}/`);
    await waitUntilRecorded(tab);
  }
  await Promise.all(tabs.map((tab) => tab.locator('.hint summary').first().click()));
  const pageOfAssignment = await context.newPage();
  await expect
    .poll(async () => {
      await pageOfAssignment.goto(LINK);
      await pageOfAssignment.reload();
      await pageOfAssignment.getByRole('button', { name: 'Hand in' }).click();
      await expect(dialog(pageOfAssignment)).toHaveAttribute('data-complete', '');
      await dialog(pageOfAssignment).getByLabel('Student number').fill('1');
      const { events } = await handIn(pageOfAssignment);
      const own = events.get(guideSlug) ?? [];
      const visits = new Set(own.map(({ visit }) => visit));
      const hints = own.filter((event) => event.kind === 'help' && event.what === 'hint');
      const steps = own.filter((event) => event.kind === 'opened' && event.step === step.id);
      return [visits.size, hints.length, steps.length];
    })
    .toEqual([2, 2, 2]);
});

test('who presses twice before the dialog is there gets it once', async ({ page }) => {
  await page.addInitScript(() => {
    const showModal: unknown = Reflect.get(HTMLDialogElement.prototype, 'showModal');
    HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
      this.dataset['openings'] = String(Number(this.dataset['openings'] ?? 0) + 1);
      Reflect.apply(showModal as () => void, this, []);
    };
  });
  const pages = [
    [LINK, 'tl-assignment [data-hand-in]'],
    [`guides/${guideSlug}/${first.slug}/`, 'tl-assignment-bar [data-hand-in]'],
  ] as const;
  for (const [address, button] of pages) {
    await page.goto(address);
    await page.locator(button).evaluate((element: HTMLElement) => {
      element.click();
      element.click();
    });
    await expect(dialog(page)).toHaveAttribute('data-complete', '');
    await expect(dialog(page)).toHaveAttribute('data-openings', '1');
  }
});

test.describe('a browser without IndexedDB', () => {
  test('shows the chapter, and says that there is nothing to hand in', async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get: () => {
          throw new DOMException('Storage is forbidden.', 'SecurityError');
        },
      });
    });
    await page.goto(LINK);
    await page.getByRole('button', { name: 'Hand in' }).click();
    await expect(dialog(page)).toContainText('This browser keeps no record');
    await expect(dialog(page).getByRole('button', { name: 'Save the file' })).toBeDisabled();
    await page.goto(`guides/${guideSlug}/${first.slug}/`);
    await page.locator('tl-assignment-bar').getByRole('button', { name: 'Hand in' }).click();
    await expect(dialog(page)).toContainText('This browser keeps no record');
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toBeHidden();
  });
});
