import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDisk } from './disk.ts';
import { describeChanges, writeLayerDisk } from './layer-disk.ts';
import { changesBetween, readTree, type TreeEntry } from './tree.ts';

const MB = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'layer-disk-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const at = (...parts: string[]): string => join(directory, ...parts);
const same = (bytes: number, value: number): Buffer => Buffer.alloc(bytes, value);

/** A base with a few files, its disk, and a copy of its files. */
async function base() {
  mkdirSync(at('base/usr/lib'), { recursive: true });
  mkdirSync(at('base/var/lib/dpkg/info'), { recursive: true });
  writeFileSync(at('base/usr/lib/python'), same(3_000_000, 1));
  writeFileSync(at('base/usr/lib/changed'), 'before');
  writeFileSync(at('base/usr/lib/rewritten'), 'the same');
  writeFileSync(at('base/usr/lib/kept'), 'kept');
  writeFileSync(at('base/var/lib/dpkg/info/python.list'), same(5000, 2));
  symlinkSync('python', at('base/usr/lib/link'));
  await writeDisk(at('base'), at('base.raw'), 24 * MB);
  execFileSync('cp', ['-a', at('base'), at('layer')]);
  return {
    base: { root: at('base'), disk: at('base.raw') },
    root: at('layer'),
    file: at('layer.raw'),
    freeBytes: 8 * MB,
  };
}

/** The tree on a disk, by what can be seen of it as no root. */
async function onDisk(file: string) {
  mkdirSync(at('read'));
  execFileSync('debugfs', ['-R', `rdump / "${at('read')}"`, file], { stdio: 'ignore' });
  const tree = await readTree(at('read'));
  return new Map([...tree].filter(([path]) => path !== '/lost+found'));
}
const withoutPlace = ({ kind, mode, target, sizeBytes, modified }: TreeEntry) => ({
  kind,
  target,
  ...(kind === 'file' && { mode, sizeBytes, seconds: modified.split('.')[0] }),
});
const seen = (tree: ReadonlyMap<string, TreeEntry>) =>
  Object.fromEntries([...tree].map(([path, entry]) => [path, withoutPlace(entry)]));

describe('writeLayerDisk', () => {
  it('writes what is new and changed, takes away what is gone, and leaves the rest where it was', async () => {
    const work = await base();
    rmSync(at('layer/var/lib/dpkg'), { recursive: true });
    writeFileSync(at('layer/usr/lib/changed'), 'afterwards');
    writeFileSync(at('layer/usr/lib/rewritten'), 'the same');
    mkdirSync(at('layer/etc/with a "quote"'), { recursive: true });
    writeFileSync(at('layer/etc/with a "quote"/file name'), same(600_000, 3));
    chmodSync(at('layer/etc/with a "quote"/file name'), 0o640);
    utimesSync(at('layer/etc/with a "quote"/file name'), 1_600_000_000, 1_600_000_000);
    writeFileSync(at('layer/etc/empty'), '');
    symlinkSync('../usr/lib/a b', at('layer/etc/link'));
    linkSync(at('layer/usr/lib/kept'), at('layer/etc/other name'));
    writeFileSync(at('layer/etc/one'), 'two names');
    linkSync(at('layer/etc/one'), at('layer/etc/two'));
    // Something else under the same name.
    rmSync(at('layer/usr/lib/link'));
    mkdirSync(at('layer/usr/lib/link'));
    chmodSync(at('layer/usr/lib/python'), 0o755);

    await writeLayerDisk(work);
    expect(seen(await onDisk(work.file))).toEqual(seen(await readTree(work.root)));
    expect(readFileSync(at('read/etc/with a "quote"/file name'))).toEqual(same(600_000, 3));
    expect(readFileSync(at('read/etc/two'), 'utf8')).toBe('two names');
    expect(existsSync(at('layer.raw.commands'))).toBe(false);

    const [old, now] = [readFileSync(at('base.raw')), readFileSync(work.file)];
    expect(now.length).toBeLessThan(old.length);
    const python = same(CHUNK_BYTES, 1);
    const chunksOfPython = (disk: Buffer): number[] =>
      Array.from({ length: disk.length / CHUNK_BYTES }, (_, index) => index).filter(
        (index) => disk.compare(python, 0, CHUNK_BYTES, index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES) === 0,
      );
    expect(chunksOfPython(now)).toEqual(chunksOfPython(old));
    expect(chunksOfPython(now).length).toBeGreaterThan(8);
  });

  it('is the same disk when it is made again', async () => {
    const work = await base();
    writeFileSync(at('layer/new'), 'new');
    await writeLayerDisk(work);
    await writeLayerDisk({ ...work, file: at('again.raw') });
    expect(readFileSync(at('again.raw')).equals(readFileSync(work.file))).toBe(true);
  });

  it('tells when the files do not fit', async () => {
    const work = await base();
    writeFileSync(at('layer/big'), same(statSync(at('base.raw')).size, 4));
    await expect(writeLayerDisk(work)).rejects.toThrow(
      /cannot be written to the disk: [^]*(?:space|allocate)/i,
    );
    expect(lstatSync(at('base.raw')).isFile()).toBe(true);
  });
});

describe('describeChanges', () => {
  it('refuses names with line breaks, and special files', async () => {
    const entry: TreeEntry = {
      kind: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      modified: '0',
      target: '',
      inode: '1',
    };
    const describeNew = (path: string, each: TreeEntry) => {
      const after = new Map([[path, each]]);
      return () => describeChanges(new Map(), after, changesBetween(new Map(), after), '/root');
    };
    expect(describeNew('/a\nrm b', entry)).toThrow('line break');
    expect(describeNew('/dev/null', { ...entry, kind: 'character' })).toThrow('special file: /dev/null');
    expect(describeNew('/a', entry)()).toContain('write "/root/a" "a"');
  });
});
