/** Files as records of an IndexedDB database: the key is the name, the value the bytes. */
import type { Bytes, SaveFiles } from './files.ts';

const STORE = 'files';

export class IndexedDbFiles implements SaveFiles {
  readonly floor = 'indexeddb';
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab may delete the database or make a newer one: it need not wait for this one.
    database.onversionchange = () => database.close();
  }

  /** Opens the database `name`, and makes it when there is none. */
  static async open(factory: IDBFactory, name: string): Promise<IndexedDbFiles> {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return new IndexedDbFiles(await resultOf(request));
  }

  async list(): Promise<readonly string[]> {
    const keys = await resultOf(this.#files('readonly').getAllKeys());
    return keys.filter((key) => typeof key === 'string');
  }

  async read(name: string): Promise<Bytes | null> {
    const value: unknown = await resultOf(this.#files('readonly').get(name));
    return value instanceof Uint8Array ? (value as Bytes) : null;
  }

  async write(name: string, bytes: Bytes): Promise<void> {
    const files = this.#files('readwrite');
    // The whole buffer below a part of it would be stored.
    files.put(bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice(), name);
    await done(files.transaction);
  }

  async remove(name: string): Promise<void> {
    const files = this.#files('readwrite');
    files.delete(name);
    await done(files.transaction);
  }

  /** The records, in a transaction of its own, which is on the disk when it is done. */
  #files(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE);
  }

  /** The database may be deleted afterwards. */
  close(): void {
    this.#database.close();
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(errorOf(request));
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A full disk is found out when the transaction ends, after its requests have succeeded.
    transaction.onabort = () => reject(errorOf(transaction));
  });
}

function errorOf({ error }: { readonly error: DOMException | null }): DOMException {
  return error ?? new DOMException('The storage was closed', 'AbortError');
}
