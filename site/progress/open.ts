/** The one progress store of a page, on the browser's own storage. */
import { openKept } from '../open-kept.ts';
import { progressKey, ProgressStore } from './store.ts';

let store: ProgressStore | null = null;

export function openProgress(): ProgressStore {
  store ??= openKept(
    progressKey(import.meta.env.BASE_URL),
    (storage, key) => new ProgressStore(storage, key),
  );
  return store;
}
