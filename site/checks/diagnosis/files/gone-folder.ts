/** A folder that holds an application is not there. */
import type { GoneFolder } from '../../guest/gone-folder.ts';
import type { Keeper } from '../../guest/keeper.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** It was renamed or moved; `null` when that is not known. */
export function renamedTrouble(gone: GoneFolder | null, keeper: Keeper | null): Trouble | null {
  if (gone === null || gone.now === null) return null;
  const { path, now, needsSudo } = gone;
  return trouble('folder-renamed', { path, now, needsSudo, keeper });
}
