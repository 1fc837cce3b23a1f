import { IDBFactory } from 'fake-indexeddb';
import { expect, it } from 'vitest';
import { hasSaveFiles } from './has-files.ts';
import { openSaveFiles } from './open-files.ts';

it('says no before anything was saved, and makes nothing by asking', async () => {
  const indexedDB = new IDBFactory();
  expect(await hasSaveFiles('room', { indexedDB })).toBe(false);
  expect(await indexedDB.databases()).toEqual([]);
});

it('finds the database of its own room', async () => {
  const indexedDB = new IDBFactory();
  await openSaveFiles('room', { indexedDB });
  expect(await hasSaveFiles('room', { indexedDB })).toBe(true);
  expect(await hasSaveFiles('another room', { indexedDB })).toBe(false);
});

it('finds the folder of its own room', async () => {
  const folders = new Set([encodeURIComponent('a room /learn/')]);
  const getDirectoryHandle = (name: string): Promise<object> =>
    folders.has(name) ? Promise.resolve({}) : Promise.reject(new DOMException('none', 'NotFoundError'));
  const storage = { getDirectory: () => Promise.resolve({ getDirectoryHandle }) };
  const navigator = { storage } as never;
  expect(await hasSaveFiles('a room /learn/', { navigator })).toBe(true);
  expect(await hasSaveFiles('a room /', { navigator })).toBe(false);
});

it('says no where the browser refuses to say', async () => {
  const refuse = (): never => {
    throw new DOMException('no', 'SecurityError');
  };
  const navigator = { storage: { getDirectory: refuse } } as never;
  const indexedDB = { databases: refuse } as never;
  expect(await hasSaveFiles('room', { navigator, indexedDB })).toBe(false);
  expect(await hasSaveFiles('room', {})).toBe(false);
  const nameless = {
    get indexedDB(): never {
      return refuse();
    },
  };
  expect(await hasSaveFiles('room', nameless)).toBe(false);
});
