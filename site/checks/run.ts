/**
 * Runs checks. A check only reads the guest, through the agent and from outside; it never types into a
 * terminal and changes nothing.
 */
import type { CheckContext } from './context.ts';
import { withDifferingFile } from './differing-file.ts';
import { Memory } from './guest/memory.ts';
import { settleServer } from './guest/settle-server.ts';
import { lookAgain } from './guest/settle.ts';
import { kindOf, type Check } from './kinds/registry.ts';
import { linkOfCause } from './link-of-cause.ts';
import { linkOf } from './link-states.ts';
import type { CheckResult } from './verdict.ts';

/** A check, and what the reader sees beside its tick. */
interface TitledCheck {
  readonly check: Check;
  readonly title: string;
}

/**
 * Runs one check. What is wrong in the guest is a `fail`; whatever the checker itself throws (a silent
 * agent, an answer that it cannot read) is an `error`, so that no reader is told to mend what is not broken.
 * Rejects only when `context.signal` is aborted, with the signal's reason.
 */
export async function runPlacedCheck(
  { check, title }: TitledCheck,
  context: CheckContext,
): Promise<CheckResult> {
  context.signal?.throwIfAborted();
  try {
    const { run, settles } = kindOf(check);
    const began = performance.now();
    const first = await run(check, context, title);
    const tookSeconds = Math.ceil((performance.now() - began) / 1000);
    // Too early rather than wrong? Then look once more.
    if (first.status !== 'fail' || settles === null) return withLink(first, check);
    const result = await lookAgain(
      first,
      // A request waits long for a uWSGI that is loading, whose start is then long ago.
      () => settleServer(settles(check), context, tookSeconds),
      () => run(check, context, title),
      context,
    );
    return await withDifferingFile(withLink(result, check), check, context);
  } catch (error) {
    context.signal?.throwIfAborted();
    return { status: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

/** A failure with the link that is broken: its cause's, or the one that the check is about. */
function withLink(result: CheckResult, check: Check): CheckResult {
  if (result.status !== 'fail') return result;
  const link = (result.cause === undefined ? null : linkOfCause(result.cause)) ?? linkOf(check);
  return link === null ? result : { ...result, link };
}

/**
 * Runs checks one after the other (the guest has one processor) and calls `onResult` after each. What one has asked the
 * guest, the next need not ask again.
 * Rejects only when `context.signal` is aborted, with the signal's reason; the results so far have been
 * handed to `onResult`.
 */
export async function runChecks<Placed extends TitledCheck>(
  checks: readonly Placed[],
  context: CheckContext,
  onResult: (placed: Placed, result: CheckResult) => void = () => {},
): Promise<readonly CheckResult[]> {
  const remembering = { ...context, memory: new Memory() };
  const results: CheckResult[] = [];
  for (const placed of checks) {
    const result = await runPlacedCheck(placed, remembering);
    results.push(result);
    onResult(placed, result);
  }
  return results;
}
