/** For tests: a folder of the private file system, as a browser has it. */

interface Entry {
  bytes: Uint8Array<ArrayBuffer>;
  flushed: boolean;
  locked: boolean;
}

export class FakeFolder {
  /** Bytes that all files together may have. */
  room = Infinity;
  /** Files are empty once they are closed. */
  forgets = false;
  /** Handles that are not closed. */
  open = 0;
  readonly #files = new Map<string, Entry>();
  readonly #sync: boolean;

  /** `sync`: as a worker has it, with access handles. */
  constructor({ sync }: { readonly sync: boolean }) {
    this.#sync = sync;
  }

  /** Names of files whose last bytes may not be on the disk. */
  get unflushed(): string[] {
    return [...this.#files].filter(([, { flushed }]) => !flushed).map(([name]) => name);
  }

  /** The part of the interface that is used. */
  get handle(): FileSystemDirectoryHandle {
    const files = this.#files;
    const folder = {
      keys: async function* () {
        yield* files.keys();
      },
      getDirectoryHandle: async () => this.handle,
      getFileHandle: async (name: string, options?: { create?: boolean }) => {
        checkName(name);
        let entry = files.get(name);
        if (!entry) {
          if (options?.create !== true) throw new DOMException('no such file', 'NotFoundError');
          entry = { bytes: new Uint8Array(), flushed: true, locked: false };
          files.set(name, entry);
        }
        return this.#fileHandle(entry);
      },
      removeEntry: async (name: string) => {
        checkName(name);
        if (!files.delete(name)) throw new DOMException('no such file', 'NotFoundError');
      },
    };
    return folder as unknown as FileSystemDirectoryHandle;
  }

  #fileHandle(entry: Entry): object {
    const getFile = async (): Promise<Blob> => new Blob([entry.bytes]);
    return this.#sync
      ? { getFile, createSyncAccessHandle: async () => this.#access(entry) }
      : { getFile, createWritable: async () => this.#writable(entry) };
  }

  #access(entry: Entry): object {
    if (entry.locked) throw new DOMException('open already', 'NoModificationAllowedError');
    entry.locked = true;
    this.open++;
    return {
      truncate: (size: number) => {
        entry.bytes = resized(entry.bytes, size);
        entry.flushed = false;
      },
      write: (bytes: Uint8Array, { at }: { at: number }): number => {
        // A browser may write less than it was given.
        const count = Math.max(0, Math.min(bytes.length, 100_000, this.room - this.#used()));
        entry.bytes = resized(entry.bytes, Math.max(entry.bytes.length, at + count));
        entry.bytes.set(bytes.subarray(0, count), at);
        entry.flushed = false;
        return count;
      },
      flush: () => void (entry.flushed = true),
      close: () => {
        entry.locked = false;
        this.open--;
        if (this.forgets) entry.bytes = new Uint8Array();
      },
    };
  }

  #writable(entry: Entry): object {
    let next = new Uint8Array();
    return {
      write: async (bytes: Uint8Array) => {
        const before = next.length;
        next = resized(next, before + bytes.length);
        next.set(bytes, before);
      },
      close: async () => void (entry.bytes = next),
      abort: async () => undefined,
    };
  }

  #used(): number {
    return [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name))
    throw new TypeError('Name is not allowed');
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}
