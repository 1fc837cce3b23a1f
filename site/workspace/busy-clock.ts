/** How long a terminal's command has been running, for a sign of work that is not shown for short ones. */

/** A command that takes less is no cause for thought, in seconds. */
const WORTH_SAYING_S = 3;

export class BusyClock {
  readonly #show: (seconds: number | null) => void;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `show` gets 0 when a command starts, whole seconds from the third on, and `null` when nothing runs. */
  constructor(show: (seconds: number | null) => void) {
    this.#show = show;
  }

  /** A command was entered. One that starts within another (`exec bash`) counts anew. */
  start(): void {
    this.#stopTimer();
    const since = Date.now();
    this.#show(0);
    this.#timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - since) / 1000);
      if (seconds >= WORTH_SAYING_S) this.#show(seconds);
    }, 1000);
  }

  /** It has ended, or the machine has. */
  stop(): void {
    if (this.#timer === null) return;
    this.#stopTimer();
    this.#show(null);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** `12 s`, `2 min 5 s`. */
export function durationInWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
