import { expect, test } from 'vitest';
import { allOrNone } from './all-or-none.ts';

test('all work is done', async () => {
  const done: number[] = [];
  await allOrNone([1, 2, 3], async (item) => void done.push(item));
  expect(done).toEqual([1, 2, 3]);
});

test('when one fails the others are ended, and what failed first is the reason', async () => {
  const ended: string[] = [];
  const all = allOrNone(['one', 'two'], async (item, signal) => {
    if (item === 'two') throw new Error('two does not play');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    ended.push(item);
    throw new Error('its thread has ended');
  });
  await expect(all).rejects.toThrow('two does not play');
  expect(ended).toEqual(['one']);
});
