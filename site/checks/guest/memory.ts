/**
 * What the guest has answered within one run of a chapter's checks. Several checks ask the same, and a question costs
 * the guest up to a second.
 */
import type { Reading } from './survey.ts';

/** How old an answer may be, milliseconds: the reader may be typing meanwhile. */
const LONGEST_MS = 10_000;

export class Memory {
  readonly #answers = new Map<string, { readonly reading: Reading; readonly at: number }>();
  readonly #now: () => number;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The answer to a question, if it was asked a short while ago. */
  recall(question: string): Reading | undefined {
    const answer = this.#answers.get(question);
    return answer !== undefined && this.#now() - answer.at <= LONGEST_MS ? answer.reading : undefined;
  }

  keep(question: string, reading: Reading): void {
    this.#answers.set(question, { reading, at: this.#now() });
  }

  /** Everything may be different now: something was waited for, or a request has failed. */
  forget(): void {
    this.#answers.clear();
  }
}
