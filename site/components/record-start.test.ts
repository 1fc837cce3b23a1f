import { beforeEach, expect, it, vi } from 'vitest';
import { RecordStart } from './record-start.ts';

let now: number;
let lost: number;

beforeEach(() => {
  now = 0;
  lost = 0;
});

function starts(begin: () => Promise<boolean>): RecordStart {
  return new RecordStart({ begin, onLost: () => lost++, now: () => now });
}

/** The promises of a try have settled. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

it('begins once', async () => {
  const begin = vi.fn(() => Promise.resolve(true));
  const start = starts(begin);
  start.wanted();
  start.wanted();
  await settled();
  now = 60_000;
  start.wanted();
  expect(begin).toHaveBeenCalledTimes(1);
  expect(lost).toBe(0);
});

it('what could not be fetched is tried again with what is done later, and not at once', async () => {
  const begin = vi.fn(() => Promise.reject<boolean>(new TypeError('Failed to fetch')));
  const start = starts(begin);
  start.wanted();
  await settled();
  now = 1000;
  start.wanted();
  expect(begin).toHaveBeenCalledTimes(1);
  now = 5000;
  begin.mockImplementation(() => Promise.resolve(true));
  start.wanted();
  await settled();
  now = 10_000;
  start.wanted();
  expect(begin).toHaveBeenCalledTimes(2);
  expect(lost).toBe(0);
});

it('is given up some time, and says so with everything that is done then', async () => {
  const begin = vi.fn(() => Promise.reject<boolean>(new TypeError('Failed to fetch')));
  const start = starts(begin);
  for (let note = 0; note < 100; note++) {
    now = note * 5000;
    start.wanted();
    await settled();
  }
  expect(begin).toHaveBeenCalledTimes(20);
  // With the last try, and with the 80 that came after it.
  expect(lost).toBe(81);
});

it('a browser that keeps none is not asked again', async () => {
  const begin = vi.fn(() => Promise.resolve(false));
  const start = starts(begin);
  start.wanted();
  await settled();
  now = 60_000;
  start.wanted();
  expect(begin).toHaveBeenCalledTimes(1);
  expect(lost).toBe(2);
});
