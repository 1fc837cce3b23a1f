/** What the bench asks of a Chromium tab, whatever page is in it. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright';

/** Prompt of the guest: the last line of the screen ends in it. */
const PROMPT_END = /\$\s*$/;

/** How a page is driven: ours and the plain one differ in these only. */
export interface BenchPage {
  readonly page: Page;
  /** Makes the machine start; called in the page's own time. */
  start(): Promise<void>;
  screen(): Promise<string>;
  /** Puts the keyboard into the terminal. */
  focus(): Promise<void>;
}

/** Milliseconds from Start until the prompt has answered an Enter with a second one. */
export async function timeToPrompt(bench: BenchPage): Promise<number> {
  const started = performance.now();
  await bench.start();
  await untilScreen(bench, (screen) => PROMPT_END.test(screen), 'a prompt');
  await bench.focus();
  const promptsBefore = promptCount(await bench.screen());
  await bench.page.keyboard.press('Enter');
  await untilScreen(bench, (screen) => promptCount(screen) > promptsBefore, 'a second prompt');
  return performance.now() - started;
}

/** Types a command and waits until it has ended. */
export async function runInGuest(bench: BenchPage, command: string, timeoutMs = 300_000): Promise<void> {
  await bench.focus();
  await bench.page.keyboard.type(`clear; ${command}; echo "end"-"of-it"`);
  await bench.page.keyboard.press('Enter');
  await untilScreen(bench, (screen) => screen.includes('end-of-it'), `the end of ${command}`, timeoutMs);
}

async function untilScreen(
  bench: BenchPage,
  isDone: (screen: string) => boolean,
  what: string,
  timeoutMs = 120_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let screen = '';
  while (performance.now() < deadline) {
    screen = await bench.screen();
    if (isDone(screen)) return;
    await bench.page.waitForTimeout(5);
  }
  throw new Error(`The terminal did not show ${what} within ${timeoutMs / 1000} s:\n${screen}`);
}

function promptCount(screen: string): number {
  return screen.split('\n').filter((line) => PROMPT_END.test(line)).length;
}

/** Begins to watch how long the main thread is busy at a stretch; {@link longestTask} ends it. */
export async function watchMainThread(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = { longest: 0, last: performance.now(), on: true };
    Object.assign(globalThis, { benchWatch: watch });
    // A message a tick: a timer would be held back by the browser and measure that instead.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      if (watch.on) setTimeout(() => port2.postMessage(null), 0);
    };
    port2.postMessage(null);
  });
}

/** Milliseconds of the longest stretch since {@link watchMainThread}. */
export async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { benchWatch } = globalThis as unknown as { benchWatch: { longest: number; on: boolean } };
    benchWatch.on = false;
    return benchWatch.longest;
  });
}

/**
 * Highest resident memory of the tab in bytes: that of the largest renderer of a browser that has one tab.
 * Includes the tab's workers. Linux only; `undefined` elsewhere.
 */
export async function peakMemory(context: BrowserContext): Promise<number | undefined> {
  const browser = context.browser();
  if (!browser) return undefined;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const peaks = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => peakOfProcess(id)),
  );
  const known = peaks.filter((peak) => peak !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function peakOfProcess(id: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
