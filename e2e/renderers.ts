/** The processes in which the browser runs its pages, seen from outside: what a page left behind shows there. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from '@playwright/test';

/** How many threads of workers the browser's pages have: a worker that was ended and lives on is no target any more. */
export async function workerThreads(browser: Browser): Promise<number> {
  const threads = (await renderers(browser)).flatMap((id) =>
    readdirSync(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}/comm`),
  );
  return threads.filter((path) => readIfThere(path).startsWith('DedicatedWorker')).length;
}

/** How much memory the browser's pages hold together, bytes. */
export async function residentBytes(browser: Browser): Promise<number> {
  const kilobytes = (await renderers(browser)).map((id) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${id}/status`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) * 1024;
}

/** The numbers of their processes. */
async function renderers(browser: Browser): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Empty for what has just ended. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
