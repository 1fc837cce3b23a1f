/** What came of a check. */

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
      readonly cause?: string;
      readonly evidence?: string;
    }
  | { readonly status: 'error'; readonly message: string };

/**
 * A wrong turn that was recognised: what was found, what to do about it, and the line that shows it.
 * `cause` is stable and tested.
 */
export interface Trouble {
  readonly cause: string;
  readonly found: string;
  readonly advice: string;
  readonly evidence?: string;
}

export function pass(expected: string, found: string): CheckResult {
  return { status: 'pass', expected, found };
}

export function fail(
  expected: string,
  trouble: { found: string; advice: string; cause?: string; evidence?: string | undefined },
): CheckResult {
  return {
    status: 'fail',
    expected,
    found: trouble.found,
    advice: trouble.advice,
    ...(trouble.cause === undefined ? {} : { cause: trouble.cause }),
    ...(trouble.evidence === undefined || trouble.evidence === '' ? {} : { evidence: trouble.evidence }),
  };
}
