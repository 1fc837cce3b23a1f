/**
 * The browser is killed (SIGKILL) at random moments while a reader types; each time the machine comes back, and all that
 * the page had said to be saved is in it. A few times, or with `--everything` many. How much of the last typing was lost
 * is told, and is no reason to fail: on a busy computer a save takes its time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { CHROMIUM } from '../../site/integrations/chromium.ts';
import { EVERYTHING } from '../../scripts/sample.ts';
import { Random } from '../../site/fuzz/fuzz.ts';
import type { Sandbox } from '../../site/sandbox/types.ts';
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/flask-application';
const KILLS = EVERYTHING ? 1000 : 2;
/** A kill comes at the earliest and at the latest so long after the machine runs, milliseconds. */
const EARLIEST_MS = 2000;
const LATEST_MS = 12_000;

interface Browser {
  readonly context: BrowserContext;
  readonly chapterPage: ChapterPage;
}

async function openBrowser(profile: string, baseURL: string): Promise<Browser> {
  const viewport = { width: 1280, height: 800 };
  const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, baseURL, viewport });
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, chapterPage: new ChapterPage(page) };
}

/** Ends the browser of a profile as a crash does: nothing of it hears of that. */
async function kill(context: BrowserContext, profile: string): Promise<void> {
  const ended = new Promise<void>((resolve) => context.once('close', () => resolve()));
  for (const id of browsersOf(profile)) process.kill(id, 'SIGKILL');
  await ended;
}

/** Numbers of the processes that are the browser itself, and no page of it. */
function browsersOf(profile: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return (
          line.includes(`--user-data-dir=${profile}`) && !line.some((word) => word.startsWith('--type='))
        );
      } catch {
        // It has just ended.
        return false;
      }
    })
    .map(Number);
}

/** The last number that reached the machine's file. Not by the terminal, whose old lines are there again. */
async function lastNumber(page: Page): Promise<number> {
  const text = await page.evaluate(async () => {
    const workspace = document.querySelector<HTMLElement & { ensureRunning(): Promise<Sandbox> }>(
      'tl-workspace',
    );
    const sandbox = await workspace?.ensureRunning();
    return sandbox?.agent.readFile('/home/sammy/numbers');
  });
  return Number(text?.trim().split('\n').at(-1) ?? 'NaN');
}

test(`the browser is killed ${KILLS} times while its reader types`, async ({ baseURL }, testInfo) => {
  test.setTimeout(60_000 + KILLS * 120_000);
  const profile = testInfo.outputPath('profile');
  const random = new Random(20261127);
  /** Each number that was typed, and when. */
  const typed: { readonly number: number; readonly atMs: number }[] = [];
  const lostMs: number[] = [];
  /** The last number that the page said was saved. */
  let saved = 0;
  for (let round = 0; round <= KILLS; round++) {
    const { context, chapterPage } = await openBrowser(profile, baseURL ?? '');
    const { page } = chapterPage;
    const terminal = chapterPage.terminal(1);
    await chapterPage.open(CHAPTER);
    if (round === 0) {
      await chapterPage.start();
      // The first save holds all that differs from the chapter's start, and takes its time.
      await terminal.run('echo 0 > ~/numbers');
      await expect(chapterPage.workspace).toHaveAttribute('data-saving', 'saved', { timeout: 60_000 });
    } else {
      const killedMs = Date.now();
      await page.locator('[data-cover] button[data-go-on]').click({ timeout: 60_000 });
      await chapterPage.waitForState('running');
      // What was typed half comes to nothing.
      await terminal.press('Ctrl+C');
      const last = await lastNumber(page);
      const killed = typed.at(-1)?.atMs ?? killedMs;
      lostMs.push(
        Math.max(0, ...typed.filter(({ number }) => number > last).map(({ atMs }) => killed - atMs)),
      );
      expect(last, `after kill ${round} all is there that was said to be saved`).toBeGreaterThanOrEqual(
        saved,
      );
      expect(last, 'and nothing that was never typed').toBeLessThanOrEqual(typed.at(-1)?.number ?? 0);
      typed.length = 0;
      typed.push({ number: last, atMs: 0 });
    }
    if (round === KILLS) {
      await context.close();
      break;
    }
    const endMs = Date.now() + EARLIEST_MS + random.below(LATEST_MS - EARLIEST_MS);
    let number = typed.at(-1)?.number ?? 0;
    while (Date.now() < endMs) {
      number++;
      await terminal.type(`echo ${number} >> ~/numbers\n`);
      // The shell has taken it: from then on it counts.
      await terminal.waitForPrompt();
      typed.push({ number, atMs: Date.now() });
      if ((await chapterPage.workspace.getAttribute('data-unsaved')) === null) saved = number;
    }
    typed.push({ number, atMs: Date.now() });
    await kill(context, profile);
  }
  console.log(
    `Killed ${KILLS} times: ${lostMs.length} machines came back; typing lost, in ms: ${lostMs.map((ms) => Math.round(ms)).join(', ')}.`,
  );
});
