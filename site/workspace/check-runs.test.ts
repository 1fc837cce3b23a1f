import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlacedCheck, Step } from '../chapter/model.ts';
import type { CheckResult } from '../checks/model.ts';
import { CheckRuns } from './check-runs.ts';
import { FakeSandbox } from './fake-sandbox.ts';

const PASS: CheckResult = { status: 'pass', expected: '', found: '' };
const FAIL: CheckResult = { status: 'fail', expected: '', found: '', advice: '' };

function step(id: string, count = 1): Step {
  const checks = Array.from({ length: count }, (_, index): PlacedCheck => ({
    id: `${id}/check-${index + 1}`,
    line: 1,
    title: id,
    check: { kind: 'shell', command: 'true', advice: '' },
  }));
  return { id, title: id, actions: [], checks };
}

let log: string[];
let isRunning: boolean;
/** The check that the guest looks at now. */
let atWork: { readonly id: string; readonly answer: (result: CheckResult) => void } | null;
let runs: CheckRuns;

beforeEach(() => {
  log = [];
  isRunning = true;
  atWork = null;
  const sandbox = new FakeSandbox();
  runs = new CheckRuns({
    context: () =>
      isRunning
        ? { agent: sandbox.agent, http: () => sandbox.http(), login: 'sammy', home: '/home/sammy' }
        : null,
    onRunning: (checks) => log.push(`running ${checks.map(({ id }) => id).join(' ')}`),
    onResult: ({ id }, { status }, isSecondLook) =>
      log.push(`${id} ${status}${isSecondLook ? ' again' : ''}`),
    onSettled: (steps, _, finished) =>
      log.push(`${finished ? 'finished' : 'stopped'} ${steps.map(({ id }) => id).join(' ')}`),
    load: () =>
      Promise.resolve(async (checks, { signal }, onResult) => {
        for (const placed of checks) {
          const result = await new Promise<CheckResult>((resolve, reject) => {
            atWork = { id: placed.id, answer: resolve };
            signal?.addEventListener('abort', () => reject(signal.reason as Error));
          });
          onResult(placed, result);
        }
      }),
  });
});

async function answer(id: string, result: CheckResult): Promise<void> {
  await vi.waitFor(() => expect(atWork?.id).toBe(id));
  const { answer: give } = atWork ?? { answer: () => {} };
  atWork = null;
  give(result);
}

describe('runs of checks', () => {
  it('tell whether all passed', async () => {
    const run = runs.run([step('a', 2)]);
    await answer('a/check-1', PASS);
    await answer('a/check-2', FAIL);
    expect(await run).toBe('failed');
    expect(log).toEqual(['running a/check-1 a/check-2', 'a/check-1 pass', 'a/check-2 fail', 'finished a']);
    expect(runs.isRunning).toBe(false);
  });

  it('can be waited for, those that wait their turn too', async () => {
    await runs.untilIdle();
    const first = runs.run([step('a')]);
    void runs.run([step('b')]);
    let isIdle = false;
    const idle = runs.untilIdle().then(() => (isIdle = true));
    await answer('a/check-1', FAIL);
    await first;
    expect(isIdle).toBe(false);
    await answer('b/check-1', PASS);
    await idle;
    expect(runs.isRunning).toBe(false);
  });

  it('do not drop one another: the second waits for its turn', async () => {
    const first = runs.run([step('a')]);
    const second = runs.run([step('b')]);
    await answer('a/check-1', PASS);
    await answer('b/check-1', PASS);
    expect(await first).toBe('passed');
    expect(await second).toBe('passed');
    expect(log).toEqual([
      'running a/check-1',
      'running b/check-1',
      'a/check-1 pass',
      'finished a',
      'b/check-1 pass',
      'finished b',
    ]);
  });

  it('are joined with one that has these checks still before it', async () => {
    const [a, b] = [step('a'), step('b')];
    const all = runs.run([a, b]);
    const one = runs.run([b]);
    await answer('a/check-1', FAIL);
    await answer('b/check-1', PASS);
    expect(await all).toBe('failed');
    expect(await one).toBe('passed');
    expect(log.filter((line) => line === 'b/check-1 pass')).toHaveLength(1);
  });

  it('look again at what had its result already', async () => {
    const [a, b] = [step('a'), step('b')];
    const all = runs.run([a, b]);
    await answer('a/check-1', FAIL);
    await vi.waitFor(() => expect(log).toContain('a/check-1 fail'));
    const again = runs.run([a]);
    await answer('b/check-1', PASS);
    await answer('a/check-1', PASS);
    expect(await all).toBe('failed');
    expect(await again).toBe('passed');
  });

  it('stop all together, those too that wait for their turn', async () => {
    const first = runs.run([step('a')]);
    const second = runs.run([step('b')]);
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    runs.stop();
    expect(await first).toBe('stopped');
    expect(await second).toBe('stopped');
    expect(log.slice(2)).toEqual(['stopped a', 'stopped b']);
    expect(runs.isRunning).toBe(false);
  });

  it('go on after one whose code could not be fetched', async () => {
    const broken = new CheckRuns({
      context: () => ({ agent: new FakeSandbox().agent, http: vi.fn(), login: '', home: '' }),
      onRunning: () => {},
      onResult: () => {},
      onSettled: (steps, _, finished) => log.push(`${String(finished)} ${steps[0]?.id ?? ''}`),
      load: vi
        .fn()
        .mockRejectedValueOnce(new TypeError('Failed to fetch'))
        .mockResolvedValue(() => Promise.resolve()),
    });
    const first = broken.run([step('a')]);
    const second = broken.run([step('b')]);
    await expect(first).rejects.toThrow('The checks could not be fetched.');
    await second;
    expect(log).toEqual(['false a', 'true b']);
  });

  it('come to nothing on a machine that does not run', async () => {
    isRunning = false;
    expect(await runs.run([step('a')])).toBe('stopped');
    expect(log).toEqual(['stopped a']);
  });

  it('end when the machine no longer runs at their turn', async () => {
    const first = runs.run([step('a')]);
    const second = runs.run([step('b')]);
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    isRunning = false;
    await answer('a/check-1', PASS);
    expect(await first).toBe('passed');
    expect(await second).toBe('stopped');
    expect(log.at(-1)).toBe('stopped b');
  });

  it('take a second look at what failed, until the reader goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    void runs.runWithSecondLooks(step('a', 2));
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    atWork?.answer(PASS);
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-2'));
    atWork?.answer(FAIL);
    await vi.waitFor(() => expect(log).toContain('finished a'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(log.at(-1)).toBe('running a/check-2');
    atWork?.answer(FAIL);
    await vi.waitFor(() => expect(runs.isRunning).toBe(false));
    expect(log.filter((line) => line.startsWith('a/check-2'))).toEqual([
      'a/check-2 fail',
      'a/check-2 fail again',
    ]);
    runs.forgetSecondLooks();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs.isRunning).toBe(false);
    vi.useRealTimers();
  });

  it('say of all looks that nobody asked for that they are none of the reader’s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    void runs.runWithSecondLooks(step('a'), true);
    await answer('a/check-1', FAIL);
    await vi.waitFor(() => expect(log).toContain('finished a'));
    await vi.advanceTimersByTimeAsync(2000);
    await answer('a/check-1', PASS);
    await vi.waitFor(() => expect(runs.isRunning).toBe(false));
    expect(log.filter((line) => line.startsWith('a/check-1'))).toEqual([
      'a/check-1 fail again',
      'a/check-1 pass again',
    ]);
    vi.useRealTimers();
  });

  it('count a look as asked for when somebody asks for it before it has its result', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    void runs.runWithSecondLooks(step('a'), true);
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    const run = runs.run([step('a')]);
    await answer('a/check-1', FAIL);
    expect(await run).toBe('failed');
    expect(log).toContain('a/check-1 fail');
    vi.useRealTimers();
  });

  it('take no second look when the reader goes on during the first', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const looks = runs.runWithSecondLooks(step('a'));
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    runs.forgetSecondLooks();
    await answer('a/check-1', FAIL);
    await looks;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(['running a/check-1', 'a/check-1 fail', 'finished a']);
    vi.useRealTimers();
  });

  it('leave the second looks to the run that was asked for last', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    void runs.runWithSecondLooks(step('a'));
    await vi.waitFor(() => expect(atWork?.id).toBe('a/check-1'));
    void runs.runWithSecondLooks(step('b'));
    await answer('a/check-1', FAIL);
    await answer('b/check-1', FAIL);
    await vi.waitFor(() => expect(log).toContain('finished b'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log.slice(6)).toEqual(['running b/check-1']);
    vi.useRealTimers();
  });
});
