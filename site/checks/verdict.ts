import type { CheckResult } from './model.ts';

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
