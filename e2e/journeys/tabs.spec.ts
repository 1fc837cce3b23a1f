/**
 * Three tabs of one guide, in any order of what people and browsers do with tabs: one has the machine, each takes it
 * over as the others left it, and none is a dead end. A few rounds, or with `--everything` many.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { EVERYTHING } from '../../scripts/sample.ts';
import { Random } from '../../site/fuzz/fuzz.ts';
import { expect, test } from '../fixtures.ts';
import { ChapterPage, chapterPath } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/flask-application';
const TABS = 3;
const MOVES = EVERYTHING ? 500 : 8;

interface Tab {
  page: Page;
  chapterPage: ChapterPage;
  isFrozen: boolean;
}

async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  await page.goto(chapterPath(CHAPTER));
  return { page, chapterPage: new ChapterPage(page), isFrozen: false };
}

/** As a browser does with tabs that nobody looks at: nothing of the page runs any more. */
async function setFrozen(tab: Tab, isFrozen: boolean): Promise<void> {
  const session = await tab.page.context().newCDPSession(tab.page);
  await session.send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
  await session.detach();
  tab.isFrozen = isFrozen;
}

/** Has the machine run in a tab, whatever the tab offers. */
async function bringMachineTo({ page, chapterPage }: Tab): Promise<void> {
  if ((await chapterPage.workspace.getAttribute('data-state')) !== 'running')
    await page.locator('[data-cover] button.primary:visible').click();
  await chapterPage.waitForState('running', 120_000);
}

test(`three tabs, ${MOVES} moves`, async ({ context, page: first }) => {
  test.setTimeout(120_000 + MOVES * 40_000);
  await first.goto(chapterPath(CHAPTER));
  const tabs: Tab[] = [{ page: first, chapterPage: new ChapterPage(first), isFrozen: false }];
  await bringMachineTo(tabs[0] as Tab);
  await tabs[0]?.chapterPage.terminal(1).run('echo 0 > ~/count');
  while (tabs.length < TABS) tabs.push(await openTab(context));

  const random = new Random(20261129);
  const done = new Map<string, number>();
  let count = 0;
  let owner = tabs[0];
  for (let move = 0; move < MOVES; move++) {
    const tab = random.pick(tabs);
    const name = random.pick(['work', 'work', 'reload', 'duplicate', 'freeze', 'close']);
    done.set(name, (done.get(name) ?? 0) + 1);
    await test.step(`${name} in tab ${tabs.indexOf(tab) + 1}`, async () => {
      if (tab.isFrozen) {
        await setFrozen(tab, false);
        // It hears only now that its machine has gone elsewhere.
        if (owner !== tab) await tab.chapterPage.waitForState('off');
      }
      switch (name) {
        case 'work': {
          await tab.page.bringToFront();
          await bringMachineTo(tab);
          owner = tab;
          const terminal = tab.chapterPage.terminal(1);
          const before = await terminal.run('cat ~/count');
          expect(before, 'the machine is as it was left').toBe(`${count}`);
          count++;
          await terminal.run(`echo ${count} > ~/count`);
          await tab.chapterPage.waitUntilSaved();
          break;
        }
        case 'reload':
          await tab.page.reload();
          break;
        case 'duplicate':
          tabs[tabs.indexOf(tab)] = await openTab(context);
          await tab.page.close();
          break;
        case 'freeze':
          await setFrozen(tab, true);
          break;
        case 'close': {
          await tab.page.close();
          tabs[tabs.indexOf(tab)] = await openTab(context);
          break;
        }
      }
    });
    const running = await Promise.all(
      tabs
        .filter(({ isFrozen }) => !isFrozen)
        .map(({ chapterPage }) => chapterPage.workspace.getAttribute('data-state')),
    );
    expect(running.filter((state) => state === 'running').length, 'one owner').toBeLessThanOrEqual(1);
  }
  console.log(
    `Three tabs: ${[...done].map(([name, times]) => `${times} × ${name}`).join(', ')}; count ${count}.`,
  );
  for (const tab of tabs) if (tab.isFrozen) await setFrozen(tab, false);
});
