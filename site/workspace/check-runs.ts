/**
 * Runs the checks of steps, one run at a time; the newest wins. After a step's commands the services may need a
 * moment, so what fails is looked at again before long, unless the reader goes on.
 */
import type { PlacedCheck, Step } from '../chapter/model.ts';
import type { CheckContext } from '../checks/context.ts';
import type { CheckResult } from '../checks/model.ts';

export interface CheckRunEvents {
  /** `null` while the machine does not run. */
  readonly context: () => Omit<CheckContext, 'signal'> | null;
  readonly onRunning: (checks: readonly PlacedCheck[]) => void;
  readonly onResult: (placed: PlacedCheck, result: CheckResult) => void;
  /** A run is over, finished or not. */
  readonly onSettled: (steps: readonly Step[], finished: boolean) => void;
}

/** Pauses before what failed is looked at again, in milliseconds. */
const SECOND_LOOKS_MS = [2000, 5000];

export class CheckRuns {
  readonly #events: CheckRunEvents;
  #current: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(events: CheckRunEvents) {
    this.#events = events;
  }

  get isRunning(): boolean {
    return this.#current !== null;
  }

  /** Runs all checks of `steps`. Resolves with whether all passed; `false` also when a newer run took over. */
  async run(steps: readonly Step[]): Promise<boolean> {
    return (
      (await this.#run(
        steps,
        steps.flatMap((step) => step.checks),
      )) === true
    );
  }

  /** As `run`, for a step whose commands have just ended: fails are looked at again. */
  async runWithSecondLooks(step: Step): Promise<void> {
    let failed = await this.#failed(step, step.checks);
    for (const pause of SECOND_LOOKS_MS) {
      if (failed === null || failed.length === 0) return;
      const goOn = await this.#pause(pause);
      if (!goOn) return;
      failed = await this.#failed(step, failed);
    }
  }

  /** The reader goes on: no second looks at what was. */
  forgetSecondLooks(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Stops whatever runs. */
  stop(): void {
    this.forgetSecondLooks();
    this.#current?.abort(new DOMException('A newer run of the checks took over.', 'AbortError'));
    this.#current = null;
  }

  /** What did not pass; `null` when a newer run took over. */
  async #failed(step: Step, checks: readonly PlacedCheck[]): Promise<readonly PlacedCheck[] | null> {
    const failed: PlacedCheck[] = [];
    const passed = await this.#run([step], checks, (placed, result) => {
      if (result.status !== 'pass') failed.push(placed);
    });
    return passed === null ? null : failed;
  }

  /** Whether all passed; `null` when a newer run took over. */
  async #run(
    steps: readonly Step[],
    checks: readonly PlacedCheck[],
    onResult: (placed: PlacedCheck, result: CheckResult) => void = () => {},
  ): Promise<boolean | null> {
    this.stop();
    const context = this.#events.context();
    if (context === null || checks.length === 0) {
      this.#events.onSettled(steps, checks.length === 0);
      return checks.length === 0;
    }
    const run = new AbortController();
    this.#current = run;
    this.#events.onRunning(checks);
    try {
      const { runChecks } = await import('../checks/run.ts');
      const results = await runChecks(checks, { ...context, signal: run.signal }, (placed, result) => {
        if (run.signal.aborted) return;
        this.#events.onResult(placed, result);
        onResult(placed, result);
      });
      if (run.signal.aborted) return null;
      this.#current = null;
      this.#events.onSettled(steps, true);
      return results.every(({ status }) => status === 'pass');
    } catch (error) {
      if (run.signal.aborted) return null;
      this.#current = null;
      this.#events.onSettled(steps, false);
      throw error;
    }
  }

  #pause(ms: number): Promise<boolean> {
    this.forgetSecondLooks();
    return new Promise((resolve) => {
      // A pause that is forgotten never resolves; nothing else holds on to it.
      this.#timer = setTimeout(() => {
        this.#timer = null;
        resolve(true);
      }, ms);
    });
  }
}
