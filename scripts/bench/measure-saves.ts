/** What it costs to save a machine, and how soon a saved one is back. */
import { expect } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { diagnosis } from '../../e2e/guest.ts';
import { ChapterPage } from '../../e2e/pages/chapter-page.ts';
import type { CountingServer } from './counting-server.ts';
import type { Run } from './figures.ts';
import { openChapter } from './measure-typealong.ts';
import { longestTaskDuring, runInGuest, timeToPrompt, VIEWPORT } from './tab.ts';

interface LastSave {
  readonly bytes: number;
  readonly stillMs: number;
}

/** Works in the chapter at `path`, in which pip is there, reloads its page, and goes on. */
export async function measureSaves(browser: Browser, server: CountingServer, path: string): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const bench = await openChapter(context, server, path);
  await timeToPrompt(bench);
  await runInGuest(bench, 'true');
  const first = await saved(bench.page);

  let second = first;
  const saveTaskMs = await longestTaskDuring(bench, async () => {
    await runInGuest(bench, 'ls -l /etc > list');
    second = await saved(bench.page);
  });
  await runInGuest(bench, 'sudo pip install virtualenv');
  const third = await saved(bench.page);
  await bench.page.close();

  const opened = performance.now();
  const again = await openChapter(context, server, path, { until: 'commit' });
  const goOn = again.page.locator('tl-workspace button[data-go-on]');
  await goOn.waitFor();
  const beforePress = performance.now();
  const { answeredMs: goOnMs } = await timeToPrompt({ ...again, start: () => goOn.click() });
  const openToSavedMs = beforePress - opened + goOnMs;
  expect(await again.screen()).toContain('ended-');
  await again.page.close();

  const beside = await openChapter(context, server, path);
  const { answeredMs: besideGoOnMs } = await timeToPrompt(beside);
  await context.close();
  return {
    ...{ saveStillMs: second.stillMs, saveTaskMs },
    ...{ firstSaveBytes: first.bytes, saveBytes: second.bytes, pipSaveBytes: third.bytes },
    ...{ openToSavedMs, goOnMs, besideGoOnMs },
  };
}

/** Waits until all that was done is saved; resolves with what the last save cost. */
async function saved(page: Page): Promise<LastSave> {
  await new ChapterPage(page).waitUntilSaved();
  const save = (await diagnosis(page))?.['lastSave'] as LastSave | null | undefined;
  if (!save) throw new Error('The machine did not say what its save took.');
  return save;
}
