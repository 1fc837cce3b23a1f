/** The page's side of `hand-in-worker.ts`. */
import * as Comlink from 'comlink';
import { PROGRAM_SLOW_MS } from '../program-slow.ts';
import type { AskedHandIn, Collected, ShownHandIn } from './hand-in-maker.ts';
import type { HandInWorkerApi } from './hand-in-worker.ts';

/** As `HandInMaker`. Every call rejects when the worker's program does not come, or breaks. */
export class HandInClient {
  readonly #thread: Worker;
  readonly #remote: Comlink.Remote<HandInWorkerApi>;
  readonly #failed: Promise<never>;
  #fail: () => void = () => {};

  constructor() {
    this.#thread = new Worker(new URL('./hand-in-worker.ts', import.meta.url), { type: 'module' });
    this.#remote = Comlink.wrap<HandInWorkerApi>(this.#thread);
    this.#failed = new Promise<never>((_, reject) => {
      this.#fail = () =>
        reject(
          new Error(
            'The program that makes the file could not be fetched. Check your connection, close this, and press “Hand in” again.',
          ),
        );
      this.#thread.addEventListener('error', this.#fail);
    });
    // Whoever asks for something hears of it.
    this.#failed.catch(() => {});
  }

  /** The first that is asked: reading takes no time that one would wait for. */
  async collect(guides: readonly string[]): Promise<Collected> {
    const timer = setTimeout(this.#fail, PROGRAM_SLOW_MS);
    return this.#call(this.#remote.collect(guides)).finally(() => clearTimeout(timer));
  }

  show(asked: AskedHandIn): Promise<ShownHandIn> {
    return this.#call(this.#remote.show(asked));
  }

  save(asked: AskedHandIn): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(this.#remote.save(asked));
  }

  close(): void {
    this.#thread.terminate();
  }

  #call<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#failed]);
  }
}
