/**
 * The time by which the guest lives: that of the processor's counter (TSC). It stands still with the machine. Were it
 * to jump when the machine goes on, the guest's limits would have passed before it could look: that for a read from the
 * disk, above all, which has just arrived.
 */

/** What v86's WebAssembly asks for the time, milliseconds. */
type Microtick = () => number;

export class GuestClock {
  #now: Microtick = () => performance.now();
  #stoppedAt: number | null = null;
  #stoodStillMs = 0;

  /** For how long it has stood still, milliseconds. */
  get stoodStillMs(): number {
    return this.#stoodStillMs;
  }

  /** The imports of v86's WebAssembly with this clock in place of the page's. */
  replaceIn(imports: WebAssembly.Imports): WebAssembly.Imports {
    const { env } = imports;
    if (!env || typeof env['microtick'] !== 'function') throw new Error('v86 no longer asks for the time.');
    this.#now = env['microtick'] as Microtick;
    const microtick: Microtick = () => (this.#stoppedAt ?? this.#now()) - this.#stoodStillMs;
    return { ...imports, env: { ...env, microtick } };
  }

  stop(): void {
    this.#stoppedAt ??= this.#now();
  }

  run(): void {
    if (this.#stoppedAt === null) return;
    this.#stoodStillMs += this.#now() - this.#stoppedAt;
    this.#stoppedAt = null;
  }
}
