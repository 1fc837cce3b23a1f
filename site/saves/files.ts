/** The storage below saved machines: a flat set of named files. */

export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Files by name. A name is a key, a slash and a name without one. Every method may reject with whatever the browser's
 * storage throws; `asSaveError` gives it a code.
 */
export interface SaveFiles {
  /** What the files are kept in; `none` lasts as long as the page. */
  readonly floor: 'opfs' | 'indexeddb' | 'none';
  /** Names of all files, in no order. */
  list(): Promise<readonly string[]>;
  /** A file's bytes, which are the caller's own; `null` when there is no such file. */
  read(name: string): Promise<Bytes | null>;
  /**
   * Writes a file whole, over what it held. It is on the disk when this resolves; when it rejects, or the browser
   * ends meanwhile, any part of it may be there. `bytes` must not change until then.
   */
  write(name: string, bytes: Bytes): Promise<void>;
  /** Removes a file; nothing when there is none. */
  remove(name: string): Promise<void>;
}
