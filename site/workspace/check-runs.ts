/**
 * Runs the checks of steps, one run after the other. What is asked for while another run is under way waits for its
 * turn; what that run has still before it is not asked again. After a step's commands the services may need a moment, so
 * what fails is looked at again before long, unless the reader goes on.
 */
import type { PlacedCheck, Step } from '../chapter/model.ts';
import type { CheckResult } from '../checks/model.ts';
import { fetchChunk } from './fetch-chunk.ts';
import type { CheckContext } from '../checks/context.ts';

/** Runs checks one after the other, as `runChecks` of `site/checks/run.ts` does. */
export type Runner = (
  checks: readonly PlacedCheck[],
  context: CheckContext,
  onResult: (placed: PlacedCheck, result: CheckResult) => void,
) => Promise<unknown>;

export interface CheckRunEvents {
  /** `null` while the machine does not run. */
  readonly context: () => Omit<CheckContext, 'signal'> | null;
  /** These checks will have a result before long. */
  readonly onRunning: (checks: readonly PlacedCheck[]) => void;
  /** `isSecondLook`: nobody has asked for it anew. */
  readonly onResult: (placed: PlacedCheck, result: CheckResult, isSecondLook: boolean) => void;
  /** A run is over: `finished` when every check has a result. */
  readonly onSettled: (steps: readonly Step[], checks: readonly PlacedCheck[], finished: boolean) => void;
  /** Fetches the checks' code. */
  readonly load?: () => Promise<Runner>;
}

/** How a run came out. `stopped`: the machine no longer ran, or the chapter was left; that says nothing of the checks. */
export type RunOutcome = 'passed' | 'failed' | 'stopped';

/** Results by the check's id; `null` when the run was stopped. */
type Results = ReadonlyMap<string, CheckResult> | null;

interface Run {
  readonly steps: readonly Step[];
  readonly checks: readonly PlacedCheck[];
  readonly results: Map<string, CheckResult>;
  /** No longer when somebody asks for the same meanwhile. */
  isSecondLook: boolean;
  readonly stop: AbortController;
  readonly outcome: Promise<Results>;
}

/** Pauses before what failed is looked at again, in milliseconds. */
const SECOND_LOOKS_MS = [2000, 5000];

export class CheckRuns {
  readonly #events: CheckRunEvents;
  /** The first is under way, the others wait. */
  readonly #queue: Run[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Goes up whenever second looks are forgotten: those of an earlier generation end. */
  #generation = 0;

  constructor(events: CheckRunEvents) {
    this.#events = events;
  }

  get isRunning(): boolean {
    return this.#queue.length > 0;
  }

  /** Runs all checks of `steps`; `passed` when every one did. */
  async run(steps: readonly Step[]): Promise<RunOutcome> {
    this.forgetSecondLooks();
    const checks = steps.flatMap((step) => step.checks);
    const results = await this.#ask(steps, checks);
    if (results === null) return 'stopped';
    return failedOf(checks, results).length === 0 ? 'passed' : 'failed';
  }

  /**
   * As `run`, for a step whose commands have just ended: fails are looked at again. `isSecondLook`: the page looks by
   * itself, after a command that was no part of the step.
   */
  async runWithSecondLooks(step: Step, isSecondLook = false): Promise<void> {
    this.forgetSecondLooks();
    const generation = this.#generation;
    let checks = step.checks;
    for (const pause of [0, ...SECOND_LOOKS_MS]) {
      if (pause > 0) await this.#pause(pause);
      const results = await this.#ask([step], checks, isSecondLook || pause > 0);
      checks = results === null ? [] : failedOf(checks, results);
      // The reader may have gone on while the checks ran.
      if (checks.length === 0 || generation !== this.#generation) return;
    }
  }

  /** The reader goes on: no second looks at what was. */
  forgetSecondLooks(): void {
    this.#generation++;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Resolves when nothing runs or waits for its turn. */
  async untilIdle(): Promise<void> {
    for (let last = this.#queue.at(-1); last; last = this.#queue.at(-1)) await last.outcome.catch(() => {});
  }

  /** Stops whatever runs or waits for its turn. */
  stop(): void {
    this.forgetSecondLooks();
    const reason = new DOMException('The checks were stopped.', 'AbortError');
    for (const run of this.#queue.splice(0)) {
      run.stop.abort(reason);
      this.#events.onSettled(run.steps, run.checks, false);
    }
  }

  #ask(steps: readonly Step[], checks: readonly PlacedCheck[], isSecondLook = false): Promise<Results> {
    if (checks.length === 0 || this.#events.context() === null) {
      this.#events.onSettled(steps, checks, checks.length === 0);
      return Promise.resolve(checks.length === 0 ? new Map<string, CheckResult>() : null);
    }
    const same = this.#queue.find((run) =>
      checks.every(({ id }) => run.checks.some((other) => other.id === id) && !run.results.has(id)),
    );
    if (same) {
      same.isSecondLook &&= isSecondLook;
      return same.outcome;
    }
    this.#events.onRunning(checks);
    const before = this.#queue.at(-1)?.outcome ?? Promise.resolve();
    const run: Run = {
      steps,
      checks,
      results: new Map(),
      isSecondLook,
      stop: new AbortController(),
      outcome: before.then(
        () => this.#carryOut(run),
        () => this.#carryOut(run),
      ),
    };
    this.#queue.push(run);
    return run.outcome;
  }

  async #carryOut(run: Run): Promise<Results> {
    const { steps, checks, results } = run;
    const { signal } = run.stop;
    const isAborted = (): boolean => signal.aborted;
    const settle = (finished: boolean): void => {
      this.#queue.shift();
      this.#events.onSettled(steps, checks, finished);
    };
    try {
      const runChecks = await fetchChunk('The checks', this.#events.load ?? loadRunner);
      const context = this.#events.context();
      if (isAborted()) return null;
      if (context === null) {
        settle(false);
        return null;
      }
      await runChecks(checks, { ...context, signal }, (placed, result) => {
        if (signal.aborted) return;
        results.set(placed.id, result);
        this.#events.onResult(placed, result, run.isSecondLook);
      });
      if (isAborted()) return null;
      settle(true);
      return results;
    } catch (error) {
      if (isAborted()) return null;
      settle(false);
      throw error;
    }
  }

  /** A pause that is forgotten never resolves; nothing else holds on to it. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        resolve();
      }, ms);
    });
  }
}

function failedOf(
  checks: readonly PlacedCheck[],
  results: ReadonlyMap<string, CheckResult>,
): readonly PlacedCheck[] {
  return checks.filter(({ id }) => results.get(id)?.status !== 'pass');
}

async function loadRunner(): Promise<Runner> {
  const { runChecks } = await import('../checks/run.ts');
  return runChecks;
}
