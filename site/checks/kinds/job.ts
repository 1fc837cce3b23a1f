import type { z } from 'zod';
import {
  byHandTrouble,
  jobDownTrouble,
  jobUserTrouble,
  neverAtBootTrouble,
  unknownJobTrouble,
} from '../diagnosis/upstart/job-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherJob, type JobFacts } from '../guest/job-facts.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';
import { jobName } from './fields.ts';

const schema = (z: Zod) =>
  z.strictObject({
    name: jobName(z),
    running: z.boolean().optional(),
    /** All of its processes have this login; it runs then, too. */
    user: z.string().optional(),
    /** A line of its file starts it when the machine boots. */
    startsAtBoot: z.boolean().optional(),
    /** It runs, and the machine's last boot has started it, nobody's hand. */
    sinceBoot: z.boolean().optional(),
  });

type JobCheck = z.infer<ReturnType<typeof schema>>;

/** A job of Upstart's: Upstart understands its file, /etc/init/NAME.conf. What is absent below does not matter. */
export const jobCheck = defineCheck({
  kind: 'job',
  schema,
  paths: [],
  settles: () => null,
  run: checkJob,
});

/** A job of Upstart's: understood, running, as whom, and started by the boot. */
async function checkJob(check: JobCheck, context: CheckContext): Promise<CheckResult> {
  const expected = describe(check);
  const job = await gatherJob(check.name, context);
  const found = await findTrouble(check, job, context);
  return found === null ? pass(expected, `${job.file} is in order: ${job.status}.`) : fail(expected, found);
}

async function findTrouble(check: JobCheck, job: JobFacts, context: CheckContext): Promise<Trouble | null> {
  if (check.running === false) {
    const unknown = unknownJobTrouble(job);
    return unknown !== null || !job.running ? unknown : trouble('job-still-running', job);
  }
  const running = check.running === true || check.user !== undefined || check.sinceBoot === true;
  const down = running ? jobDownTrouble(job) : unknownJobTrouble(job);
  if (down !== null) return down;
  return (
    (check.user === undefined ? null : jobUserTrouble(job, check.user)) ??
    (check.sinceBoot === true ? await byHandTrouble(job, context) : null) ??
    (check.startsAtBoot === true ? neverAtBootTrouble(job) : null)
  );
}

function describe(check: JobCheck): string {
  const parts: string[] = [];
  if (check.running !== undefined) parts.push(check.running ? 'runs' : 'does not run');
  if (check.user !== undefined) parts.push(`runs as ${check.user}`);
  if (check.startsAtBoot === true) parts.push('starts with the machine');
  if (check.sinceBoot === true) parts.push('was started by the machine’s boot');
  return `Upstart understands the job ${check.name}${parts.map((part) => `, and it ${part}`).join('')}.`;
}
