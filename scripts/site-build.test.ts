import { expect, test } from 'vitest';
import { hashInputs } from './site-build.ts';

test('a build for another path, in another folder or with other machines is another build', async () => {
  const site = { directory: '/dist', base: '/' };
  const hashes = await Promise.all([
    hashInputs('/images', site),
    hashInputs('/images', { ...site, base: '/learn/' }),
    hashInputs('/images', { ...site, directory: '/elsewhere' }),
    hashInputs('/others', site),
  ]);
  expect(new Set(hashes).size).toBe(4);
  expect(await hashInputs('/images', site)).toBe(hashes[0]);
});
