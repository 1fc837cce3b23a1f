import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GuestClock } from './guest-clock.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function started() {
  const clock = new GuestClock();
  const timers = vi.fn(() => 7);
  const imports = clock.replaceIn({
    env: { microtick: () => performance.now(), run_hardware_timers: timers, other: () => 1 },
  });
  const { microtick, run_hardware_timers } = imports['env'] as {
    microtick: () => number;
    run_hardware_timers: (acpi: boolean, now: number) => number;
  };
  return { clock, now: microtick, timers, runTimers: run_hardware_timers, env: imports['env'] };
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

it('stands still from before it first runs', () => {
  const { clock, now } = started();
  clock.stop();
  const start = now();
  vi.advanceTimersByTime(600_000);
  clock.run();
  expect(now()).toBe(start);
});

it("looks for timers by the page's time, by which they were set", () => {
  const { clock, now, timers, runTimers } = started();
  clock.stop();
  vi.advanceTimersByTime(1000);
  clock.run();
  expect(runTimers(false, now())).toBe(7);
  expect(timers.mock.calls).toEqual([[false, performance.now()]]);
  expect(performance.now() - now()).toBe(1000);
});

it('keeps the other imports, and refuses a v86 that does not ask for the time', () => {
  const { clock, env } = started();
  expect(env).toHaveProperty('other');
  expect(() => clock.replaceIn({ env: {} })).toThrow('no longer asks');
  expect(() => clock.replaceIn({ env: { microtick: () => 0 } })).toThrow('no longer asks');
});
