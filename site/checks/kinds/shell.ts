import type { z } from 'zod';
import type { CheckContext } from '../guest/context.ts';
import { lastLines } from '../text.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    command: z.string(),
    /** Login to run as; default root. */
    user: z.string().optional(),
    /** What to do when it fails. */
    advice: z.string(),
  });

type ShellCheck = z.infer<ReturnType<typeof schema>>;

/** The way out: a shell command as root; exit status 0 passes. Its output is what was found. */
export const shellCheck = defineCheck({
  kind: 'shell',
  schema,
  paths: [],
  settles: () => null,
  run: checkShell,
});

/** A command that imports Flask takes twenty seconds on a machine that was just restored. */
const TIMEOUT_MS = 60_000;

/**
 * The way out: a command of the author's; exit status 0 passes. What the reader sees is the check's title; the command
 * is plumbing, and shown as evidence.
 */
async function checkShell(check: ShellCheck, context: CheckContext, title: string): Promise<CheckResult> {
  const { code, stdout, stderr } = await context.agent.exec(['sh', '-c', check.command], {
    timeoutMs: TIMEOUT_MS,
    ...(check.user === undefined ? {} : { user: check.user }),
  });
  if (code === -1)
    throw new Error(`The check “${title}” did not finish within ${TIMEOUT_MS / 1000} seconds.`);
  const expected = `${title}.`;
  if (code === 0) return pass(expected, 'That is the case.');
  const printed = lastLines(stdout + stderr, 6);
  return fail(expected, {
    found: 'That is not the case yet.',
    advice: check.advice,
    evidence: [`$ ${check.command}`, ...(printed === '' ? [] : [printed]), `(exit status ${code})`].join(
      '\n',
    ),
  });
}
