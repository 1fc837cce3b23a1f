/** For tests: a disk as it is now. */
import type { SaveFiles } from '../files.ts';
import { MemoryFiles } from '../memory-files.ts';

export async function copyFiles(files: SaveFiles): Promise<MemoryFiles> {
  const copy = new MemoryFiles();
  for (const name of await files.list()) {
    const bytes = await files.read(name);
    if (bytes) await copy.write(name, bytes);
  }
  return copy;
}
