/** Lets only so many pieces of work run at once; of the others the longest goes next. */
export class Limiter {
  readonly #most: number;
  readonly #waiting: { readonly length: number; readonly begin: () => void }[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Runs `work` when it is its turn; settles as it does. `length`: how long it takes, in any unit; of equal ones the
   * first to come is the first to go.
   */
  async run<Result>(length: number, work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#most) this.#running++;
    else
      await new Promise<void>((begin) => {
        this.#waiting.push({ length, begin });
        this.#waiting.sort((a, b) => b.length - a.length);
      });
    try {
      return await work();
    } finally {
      // The place goes to the next at once, so that nobody takes it in between.
      const next = this.#waiting.shift();
      if (next) next.begin();
      else this.#running--;
    }
  }
}
