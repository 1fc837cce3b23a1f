import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BusyClock, durationInWords } from './busy-clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function clock() {
  const shown: (number | null)[] = [];
  return { clock: new BusyClock((seconds) => shown.push(seconds)), shown };
}

test('a short command shows that it runs, but no time', () => {
  const { clock: busy, shown } = clock();
  busy.start();
  vi.advanceTimersByTime(2900);
  busy.stop();
  expect(shown).toEqual([0, null]);
});

test('a long one counts from the third second until it ends', () => {
  const { clock: busy, shown } = clock();
  busy.start();
  vi.advanceTimersByTime(5100);
  busy.stop();
  vi.advanceTimersByTime(5000);
  expect(shown).toEqual([0, 3, 4, 5, null]);
});

test('a second start counts anew; a second stop says nothing', () => {
  const { clock: busy, shown } = clock();
  busy.start();
  vi.advanceTimersByTime(3100);
  busy.start();
  vi.advanceTimersByTime(2900);
  busy.stop();
  busy.stop();
  expect(shown).toEqual([0, 3, 0, null]);
});

test('durations read as people say them', () => {
  expect([3, 59, 60, 125].map(durationInWords)).toEqual(['3 s', '59 s', '1 min 0 s', '2 min 5 s']);
});
