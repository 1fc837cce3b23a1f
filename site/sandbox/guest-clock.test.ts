import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GuestClock } from './guest-clock.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function started(): { clock: GuestClock; now: () => number } {
  const clock = new GuestClock();
  const imports = clock.replaceIn({ env: { microtick: () => performance.now(), other: () => 1 } });
  return { clock, now: imports['env']?.['microtick'] as () => number };
}

it('stands still from a stop until it runs again', () => {
  const { clock, now } = started();
  const start = now();
  vi.advanceTimersByTime(100);
  clock.run();
  expect(now() - start).toBe(100);
  clock.stop();
  vi.advanceTimersByTime(40_000);
  // Also for who takes its state meanwhile.
  expect(now() - start).toBe(100);
  clock.stop();
  vi.advanceTimersByTime(4000);
  clock.run();
  clock.run();
  expect(now() - start).toBe(100);
  vi.advanceTimersByTime(5);
  expect(now() - start).toBe(105);
  expect(clock.stoodStillMs).toBe(44_000);
});

it('keeps the other imports, and refuses a v86 that does not ask for the time', () => {
  const { clock } = started();
  expect(clock.replaceIn({ env: { microtick: () => 0, other: () => 7 } })['env']).toHaveProperty('other');
  expect(() => clock.replaceIn({ env: {} })).toThrow('no longer asks');
});
