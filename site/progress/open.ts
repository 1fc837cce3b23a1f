/** The one progress store of a page, on the browser's own storage. */
import { progressKey, ProgressStore } from './store.ts';

let store: ProgressStore | null = null;

export function openProgress(): ProgressStore {
  if (store === null) {
    const ownKey = progressKey(import.meta.env.BASE_URL);
    const opened = new ProgressStore(browserStorage(), ownKey);
    window.addEventListener('storage', ({ key }) => {
      if (key === ownKey || key === null) opened.reload();
    });
    store = opened;
  }
  return store;
}

/** Reading `localStorage` itself throws where storage is forbidden. */
function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
