/**
 * The guest's four consoles. Output is handed on as it comes; input is queued and given in pieces that the
 * guest has room for, since v86 drops what does not fit.
 */

/** Takes bytes for a console and says how many it took. */
export type ConsoleInput = (index: number, bytes: Uint8Array) => number;

interface Waiting {
  bytes: Uint8Array;
  readonly done: () => void;
  readonly failed: (reason: Error) => void;
}

export class Consoles {
  readonly #listeners = [0, 1, 2, 3].map(() => new Set<(bytes: Uint8Array) => void>());
  readonly #queues: Waiting[][] = [0, 1, 2, 3].map(() => []);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #input: ConsoleInput | null = null;

  /** Connects a machine, or disconnects it with `null`: input that waits is then refused. */
  connect(input: ConsoleInput | null): void {
    this.#input = input;
    if (input) {
      this.#queues.forEach((_, index) => this.#pump(index));
      return;
    }
    for (const queue of this.#queues) {
      for (const item of queue.splice(0)) item.failed(new Error('the machine is off'));
    }
  }

  /** Output of a console arrived. */
  receive(index: number, bytes: Uint8Array): void {
    for (const listener of this.#listeners[index] ?? []) listener(bytes);
  }

  onData(index: number, listener: (bytes: Uint8Array) => void): () => void {
    const set = this.#listeners[index];
    set?.add(listener);
    return () => set?.delete(listener);
  }

  /** Queues input. Resolves when the guest has taken all of it; rejects when the machine goes off first. */
  write(index: number, bytes: Uint8Array): Promise<void> {
    if (!this.#input) return Promise.reject(new Error('the machine is off'));
    if (bytes.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#queues[index]?.push({ bytes, done, failed });
      this.#pump(index);
    });
  }

  #pump(index: number): void {
    if (this.#timers.has(index)) return;
    const queue = this.#queues[index];
    const item = queue?.[0];
    if (!queue || !item || !this.#input) return;
    const taken = this.#input(index, item.bytes);
    if (taken === item.bytes.length) {
      queue.shift();
      item.done();
    } else {
      item.bytes = item.bytes.subarray(taken);
    }
    if (queue.length === 0) return;
    // The guest needs a moment of running to make room again.
    const timer = setTimeout(
      () => {
        this.#timers.delete(index);
        this.#pump(index);
      },
      taken > 0 ? 1 : 4,
    );
    this.#timers.set(index, timer);
  }
}
