import { expect, test, vi } from 'vitest';
import { askToKeep } from './ask-to-keep.ts';

test('the browser is asked once, and not where it has promised already', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  const persist = vi.fn(() => Promise.resolve(false));
  const persisted = vi.fn(() => Promise.resolve(true));
  await askToKeep({ storage: { persist, persisted } });
  expect(persist).not.toHaveBeenCalled();
  kept.clear();
  persisted.mockResolvedValue(false);
  await askToKeep({ storage: { persist, persisted } });
  await askToKeep({ storage: { persist, persisted } });
  expect(persist).toHaveBeenCalledTimes(1);
  kept.clear();
  persist.mockRejectedValue(new Error('forbidden'));
  await askToKeep({ storage: { persist, persisted } });
  expect(persist).toHaveBeenCalledTimes(2);
});
