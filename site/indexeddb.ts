/** Requests and transactions of IndexedDB as promises. */

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

function errorOf({ error }: { readonly error: DOMException | null }): DOMException {
  return error ?? new DOMException('The storage was closed', 'AbortError');
}
