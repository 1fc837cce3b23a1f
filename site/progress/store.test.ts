import { describe, expect, test } from 'vitest';
import { migrate, PROGRESS_KEY, ProgressStore } from './store.ts';
import type { ProgressStorage } from './store.ts';

function storageWith(kept: string | null): ProgressStorage & { kept: string | null } {
  return {
    kept,
    getItem(key) {
      return key === PROGRESS_KEY ? this.kept : null;
    },
    setItem(key, value) {
      if (key === PROGRESS_KEY) this.kept = value;
    },
  };
}

describe('migrate', () => {
  test.each([null, '', '{', '[]', '"x"', '{"version":0}', '{"version":1,"guides":[]}'])(
    '%j is no progress yet',
    (kept) => {
      expect(migrate(kept)).toEqual({ version: 1, guides: {} });
    },
  );

  test('what is broken in it is left out, the rest stays', () => {
    const kept = {
      version: 1,
      guides: { g: { lastChapter: 7, steps: { 'c/a': '2026-01-01T00:00:00.000Z', 'c/b': true } }, h: 3 },
    };
    expect(migrate(JSON.stringify(kept))).toEqual({
      version: 1,
      guides: { g: { lastChapter: null, steps: { 'c/a': '2026-01-01T00:00:00.000Z' } } },
    });
  });

  test('a newer version is not ours to read', () => {
    expect(migrate('{"version":2,"guides":{}}')).toBeNull();
  });
});

describe('the store', () => {
  test('a finished step is there after a reload', () => {
    const storage = storageWith(null);
    new ProgressStore(storage).finishStep('g', 'c', 's', new Date('2026-01-01T00:00:00Z'));
    const again = new ProgressStore(storage);
    expect(again.isDone('g', 'c', 's')).toBe(true);
    expect(again.isDone('g', 'c', 'other')).toBe(false);
    expect(again.guide('g').steps['c/s']).toBe('2026-01-01T00:00:00.000Z');
  });

  test('the first time counts', () => {
    const store = new ProgressStore(storageWith(null));
    store.finishStep('g', 'c', 's', new Date('2026-01-01T00:00:00Z'));
    store.finishStep('g', 'c', 's', new Date('2027-01-01T00:00:00Z'));
    expect(store.guide('g').steps['c/s']).toBe('2026-01-01T00:00:00.000Z');
  });

  test('two tabs do not overwrite each other', () => {
    const storage = storageWith(null);
    const [one, other] = [new ProgressStore(storage), new ProgressStore(storage)];
    one.finishStep('g', 'c', 'a');
    other.finishStep('g', 'c', 'b');
    expect(Object.keys(new ProgressStore(storage).guide('g').steps)).toEqual(['c/a', 'c/b']);
  });

  test('what a newer site has written is left alone', () => {
    const storage = storageWith('{"version":2,"guides":{"g":"new shape"}}');
    const store = new ProgressStore(storage);
    store.finishStep('g', 'c', 's');
    expect(store.isDone('g', 'c', 's')).toBe(true);
    expect(storage.kept).toBe('{"version":2,"guides":{"g":"new shape"}}');
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
    const store = new ProgressStore(forbidden);
    store.finishStep('g', 'c', 's');
    expect(store.isDone('g', 'c', 's')).toBe(true);
  });

  test('listeners hear of changes until they stop', () => {
    const store = new ProgressStore(null);
    let calls = 0;
    const stop = store.onChange(() => calls++);
    store.openChapter('g', 'c');
    store.openChapter('g', 'c');
    stop();
    store.clear('g');
    expect(calls).toBe(1);
  });
});
