import type { z } from 'zod';
import { unitTrouble } from '../diagnosis/systemd/unit-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherUwsgi } from '../guest/facts.ts';
import { LIST_PROCESSES, parseProcesses, plainUnit, unitName } from '../guest/processes.ts';
import { outputOf, survey } from '../guest/survey.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { describeProcess, type IdentityPlace } from '../words/en/systemd.ts';
import { trouble } from '../words/index.ts';
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
    const name = unit === undefined ? null : plainUnit(unit);
    return fail(expected, reason ?? trouble('process-missing', { match: check.match, name }));
  }
  const inUnit = matching.filter((process) => unit === undefined || process.unit === unit);
  const [first] = matching;
  const [own] = inUnit;
  if (own === undefined) {
    return fail(
      expected,
      first === undefined || unit === undefined
        ? trouble('process-missing', { match: check.match, name: null })
        : trouble('process-outside-unit', { process: first, id: unit, name: plainUnit(unit) }),
    );
  }
  const { user, group } = check;
  const wrongUser = inUnit.find((process) => user !== undefined && process.user !== user);
  if (wrongUser !== undefined && user !== undefined) {
    const place = await identityPlace(unit, context);
    return fail(
      expected,
      trouble('process-wrong-user', { pid: wrongUser.pid, is: wrongUser.user, wanted: user, place }),
    );
  }
  const wrongGroup = inUnit.find((process) => group !== undefined && process.group !== group);
  if (wrongGroup !== undefined && group !== undefined) {
    const place = await identityPlace(unit, context);
    return fail(
      expected,
      trouble('process-wrong-group', { pid: wrongGroup.pid, is: wrongGroup.group, wanted: group, place }),
    );
  }
  if (inUnit.length < count) {
    return fail(expected, trouble('too-few-processes', { running: inUnit.length, wanted: count }));
  }
  return pass(expected, `${inUnit.length} running: ${describeProcess(own)}.`);
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

/** Where the identity of a unit's processes is set: in uWSGI's configuration if a shell starts it as root, else in the unit. */
async function identityPlace(unit: string | undefined, context: CheckContext): Promise<IdentityPlace> {
  if (unit === undefined) return { in: 'hand' };
  const uwsgi = await gatherUwsgi(unit, context);
  const name = plainUnit(unit);
  return uwsgi.unit.launch.byShell && uwsgi.unit.user === '' && uwsgi.configuration !== null
    ? { in: 'ini', name, file: uwsgi.configuration.path }
    : { in: 'unit', name, file: `/etc/systemd/system/${unit}` };
}
