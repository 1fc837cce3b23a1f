import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { afterRunning } from './running-time.ts';

describe('afterRunning', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([1, 100, 1000, 2500])('works after %i ms of a machine that runs', async (milliseconds) => {
    const work = vi.fn();
    afterRunning(milliseconds, () => false, work);
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not count the time in which the machine stands still', async () => {
    let still = false;
    const work = vi.fn();
    afterRunning(3000, () => still, work);
    await vi.advanceTimersByTimeAsync(2000);
    still = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    still = false;
    await vi.advanceTimersByTimeAsync(999);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1001);
    expect(work).toHaveBeenCalledOnce();
  });

  it('does nothing once it is cancelled', async () => {
    const work = vi.fn();
    const cancel = afterRunning(3000, () => false, work);
    await vi.advanceTimersByTimeAsync(2000);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(3000);
    expect(work).not.toHaveBeenCalled();
  });
});
