import type { Browser, BrowserContext } from 'playwright';
import { browserKey } from '../../site/chapter/keys.ts';
import type { CountingServer } from './counting-server.ts';
import type { Part, Run } from './figures.ts';
import { PACKAGES } from './measure-typealong.ts';
import {
  type BenchPage,
  flood,
  longOutput,
  longestTaskDuring,
  peakMemory,
  runInGuest,
  timeSlowStart,
  timeStarts,
  VIEWPORT,
} from './tab.ts';

/** One run of the plain embedding. `browser` must be fresh: nothing is in its cache. */
export async function measurePlain(
  browser: Browser,
  server: CountingServer,
  parts: ReadonlySet<Part>,
): Promise<Run> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const slowStartMs = await timeSlowStart(server, (origin) => openPlainPage(context, { origin }));
  const { warm, ...starts } = await timeStarts(server, () => openPlainPage(context, server));
  const screen = parts.has('screen') ? await flood(warm) : {};
  const output = parts.has('output') ? await longOutput(warm) : {};
  const install = parts.has('install') ? await installation(warm) : {};
  await context.close();
  return { slowStartMs, ...starts, ...screen, ...output, ...install };
}

async function installation(bench: BenchPage): Promise<Run> {
  const longestTaskMs = await longestTaskDuring(bench, () =>
    runInGuest(bench, `sudo apt-get install -y --no-download ${PACKAGES}`),
  );
  const memoryBytes = await peakMemory(bench.page.context());
  return { longestTaskMs, ...(memoryBytes !== undefined && { memoryBytes }) };
}

/** Opens the page of the plain embedding that `server` serves; its machine is off. */
export async function openPlainPage(
  context: BrowserContext,
  server: Pick<CountingServer, 'origin'>,
): Promise<BenchPage> {
  const page = await context.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForLoadState('networkidle');
  return {
    page,
    start: () => page.locator('#start').click(),
    screen: () => page.evaluate(() => (globalThis as unknown as { screenText: () => string }).screenText()),
    focus: () => page.locator('.xterm-helper-textarea').focus(),
    // At once: keys that come one by one while the machine keeps the main thread busy are lost.
    typeLine: (text) =>
      page.evaluate(
        (line) => (globalThis as unknown as { sendText: (text: string) => void }).sendText(line),
        text,
      ),
    press: (key) => page.keyboard.press(browserKey(key)),
  };
}
