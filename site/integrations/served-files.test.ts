import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chunkPath } from '../sandbox/chunk-store.ts';
import { servedFiles } from './served-files.ts';

const hash = (letter: string): string => letter.repeat(64);
const stored = (...letters: string[]) => ({ chunks: letters.map(hash) });

it('a snapshot that the manifest does not name is not served, nor are its chunks', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'served-'));
  const write = (path: string, content: object): void => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), JSON.stringify(content));
  };
  write('one/image.json', {
    wasm: stored('a'),
    kernel: stored('b'),
    bios: stored('c'),
    vgaBios: stored(),
    disk: { chunks: [null, hash('d')] },
    snapshots: ['base', 'guide/chapter'],
  });
  write('one/about.json', {});
  write('one/internet.json', { hosts: { host: { files: { '/': stored('e') } } } });
  write('one/snapshots/base.json', { state: stored('f'), diskChanges: {} });
  write('one/snapshots/guide--chapter.json', {
    state: stored('0'),
    diskChanges: { 1: hash('1'), 2: null },
  });
  write('one/snapshots/guide--end.json', { state: stored('2'), diskChanges: { 1: hash('3') } });
  write('chunks/22/whatever', {});

  const served = await servedFiles(directory);
  rmSync(directory, { recursive: true });
  expect(served.sort()).toEqual(
    [
      'one/about.json',
      'one/image.json',
      'one/internet.json',
      'one/snapshots/base.json',
      'one/snapshots/guide--chapter.json',
      ...[...'abcdef01'].map((letter) => chunkPath(hash(letter))),
    ].sort(),
  );
});
