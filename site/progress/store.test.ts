import { describe, expect, test } from 'vitest';
import { migrate, progressKey, ProgressStore } from './store.ts';
import type { ProgressStorage } from './store.ts';

const KEY = progressKey('/learn/');

interface Kept extends ProgressStorage {
  readonly kept: Map<string, string>;
}

function storageWith(kept: Readonly<Record<string, string>> = {}): Kept {
  const values = new Map(Object.entries(kept));
  return {
    kept: values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

describe('migrate', () => {
  test.each([
    null,
    '',
    '{',
    '[]',
    '"x"',
    '{"version":0}',
    '{"version":1,"guides":[]}',
    '{"version":2,"guides":7}',
  ])('%j is no progress yet', (kept) => {
    expect(migrate(kept)).toEqual({ version: 2, guides: {} });
  });

  test('what is broken in it is left out, the rest stays', () => {
    const kept = {
      version: 1,
      guides: { g: { lastChapter: 7, steps: { 'c/a': '2026-01-01T00:00:00.000Z', 'c/b': true } }, h: 3 },
    };
    expect(migrate(JSON.stringify(kept))).toEqual({
      version: 2,
      guides: {
        g: { lastChapter: null, steps: { 'c/a': '2026-01-01T00:00:00.000Z' } },
      },
    });
  });

  test('nothing of version 1 is lost', () => {
    const steps = { 'c/a': '2026-01-01T00:00:00.000Z', 'd/b': '2026-01-02T00:00:00.000Z' };
    const old = {
      version: 1,
      guides: { g: { lastChapter: 'd', steps }, h: { lastChapter: 'c', steps: {} } },
    };
    const storage = storageWith({ [KEY]: JSON.stringify(old) });
    const store = new ProgressStore(storage, KEY);
    store.finishStep('g', 'd', 'c', new Date('2026-01-03T00:00:00Z'));
    const again = new ProgressStore(storage, KEY);
    expect(again.guide('g')).toEqual({
      lastChapter: 'd',
      steps: { ...steps, 'd/c': '2026-01-03T00:00:00.000Z' },
    });
    expect(again.guide('h')).toEqual({ lastChapter: 'c', steps: {} });
    expect(JSON.parse(storage.kept.get(KEY) ?? '')).toMatchObject({ version: 2 });
  });

  test('a newer version is not ours to read', () => {
    expect(migrate('{"version":3,"guides":{}}')).toBeNull();
  });
});

describe('the store', () => {
  test('a finished step is there after a reload', () => {
    const storage = storageWith();
    new ProgressStore(storage, KEY).finishStep('g', 'c', 's', new Date('2026-01-01T00:00:00Z'));
    const again = new ProgressStore(storage, KEY);
    expect(again.isDone('g', 'c', 's')).toBe(true);
    expect(again.isDone('g', 'c', 'other')).toBe(false);
    expect(again.guide('g').steps['c/s']).toBe('2026-01-01T00:00:00.000Z');
  });

  test('the first time counts', () => {
    const store = new ProgressStore(storageWith(), KEY);
    store.finishStep('g', 'c', 's', new Date('2026-01-01T00:00:00Z'));
    store.finishStep('g', 'c', 's', new Date('2027-01-01T00:00:00Z'));
    expect(store.guide('g').steps['c/s']).toBe('2026-01-01T00:00:00.000Z');
  });

  test('two tabs do not overwrite each other', () => {
    const storage = storageWith();
    const [one, other] = [new ProgressStore(storage, KEY), new ProgressStore(storage, KEY)];
    one.finishStep('g', 'c', 'a');
    other.finishStep('g', 'c', 'b');
    expect(Object.keys(new ProgressStore(storage, KEY).guide('g').steps)).toEqual(['c/a', 'c/b']);
  });

  test('two sites on one origin do not share progress', () => {
    const storage = storageWith();
    new ProgressStore(storage, progressKey('/one/')).finishStep('g', 'c', 's');
    expect(new ProgressStore(storage, progressKey('/two/')).isDone('g', 'c', 's')).toBe(false);
    // Astro leaves the slash out where the configuration does.
    expect(new ProgressStore(storage, progressKey('/one')).isDone('g', 'c', 's')).toBe(true);
  });

  test('what an earlier version kept for all of them is taken over, once', () => {
    const old = '{"version":1,"guides":{"g":{"lastChapter":"c","steps":{"c/a":"2026-01-01T00:00:00.000Z"}}}}';
    const storage = storageWith({ 'typealong:progress': old });
    const store = new ProgressStore(storage, KEY);
    expect(store.isDone('g', 'c', 'a')).toBe(true);
    store.clear('g');
    expect(new ProgressStore(storage, KEY).isDone('g', 'c', 'a')).toBe(false);
    expect(storage.kept.get('typealong:progress')).toBe(old);
  });

  test('what a newer site has written is left alone', () => {
    const newer = '{"version":3,"guides":{"g":"new shape"}}';
    const storage = storageWith({ [KEY]: newer });
    const store = new ProgressStore(storage, KEY);
    store.finishStep('g', 'c', 's');
    expect(store.isDone('g', 'c', 's')).toBe(true);
    expect(storage.kept.get(KEY)).toBe(newer);
  });

  test('so is what a newer site writes while the page is open', () => {
    const newer = '{"version":3,"guides":{"g":"new shape"}}';
    const storage = storageWith();
    const store = new ProgressStore(storage, KEY);
    store.finishStep('g', 'c', 'a');
    storage.setItem(KEY, newer);
    store.finishStep('g', 'c', 'b');
    expect([store.isDone('g', 'c', 'a'), store.isDone('g', 'c', 'b')]).toEqual([true, true]);
    expect(storage.kept.get(KEY)).toBe(newer);
  });

  test('a storage that throws does no harm', () => {
    const forbidden: ProgressStorage = {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('forbidden');
      },
    };
    const store = new ProgressStore(forbidden, KEY);
    store.finishStep('g', 'c', 's');
    expect(store.isDone('g', 'c', 's')).toBe(true);
  });

  test('listeners hear of changes until they stop', () => {
    const store = new ProgressStore(null, KEY);
    let calls = 0;
    const stop = store.onChange(() => calls++);
    store.openChapter('g', 'c');
    store.openChapter('g', 'c');
    stop();
    store.clear('g');
    expect(calls).toBe(1);
  });
});
