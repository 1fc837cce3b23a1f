import { beforeEach, describe, expect, it } from 'vitest';
import { mutated, Random } from '../fuzz/fuzz.ts';
import type { JsonValue } from '../saves/contents.ts';
import { beforeKey, MOST_COPIES } from '../saves/copies.ts';
import { exportMachine } from '../saves/export-machine.ts';
import { MachineStore } from '../saves/machine-store.ts';
import { MemoryFiles } from '../saves/memory-files.ts';
import { ModelMachine, pictureOfLoaded } from '../saves/testing/model.ts';
import type { MachineGuide } from './guides.ts';
import { fileName, type Hold, inUse, MachineRoom } from './machine-room.ts';

const IMAGE = { recipe: 'r1', v86Version: 'v1', pages: 1000, blocks: 400 };
const GUIDE: MachineGuide = {
  slug: 'one',
  title: 'Guide one',
  chapters: [
    { slug: 'first', number: 1, title: 'The first', url: '/guides/one/first/' },
    { slug: 'second', number: 2, title: 'The second', url: '/guides/one/second/' },
  ],
  images: [IMAGE],
};
/** Of a smaller machine. */
const OTHER: MachineGuide = { ...GUIDE, slug: 'two', title: 'Guide two', images: [{ ...IMAGE, pages: 3 }] };
const GUIDES = [GUIDE, OTHER];
const ABOUT = {
  guide: 'one',
  chapter: { slug: 'second', number: 2, title: 'The second' },
  ...{ image: 'i', snapshot: 'base', recipe: 'r1', v86Version: 'v1', savedAtMs: 1000 },
};
const free: Hold = (_, work) => work();
const taken: Hold = () => Promise.reject(inUse());
const ignore = (): void => {};

/** Puts a machine there, and says what it is. */
async function machineIn(
  files: MemoryFiles,
  seed: number,
  about: JsonValue = ABOUT,
  key = 'one',
): Promise<string> {
  const store = await MachineStore.open(files, key);
  await store.claim();
  const model = new ModelMachine(seed);
  // Not a small one.
  for (let run = 0; run < 4; run++) model.run(80);
  await store.save({ ...model.whole(), about }, { kind: 'whole' });
  return picture(files, key);
}

/** Without what it says about itself. */
async function picture(files: MemoryFiles, key: string): Promise<string> {
  const machine = await (await MachineStore.open(files, key)).load();
  if (!machine) return 'none';
  const pictured = await pictureOfLoaded(machine);
  return pictured.slice(pictured.indexOf('\n'));
}

async function fileOf(files: MemoryFiles, about: JsonValue, key = 'one'): Promise<Blob> {
  const machine = await (await MachineStore.open(files, key)).load();
  if (!machine) throw new Error('nothing is saved');
  return exportMachine(machine, { about, contentVersion: 1, known: () => false });
}

async function everything(files: MemoryFiles): Promise<string> {
  const names = [...(await files.list())].sort();
  return JSON.stringify(
    await Promise.all(names.map(async (name) => [name, (await files.read(name))?.length])),
  );
}

describe('machines that are kept', () => {
  let files: MemoryFiles;
  let room: MachineRoom;
  let first: string;
  const roles = async (): Promise<string[]> =>
    (await room.list()).map(({ role, about }) => `${role} ${about?.name ?? ''}`.trim()).sort();
  const keyOf = async (role: string): Promise<string> =>
    (await room.list()).find((machine) => machine.role === role)?.key ?? 'none';

  beforeEach(async () => {
    files = new MemoryFiles();
    room = new MachineRoom(files, GUIDES, free);
    first = await machineIn(files, 1);
  });

  it('are listed with where they go on', async () => {
    expect(await room.list()).toMatchObject([
      { key: 'one', role: 'own', fate: 'fits', url: '/guides/one/second/', about: { savedAtMs: 1000 } },
    ]);
  });

  it('are copied, renamed, and put back; what was there is set aside and can be put back in turn', async () => {
    const key = await room.keepCopy('one', 'before the change');
    await room.rename(key, ' another \u202e name ');
    const second = await machineIn(files, 2);
    await room.putBack(key);
    expect(await picture(files, 'one')).toBe(first);
    expect(await picture(files, beforeKey('one'))).toBe(second);
    expect(await roles()).toEqual(['before', 'copy another name', 'own']);
    await room.putBack(await keyOf('before'));
    expect(await picture(files, 'one')).toBe(second);
    expect(await picture(files, beforeKey('one'))).toBe(first);
    expect(await picture(files, key)).toBe(first);
  });

  it('are put back where there is none, and then are not there twice', async () => {
    const key = await room.keepCopy('one', 'kept');
    const second = await machineIn(files, 2);
    await room.putBack(key);
    await room.remove('one');
    await room.putBack(await keyOf('before'));
    expect(await picture(files, 'one')).toBe(second);
    expect(await roles()).toEqual(['copy kept', 'own']);
  });

  it('can be copied from where they are set aside', async () => {
    await room.putBack(await room.keepCopy('one', 'kept'));
    await room.keepCopy(beforeKey('one'), 'aside');
    expect(await roles()).toEqual(['before', 'copy aside', 'copy kept', 'own']);
  });

  it('are up to five copies a guide', async () => {
    for (let copy = 0; copy < MOST_COPIES; copy++) await room.keepCopy('one', `${copy}`);
    await expect(room.keepCopy('one', 'six')).rejects.toMatchObject({ code: 'too-many' });
    await expect(room.upload(await fileOf(files, ABOUT), ignore)).rejects.toMatchObject({ code: 'too-many' });
  });

  it('are left alone while another tab has them, but for copies', async () => {
    const key = await room.keepCopy('one', 'kept');
    const before = await everything(files);
    const elsewhere = new MachineRoom(files, GUIDES, taken);
    await expect(elsewhere.putBack(key)).rejects.toThrow(/open in another tab/);
    await expect(elsewhere.remove('one')).rejects.toThrow(/open in another tab/);
    expect(await everything(files)).toBe(before);
    await elsewhere.keepCopy('one', 'second');
    await elsewhere.remove(key);
    expect(await roles()).toEqual(['copy second', 'own']);
  });

  it('leave nothing behind when they are deleted, or break off', async () => {
    const key = await room.keepCopy('one', 'kept');
    const whole = await room.keepCopy('one', 'whole');
    await room.remove(key);
    await files.write('one~01234567/segment-1-01234567-1', new Uint8Array(3));
    // Of a guide's own machine the first save may be under way.
    await files.write('two/segment-1-01234567-1', new Uint8Array(3));
    await room.tidy();
    const keys = new Set((await files.list()).map((name) => name.split('/')[0]));
    expect([...keys].sort()).toEqual(['one', 'two', whole].sort());
    await expect(room.remove(key)).rejects.toThrow(/no longer there/);
  });

  it('of another release can be taken away, and not put back', async () => {
    const key = await room.keepCopy('one', 'kept');
    const later = new MachineRoom(files, [{ ...GUIDE, images: [{ ...IMAGE, recipe: 'r2' }] }], free);
    expect(await later.list()).toMatchObject([
      { fate: 'other-release', url: null },
      { fate: 'other-release', url: null },
    ]);
    await expect(later.putBack(key)).rejects.toThrow(/another release/);
    expect((await later.download(key, ignore)).blob.size).toBeGreaterThan(1000);
  });

  it('of a release that the site has kept goes on', async () => {
    const images = [{ ...IMAGE, recipe: 'r2', pages: 1 }, IMAGE];
    const later = new MachineRoom(files, [{ ...GUIDE, images }], free);
    expect(await later.list()).toMatchObject([{ fate: 'fits' }]);
    // A file of it is within the limits of its own image.
    const { blob } = await room.download('one', ignore);
    expect(await later.upload(blob, ignore)).toMatchObject({ fate: 'fits' });
  });

  it('that say nothing sensible are listed as what they are', async () => {
    await machineIn(files, 3, 'nonsense', 'two');
    await machineIn(files, 4, { ...ABOUT, guide: 'gone' }, 'gone');
    const fates = (await room.list()).map(({ key, fate, about }) => [key, fate, about === null]).sort();
    expect(fates).toEqual([
      ['gone', 'unknown', true],
      ['one', 'fits', false],
      ['two', 'unknown', true],
    ]);
  });
});

describe('a machine’s file', () => {
  const source = new MemoryFiles();
  let original: string;
  beforeEach(async () => {
    original = await machineIn(source, 7);
  });

  it('goes on elsewhere as the guide’s machine, and as a copy where there is one', async () => {
    const parts: number[] = [];
    const { blob, name } = await new MachineRoom(source, GUIDES, free).download('one', (part) =>
      parts.push(part),
    );
    expect(parts.at(-1)).toBe(1);
    expect(name).toBe(fileName('one', ABOUT));
    expect(name).toMatch(/^one-1970-01-0[12]-\d{4}\.typealong-machine$/);
    const files = new MemoryFiles();
    const room = new MachineRoom(files, GUIDES, free);
    expect(await room.upload(blob, ignore)).toMatchObject({ key: 'one', role: 'own', about: ABOUT });
    expect(await picture(files, 'one')).toBe(original);
    const again = await room.upload(blob, ignore);
    expect(again).toMatchObject({ role: 'copy', about: { name: 'From a file' } });
    expect(await picture(files, again.key)).toBe(original);
  });

  it('is a copy where a tab has the guide’s machine', async () => {
    const files = new MemoryFiles();
    const room = new MachineRoom(files, GUIDES, taken);
    expect(await room.upload(await fileOf(source, ABOUT), ignore)).toMatchObject({ role: 'copy' });
    expect(await picture(files, 'one')).toBe('none');
  });

  it.each<[string, JsonValue, RegExp]>([
    ['of another guide', { ...ABOUT, guide: 'gone' }, /guide that this site does not have/],
    ['of no guide', ['x'], /does not say what machine/],
    ['with a path as its guide', { ...ABOUT, guide: '../one' }, /guide that this site does not have/],
    ['without a chapter', { ...ABOUT, chapter: null }, /does not say what machine/],
    [
      'with a number that is none',
      { ...ABOUT, chapter: { ...ABOUT.chapter, slug: 'x', number: -1 } },
      /does not say/,
    ],
    ['of another release', { ...ABOUT, recipe: 'r2' }, /another release/],
    ['larger than its guide’s machine', { ...ABOUT, guide: 'two' }, /damaged/],
  ])('%s changes nothing', async (_, about, message) => {
    const files = new MemoryFiles();
    await machineIn(files, 8);
    const before = await everything(files);
    const room = new MachineRoom(files, GUIDES, free);
    await expect(room.upload(await fileOf(source, about), ignore)).rejects.toThrow(message);
    expect(await everything(files)).toBe(before);
  });

  it('that is damaged, cut off or something else changes nothing', async () => {
    const files = new MemoryFiles();
    await machineIn(files, 8);
    const before = await everything(files);
    const room = new MachineRoom(files, GUIDES, free);
    const bytes = new Uint8Array(await (await fileOf(source, ABOUT)).arrayBuffer());
    const random = new Random(5);
    const others = [
      new Uint8Array(),
      new TextEncoder().encode('<svg onload=alert(1)>'.repeat(100)),
      bytes.slice(0, bytes.length - 1),
      bytes.slice(0, bytes.length >> 1),
      ...Array.from({ length: 20 }, () => mutated(random, bytes)).filter(
        (other) => Buffer.compare(other, bytes) !== 0,
      ),
    ];
    for (const other of others)
      await expect(room.upload(new Blob([other as Uint8Array<ArrayBuffer>]), ignore)).rejects.toThrow(
        /^This file /,
      );
    expect(await everything(files)).toBe(before);
  });

  it('says what is kept as bounded text, and the site’s own titles', async () => {
    const about = {
      ...ABOUT,
      ...{ name: `<b>${'x'.repeat(500)}\u202e`, savedAtMs: 9e15, extra: 'x'.repeat(1000) },
      chapter: { slug: 'second', number: 77, title: '<img src=x onerror=alert(1)>' },
    };
    const room = new MachineRoom(new MemoryFiles(), GUIDES, taken);
    const kept = (await room.upload(await fileOf(source, about), ignore)).about;
    expect(kept?.chapter).toEqual(ABOUT.chapter);
    expect(kept?.name).toBe(`<b>${'x'.repeat(57)}`);
    expect(kept?.savedAtMs).toBeLessThanOrEqual(Date.now());
    expect(kept).not.toHaveProperty('extra');
  });
});
