/** Whether anything was ever saved, asked without opening a storage: a page asks this before it fetches the rest. */
import type { Storages } from './open-files.ts';

/** `room`: as in `openSaveFiles`. Nothing is made by asking. Never rejects. */
export async function hasSaveFiles(room: string, storages: Storages = globalThis): Promise<boolean> {
  return (await hasFolder(room, storages)) || (await hasDatabase(room, storages));
}

async function hasFolder(room: string, storages: Storages): Promise<boolean> {
  try {
    const root = await storages.navigator?.storage?.getDirectory();
    await root?.getDirectoryHandle(encodeURIComponent(room));
    return root !== undefined;
  } catch {
    // There is none, or the browser has no such thing.
    return false;
  }
}

async function hasDatabase(room: string, storages: Storages): Promise<boolean> {
  try {
    // To name it may throw already.
    const databases = (await storages.indexedDB?.databases()) ?? [];
    return databases.some(({ name }) => name === room);
  } catch {
    return false;
  }
}
