/** Files as records of an IndexedDB database: the key is the name, the value the bytes. */
import { done, resultOf } from '../indexeddb.ts';
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
    return new IndexedDbFiles(await resultOf<IDBDatabase>(request));
  }

  async list(): Promise<readonly string[]> {
    const keys = await resultOf<readonly IDBValidKey[]>(this.#files('readonly').getAllKeys());
    return keys.filter((key) => typeof key === 'string');
  }

  async read(name: string): Promise<Bytes | null> {
    const value = await resultOf<unknown>(this.#files('readonly').get(name));
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
