import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { switchedOff } from './problems.ts';
import { Stalls } from './stalls.ts';
import { SandboxError } from './types.ts';

const FAILED = new SandboxError({ code: 'fetch-failed', message: 'no' });

function make() {
  const life = new AbortController();
  const told: (string | null)[] = [];
  const stalls = new Stalls({ signal: life.signal, onChange: (problem) => told.push(problem?.code ?? null) });
  return { life, told, stalls };
}

describe('Stalls', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tries what failed again, by itself and when asked, and says so meanwhile', async () => {
    const { told, stalls } = make();
    const work = vi
      .fn()
      .mockRejectedValueOnce(FAILED)
      .mockRejectedValueOnce(FAILED)
      .mockResolvedValue('here');
    const done = stalls.wait(work);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['fetch-failed']);
    stalls.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(work).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await done).toBe('here');
    expect(told.at(-1)).toBe(null);
  });

  it('does not try again what no retry can mend', async () => {
    const { told, stalls } = make();
    const work = vi
      .fn()
      .mockRejectedValue(new SandboxError({ code: 'wrong-version', message: 'another version' }));
    await expect(stalls.wait(work)).rejects.toMatchObject({ problem: { code: 'wrong-version' } });
    expect(work).toHaveBeenCalledTimes(1);
    expect(told).toEqual([]);
  });

  it('does not stand still for what its caller calls hopeless', async () => {
    const { told, stalls } = make();
    const gone = new SandboxError({ code: 'gone', message: 'no longer there' });
    const asked = stalls.wait(() => Promise.reject(gone), { hopeless: ['gone'] });
    await expect(asked).rejects.toMatchObject({ problem: { code: 'gone' } });
    expect(told).toEqual([]);
  });

  it('says when work takes long, and goes on by itself when it is done', async () => {
    const { told, stalls } = make();
    let resolve: (value: string) => void = () => {};
    const done = stalls.wait(() => new Promise<string>((given) => (resolve = given)));
    await vi.advanceTimersByTimeAsync(4999);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['slow-network']);
    resolve('here');
    expect(await done).toBe('here');
    expect(told).toEqual(['slow-network', null]);
  });

  it('does not call work slow that makes progress', async () => {
    const { told, stalls } = make();
    let progress = (): void => {};
    void stalls.wait((given) => {
      progress = given;
      return new Promise(() => {});
    });
    for (let count = 0; count < 10; count++) {
      await vi.advanceTimersByTimeAsync(4000);
      progress();
    }
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    progress();
    expect(told).toEqual(['slow-network', null]);
  });

  it('hears of what a failed attempt still brings, and of nothing after the end', async () => {
    const { told, stalls } = make();
    const given: (() => void)[] = [];
    let resolve: (value: string) => void = () => {};
    const done = stalls.wait((progress) => {
      given.push(progress);
      if (given.length === 1) return Promise.reject(FAILED);
      return new Promise<string>((here) => (resolve = here));
    });
    await vi.advanceTimersByTimeAsync(0);
    given[0]?.();
    expect(told).toEqual(['fetch-failed']);
    stalls.retry();
    await vi.advanceTimersByTimeAsync(0);
    given[0]?.();
    expect(told).toEqual(['fetch-failed', null]);
    resolve('here');
    expect(await done).toBe('here');
    for (const progress of given) progress();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['fetch-failed', null]);
  });

  it('ends work that is wanted for a shorter time than the machine lives', async () => {
    const { told, stalls } = make();
    const wanted = new AbortController();
    const done = stalls.wait(() => Promise.reject(FAILED), { signal: wanted.signal });
    const rejected = expect(done).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    await vi.advanceTimersByTimeAsync(0);
    wanted.abort(switchedOff());
    await rejected;
    expect(told).toEqual(['fetch-failed', null]);
  });

  it('goes on only when nothing is waited for any more, and tells a failure before slowness', async () => {
    const { told, stalls } = make();
    let fail: (error: Error) => void = () => {};
    const slow = vi.fn().mockReturnValueOnce(new Promise((resolve) => setTimeout(resolve, 8000)));
    const failing = vi
      .fn()
      .mockReturnValueOnce(new Promise((_, reject) => (fail = reject)))
      .mockResolvedValue('here');
    const both = Promise.all([stalls.wait(slow), stalls.wait(failing)]);
    await vi.advanceTimersByTimeAsync(5500);
    fail(FAILED);
    await vi.advanceTimersByTimeAsync(3000);
    expect(told.at(-1)).toBe('fetch-failed');
    expect(told).not.toContain(null);
    stalls.retry();
    await vi.advanceTimersByTimeAsync(0);
    await both;
    expect(told.at(-1)).toBe(null);
  });

  it.each(['at work', 'between two tries'])('rejects with the reason of the end, %s', async (when) => {
    const { life, told, stalls } = make();
    const done = stalls.wait(() =>
      when === 'at work' ? new Promise<never>(() => {}) : Promise.reject(FAILED),
    );
    const rejected = expect(done).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    await vi.advanceTimersByTimeAsync(10);
    const before = told.length;
    life.abort(switchedOff());
    await rejected;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveLength(before);
  });
});
