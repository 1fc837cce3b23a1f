/** Whether a file has changed while the reader had it open in an editor. */
import type { GuestAgent } from '../sandbox/types.ts';

export class Edits {
  /** What each file held when its editor was opened; `undefined` where it could not be read. */
  readonly #before = new Map<string, Promise<string | null | undefined>>();

  opened(path: string, agent: Pick<GuestAgent, 'readFile'>): void {
    this.#before.set(
      path,
      agent.readFile(path).catch(() => undefined),
    );
  }

  /** The page itself has written the file: what is in it is no longer the editor's. */
  forget(path: string): void {
    this.#before.delete(path);
  }

  /** Its editor is closed, and it holds `copy` now (`null`: there is no such file). Only what is known to have changed counts. */
  async hasChanged(path: string, copy: string | null): Promise<boolean> {
    const before = await this.#before.get(path);
    this.#before.delete(path);
    return before !== undefined && copy !== null && copy !== before;
  }
}
