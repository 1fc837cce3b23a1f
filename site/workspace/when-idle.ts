/** What can wait until the page has nothing else to do. */

/** So long it waits at most, once the page is loaded, milliseconds. */
const LONGEST_MS = 3000;
/** What a browser without idle callbacks takes for idle, milliseconds. */
const PAUSE_MS = 300;

/** Calls `work` when the page is loaded and idle, unless `signal` is aborted before. */
export function whenIdle(work: () => void, signal?: AbortSignal): void {
  const run = (): void => {
    if (signal?.aborted !== true) work();
  };
  const wait = (): void => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: LONGEST_MS });
    else setTimeout(run, PAUSE_MS);
  };
  if (document.readyState === 'complete') wait();
  else window.addEventListener('load', wait, { once: true, ...(signal && { signal }) });
}

/** Whether the reader's browser asks to be sparing with data or memory. */
export function isSparing(): boolean {
  const { connection, deviceMemory } = navigator as Navigator & {
    readonly connection?: { readonly saveData?: boolean };
    /** GiB, rounded. */
    readonly deviceMemory?: number;
  };
  return connection?.saveData === true || (deviceMemory ?? LITTLE_GIB + 1) <= LITTLE_GIB;
}

/** A machine has 256 MiB, and a browser on a computer with so little may have to give up another page for it. */
const LITTLE_GIB = 2;
