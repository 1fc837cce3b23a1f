import { expect, test } from 'vitest';
import { hashInputs } from './site-build.ts';

test('a build for another path, in another folder, with other machines or without PDFs is another build', async () => {
  const site = { directory: '/dist', base: '/' };
  const hashes = await Promise.all([
    hashInputs('/images', site),
    hashInputs('/images', { ...site, base: '/learn/' }),
    hashInputs('/images', { ...site, directory: '/elsewhere' }),
    hashInputs('/others', site),
    hashInputs('/images', site, false),
  ]);
  expect(new Set(hashes).size).toBe(5);
  expect(await hashInputs('/images', site)).toBe(hashes[0]);
});
