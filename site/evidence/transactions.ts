/** Requests and transactions of IndexedDB as promises, and the keys of numbered records. */

/** The part of `IDBRequest` that is needed, whatever it brings. */
interface Request {
  readonly result: unknown;
  readonly error: DOMException | null;
  onsuccess: ((this: never, event: Event) => unknown) | null;
  onerror: ((this: never, event: Event) => unknown) | null;
}

/** What this site has written is of the type that it has written. */
export function resultOf<T>(request: Request): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(errorOf(request));
  });
}

/** Resolves when what was written is on the disk. */
export function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A full disk is found out when the transaction ends, after its requests have succeeded.
    transaction.onabort = () => reject(errorOf(transaction));
  });
}

/** The keys `[name, number]` of one name, from `from` on and below `end`. */
export function numbersOf(name: string, from = 0, end = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([name, from], [name, end], false, true);
}

function errorOf({ error }: { readonly error: DOMException | null }): DOMException {
  return error ?? new DOMException('The storage was closed', 'AbortError');
}
