/** What the bench asks of a Chromium tab, whatever page is in it. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright';
import type { CountingServer } from './counting-server.ts';
import { longestMainThreadTask, type TraceEvent } from './trace.ts';

/** Prompt of the guest: the last line of the screen ends in it. */
const PROMPT_END = /\$\s*$/;

/** 129 KB as the terminal gets it, a line at a time. */
const FLOOD = 'seq 20000';

/** How a page is driven: ours and the plain one differ in these only. */
export interface BenchPage {
  readonly page: Page;
  /** Makes the machine start; called in the page's own time. */
  start(): Promise<void>;
  screen(): Promise<string>;
  /** Puts the keyboard into the terminal. */
  focus(): Promise<void>;
  /** Gives the guest a whole line as if it had been typed, without Enter. */
  typeLine(text: string): Promise<void>;
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

let commandsRun = 0;

/** Types a command and waits until it has ended well. */
export async function runInGuest(
  bench: BenchPage,
  command: string,
  { timeoutMs = 400_000, everyMs = 500 } = {},
): Promise<void> {
  await bench.focus();
  // The mark is new each time, as the screen may still show the last one's, and put together by the shell, as the
  // screen shows what is typed too.
  const number = ++commandsRun;
  await bench.typeLine(`clear; ${command}; echo "ended"-${number} with $?`);
  await bench.page.keyboard.press('Enter');
  const end = new RegExp(`ended-${number} with (\\d+)`);
  // Looking is work for the page's main thread, which may be the machine's own: seldom is enough here.
  const screen = await untilScreen(bench, (text) => end.test(text), `the end of ${command}`, {
    timeoutMs,
    everyMs,
  });
  if (end.exec(screen)?.[1] !== '0') throw new Error(`${command} did not succeed:\n${screen}`);
}

async function untilScreen(
  bench: BenchPage,
  isDone: (screen: string) => boolean,
  what: string,
  { timeoutMs = 120_000, everyMs = 10 } = {},
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let screen = '';
  while (performance.now() < deadline) {
    screen = await bench.screen();
    if (isDone(screen)) return screen;
    await bench.page.waitForTimeout(everyMs);
  }
  throw new Error(`The terminal did not show ${what} within ${timeoutMs / 1000} s:\n${screen}`);
}

function promptCount(screen: string): number {
  return screen.split('\n').filter((line) => PROMPT_END.test(line)).length;
}

/** Two starts in one browser: with nothing kept from before, and again in a new tab, which stays open. */
export interface Starts {
  readonly coldStartMs: number;
  readonly startBytes: number;
  readonly warmStartMs: number;
  readonly warm: BenchPage;
}

/** Starts the machine in a first tab, closes that, and starts it in a second. */
export async function timeStarts(server: CountingServer, open: () => Promise<BenchPage>): Promise<Starts> {
  const cold = await open();
  const sentBefore = server.sentBytes();
  const coldStartMs = await timeToPrompt(cold);
  const startBytes = server.sentBytes() - sentBefore;
  await cold.page.close();
  const warm = await open();
  return { coldStartMs, startBytes, warmStartMs: await timeToPrompt(warm), warm };
}

/**
 * Milliseconds of the longest task of a page's main thread while a command runs, by the browser's own record of all
 * tasks. A clock in the page would see more than tasks: the browser holds timers back after a key is pressed.
 */
export async function longestTaskDuring(bench: BenchPage, command: string): Promise<number> {
  const session = await bench.page.context().browser()?.newBrowserCDPSession();
  if (!session) throw new Error('The page has no browser to ask.');
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) events.push(event);
  });
  const traceConfig = { includedCategories: ['toplevel'] };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await runInGuest(bench, command);
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return longestMainThreadTask(events);
}

/** A flood of short lines: how long it takes to the screen, and the longest task of the main thread meanwhile. */
export async function flood(bench: BenchPage): Promise<{ floodMs: number; floodTaskMs: number }> {
  const floodTaskMs = await longestTaskDuring(bench, FLOOD);
  const started = performance.now();
  await runInGuest(bench, FLOOD, { everyMs: 50 });
  return { floodMs: performance.now() - started, floodTaskMs };
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
