/** Picks the storage that really works in this browser. */
import type { Bytes, SaveFiles } from './files.ts';
import { IndexedDbFiles } from './indexeddb-files.ts';
import { MemoryFiles } from './memory-files.ts';
import { OpfsFiles } from './opfs-files.ts';
import { newToken } from './names.ts';

/** What a browser has of storage; any part may be missing, or throw when it is touched. */
export interface Storages {
  readonly navigator?: { readonly storage?: Pick<StorageManager, 'getDirectory'> };
  readonly indexedDB?: IDBFactory;
}

/**
 * Opens the best storage that takes a file, gives it back and removes it: the origin's private file system, IndexedDB,
 * or none. Never rejects. `room` names the folder or database; each copy of the site on an origin has its own.
 */
export async function openSaveFiles(room: string, storages: Storages = globalThis): Promise<SaveFiles> {
  return (
    (await working(async () => openOpfs(room, storages))) ??
    (await working(async () => openIndexedDb(room, storages))) ??
    new MemoryFiles()
  );
}

/**
 * Opens the storage that holds anything, to be read: a page can read what in some browsers only its workers can write.
 * Holds nothing when nothing was saved. Never rejects.
 */
export async function openSavedFiles(room: string, storages: Storages = globalThis): Promise<SaveFiles> {
  for (const open of [openOpfs, openIndexedDb]) {
    try {
      const files = await open(room, storages);
      if (files && (await files.list()).length > 0) return files;
    } catch {
      // As in {@link openSaveFiles}.
    }
  }
  return new MemoryFiles();
}

async function openOpfs(room: string, { navigator }: Storages): Promise<SaveFiles | null> {
  if (!navigator?.storage) return null;
  const root = await navigator.storage.getDirectory();
  return new OpfsFiles(await root.getDirectoryHandle(encodeURIComponent(room), { create: true }));
}

async function openIndexedDb(room: string, { indexedDB }: Storages): Promise<SaveFiles | null> {
  return indexedDB ? IndexedDbFiles.open(indexedDB, room) : null;
}

async function working(open: () => Promise<SaveFiles | null>): Promise<SaveFiles | null> {
  try {
    const files = await open();
    return files && (await keeps(files)) ? files : null;
  } catch {
    // Private windows of some browsers have the interface, and throw when it is used.
    return null;
  }
}

/** Whether a file can be written, read and removed. */
async function keeps(files: SaveFiles): Promise<boolean> {
  const token = newToken();
  const bytes: Bytes = new TextEncoder().encode(token);
  // Another tab may try at the same time.
  const name = `trial/${token}`;
  await files.write(name, bytes);
  const kept = await files.read(name);
  await files.remove(name);
  return (
    kept !== null &&
    kept.length === bytes.length &&
    bytes.every((byte, index) => kept[index] === byte) &&
    !(await files.list()).includes(name)
  );
}
