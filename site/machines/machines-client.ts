/** The page's side of `machines-worker.ts`. */
import * as Comlink from 'comlink';
import { PROGRAM_SLOW_MS } from '../program-slow.ts';
import { SaveError } from '../saves/save-error.ts';
import type { MachineGuide } from './guides.ts';
import type { ListedMachine } from './kept-machine.ts';
import type { MachineFile, OnProgress } from './machine-room.ts';
import type { Listing, MachinesWorkerApi, Outcome } from './machines-worker.ts';

/** Machines that are kept in this browser. Every call rejects with {@link SaveError}; they are as in `MachineRoom`. */
export class KeptMachines {
  readonly #thread: Worker;
  readonly #remote: Comlink.Remote<MachinesWorkerApi>;
  #opened: Promise<void> = Promise.resolve();
  /** Rejects when the worker's program does not come, or breaks. */
  readonly #failed: Promise<never>;

  constructor(guides: readonly MachineGuide[]) {
    this.#thread = new Worker(new URL('./machines-worker.ts', import.meta.url), { type: 'module' });
    this.#remote = Comlink.wrap<MachinesWorkerApi>(this.#thread);
    this.#failed = new Promise<never>((_, reject) => {
      const fail = (): void =>
        reject(
          new SaveError(
            'lost',
            'A part of this page could not be fetched. Check your connection, then try again.',
          ),
        );
      this.#thread.addEventListener('error', fail);
      const timer = setTimeout(fail, PROGRAM_SLOW_MS);
      this.#opened = Promise.resolve(this.#remote.open(guides)).finally(() => clearTimeout(timer));
    });
    // Whoever asks for something hears of it.
    this.#failed.catch(() => {});
    this.#opened.catch(() => {});
  }

  list(): Promise<Listing> {
    return this.#call((remote) => remote.list());
  }

  tidy(): Promise<void> {
    return this.#call((remote) => remote.tidy());
  }

  keepCopy(key: string, name: string): Promise<string> {
    return this.#call((remote) => remote.keepCopy(key, name));
  }

  rename(key: string, name: string): Promise<void> {
    return this.#call((remote) => remote.rename(key, name));
  }

  remove(key: string): Promise<void> {
    return this.#call((remote) => remote.remove(key));
  }

  putBack(key: string): Promise<void> {
    return this.#call((remote) => remote.putBack(key));
  }

  download(key: string, onProgress: OnProgress): Promise<MachineFile> {
    return this.#call((remote) => remote.download(key, Comlink.proxy(onProgress)));
  }

  upload(file: Blob, onProgress: OnProgress): Promise<ListedMachine> {
    return this.#call((remote) => remote.upload(file, Comlink.proxy(onProgress)));
  }

  close(): void {
    this.#thread.terminate();
  }

  async #call<T>(work: (remote: Comlink.Remote<MachinesWorkerApi>) => Promise<Outcome<T>>): Promise<T> {
    const outcome = await Promise.race([this.#opened.then(() => work(this.#remote)), this.#failed]);
    if (!outcome.ok) throw new SaveError(outcome.code, outcome.message);
    return outcome.value;
  }
}
