/** What came of a check. */
import type { Link } from './links.ts';
import { say, type Cause, type Sentences, type Trouble } from './words/index.ts';

/**
 * `fail` is about the guest, `error` about the checker (it broke, the reader did not). `advice` is what to do,
 * in the second person; `evidence` is a log line or a command's output that shows why, if there is one.
 */
export type CheckResult =
  | { readonly status: 'pass'; readonly expected: string; readonly found: string }
  | {
      readonly status: 'fail';
      readonly expected: string;
      readonly found: string;
      readonly advice: string;
      /** Name of the recognised wrong turn, for tests: `socket-path-mismatch`. Absent when none is recognised. */
      readonly cause?: Cause;
      readonly evidence?: string;
      /** The link of the chain that is broken, where it can be told. */
      readonly link?: Link;
    }
  | { readonly status: 'error'; readonly message: string };

export function pass(expected: string, found: string): CheckResult {
  return { status: 'pass', expected, found };
}

/** A failure that nothing explains: what was found, and what to do all the same. */
export interface Unexplained extends Sentences {
  readonly evidence?: string | undefined;
}

/** A failure, in words. */
export function fail(expected: string, reason: Trouble | Unexplained): CheckResult {
  const { found, advice } = 'cause' in reason ? say(reason) : reason;
  const { evidence } = reason;
  return {
    status: 'fail',
    expected,
    found,
    advice,
    ...('cause' in reason ? { cause: reason.cause } : {}),
    ...(evidence === undefined || evidence === '' ? {} : { evidence }),
  };
}
