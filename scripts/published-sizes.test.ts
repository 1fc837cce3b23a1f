import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import { checkSizes, formatSizes, measurePublished } from './published-sizes.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'sizes-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}
const hash = (letter: string): string => letter.repeat(64);
const stored = (...letters: string[]) => ({ chunks: letters.map(hash) });

/** An image whose parts are chunks named by one letter each. */
function image(name: string, disk: (string | null)[], changes: string[]): void {
  write(
    `${name}/image.json`,
    JSON.stringify({
      wasm: stored('a'),
      kernel: stored('b'),
      bios: stored('b'),
      vgaBios: stored(),
      disk: { chunks: disk.map((letter) => letter && hash(letter)) },
      snapshots: ['base', 'guide/one'],
    }),
  );
  const host = { description: '', files: { '/x': stored('f') } };
  write(`${name}/internet.json`, JSON.stringify({ hosts: { one: host, two: host } }));
  write(`${name}/snapshots/base.json`, JSON.stringify({ state: stored('s'), diskChanges: {} }));
  write(
    `${name}/snapshots/guide--one.json`,
    JSON.stringify({
      state: stored('t'),
      diskChanges: Object.fromEntries([...changes.map(hash), null].entries()),
    }),
  );
}

it('counts a chunk once, where it comes first, and none that only tests use', async () => {
  for (const [at, letter] of [...'abcdefstz'].entries())
    write(chunkPath(hash(letter)), Buffer.alloc(1_000_000 * (at + 1)));
  write('first/snapshots/guide--end.json', JSON.stringify({ state: stored('z'), diskChanges: {} }));
  image('first', ['c', null, 'c', 'a'], ['c', 'd']);
  image('second', ['c', 'e'], ['d']);
  const sizes = await measurePublished(directory, ['first', 'second']);
  expect(sizes.images).toEqual([
    {
      name: 'first',
      added: { machine: 3e6, disk: 3e6, internet: 6e6, states: 15e6, 'disk changes': 4e6 },
      sharedBytes: 0,
    },
    {
      name: 'second',
      added: { machine: 0, disk: 5e6, internet: 0, states: 0, 'disk changes': 0 },
      sharedBytes: 3e6 + 3e6 + 6e6 + 15e6 + 4e6,
    },
  ]);
  expect(sizes.files).toBe(8 + 8);
  expect(formatSizes(sizes).split('\n')).toEqual([
    'MB      machine  disk  internet  states  disk changes   new  shared',
    'first       3.0   3.0       6.0    15.0           4.0  31.0     0.0',
    'second      0.0   5.0       0.0     0.0           0.0   5.0    31.0',
    '36.0 MB in 16 files',
  ]);
});

it('refuses what a host should not have to keep', () => {
  const sizes = { images: [], totalBytes: 450_000_000, files: 6000 };
  expect(() => checkSizes(sizes)).not.toThrow();
  expect(() => checkSizes({ ...sizes, totalBytes: 450_000_001 })).toThrow('At most 450.0 MB');
  expect(() => checkSizes({ ...sizes, files: 6001 })).toThrow('6001 files');
});
