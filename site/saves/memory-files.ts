/** Files that last as long as the page: for browsers that keep nothing, and for tests. */
import type { Bytes, SaveFiles } from './files.ts';

export class MemoryFiles implements SaveFiles {
  readonly floor = 'none';
  readonly #files = new Map<string, Bytes>();

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()];
  }

  async read(name: string): Promise<Bytes | null> {
    return this.#files.get(name)?.slice() ?? null;
  }

  async write(name: string, bytes: Bytes): Promise<void> {
    this.#files.set(name, bytes.slice());
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
  }
}
