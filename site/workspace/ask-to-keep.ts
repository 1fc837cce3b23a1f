/** Asks the browser, once for all visits, not to remove what it keeps for this site. Some browsers ask the reader then. */
import { keep, readKept } from './kept.ts';

const ASKED_KEY = 'typealong:asked-to-keep';

interface Storages {
  readonly storage?: Pick<StorageManager, 'persist' | 'persisted'>;
}

/** `navigator`: as far as a browser has what is asked for. Never rejects. */
export async function askToKeep({ storage }: Storages = navigator): Promise<void> {
  if (!storage || readKept(ASKED_KEY) !== null) return;
  keep(ASKED_KEY, 'yes');
  try {
    if (!(await storage.persisted())) await storage.persist();
  } catch {
    // Saving works without a promise.
  }
}
