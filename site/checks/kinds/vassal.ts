import type { z } from 'zod';
import { hasApplication, vassalApplicationTrouble } from '../diagnosis/python/vassal-application.ts';
import { byHandTrouble as jobByHandTrouble } from '../diagnosis/upstart/job-trouble.ts';
import { staleTrouble } from '../diagnosis/uwsgi/stale-trouble.ts';
import { linkTrouble, startTrouble, vassalDownTrouble } from '../diagnosis/uwsgi/vassal-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherVassal, type VassalFacts } from '../guest/vassal-facts.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';
import { jobName } from './fields.ts';

const schema = (z: Zod) =>
  z.strictObject({
    /** Its configuration, the file itself and not the link: `/var/www/demoapp/demoapp_uwsgi.ini`. */
    ini: z.string(),
    /** The job of Upstart's that starts the Emperor. */
    job: jobName(z).optional(),
    /** Something in the folder that the Emperor watches leads to the file, and under the file's name. */
    linked: z.boolean().optional(),
    /** Its log, the file of its `logto`, says that its last start loaded the application; with `job`, it runs. */
    loaded: z.boolean().optional(),
    /** Its processes, which the Emperor of the job has spawned, run so. */
    user: z.string().optional(),
    group: z.string().optional(),
    /** It has been loaded since its configuration and its code last changed. */
    current: z.boolean().optional(),
    /** The machine's last boot has started the job, nobody's hand. */
    sinceBoot: z.boolean().optional(),
  });

type VassalCheck = z.infer<ReturnType<typeof schema>>;

/**
 * A vassal of uWSGI's Emperor, or, without `job`, the uWSGI that was last started by hand with this file: its log says
 * what became of it, even after its end.
 */
export const vassalCheck = defineCheck({
  kind: 'vassal',
  schema,
  paths: ['ini'],
  settles: ({ ini, job }) => (job === undefined ? null : { kind: 'vassal', file: ini, job }),
  run: checkVassal,
});

/** A vassal: linked into the Emperor's folder, running as the right login, with its application, up to date. */
async function checkVassal(check: VassalCheck, context: CheckContext): Promise<CheckResult> {
  const facts = await gatherVassal(check.ini, check.job, context);
  const expected = describe(check, facts);
  const trouble = await findTrouble(check, facts, context);
  return trouble === null ? pass(expected, describeFound(facts)) : fail(expected, trouble);
}

async function findTrouble(
  check: VassalCheck,
  facts: VassalFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  if (check.linked === true) {
    const link = linkTrouble(facts);
    if (link !== null) return link;
  }
  const runs =
    check.loaded === true ||
    check.current === true ||
    check.sinceBoot === true ||
    check.user !== undefined ||
    check.group !== undefined;
  if (!runs) return null;
  return (
    (facts.job === null ? neverLoadedTrouble(facts) : vassalDownTrouble(facts)) ??
    identityTrouble(check, facts) ??
    (hasApplication(facts) ? null : vassalApplicationTrouble(facts)) ??
    (check.current === true ? staleTrouble(facts) : null) ??
    (check.sinceBoot === true && facts.job !== null ? await jobByHandTrouble(facts.job, context) : null)
  );
}

/** A uWSGI by hand has left no log, or none of a whole start. */
function neverLoadedTrouble(facts: VassalFacts): Trouble | null {
  if (!facts.fileExists) return linkTrouble({ ...facts, folderExists: true });
  if (hasApplication(facts)) return null;
  if (facts.log.some((line) => line.startsWith('spawned uWSGI'))) return null;
  const start = startTrouble(facts);
  if (start !== null) return start;
  return facts.log.length > 1
    ? vassalApplicationTrouble(facts)
    : trouble('uwsgi-never-started', { log: facts.logFile ?? 'The log', file: facts.file });
}

function identityTrouble({ user, group }: VassalCheck, facts: VassalFacts): Trouble | null {
  const wrong = facts.processes.find(
    (process) =>
      (user !== undefined && process.user !== user) || (group !== undefined && process.group !== group),
  );
  if (wrong === undefined || facts.job === null) return null;
  return trouble('vassal-wrong-user', { process: wrong, user, group, job: facts.job });
}

function describeFound({ job, keeper, file, processes, entry }: VassalFacts): string {
  const first = processes[0];
  if (first !== undefined) {
    return `The Emperor of ${job?.name ?? 'the job'} has spawned ${keeper.name}: process ${first.pid}, ${first.user}:${first.group}.`;
  }
  return entry === null || job === null
    ? `uWSGI has loaded what ${file} names.`
    : `${entry.path} leads to ${file}.`;
}

function describe(check: VassalCheck, { keeper, folder, file }: VassalFacts): string {
  const parts: string[] = [];
  if (check.linked === true) parts.push(`${folder} leads to it`);
  if (check.loaded === true) parts.push('its application has been loaded');
  if (check.user !== undefined) parts.push(`it runs as ${check.user}`);
  if (check.group !== undefined) parts.push(`its group is ${check.group}`);
  if (check.current === true) parts.push('nothing has changed since it was loaded');
  if (check.sinceBoot === true) parts.push('the machine’s boot has started it');
  const what = check.job === undefined ? `uWSGI with ${file}` : `The vassal ${keeper.name}`;
  return `${what}: ${parts.length === 0 ? 'it is there' : parts.join(', ')}.`;
}
