/**
 * The time by which the guest lives: that of the processor's counter (TSC). It stands still with the machine. Were it
 * to jump when the machine goes on, the guest's limits would have passed before it could look: that for a read from the
 * disk, above all, which has just arrived.
 */

/** What v86's WebAssembly asks for the time, milliseconds. */
type Microtick = () => number;
/** What it calls for timers whose time may have come, with that time; returns milliseconds until the next. */
type RunTimers = (acpi: boolean, now: number) => number;

export class GuestClock {
  #now: Microtick = () => performance.now();
  #stoppedAt: number | null = null;
  #stoodStillMs = 0;

  /** For how long it has stood still, milliseconds. */
  get stoodStillMs(): number {
    return this.#stoodStillMs;
  }

  /**
   * The imports of v86's WebAssembly with this clock in place of the page's. v86's timers are JavaScript and note the
   * page's time when they are set, so they are looked at by the page's time, too. By the guest's, a timer that is set
   * after a pause would start in the future; v86 takes that for expired, and interrupts at every look. The price: a
   * timer that runs during a pause may fire once too early. Linux sees by the counter that it is too soon, and sets it
   * again.
   */
  replaceIn(imports: WebAssembly.Imports): WebAssembly.Imports {
    const { env } = imports;
    if (typeof env?.['microtick'] !== 'function' || typeof env['run_hardware_timers'] !== 'function') {
      throw new Error('v86 no longer asks for the time.');
    }
    const now = env['microtick'] as Microtick;
    const runTimers = env['run_hardware_timers'] as RunTimers;
    this.#now = now;
    const microtick: Microtick = () => (this.#stoppedAt ?? now()) - this.#stoodStillMs;
    const runTimersNow: RunTimers = (acpi) => runTimers(acpi, now());
    return { ...imports, env: { ...env, microtick, run_hardware_timers: runTimersNow } };
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
