/**
 * Runs checks. A check only reads the guest, through the agent and from outside; it never types into a
 * terminal and changes nothing.
 */
import type { PlacedCheck } from '../chapter/model.ts';
import type { CheckContext } from './guest/context.ts';
import { settleVassal } from './guest/settle-vassal.ts';
import { lookAgain, settle, settleWith } from './guest/settle.ts';
import { gatherVassal } from './guest/vassal-facts.ts';
import { checkFile } from './kinds/file.ts';
import { checkFirewall } from './kinds/firewall.ts';
import { checkHttp } from './kinds/http.ts';
import { checkJob } from './kinds/job.ts';
import { checkNginxConfig } from './kinds/nginx-config.ts';
import { checkPackage } from './kinds/package.ts';
import { checkPort } from './kinds/port.ts';
import { checkProcess } from './kinds/process.ts';
import { checkRepository } from './kinds/repository.ts';
import { checkService } from './kinds/service.ts';
import { checkShell } from './kinds/shell.ts';
import { checkSocket } from './kinds/socket.ts';
import { checkVassal } from './kinds/vassal.ts';
import type { Check, CheckResult } from './model.ts';

export type { CheckContext } from './context.ts';

/**
 * Runs one check. What is wrong in the guest is a `fail`; whatever the checker itself throws (a silent
 * agent, an answer that it cannot read) is an `error`, so that no reader is told to mend what is not broken.
 * Rejects only when `context.signal` is aborted, with the signal's reason.
 */
export async function runPlacedCheck(
  { check, title }: Pick<PlacedCheck, 'check' | 'title'>,
  context: CheckContext,
): Promise<CheckResult> {
  context.signal?.throwIfAborted();
  try {
    const result = await runKind(check, context, title);
    // Too early rather than wrong? Then look once more.
    if (result.status !== 'fail' || !needsTime(check)) return result;
    return await lookAgain(
      result,
      () => wait(check, context),
      () => runKind(check, context, title),
      context,
    );
  } catch (error) {
    context.signal?.throwIfAborted();
    return { status: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Runs checks one after the other (the guest has one processor) and calls `onResult` after each.
 * Rejects only when `context.signal` is aborted, with the signal's reason; the results so far have been
 * handed to `onResult`.
 */
export async function runChecks(
  checks: readonly PlacedCheck[],
  context: CheckContext,
  onResult: (placed: PlacedCheck, result: CheckResult) => void = () => {},
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const placed of checks) {
    const result = await runPlacedCheck(placed, context);
    results.push(result);
    onResult(placed, result);
  }
  return results;
}

/** What runs may be about to run; what is on the disk is there or not. */
function needsTime({ kind }: Check): boolean {
  return !['file', 'package', 'repository', 'firewall', 'socket'].includes(kind);
}

async function wait(check: Check, context: CheckContext): Promise<boolean> {
  const vassal = vassalOf(check);
  if (vassal === null) return settle(unitOf(check), context);
  return settleWith(settleVassal(await gatherVassal(vassal.file, vassal.job, context)), context);
}

function vassalOf(check: Check): { readonly file: string; readonly job: string } | null {
  if (check.kind === 'vassal' && check.job !== undefined) return { file: check.ini, job: check.job };
  if (check.kind === 'http' && check.vassal !== undefined && check.job !== undefined)
    return { file: check.vassal, job: check.job };
  return null;
}

function unitOf(check: Check): string | undefined {
  return check.kind === 'http' || check.kind === 'service' || check.kind === 'process'
    ? check.unit
    : undefined;
}

function runKind(check: Check, context: CheckContext, title: string): Promise<CheckResult> {
  switch (check.kind) {
    case 'package':
      return checkPackage(check, context);
    case 'repository':
      return checkRepository(check, context);
    case 'file':
      return checkFile(check, context);
    case 'process':
      return checkProcess(check, context);
    case 'port':
      return checkPort(check, context);
    case 'firewall':
      return checkFirewall(check, context);
    case 'socket':
      return checkSocket(check, context);
    case 'service':
      return checkService(check, context);
    case 'job':
      return checkJob(check, context);
    case 'vassal':
      return checkVassal(check, context);
    case 'nginx-config':
      return checkNginxConfig(check, context);
    case 'http':
      return checkHttp(check, context);
    case 'shell':
      return checkShell(check, context, title);
  }
}
