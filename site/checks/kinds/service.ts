import type { z } from 'zod';
import { runningTrouble } from '../diagnosis/nginx/nginx-trouble.ts';
import { unitTrouble } from '../diagnosis/systemd/unit-trouble.ts';
import { overrideTrouble, slipTrouble, wantedByTrouble } from '../diagnosis/systemd/unit-file-trouble.ts';
import { BEGAN, BOOT_FINISHED, startedByBoot } from '../guest/boot.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherNginx, gatherUwsgi } from '../guest/facts.ts';
import { unitName } from '../guest/processes.ts';
import { settle } from '../guest/settle.ts';
import { outputOf, quote, survey } from '../guest/survey.ts';
import { parseUnitFacts, runsUwsgi, showUnit, type UnitFacts } from '../guest/unit-facts.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    unit: z.string(),
    active: z.boolean().optional(),
    enabled: z.boolean().optional(),
    /** The machine's last boot has started it, nobody's hand. */
    sinceBoot: z.boolean().optional(),
    /** Values that `systemctl show` must give, for instance `{ User: 'sammy', Group: 'www-data' }`. */
    properties: z.record(z.string(), z.string()).optional(),
  });

type ServiceCheck = z.infer<ReturnType<typeof schema>>;

/** A systemd unit. */
export const serviceCheck = defineCheck({
  kind: 'service',
  schema,
  paths: [],
  settles: ({ unit }) => ({ kind: 'unit', unit }),
  run: checkService,
});

/** So long after its start a service may still fail over its own configuration. */
const FRESH_SECONDS = 45;

/** A unit of systemd: that it runs, starts with the machine, and has the values that it should. */
async function checkService(check: ServiceCheck, context: CheckContext): Promise<CheckResult> {
  const id = unitName(check.unit);
  const expected = describe(check, id);
  const unit = await readUnit(check, id, context);
  const trouble =
    (await existenceTrouble(check, unit, context)) ??
    (await propertyTrouble(check, unit, context)) ??
    (await activityTrouble(check, unit, context)) ??
    (await enablingTrouble(check, unit, context)) ??
    (check.sinceBoot === true ? await byHandTrouble(unit, context) : null);
  return trouble === null
    ? pass(expected, `${unit.name} is ${unit.activeState} and ${unit.enabledState || 'has no unit file'}.`)
    : fail(expected, trouble);
}

/**
 * What systemd says. A uWSGI that it started a moment ago is active even if it is about to fail, so it gets
 * the time to show which.
 */
async function readUnit(check: ServiceCheck, id: string, context: CheckContext): Promise<UnitFacts> {
  const questions = { unit: showUnit(id, Object.keys(check.properties ?? {})), now: 'date +%s' };
  const first = await survey(context, questions);
  const unit = parseUnitFacts(outputOf(first.unit, 'systemctl'), id);
  const isFresh = Number(first.now.output) - unit.startedAt < FRESH_SECONDS;
  if (!isFresh || !runsUwsgi(unit) || check.active !== true || !(await settle(id, context))) return unit;
  const second = await survey(context, questions);
  return parseUnitFacts(outputOf(second.unit, 'systemctl'), id);
}

async function existenceTrouble(
  check: ServiceCheck,
  unit: UnitFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const wantsNothing = check.active === false || check.enabled === false;
  if (unit.loadState === 'loaded' && !unit.needsReload) return null;
  if (unit.loadState === 'not-found' && wantsNothing) return null;
  if (unit.id === 'nginx.service' && unit.loadState === 'not-found')
    return runningTrouble(await gatherNginx(context));
  return unitTrouble(await gatherUwsgi(unit.id, context), context.login);
}

async function propertyTrouble(
  check: ServiceCheck,
  unit: UnitFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  for (const [name, wanted] of Object.entries(check.properties ?? {})) {
    const value = unit.properties.get(name) ?? '';
    if (value === wanted || (name === 'ExecStart' && unit.execStart === wanted.replaceAll(/["']/g, '')))
      continue;
    // A login or group that does not exist has a message of its own, once the unit has tried to start.
    if (unit.activeState === 'failed' && (name === 'User' || name === 'Group')) {
      const failure = unitTrouble(await gatherUwsgi(unit.id, context), context.login);
      if (failure?.cause === 'unit-user-unknown' || failure?.cause === 'unit-group-unknown') return failure;
    }
    const uwsgi = await gatherUwsgi(unit.id, context);
    const line = overrideTrouble(uwsgi, [name]) ?? slipTrouble(uwsgi, [name]);
    if (line !== null) return line;
    if (name === 'Group') return trouble('unit-group-missing', { unit, group: value, wanted });
    const facts = { unit, property: name, value, wanted };
    return name === 'User' ? trouble('unit-user-wrong', facts) : trouble('unit-property-differs', facts);
  }
  return null;
}

async function activityTrouble(
  check: ServiceCheck,
  unit: UnitFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const active = unit.activeState === 'active' || unit.activeState === 'reloading';
  if (check.active === undefined || check.active === active) return null;
  if (!check.active) return trouble('service-still-active', unit);
  if (unit.id === 'nginx.service') return runningTrouble(await gatherNginx(context));
  return (
    unitTrouble(await gatherUwsgi(unit.id, context), context.login) ??
    trouble('service-not-started', {
      name: unit.name,
      activeState: unit.activeState,
      neverStarted: null,
      enabled: true,
    })
  );
}

async function enablingTrouble(
  check: ServiceCheck,
  unit: UnitFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const enabled = unit.enabledState.startsWith('enabled') || unit.enabledState === 'alias';
  const isOwn = unit.file.startsWith('/etc/systemd/system/');
  if (check.enabled === true && isOwn) {
    const target = wantedByTrouble(await gatherUwsgi(unit.id, context));
    if (target !== null) return target;
  }
  if (check.enabled === undefined || check.enabled === enabled) return null;
  if (!check.enabled) return trouble('service-still-enabled', unit);
  if (unit.enabledState === 'static') {
    const slip = slipTrouble(await gatherUwsgi(unit.id, context), ['Install', 'WantedBy'], 'enable');
    if (slip !== null) return slip;
  }
  return unit.enabledState === 'static'
    ? trouble('unit-install-section-missing', unit)
    : trouble('service-not-enabled', unit);
}

/** It runs, but somebody started it after the boot. */
async function byHandTrouble(unit: UnitFacts, context: CheckContext): Promise<Trouble | null> {
  const { began, finished } = await survey(context, {
    began: `systemctl show -P ${BEGAN} -- ${quote(unit.id)}`,
    finished: BOOT_FINISHED,
  });
  return startedByBoot(began.output, finished.output) ? null : trouble('service-started-by-hand', unit);
}

function describe(check: ServiceCheck, id: string): string {
  const parts: string[] = [];
  if (check.active !== undefined) parts.push(check.active ? 'runs' : 'does not run');
  if (check.enabled !== undefined)
    parts.push(check.enabled ? 'starts with the machine' : 'does not start with the machine');
  if (check.sinceBoot === true) parts.push('was started by the machine’s boot');
  for (const [name, value] of Object.entries(check.properties ?? {})) parts.push(`has ${name}=${value}`);
  return `The unit ${id} ${parts.length === 0 ? 'exists' : parts.join(', ')}.`;
}
