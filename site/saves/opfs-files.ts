/**
 * Files in the origin's private file system, in one folder. A file is called by its name with `/` escaped. A worker
 * writes through a synchronous access handle, which can flush; without one, a writable stream puts a file in place
 * when it closes.
 */
import type { Bytes, SaveFiles } from './files.ts';

export class OpfsFiles implements SaveFiles {
  readonly floor = 'opfs';
  readonly #folder: FileSystemDirectoryHandle;

  /** `folder` holds nothing else. */
  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(decodeURIComponent(name));
    return names;
  }

  async read(name: string): Promise<Bytes | null> {
    try {
      const handle = await this.#folder.getFileHandle(encodeURIComponent(name));
      const file = await handle.getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async write(name: string, bytes: Bytes): Promise<void> {
    const handle = await this.#folder.getFileHandle(encodeURIComponent(name), { create: true });
    // Only workers have it.
    if ('createSyncAccessHandle' in handle) await writeThrough(handle, bytes);
    else await writeStream(handle, bytes);
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#folder.removeEntry(encodeURIComponent(name));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function writeThrough(handle: FileSystemFileHandle, bytes: Bytes): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    let written = 0;
    while (written < bytes.length) {
      const count = access.write(bytes.subarray(written), { at: written });
      // A full disk may end a write early, without an error.
      if (count === 0) throw new DOMException('The file could not be written whole', 'QuotaExceededError');
      written += count;
    }
    access.flush();
  } finally {
    access.close();
  }
}

async function writeStream(handle: FileSystemFileHandle, bytes: Bytes): Promise<void> {
  const stream = await handle.createWritable();
  try {
    await stream.write(bytes);
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
  await stream.close();
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
