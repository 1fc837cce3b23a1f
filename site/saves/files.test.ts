/** Each storage keeps the promises of its port. */
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { SaveFiles } from './files.ts';
import { IndexedDbFiles } from './indexeddb-files.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { openSavedFiles, openSaveFiles } from './open-files.ts';
import { OpfsFiles } from './opfs-files.ts';
import { FakeFolder } from './testing/fake-folder.ts';
import { ModelMachine, pictureOfLoaded } from './testing/model.ts';

/** Opens the same storage each time. */
type Open = () => Promise<SaveFiles>;

const FLOORS: readonly (readonly [string, () => Open])[] = [
  [
    'memory',
    () => {
      const files = new MemoryFiles();
      return async () => files;
    },
  ],
  [
    'IndexedDB',
    () => {
      const factory = new IDBFactory();
      return () => IndexedDbFiles.open(factory, 'saves');
    },
  ],
  [
    'the private file system, with access handles',
    () => {
      const folder = new FakeFolder({ sync: true });
      return async () => new OpfsFiles(folder.handle);
    },
  ],
  [
    'the private file system, with writable streams',
    () => {
      const folder = new FakeFolder({ sync: false });
      return async () => new OpfsFiles(folder.handle);
    },
  ],
];

describe.each(FLOORS)('%s', (_, storage) => {
  it('keeps files whole, under their names', async () => {
    const open = storage();
    const files = await open();
    expect(await files.list()).toEqual([]);
    expect(await files.read('a/one')).toBeNull();
    const long = Uint8Array.from({ length: 300_000 }, (__, index) => index * 7);
    await files.write('a/one', long);
    await files.write('a/empty', new Uint8Array());
    await files.write('b~1/one', new Uint8Array([1]));
    expect(await files.read('a/one')).toEqual(long);
    const again = await open();
    expect([...(await again.list())].sort()).toEqual(['a/empty', 'a/one', 'b~1/one']);
    expect(await again.read('a/empty')).toEqual(new Uint8Array());
    // Over what was longer.
    await again.write('a/one', new Uint8Array([5, 6]));
    expect(await again.read('a/one')).toEqual(new Uint8Array([5, 6]));
    await again.remove('a/one');
    await again.remove('a/one');
    expect(await again.read('a/one')).toBeNull();
    expect([...(await again.list())].sort()).toEqual(['a/empty', 'b~1/one']);
  });

  it('gives bytes away that are the caller’s own, and keeps a part of a buffer', async () => {
    const files = await storage()();
    const buffer = Uint8Array.from([1, 2, 3, 4]);
    await files.write('a/part', buffer.subarray(1, 3));
    buffer.fill(9);
    const read = await files.read('a/part');
    expect(read).toEqual(new Uint8Array([2, 3]));
    expect(read?.buffer.byteLength).toBe(2);
    read?.fill(7);
    expect(await files.read('a/part')).toEqual(new Uint8Array([2, 3]));
  });

  it('keeps a machine', async () => {
    const open = storage();
    const model = new ModelMachine(3);
    const store = await MachineStore.open(await open(), 'guide');
    await store.claim();
    for (let save = 0; save < 6; save++) {
      model.run(30);
      await store.save(model.changes(), { kind: 'changes' });
      model.saved();
    }
    const machine = await (await MachineStore.open(await open(), 'guide')).load();
    expect(machine && (await pictureOfLoaded(machine))).toBe(model.picture());
  });
});

describe('the private file system', () => {
  it('is flushed before a write is done, and closed also when it fails', async () => {
    const folder = new FakeFolder({ sync: true });
    const files = new OpfsFiles(folder.handle);
    await files.write('a/one', new Uint8Array(10));
    expect(folder.unflushed).toEqual([]);
    folder.room = 5;
    await expect(files.write('a/two', new Uint8Array(10))).rejects.toMatchObject({
      name: 'QuotaExceededError',
    });
    expect(folder.open).toBe(0);
    folder.room = Infinity;
    await files.write('a/two', new Uint8Array(10));
    expect(await files.read('a/two')).toEqual(new Uint8Array(10));
  });
});

describe('the choice of a storage', () => {
  const navigatorOf = (getDirectory: () => Promise<FileSystemDirectoryHandle>) => ({
    storage: { getDirectory },
  });
  const refuse = (name: string) => (): never => {
    throw new DOMException('refused', name);
  };

  it('is the private file system where it works', async () => {
    const folder = new FakeFolder({ sync: true });
    const files = await openSaveFiles('room', {
      navigator: navigatorOf(async () => folder.handle),
      indexedDB: new IDBFactory(),
    });
    expect(files.floor).toBe('opfs');
    expect(await files.list()).toEqual([]);
  });

  it.each([
    ['throws', () => navigatorOf(async () => refuse('SecurityError')())],
    [
      'takes nothing',
      () => navigatorOf(async () => Object.assign(new FakeFolder({ sync: true }), { room: 3 }).handle),
    ],
    [
      'loses what it takes',
      () => navigatorOf(async () => Object.assign(new FakeFolder({ sync: true }), { forgets: true }).handle),
    ],
    ['is not there', () => ({})],
  ])('is IndexedDB where the file system %s', async (_, navigator) => {
    const files = await openSaveFiles('room', { navigator: navigator(), indexedDB: new IDBFactory() });
    expect(files.floor).toBe('indexeddb');
    expect(await files.list()).toEqual([]);
  });

  it('is none where nothing works, and does not throw', async () => {
    const broken = { open: refuse('InvalidStateError') } as unknown as IDBFactory;
    expect((await openSaveFiles('room', { indexedDB: broken })).floor).toBe('none');
    expect((await openSaveFiles('room', {})).floor).toBe('none');
    const forbidden = Object.defineProperty({}, 'indexedDB', { get: refuse('SecurityError') });
    expect((await openSaveFiles('room', forbidden)).floor).toBe('none');
  });

  it('to be read is the one that holds something, whether a page can write it or not', async () => {
    const indexedDB = new IDBFactory();
    const folder = new FakeFolder({ sync: true });
    const storages = { navigator: navigatorOf(async () => folder.handle), indexedDB };
    expect((await openSavedFiles('room', storages)).floor).toBe('none');
    await (await openSaveFiles('room', { indexedDB })).write('a/one', new Uint8Array(1));
    expect((await openSavedFiles('room', storages)).floor).toBe('indexeddb');
    await new OpfsFiles(folder.handle).write('a/two', new Uint8Array(1));
    folder.room = 0;
    const files = await openSavedFiles('room', storages);
    expect([files.floor, await files.list()]).toEqual(['opfs', ['a/two']]);
  });

  it('keeps rooms apart', async () => {
    const indexedDB = new IDBFactory();
    await (await openSaveFiles('/learn/', { indexedDB })).write('a/one', new Uint8Array(1));
    expect(await (await openSaveFiles('/', { indexedDB })).list()).toEqual([]);
    expect(await (await openSaveFiles('/learn/', { indexedDB })).list()).toEqual(['a/one']);
  });
});
