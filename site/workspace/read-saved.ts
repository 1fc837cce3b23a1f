/** Reads what is said of a saved machine, in the page. Fetched only where one has been saved. */
import { decodeRest, readAbout, type SavedAbout } from '../sandbox/saved.ts';
import { savesRoom } from '../sandbox/saves-room.ts';
import { beforeKey, swapWithBefore } from '../saves/copies.ts';
import { MachineStore } from '../saves/machine-store.ts';
import { openSavedFiles, openSaveFiles } from '../saves/open-files.ts';

export interface ReadMachine {
  readonly about: SavedAbout;
  /** What the page showed. */
  readonly view: string;
  /** The machine whose place it has taken; `null` for none. */
  readonly before: SavedAbout | null;
}

/** A guide's saved machine; `null` when there is none. */
export async function readSaved(guide: string): Promise<ReadMachine | null> {
  const files = await openSavedFiles(savesRoom());
  const store = await MachineStore.open(files, guide);
  const saved = store.latest();
  if (!saved) return null;
  const about = readAbout(saved.about);
  const extra = await store.extra();
  const rest = extra && decodeRest(extra);
  const before = readAbout((await MachineStore.open(files, beforeKey(guide))).latest()?.about);
  return about && rest && { about, view: rest.view, before };
}

/** Brings back the machine that a fresh start has taken the place of; what takes its place now is set aside in turn. */
export async function takeBack(guide: string): Promise<void> {
  await swapWithBefore(await openSaveFiles(savesRoom()), guide);
}
