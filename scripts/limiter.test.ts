import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

test('no more run at once than are allowed, the longest first, and a failure gives its place back', async () => {
  const limiter = new Limiter(2);
  const started: number[] = [];
  const ends: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const works = Array.from({ length: 5 }, (_, index) =>
    limiter.run([1, 1, 2, 2, 9][index] ?? 0, async () => {
      started.push(index);
      await new Promise<void>((resolve, reject) => {
        ends[index] = { resolve, reject };
      });
    }),
  );
  const settled = Promise.allSettled(works);
  await expect.poll(() => started).toEqual([0, 1]);
  ends[1]?.reject(new Error('broken'));
  await expect.poll(() => started).toEqual([0, 1, 4]);
  ends[0]?.resolve();
  await expect.poll(() => started).toEqual([0, 1, 4, 2]);
  ends[4]?.resolve();
  ends[2]?.resolve();
  await expect.poll(() => started).toEqual([0, 1, 4, 2, 3]);
  ends[3]?.resolve();
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
