/**
 * Things that people do beside the path. Those of one worker share one page and one machine, which each leaves usable;
 * what is not usable is replaced before the next begins.
 */
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { test as base } from '../fixtures.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';

/** A chapter in which nearly everything is there: the project, its unit, and Nginx. */
const NGINX_CHAPTER = 'ubuntu-16.04-flask/nginx';

interface Shared {
  readonly context: BrowserContext;
  readonly chapterPage: ChapterPage;
  /** How many things have been done. */
  things: number;
}

interface Options {
  /** The chapter that is open. */
  chapter: string;
  /** What the machine does when the test begins. */
  machine: 'running' | 'off';
  ready: undefined;
}

/** The tests of this folder: those of the site, with what is shared. */
export const test = base.extend<Options, { shared: Shared }>({
  chapter: [NGINX_CHAPTER, { option: true }],
  machine: ['running', { option: true }],
  shared: [
    async ({ browser }, use, { project }) => {
      const { baseURL, viewport } = project.use;
      const context = await browser.newContext({
        ...(baseURL !== undefined && { baseURL }),
        ...(viewport !== undefined && { viewport }),
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const shared = { context, chapterPage: new ChapterPage(await context.newPage()), things: 0 };
      const start = Date.now();
      await use(shared);
      const seconds = Math.round((Date.now() - start) / 1000);
      console.log(`People: ${shared.things} things in ${Math.floor(seconds / 60)} min ${seconds % 60} s.`);
      await context.close();
    },
    { scope: 'worker' },
  ],
  context: async ({ shared }, use) => {
    await use(shared.context);
  },
  page: async ({ shared }, use) => {
    await use(shared.chapterPage.page);
  },
  chapterPage: async ({ shared }, use) => {
    await use(shared.chapterPage);
  },
  ready: [
    async ({ shared, chapter, machine }, use) => {
      await makeReady(shared.chapterPage, chapter, machine);
      await use(undefined);
      shared.things++;
    },
    { auto: true, timeout: 120_000 },
  ],
});

async function makeReady(
  chapterPage: ChapterPage,
  chapter: string,
  machine: 'running' | 'off',
): Promise<void> {
  const { page, workspace } = chapterPage;
  const isOpen = new URL(page.url(), 'http://localhost').pathname.endsWith(`/${chapterPath(chapter)}`);
  const state = isOpen ? await workspace.getAttribute('data-state') : null;
  if (state === 'running' && machine === 'running' && (await hasPrompt(chapterPage))) {
    await chapterPage.terminal(1).focus();
    await chapterPage.terminal(1).run('cd; clear');
    return;
  }
  if (state === 'running' && machine === 'off') await powerOff(chapterPage);
  // What was seen of the machine before must not be taken for this one's.
  else if (state !== 'off') await chapterPage.open(chapter);
  await page.locator('[role=tab][data-tab="terminal-1"]').click();
  if (machine === 'off') return;
  await chapterPage.start();
  // A chapter may begin elsewhere.
  await chapterPage.terminal(1).run('cd; clear');
}

async function hasPrompt(chapterPage: ChapterPage): Promise<boolean> {
  return chapterPage
    .terminal(1)
    .waitForPrompt(5000)
    .then(
      () => true,
      () => false,
    );
}

/** Switches the machine off by its menu. It is asked about when there is something to lose. */
export async function powerOff(chapterPage: ChapterPage): Promise<void> {
  const { page } = chapterPage;
  await chapterPage.machineMenu('data-power-off');
  const question = page.locator('dialog[data-dialog="power-off"][open]');
  await question.or(page.locator('tl-workspace[data-state=off]')).waitFor();
  if (await question.isVisible()) await question.locator('[data-confirm]').click();
  await chapterPage.waitForState('off');
}

/** Presses Start, and does not wait for what comes of it. */
export async function pressStart(chapterPage: ChapterPage): Promise<void> {
  await chapterPage.workspace.locator('[data-cover] button[data-start]').click();
}

/** Confirms that the machine is to be reset, after the menu's or the cover's button was pressed. */
export async function confirmReset(page: Page): Promise<void> {
  await page.locator('dialog[data-dialog="reset"] button[data-confirm]').click();
}

/** Presses a button of an action in the text: `run`, `write`, `compare` … */
export async function pressInText(chapterPage: ChapterPage, id: string, button: string): Promise<void> {
  const action = chapterPage.action(id);
  await action.hover();
  await action.locator(`button[data-${button}]`).click();
}

/** The short note at the foot of the workspace. */
export function note(page: Page): Locator {
  return page.locator('[data-note]:visible');
}

/** The sign in the first terminal's tab that a command runs there. */
export function busySign(page: Page): Locator {
  return page.locator('[role=tab][data-tab="terminal-1"] [data-running-for]');
}

/** Puts text on the clipboard, and pastes it into the first terminal. */
export async function paste(chapterPage: ChapterPage, text: string): Promise<void> {
  const { page } = chapterPage;
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await chapterPage.terminal(1).focus();
  await page.keyboard.press('Control+Shift+V');
}

/** Types as one who does not look: into the first terminal, whatever covers it. */
export async function typeBlindly(chapterPage: ChapterPage, text: string): Promise<void> {
  const { page } = chapterPage;
  await page.locator('tl-terminal[data-terminal="1"] .xterm-helper-textarea').focus();
  const [line = '', ...rest] = text.split('\n');
  await page.keyboard.type(line);
  for (const next of rest) {
    await page.keyboard.press('Enter');
    await page.keyboard.type(next);
  }
}

/** Presses buttons, one after the other, in the very moment in which the machine enters a state. */
export async function pressWhen(page: Page, state: string, buttons: readonly string[]): Promise<void> {
  await page.evaluate(
    ([wanted, selectors]) =>
      new Promise<void>((resolve) => {
        const workspace = document.querySelector<HTMLElement>('tl-workspace');
        if (workspace === null) throw new Error('The page has no workspace.');
        new MutationObserver((_changes, observer) => {
          if (workspace.dataset['state'] !== wanted) return;
          observer.disconnect();
          for (const selector of selectors) document.querySelector<HTMLElement>(selector)?.click();
          resolve();
        }).observe(workspace, { attributeFilter: ['data-state'] });
      }),
    [state, buttons] as const,
  );
}

/** Begins to watch; resolves once the machine has been in a state, which may be over in a moment. */
export function seenIn(page: Page, state: string): Promise<void> {
  return pressWhen(page, state, []);
}

/** Lets no chunk of the machine arrive until the function that it resolves with is called. */
export async function holdChunks(page: Page): Promise<() => Promise<void>> {
  const CHUNKS = '**/sandbox/chunks/**';
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(CHUNKS, async (route) => {
    await released;
    // Its machine may be gone.
    await route.continue().catch(() => {});
  });
  return async () => {
    release();
    await page.unroute(CHUNKS);
  };
}

export { expect } from '@playwright/test';
