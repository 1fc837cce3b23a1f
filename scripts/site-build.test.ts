import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a build after another release is another build, also when that has come to the same folder', async () => {
  const previous = await mkdtemp(join(tmpdir(), 'previous-'));
  const hash = () => hashInputs('/images', { directory: '/dist', base: '/' }, true, previous);
  const nothing = await hash();
  await mkdir(join(previous, 'sandbox'));
  await writeFile(join(previous, 'sandbox/releases.json'), 'one');
  const one = await hash();
  await writeFile(join(previous, 'sandbox/releases.json'), 'two');
  expect(new Set([nothing, one, await hash()]).size).toBe(3);
  await rm(previous, { recursive: true });
});
