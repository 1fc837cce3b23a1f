import type { Browser, BrowserContext } from 'playwright';
import { browserKey } from '../../site/chapter/keys.ts';
import { diagnosis } from '../../e2e/guest.ts';
import type { CountingServer } from './counting-server.ts';
import type { Part, Run } from './figures.ts';
import {
  type BenchPage,
  flood,
  longOutput,
  longestTaskDuring,
  peakMemory,
  runInGuest,
  timeSlowStart,
  timeStarts,
  timeToPrompt,
  VIEWPORT,
} from './tab.ts';

/** What is installed while the main thread is watched: the guide's own first packages. */
export const PACKAGES = 'python3-pip python3-dev nginx';
const REQUESTS = 15;
const WARM_UP_TIMEOUT_MS = 300_000;
const PREPARE_TIMEOUT_MS = 60_000;

interface TerminalElement extends HTMLElement {
  screenText(): string;
}

/** One run of our own site. `browser` must be fresh: nothing is in its cache. */
export async function measureTypealong(
  browser: Browser,
  server: CountingServer,
  path: string,
  parts: ReadonlySet<Part>,
): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const slowStartMs = await timeSlowStart(server, (origin) => openChapter(context, { origin }, path));
  const { warm, ...starts } = await timeStarts(server, () => openChapter(context, server, path));
  const screen = parts.has('screen') ? await flood(warm) : {};
  const output = parts.has('output') ? await longOutput(warm) : {};
  const install = parts.has('install') ? await installation(warm) : {};
  await context.close();
  return { slowStartMs, ...starts, ...screen, ...output, ...install };
}

async function installation(bench: BenchPage): Promise<Run> {
  await runInGuest(bench, 'sudo apt-get update');
  const longestTaskMs = await longestTaskDuring(bench, () =>
    runInGuest(bench, `sudo apt-get install -y ${PACKAGES}`),
  );
  await runInGuest(bench, 'sudo ufw allow 80');
  const requestMs = await timeOfRequest(bench);
  const memoryBytes = await peakMemory(bench.page.context());
  return { longestTaskMs, requestMs, ...(memoryBytes !== undefined && { memoryBytes }) };
}

/**
 * Times the slowest use of Python in the chapters, in machines of the chapter at `path`: when the programs are loaded;
 * with `atOnce` also at the first prompt.
 */
export async function measurePip(
  browser: Browser,
  server: CountingServer,
  path: string,
  { atOnce }: { readonly atOnce: boolean },
): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const timed = async (warmUp: boolean): Promise<number> => {
    const bench = await openChapter(context, server, path);
    await timeToPrompt(bench);
    if (warmUp) await bench.page.locator('tl-workspace[data-warm]').waitFor({ timeout: WARM_UP_TIMEOUT_MS });
    const took = await runInGuest(bench, 'sudo pip install virtualenv');
    await bench.page.close();
    return took;
  };
  const figures = { ...(atOnce && { pipAtOnceMs: await timed(false) }), pipMs: await timed(true) };
  await context.close();
  return figures;
}

/** Opens a chapter's page at `path` of the site that `server` serves; its machine is off. */
export async function openChapter(
  context: BrowserContext,
  server: Pick<CountingServer, 'origin'>,
  path: string,
  { until = 'networkidle' }: { readonly until?: 'commit' | 'networkidle' } = {},
): Promise<BenchPage> {
  const page = await context.newPage();
  await page.goto(`${server.origin}/${path}`, { waitUntil: until });
  const terminal = page.locator('tl-terminal[data-terminal="1"]');
  return {
    page,
    start: () => page.locator('tl-workspace button[data-start]:visible').first().click(),
    untilPrepared: () => page.locator('tl-workspace[data-prepared]').waitFor({ timeout: PREPARE_TIMEOUT_MS }),
    screen: () => terminal.evaluate((element: TerminalElement) => element.screenText()),
    focus: async () => {
      const tab = page.locator('[role=tab][data-tab="terminal-1"]');
      if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
      await terminal.locator('.xterm-helper-textarea').focus();
    },
    typeLine: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(browserKey(key)),
    instructions: async () => {
      const emulator = (await diagnosis(page))?.['emulator'] as { instructions?: number } | null | undefined;
      if (emulator?.instructions === undefined) throw new Error('The machine did not say what it has run.');
      return emulator.instructions;
    },
  };
}

/** Median of some loads of Nginx's front page in the pane, by the browser's own clock for the frame's document. */
async function timeOfRequest({ page }: BenchPage): Promise<number> {
  await page.locator('[role=tab][data-tab="browser"]').click();
  const pane = page.locator('tl-browser-pane');
  await pane.locator('input[name=address]').fill('http://flask.example/');
  await pane.locator('input[name=address]').press('Enter');
  await pane.frameLocator('iframe').getByText('Welcome to nginx!').first().waitFor();
  const times: number[] = [];
  for (let load = 0; load < REQUESTS; load++) {
    const before = await documentTime(page);
    await pane.locator('button[data-reload]').click();
    await page.waitForFunction(isNewDocument, before?.origin ?? 0);
    const after = await documentTime(page);
    if (after) times.push(after.milliseconds);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Infinity;
}

async function documentTime(
  page: BenchPage['page'],
): Promise<{ origin: number; milliseconds: number } | null> {
  return page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>('tl-browser-pane iframe');
    const clock = frame?.contentWindow?.performance;
    const [entry] = (clock?.getEntriesByType('navigation') ?? []) as PerformanceNavigationTiming[];
    return clock && entry
      ? { origin: clock.timeOrigin, milliseconds: entry.responseEnd - entry.startTime }
      : null;
  });
}

/** Runs in the page: the frame holds another document than the one of `origin`, and all of it. */
function isNewDocument(origin: number): boolean {
  const frame = document.querySelector<HTMLIFrameElement>('tl-browser-pane iframe');
  const clock = frame?.contentWindow?.performance;
  const [entry] = (clock?.getEntriesByType('navigation') ?? []) as PerformanceNavigationTiming[];
  return clock !== undefined && clock.timeOrigin !== origin && (entry?.responseEnd ?? 0) > 0;
}
