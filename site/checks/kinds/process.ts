import type { z } from 'zod';
import { unitTrouble } from '../diagnosis/systemd/unit-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherUwsgi } from '../guest/facts.ts';
import {
  LIST_PROCESSES,
  parseProcesses,
  plainUnit,
  unitName,
  type GuestProcess,
} from '../guest/processes.ts';
import { outputOf, survey } from '../guest/survey.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    match: z.string(),
    user: z.string().optional(),
    group: z.string().optional(),
    /** They belong to this systemd unit. */
    unit: z.string().optional(),
    /** At least so many; default 1. */
    count: z.number().int().positive().optional(),
  });

type ProcessCheck = z.infer<ReturnType<typeof schema>>;

/** Processes whose command line contains `match`. */
export const processCheck = defineCheck({
  kind: 'process',
  schema,
  paths: [],
  settles: ({ unit }) => (unit === undefined ? null : { kind: 'unit', unit }),
  run: checkProcess,
});

/** Processes whose command line contains a text run, as the right user and group, in the right unit. */
async function checkProcess(check: ProcessCheck, context: CheckContext): Promise<CheckResult> {
  const count = check.count ?? 1;
  const unit = check.unit === undefined ? undefined : unitName(check.unit);
  const expected = describe(check, count, unit);
  const { processes: reading } = await survey(context, { processes: LIST_PROCESSES });
  // A shell that starts the program has the program's command line in its own.
  const matching = parseProcesses(outputOf(reading, 'ps')).filter(
    ({ command }) => command.includes(check.match) && !/^\S*sh -\w*c /.test(command),
  );

  if (matching.length === 0) {
    const reason = unit === undefined ? null : unitTrouble(await gatherUwsgi(unit, context), context.login);
    return fail(
      expected,
      reason ?? {
        cause: 'process-missing',
        found: `No process whose command line contains "${check.match}" is running.`,
        advice:
          unit === undefined
            ? 'Start it as this step shows, and leave it running while the check looks.'
            : `Compare the command line in the unit with the text, then \`sudo systemctl restart ${plainUnit(unit)}\`.`,
      },
    );
  }
  const inUnit = matching.filter((process) => unit === undefined || process.unit === unit);
  const first = matching[0];
  if (inUnit.length === 0) {
    return fail(expected, {
      cause: 'process-outside-unit',
      found: `It runs (${describeProcess(first)}), but not as a part of ${unit}: somebody started it by hand.`,
      advice: `Stop the one in your terminal with Ctrl+C, then \`sudo systemctl restart ${plainUnit(unit ?? '')}\`.`,
    });
  }
  const wrongUser = inUnit.find(({ user }) => check.user !== undefined && user !== check.user);
  if (wrongUser !== undefined) {
    return fail(expected, {
      cause: 'process-wrong-user',
      found: `Process ${wrongUser.pid} runs as ${wrongUser.user}, not as ${check.user}.`,
      advice: await adviseIdentity('User', check.user ?? '', unit, context),
    });
  }
  const wrongGroup = inUnit.find(({ group }) => check.group !== undefined && group !== check.group);
  if (wrongGroup !== undefined) {
    return fail(expected, {
      cause: 'process-wrong-group',
      found: `Process ${wrongGroup.pid} runs with the group ${wrongGroup.group}, not ${check.group}.`,
      advice: await adviseIdentity('Group', check.group ?? '', unit, context),
    });
  }
  if (inUnit.length < count) {
    return fail(expected, {
      cause: 'too-few-processes',
      found: `${inUnit.length} of them ${inUnit.length === 1 ? 'runs' : 'run'}; ${count} should.`,
      advice: 'Compare the configuration that sets their number with the text, then restart the service.',
    });
  }
  return pass(expected, `${inUnit.length} running: ${describeProcess(inUnit[0])}.`);
}

function describe(check: ProcessCheck, count: number, unit: string | undefined): string {
  const parts = [
    `${count === 1 ? 'A process' : `At least ${count} processes`} with "${check.match}" in the command line`,
    count === 1 ? 'runs' : 'run',
  ];
  if (check.user !== undefined) parts.push(`as ${check.user}`);
  if (check.group !== undefined) parts.push(`with the group ${check.group}`);
  if (unit !== undefined) parts.push(`in the unit ${unit}`);
  return `${parts.join(' ')}.`;
}

function describeProcess(process: GuestProcess | undefined): string {
  if (process === undefined) return 'none';
  return `process ${process.pid}, ${process.user}:${process.group}, "${process.command.slice(0, 80)}"`;
}

/** Where the identity of a unit's processes is set: in uWSGI's configuration if a shell starts it as root, else in the unit. */
async function adviseIdentity(
  key: 'User' | 'Group',
  value: string,
  unit: string | undefined,
  context: CheckContext,
): Promise<string> {
  if (unit === undefined) return `Start it again as ${value}.`;
  const uwsgi = await gatherUwsgi(unit, context);
  const restart = `\`sudo systemctl restart ${plainUnit(unit)}\``;
  if (uwsgi.unit.launch.byShell && uwsgi.unit.user === '' && uwsgi.configuration !== null) {
    return `In ${uwsgi.configuration.path}, under [uwsgi], write \`${key === 'User' ? 'uid' : 'gid'} = ${value}\`. Then ${restart}.`;
  }
  return `In /etc/systemd/system/${unit}, under [Service], write \`${key}=${value}\`. Then \`sudo systemctl daemon-reload\` and ${restart}.`;
}
