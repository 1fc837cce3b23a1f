/** For tests: files on a disk that fails at one call, or of a browser that ends there. */
import type { Bytes, SaveFiles } from '../files.ts';

/** What happens at the call. */
export type Fault =
  /** Before it: it and all later calls never happen. */
  | { readonly kind: 'stop' }
  /**
   * In the middle of a write: this share of the bytes is on the disk, then, if `garbage`, others up to the length. All
   * later calls never happen.
   */
  | { readonly kind: 'tear'; readonly share: number; readonly garbage: boolean }
  /** It fails with this DOMException, having written nothing, or a part. Later calls work. */
  | { readonly kind: 'fail'; readonly name: string; readonly share: number };

/** Thrown by a call that never happens; nothing catches it and goes on to reach the disk. */
export class Stopped extends Error {}

export class FaultyFiles implements SaveFiles {
  readonly floor = 'none';
  readonly #disk: SaveFiles;
  #calls: ('write' | 'other')[] = [];
  #plan: { readonly call: number; readonly fault: Fault } | null = null;
  #stopped = false;

  constructor(disk: SaveFiles) {
    this.#disk = disk;
  }

  /** Calls since the last plan: whether each writes, so that it can be torn. */
  get calls(): readonly ('write' | 'other')[] {
    return this.#calls;
  }

  /** Whether the planned call was made. */
  get struck(): boolean {
    return this.#plan !== null && this.#calls.length > this.#plan.call;
  }

  /** Counts from 0 on from here, and has `fault` strike at `call`. */
  plan(call: number, fault: Fault): void {
    this.#calls = [];
    this.#plan = { call, fault };
  }

  list(): Promise<readonly string[]> {
    return this.#call(() => this.#disk.list());
  }

  read(name: string): Promise<Bytes | null> {
    return this.#call(() => this.#disk.read(name));
  }

  write(name: string, bytes: Bytes): Promise<void> {
    return this.#call(
      () => this.#disk.write(name, bytes),
      async (share, garbage) => {
        const length = Math.floor(bytes.length * share);
        const torn = garbage
          ? bytes.map((byte, index) => (index < length ? byte : ~byte))
          : bytes.slice(0, length);
        await this.#disk.write(name, torn);
      },
    );
  }

  remove(name: string): Promise<void> {
    return this.#call(() => this.#disk.remove(name));
  }

  async #call<T>(
    work: () => Promise<T>,
    tear?: (share: number, garbage: boolean) => Promise<void>,
  ): Promise<T> {
    if (this.#stopped) throw new Stopped();
    const fault = this.#calls.length === this.#plan?.call ? this.#plan.fault : null;
    this.#calls.push(tear ? 'write' : 'other');
    switch (fault?.kind) {
      case undefined:
        return work();
      case 'stop':
        this.#stopped = true;
        throw new Stopped();
      case 'tear':
        this.#stopped = true;
        await tear?.(fault.share, fault.garbage);
        throw new Stopped();
      case 'fail':
        if (fault.share > 0) await tear?.(fault.share, false);
        throw new DOMException('planned', fault.name);
    }
  }
}
