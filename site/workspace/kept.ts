/** Small choices of the reader's that outlast the page, such as where the divider stands. Progress is kept elsewhere. */

/** What the browser did not take; it lasts as long as the page. */
const withoutStorage = new Map<string, string>();

/** What was kept under a name, or `null`. */
export function readKept(key: string): string | null {
  const value = withoutStorage.get(key);
  if (value !== undefined) return value;
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage is forbidden.
  }
}

/** Keeps a choice: in the browser's storage, or for as long as the page where storage is forbidden or full. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    withoutStorage.delete(key);
  } catch {
    withoutStorage.set(key, value);
  }
}

const CHECKS_KEY = 'typealong:checks-folded';

/** Whether the reader has folded the checks. */
export function areChecksFolded(): boolean {
  return readKept(CHECKS_KEY) === 'yes';
}

export function keepChecksFolded(isFolded: boolean): void {
  keep(CHECKS_KEY, isFolded ? 'yes' : 'no');
}
