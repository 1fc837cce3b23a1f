/**
 * Everything that a machine fetches goes through here, chunks and manifests alike: several at once, fetched again
 * when they fail or arrive damaged, and no longer than the machine is on.
 */
import { switchedOff } from './problems.ts';
import { SandboxError } from './types.ts';

/** The host says that it has no such file. */
export class FileGone extends Error {
  override readonly name = 'FileGone';
}

export interface FetchOptions {
  /** The file never changes and may be kept. Anything else is asked for again each time. */
  readonly keep?: boolean;
  /** What was kept is bad: fetch it past every cache. */
  readonly fresh?: boolean;
  /** Awaited before a file that may be kept, and is not, is asked for. */
  readonly mayFetch?: () => Promise<void>;
  /** Called with the length of each piece that arrives. */
  readonly onBytes?: (count: number) => void;
  /** Ends the fetch. */
  readonly signal?: AbortSignal;
}

/** Brings files by URL. The platform's part: HTTP and the Cache API in a page, the file system in Node. */
export interface Fetcher {
  /** The bytes of a file. Rejects when it can't be had, with {@link FileGone} when there is none; never hangs for good. */
  get(url: string, options?: FetchOptions): Promise<Uint8Array>;
  /** Whether a file that may be kept is here already. Absent: nothing is. */
  has?(url: string): Promise<boolean>;
}

/** What to fetch, and what it has to be. */
export interface Download<T> {
  readonly url: string;
  /** What to call it in a report. */
  readonly subject: string;
  readonly keep?: boolean;
  /** Called with the number of bytes that the attempt under way has brought; the next one begins at 0 again. */
  readonly onReceived?: ((received: number) => void) | undefined;
  /** Makes a result of the bytes. Throws {@link SandboxError} when they are not what they should be; they are fetched again. */
  readonly accept: (bytes: Uint8Array) => T | Promise<T>;
}

export interface DownloaderOptions {
  /** The machine's life: once aborted, everything under way rejects with `switched-off` and nothing more is fetched. */
  readonly signal?: AbortSignal;
  /** As in {@link FetchOptions}. */
  readonly mayFetch?: () => Promise<void>;
  /** Pauses before the second and every further attempt, in milliseconds. */
  readonly pauses?: readonly number[];
}

const RETRY_PAUSES = [300, 1000, 3000] as const;
/** Fetches under way at once. */
const PARALLEL = 8;

export class Downloader {
  readonly #fetcher: Fetcher;
  readonly #signal: AbortSignal;
  readonly #pauses: readonly number[];
  readonly #mayFetch: (() => Promise<void>) | undefined;
  readonly #underWay = new Map<object, { readonly url: string; readonly since: number; attempt: number }>();
  readonly #queue: (() => void)[] = [];
  readonly #paused = new Set<() => void>();
  #busy = 0;

  constructor(
    fetcher: Fetcher,
    { signal = new AbortController().signal, pauses = RETRY_PAUSES, mayFetch }: DownloaderOptions = {},
  ) {
    this.#fetcher = fetcher;
    this.#mayFetch = mayFetch;
    this.#signal = signal;
    this.#pauses = pauses;
    signal.addEventListener('abort', () => {
      this.#queue.length = 0;
      this.retryNow();
    });
  }

  /**
   * Fetches a file, four times at most. Rejects with {@link SandboxError}: `gone` at once when the host has no such
   * file, what `accept` threw when it is damaged, `fetch-failed` otherwise, `switched-off` when the machine's life is over.
   */
  async get<T>(download: Download<T>): Promise<T> {
    if (this.#signal.aborted) throw switchedOff();
    const key = {};
    const entry = { url: download.url, since: performance.now(), attempt: 0 };
    this.#underWay.set(key, entry);
    let abort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(switchedOff());
    });
    this.#signal.addEventListener('abort', abort);
    try {
      return await Promise.race([this.#attempts(download, entry), aborted]);
    } finally {
      this.#signal.removeEventListener('abort', abort);
      this.#underWay.delete(key);
    }
  }

  /** Whether a file is here already, so that getting it takes nothing from the network. */
  async has(url: string): Promise<boolean> {
    return (await this.#fetcher.has?.(url)) === true;
  }

  /** Ends all pauses between attempts: the connection is back, or the reader has asked. */
  retryNow(): void {
    for (const goOn of [...this.#paused]) goOn();
  }

  /** What is under way, for a report on a machine that stands still. */
  diagnose(): Readonly<Record<string, unknown>> {
    const oldest = this.#underWay.values().next().value;
    return {
      underWay: this.#underWay.size,
      busy: this.#busy,
      queued: this.#queue.length,
      betweenAttempts: this.#paused.size,
      oldest: oldest && {
        url: oldest.url,
        attempt: oldest.attempt,
        ageMs: Math.round(performance.now() - oldest.since),
      },
    };
  }

  async #attempts<T>(download: Download<T>, entry: { attempt: number }): Promise<T> {
    for (;;) {
      try {
        return await this.#inTurn(() => this.#attempt(download, entry.attempt));
      } catch (error) {
        if (error instanceof FileGone) throw gone(download.subject, error);
        const pause = this.#pauses[entry.attempt];
        if (pause === undefined || this.#signal.aborted) throw problemOf(error, download.subject);
        entry.attempt++;
        await this.#pause(pause);
      }
    }
  }

  async #attempt<T>(download: Download<T>, attempt: number): Promise<T> {
    if (this.#signal.aborted) throw switchedOff();
    const { url, keep = false, onReceived, accept } = download;
    let received = 0;
    const bytes = await this.#fetcher.get(url, {
      keep,
      fresh: attempt > 0,
      signal: this.#signal,
      ...(this.#mayFetch && { mayFetch: this.#mayFetch }),
      ...(onReceived && { onBytes: (count: number) => onReceived((received += count)) }),
    });
    return accept(bytes);
  }

  /** One attempt holds a place, not all of them: what hangs lets others go ahead. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= PARALLEL) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#busy++;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#busy--;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.#paused.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, milliseconds);
      this.#paused.add(goOn);
    });
  }
}

function problemOf(error: unknown, subject: string): SandboxError {
  if (error instanceof SandboxError) return error;
  return new SandboxError(
    {
      code: 'fetch-failed',
      message: 'Part of the machine could not be fetched. Check your connection and try again.',
      subject,
    },
    { cause: error },
  );
}

function gone(subject: string, cause: Error): SandboxError {
  return new SandboxError(
    {
      code: 'gone',
      message:
        'The site has been updated since you opened this page, and part of the machine is no longer there. What is on the machine stays as it is until you reload the page.',
      subject,
    },
    { cause },
  );
}
