/** How many machines of a guide are saved: its own and what is kept beside it. */
import { savesRoom } from '../sandbox/saves-room.ts';
import { isCopyOf, listMachines } from '../saves/copies.ts';
import { openSavedFiles } from '../saves/open-files.ts';

/** Rejects when the storage cannot be read. */
export async function countMachines(guide: string): Promise<number> {
  const machines = await listMachines(await openSavedFiles(savesRoom()));
  return machines.filter(({ key }) => key === guide || isCopyOf(key, guide)).length;
}
