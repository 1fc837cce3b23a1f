import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SaveReport } from '../sandbox/saved.ts';
import { MachineSaving, type SavingState } from './machine-saving.ts';

const REPORT: SaveReport = {
  ...{ savedAtMs: 1, bytes: 1, stillMs: 1, tookMs: 1 },
  ...{ pages: 1, blocks: 0, setAside: null },
};

function makeSaving() {
  const saves: { atMs: number; done: (report: SaveReport | null) => void; fail: (error: Error) => void }[] =
    [];
  const states: SavingState['kind'][] = [];
  const saving = new MachineSaving({
    save: () =>
      new Promise((done, fail) => {
        saves.push({ atMs: performance.now(), done, fail });
      }),
    onState: ({ kind }) => states.push(kind),
  });
  const finish = async (report: SaveReport | null = REPORT): Promise<void> => {
    saves.at(-1)?.done(report);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { saving, saves, states, finish };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('MachineSaving', () => {
  it('saves soon after a command has ended, and says so', async () => {
    const { saving, saves, states, finish } = makeSaving();
    saving.begin();
    saving.commandEnded();
    expect(saving.isDirty).toBe(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(saves).toHaveLength(1);
    await finish();
    expect(saving.isDirty).toBe(false);
    expect(states.at(-1)).toBe('saved');
  });

  it('tells of the first key, and of none that follows', () => {
    const { saving, states } = makeSaving();
    saving.begin();
    for (let key = 0; key < 30; key++) saving.changed();
    expect(states).toEqual(['none']);
    expect(saving.isDirty).toBe(true);
  });

  it('lets nobody type for long without a save', async () => {
    const { saving, saves } = makeSaving();
    saving.begin();
    const begin = performance.now();
    for (let key = 0; key < 30; key++) {
      saving.changed();
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(saves[0]?.atMs).toBeLessThanOrEqual(begin + 4000);
  });

  it('saves again what was typed during a save', async () => {
    const { saving, saves, finish } = makeSaving();
    saving.begin();
    saving.commandEnded();
    await vi.advanceTimersByTimeAsync(400);
    saving.changed();
    await finish();
    expect(saving.isDirty).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(saves).toHaveLength(2);
  });

  it('never has two under way, and takes no more than a third of the time', async () => {
    const { saving, saves, finish } = makeSaving();
    saving.begin();
    saving.commandEnded();
    await vi.advanceTimersByTimeAsync(400);
    const begin = saves[0]?.atMs ?? 0;
    saving.commandEnded();
    await vi.advanceTimersByTimeAsync(3000);
    expect(saves).toHaveLength(1);
    await finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect((saves[1]?.atMs ?? 0) - begin).toBeGreaterThanOrEqual(9000);
  });

  it('saves every minute while something runs, though nobody types', async () => {
    const { saving, saves, finish } = makeSaving();
    saving.begin();
    await vi.advanceTimersByTimeAsync(61_000);
    // Nobody has done anything yet.
    expect(saves).toHaveLength(0);
    saving.changed();
    await vi.advanceTimersByTimeAsync(2000);
    await finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toHaveLength(2);
  });

  it('saves at once when the page goes, what was done during a save too', async () => {
    const { saving, saves, finish } = makeSaving();
    saving.begin();
    saving.changed();
    const gone = saving.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(saves).toHaveLength(1);
    await finish();
    await gone;
    expect(saving.isDirty).toBe(false);
  });

  it('saves at once also when the first moment was a wrong one, and gives up in the end', async () => {
    const { saving, saves, finish } = makeSaving();
    saving.begin();
    saving.changed();
    const gone = saving.now();
    await finish(null);
    await vi.advanceTimersByTimeAsync(100);
    expect(saves).toHaveLength(2);
    await finish();
    await gone;
    expect(saving.isDirty).toBe(false);

    saving.changed();
    const stuck = saving.now();
    for (let tries = 0; tries < 3; tries++) {
      await finish(null);
      await vi.advanceTimersByTimeAsync(100);
    }
    await stuck;
    expect(saves).toHaveLength(5);
    expect(saving.isDirty).toBe(true);
  });

  it('tries again what could not be saved just now, and says what failed', async () => {
    const { saving, saves, states, finish } = makeSaving();
    saving.begin();
    saving.changed();
    await vi.advanceTimersByTimeAsync(2000);
    await finish(null);
    await vi.advanceTimersByTimeAsync(5000);
    expect(saves).toHaveLength(2);
    saves.at(-1)?.fail(new Error('full'));
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe('failed');
    expect(saving.isDirty).toBe(true);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(saves).toHaveLength(3);
  });

  it('does nothing without a machine, nor after its end', async () => {
    const { saving, saves } = makeSaving();
    saving.changed();
    await saving.now();
    saving.begin();
    saving.changed();
    saving.end();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(saves).toHaveLength(0);
  });
});
