import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('what is under way is not begun again, and afterwards it can be', async () => {
  const begun: string[] = [];
  let end = (): void => {};
  const work = oneAtATime((name: string) => {
    begun.push(name);
    return new Promise<string>((resolve) => (end = () => resolve(name)));
  });
  const both = [work('one'), work('two')];
  end();
  expect(await Promise.all(both)).toEqual(['one', 'one']);
  const third = work('three');
  end();
  expect(await third).toBe('three');
  expect(begun).toEqual(['one', 'three']);
});

it('what has failed can be tried again', async () => {
  let tries = 0;
  const work = oneAtATime(() =>
    ++tries === 1 ? Promise.reject(new Error('no network')) : Promise.resolve(tries),
  );
  await expect(Promise.all([work(), work()])).rejects.toThrow('no network');
  expect(await work()).toBe(2);
});
