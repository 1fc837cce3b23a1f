import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFor } from './sandbox-files.ts';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'typealong-sandbox-files-'));
  folder = join(root, 'files');
  await mkdir(folder);
  await mkdir(join(root, 'files-other'));
  await writeFile(join(folder, 'image.json'), '{}');
  await writeFile(join(root, 'files-other', 'secret'), 'secret');
});

afterAll(() => rm(root, { recursive: true }));

test('files of the sandbox are found below the base and without it', () => {
  expect(fileFor('/learn/sandbox/image.json?x', '/learn/', folder)).toBe(join(folder, 'image.json'));
  expect(fileFor('/sandbox/image.json', '/learn/', `${folder}/`)).toBe(join(folder, 'image.json'));
  expect(fileFor('/guides/image.json', '/learn/', folder)).toBeNull();
  expect(fileFor('/sandbox/missing.json', '/', folder)).toBeNull();
});

test('nothing beside the folder is found, even if its name begins the same', () => {
  expect(fileFor('/sandbox/..%2ffiles-other/secret', '/', folder)).toBeNull();
  expect(fileFor('/sandbox/../files-other/secret', '/', folder)).toBeNull();
});
