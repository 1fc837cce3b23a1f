/** Opens what is kept under a key of the browser's own storage, and follows what other tabs write there. */
export function openKept<Kept extends { reload(): void }>(
  key: string,
  open: (storage: Storage | null, key: string) => Kept,
): Kept {
  const opened = open(browserStorage(), key);
  window.addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) opened.reload();
  });
  return opened;
}

/** Reading `localStorage` itself throws where storage is forbidden. */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
