/** What the bench asks of a Chromium tab, whatever page is in it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import type { CountingServer } from './counting-server.ts';
import { openSlowLine, type LineSpeed } from './slow-line.ts';
import { longestMainThreadTask, type TraceEvent } from './trace.ts';

/** CSS pixels of every page that is measured. */
export const VIEWPORT = { width: 1440, height: 900 };

/** Prompt of the guest: the last line of the screen ends in it. */
const PROMPT_END = /\$\s*$/;

/** 129 KB as the terminal gets it, a line at a time. */
const FLOOD = 'seq 20000';

/** 1,013,158 bytes in 13,158 lines. */
const OUTPUT = { command: 'head -c 750000 /dev/zero | base64', bytes: 1_013_158 };

/** A terminal of a guest, wherever that runs. */
export interface BenchTerminal {
  /** The lines that a reader would see now. */
  screen(): Promise<string>;
  /** Puts the keyboard into the terminal. */
  focus(): Promise<void>;
  /** Gives the guest a whole line as if it had been typed, without Enter. */
  typeLine(text: string): Promise<void>;
  /** Presses a key by its name in `site/chapter/keys.ts`: `Enter`, `Ctrl+X`. */
  press(key: string): Promise<void>;
}

/** How a page is driven: ours and the plain one differ in these only. */
export interface BenchPage extends BenchTerminal {
  readonly page: Page;
  /** Makes the machine start; called in the page's own time. */
  start(): Promise<void>;
  /** Waits until the page has done ahead what it does for a reader who has started a machine before. */
  untilPrepared?(): Promise<void>;
  /** How many instructions the guest's processor has run, modulo 2 ** 32. */
  instructions?(): Promise<number>;
}

/** Milliseconds from Start. */
export interface TimeToPrompt {
  /** Until a prompt is shown that takes keys; the machine may still be on its way. */
  readonly shownMs: number;
  /** Until that prompt has answered an Enter with a second one. */
  readonly answeredMs: number;
}

/** Presses Start, and Enter at the first prompt that is shown. */
export async function timeToPrompt(bench: BenchPage): Promise<TimeToPrompt> {
  const started = performance.now();
  await bench.start();
  await untilPrompt(bench);
  const shownMs = performance.now() - started;
  await bench.focus();
  const promptsBefore = promptCount(await bench.screen());
  await bench.press('Enter');
  await untilScreen(bench, (screen) => promptCount(screen) > promptsBefore, 'a second prompt');
  return { shownMs, answeredMs: performance.now() - started };
}

/** Waits until the last line of a terminal is a prompt. `timeoutMs`: default 120 000. */
export async function untilPrompt(terminal: BenchTerminal, timeoutMs = 120_000): Promise<void> {
  await untilScreen(terminal, (screen) => PROMPT_END.test(screen), 'a prompt', { timeoutMs });
}

let commandsRun = 0;

interface RunOptions {
  /** The program fills the screen: it is there when this text is, and `leave` ends it. */
  readonly fullScreen?: { readonly text: string; readonly leave: string };
  /** Default 400 000 ms. */
  readonly timeoutMs?: number;
  /** How often the screen is looked at. Default 500 ms. */
  readonly everyMs?: number;
}

/**
 * Types a command and waits until it has ended well. Resolves with the milliseconds from Enter to its end; of a program
 * that fills the screen, to the moment when it is there.
 */
export async function runInGuest(
  bench: BenchTerminal,
  command: string,
  { fullScreen, timeoutMs = 400_000, everyMs = 500 }: RunOptions = {},
): Promise<number> {
  await bench.focus();
  // The mark is new each time, as the screen may still show the last one's, and put together by the shell, as the
  // screen shows what is typed too.
  const number = ++commandsRun;
  await bench.typeLine(`clear; ${command}; echo "ended"-${number} with $?`);
  const entered = performance.now();
  await bench.press('Enter');
  let shownAt: number | undefined;
  if (fullScreen) {
    const { text, leave } = fullScreen;
    await untilScreen(bench, (screen) => screen.includes(text), text, { timeoutMs, everyMs });
    shownAt = performance.now();
    await bench.press(leave);
  }
  const end = new RegExp(`ended-${number} with (\\d+)`);
  // Looking is work for the page's main thread, which may be the machine's own: seldom is enough here.
  const screen = await untilScreen(bench, (text) => end.test(text), `the end of ${command}`, {
    timeoutMs,
    everyMs,
  });
  const endedAt = performance.now();
  if (end.exec(screen)?.[1] !== '0') throw new Error(`${command} did not succeed:\n${screen}`);
  return (shownAt ?? endedAt) - entered;
}

async function untilScreen(
  bench: BenchTerminal,
  isDone: (screen: string) => boolean,
  what: string,
  { timeoutMs = 120_000, everyMs = 10 } = {},
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let screen = '';
  while (performance.now() < deadline) {
    screen = await bench.screen();
    if (isDone(screen)) return screen;
    await delay(everyMs);
  }
  throw new Error(`The terminal did not show ${what} within ${timeoutMs / 1000} s:\n${screen}`);
}

function promptCount(screen: string): number {
  return screen.split('\n').filter((line) => PROMPT_END.test(line)).length;
}

/** Starts in one browser: with nothing kept from before, and again in a new tab, which stays open. */
export interface Starts {
  readonly coldShownMs: number;
  readonly coldStartMs: number;
  readonly startBytes: number;
  readonly warmShownMs: number;
  readonly warmStartMs: number;
  /** Of a page that had prepared its machine; absent for one that prepares none. */
  readonly preparedStartMs?: number;
  readonly warm: BenchPage;
}

/** Of a slow connection. */
const SLOW: LineSpeed = { bitsPerSecond: 20e6, roundTripMs: 40 };

/** Milliseconds of a start over a slow line, to a prompt that has answered. `open`: opens the page at another origin. */
export async function timeSlowStart(
  server: CountingServer,
  open: (origin: string) => Promise<BenchPage>,
): Promise<number> {
  const line = await openSlowLine(Number(new URL(server.origin).port), SLOW);
  try {
    const bench = await open(line.origin);
    const { answeredMs } = await timeToPrompt(bench);
    await bench.page.close();
    return answeredMs;
  } finally {
    line.close();
  }
}

/** Starts the machine in a tab, closes that, and starts it in another; and in a third that was idle first. */
export async function timeStarts(server: CountingServer, open: () => Promise<BenchPage>): Promise<Starts> {
  const cold = await open();
  const sentBefore = server.sentBytes();
  const first = await timeToPrompt(cold);
  const startBytes = server.sentBytes() - sentBefore;
  // Meanwhile the browser keeps what was fetched last.
  await runInGuest(cold, 'true');
  await cold.page.close();
  const idle = await open();
  const prepared = idle.untilPrepared && (await idle.untilPrepared().then(() => timeToPrompt(idle)));
  await idle.page.close();
  const warm = await open();
  const second = await timeToPrompt(warm);
  return {
    coldShownMs: first.shownMs,
    coldStartMs: first.answeredMs,
    startBytes,
    warmShownMs: second.shownMs,
    warmStartMs: second.answeredMs,
    ...(prepared && { preparedStartMs: prepared.answeredMs }),
    warm,
  };
}

/**
 * Milliseconds of the longest task of a page's main thread while something is done, by the browser's own record of all
 * tasks. A clock in the page would see more than tasks: the browser holds timers back after a key is pressed.
 */
export async function longestTaskDuring(bench: BenchPage, work: () => Promise<unknown>): Promise<number> {
  const session = await bench.page.context().browser()?.newBrowserCDPSession();
  if (!session) throw new Error('The page has no browser to ask.');
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) events.push(event);
  });
  const traceConfig = { includedCategories: ['toplevel'] };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await work();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return longestMainThreadTask(events);
}

/** A flood of short lines: how long it takes to the screen, and the longest task of the main thread meanwhile. */
export async function flood(bench: BenchPage): Promise<{ floodMs: number; floodTaskMs: number }> {
  const floodTaskMs = await longestTaskDuring(bench, () => runInGuest(bench, FLOOD));
  return { floodMs: await runInGuest(bench, FLOOD, { everyMs: 50 }), floodTaskMs };
}

/** A long output of one program, as when a log is shown: kilobytes (1000 bytes) a second until its end is on the screen. */
export async function longOutput(bench: BenchPage): Promise<{ outputRate: number }> {
  const milliseconds = await runInGuest(bench, OUTPUT.command, { everyMs: 50 });
  return { outputRate: OUTPUT.bytes / milliseconds };
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
