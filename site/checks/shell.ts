import type { z } from 'zod';
import type { CheckContext } from './context.ts';
import type { CheckResult, shellCheck } from './model.ts';
import { lastLines } from './survey.ts';
import { fail, pass } from './verdict.ts';

/** A command that imports Flask takes twenty seconds on a machine that was just restored. */
const TIMEOUT_MS = 60_000;

/** The way out: a command of the author's; exit status 0 passes, and its last lines are what was found. */
export async function checkShell(
  check: z.infer<typeof shellCheck>,
  context: CheckContext,
): Promise<CheckResult> {
  const { code, stdout, stderr } = await context.agent.exec(['sh', '-c', check.command], {
    timeoutMs: TIMEOUT_MS,
    ...(check.user === undefined ? {} : { user: check.user }),
  });
  if (code === -1)
    throw new Error(`This check's command did not end within ${TIMEOUT_MS / 1000} seconds: ${check.command}`);
  const expected = `\`${check.command}\` succeeds.`;
  const printed = lastLines(stdout + stderr, 6);
  if (code === 0) return pass(expected, printed || 'It succeeds.');
  return fail(expected, {
    found: printed || `It ends with exit status ${code}.`,
    advice: check.advice,
  });
}
