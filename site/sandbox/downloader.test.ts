import { describe, expect, it } from 'vitest';
import { Downloader, FileGone, type Fetcher } from './downloader.ts';

interface Asked {
  readonly url: string;
  readonly answer: (bytes: Uint8Array) => void;
  readonly fail: (error: Error) => void;
}

/** A fetcher that answers when it is told to. */
function heldFetcher(): { fetcher: Fetcher; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetcher: Fetcher = {
    get: (url) => new Promise((answer, fail) => asked.push({ url, answer, fail })),
  };
  return { fetcher, asked };
}

const file = (url: string) => ({ url, subject: url, accept: (bytes: Uint8Array) => bytes.length });
const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => expect.unreachable(), String);
/** Lets everything go on that can. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const LONG = 1e8;
const switchedOff = { problem: { code: 'switched-off' } };

describe('Downloader', () => {
  it('asks once, at once, for a file that the host no longer has', async () => {
    let calls = 0;
    const fetcher: Fetcher = { get: () => Promise.reject(new FileGone(`call ${++calls}`)) };
    await expect(new Downloader(fetcher).get(file('a'))).rejects.toMatchObject({
      problem: { code: 'gone', subject: 'a' },
    });
    expect(calls).toBe(1);
  });

  it('ends everything under way when the machine is switched off, and fetches nothing more', async () => {
    const { fetcher, asked } = heldFetcher();
    const life = new AbortController();
    const downloader = new Downloader(fetcher, { signal: life.signal, pauses: [LONG] });
    const all = Array.from({ length: 12 }, (_, index) => downloader.get(file(String(index))));
    const codes = Promise.all(all.map((each) => expect(each).rejects.toMatchObject(switchedOff)));
    await settle();
    asked[0]?.fail(new Error('offline'));
    await settle();
    expect(downloader.diagnose()).toMatchObject({ underWay: 12, betweenAttempts: 1, queued: 3 });
    life.abort();
    await codes;
    await settle();
    await expect(downloader.get(file('later'))).rejects.toMatchObject(switchedOff);
    expect(asked).toHaveLength(9);
    expect(downloader.diagnose()).toMatchObject({ underWay: 0 });
  });

  it('retries at once when told to', async () => {
    const { fetcher, asked } = heldFetcher();
    const downloader = new Downloader(fetcher, { pauses: [LONG] });
    const got = downloader.get(file('a'));
    await settle();
    asked[0]?.fail(new Error('offline'));
    await settle();
    expect(asked).toHaveLength(1);
    downloader.retryNow();
    await settle();
    asked[1]?.answer(new Uint8Array(3));
    expect(await got).toBe(3);
  });

  it('lets others go ahead between the attempts of what fails', async () => {
    const { fetcher, asked } = heldFetcher();
    const downloader = new Downloader(fetcher, { pauses: [LONG] });
    for (let index = 0; index < 8; index++) void downloader.get(file(`hangs ${index}`)).catch(() => {});
    const got = downloader.get(file('good'));
    await settle();
    expect(asked).toHaveLength(8);
    // As the fetcher of the page does after ten seconds.
    for (const each of asked.slice()) each.fail(new Error('brought nothing'));
    await settle();
    expect(asked[8]?.url).toBe('good');
    asked[8]?.answer(new Uint8Array(4));
    expect(await got).toBe(4);
  });

  it('says what the last attempt found', async () => {
    let calls = 0;
    const fetcher: Fetcher = {
      get: () => (++calls < 3 ? Promise.resolve(new Uint8Array()) : Promise.reject(new Error('offline'))),
    };
    const downloader = new Downloader(fetcher, { pauses: [0, 0] });
    const said = await problemOf(
      downloader.get({
        ...file('a'),
        accept: () => {
          throw new Error('damaged');
        },
      }),
    );
    expect(said).toContain('could not be fetched');
    expect(calls).toBe(3);
  });

  it('says which file it has been waiting for the longest', async () => {
    const { fetcher, asked } = heldFetcher();
    const downloader = new Downloader(fetcher);
    const first = downloader.get(file('first'));
    void downloader.get(file('second'));
    await settle();
    expect(downloader.diagnose()).toMatchObject({
      underWay: 2,
      busy: 2,
      oldest: { url: 'first', attempt: 0 },
    });
    asked[0]?.answer(new Uint8Array());
    await first;
    expect(downloader.diagnose()).toMatchObject({ underWay: 1, oldest: { url: 'second' } });
  });
});
