/** The page's side of `class-worker.ts`. The worker is made when there is something to read. */
import * as Comlink from 'comlink';
import { PROGRAM_SLOW_MS } from '../../program-slow.ts';
import type { GivenFile } from '../../evidence/submissions.ts';
import type { Catalog } from '../catalog.ts';
import type { ClassWorkerApi, OnProgress } from './class-worker.ts';
import type { Details } from './details.ts';
import type { ClassModel } from './model.ts';

/** Every call rejects when the worker's program does not come, or breaks. */
export class ClassReader {
  readonly #thread: Worker;
  readonly #remote: Comlink.Remote<ClassWorkerApi>;
  readonly #failed: Promise<never>;

  constructor(catalog: Catalog) {
    this.#thread = new Worker(new URL('./class-worker.ts', import.meta.url), { type: 'module' });
    this.#remote = Comlink.wrap<ClassWorkerApi>(this.#thread);
    this.#failed = new Promise<never>((_, reject) => {
      const fail = (): void => reject(new Error('the program of the class page has not come, or broke'));
      this.#thread.addEventListener('error', fail);
      const timer = setTimeout(fail, PROGRAM_SLOW_MS);
      void this.#remote.open(catalog).then(() => clearTimeout(timer));
    });
    // Whoever asks for something hears of it.
    this.#failed.catch(() => {});
  }

  read(given: readonly GivenFile[], onProgress: OnProgress): Promise<ClassModel> {
    return this.#call(this.#remote.read(given, Comlink.proxy(onProgress)));
  }

  choose(link: string): Promise<ClassModel> {
    return this.#call(this.#remote.choose(link));
  }

  details(index: number): Promise<Details | string> {
    return this.#call<Details | string>(this.#remote.details(index));
  }

  close(): void {
    this.#thread.terminate();
  }

  #call<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#failed]);
  }
}
