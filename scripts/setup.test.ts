import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { existingImages } from './setup.ts';

it('takes a folder that holds images, and says what is wrong with another', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'typealong-images-'));
  await expect(existingImages(directory)).rejects.toThrow(/holds no images: there is no folder "chunks"/);
  await mkdir(join(directory, 'chunks'));
  expect(await existingImages(`${directory}/./`)).toBe(directory);
  await rm(directory, { recursive: true });
});
