/** A broken chain of which little is known, explained by a file that is not as the guide has it. */
import type { CheckContext } from './context.ts';
import { kindOf, type Check } from './kinds/registry.ts';
import { linkOf } from './link-states.ts';
import type { CheckResult } from './verdict.ts';
import type { Cause } from './words/index.ts';
import { afterChange } from './words/en/after-change.ts';

/** Causes that say what happens rather than which line makes it happen. */
const VAGUE: ReadonlySet<Cause | undefined> = new Set<Cause | undefined>([
  undefined,
  'nginx-config-invalid',
  'not-served-by-uwsgi',
  'page-differs',
  'route-missing',
  'service-failed',
]);

/**
 * The result of a check of the whole chain, with the first of the guide's files that differs from what its chapters
 * want; as it is when it says enough, or when all files are right.
 */
export async function withDifferingFile(
  result: CheckResult,
  check: Check,
  context: CheckContext,
): Promise<CheckResult> {
  if (result.status !== 'fail' || check.kind !== 'http' || check.servedBy !== 'nginx+uwsgi') return result;
  if (!VAGUE.has(result.cause)) return result;
  for (const fileCheck of context.fileChecks ?? []) {
    const file = await kindOf(fileCheck).run(fileCheck, context, '');
    if (file.status !== 'fail' || file.cause === undefined || fileCheck.kind !== 'file') continue;
    const link = linkOf(fileCheck) ?? result.link ?? null;
    return {
      ...result,
      ...(link === null ? {} : { link }),
      cause: file.cause,
      found: `${result.found} ${file.found}`,
      advice: `${file.advice} ${afterChange(fileCheck.path, check)}`.trim(),
    };
  }
  return result;
}
