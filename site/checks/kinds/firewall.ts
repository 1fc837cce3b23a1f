import type { z } from 'zod';
import { closedTrouble } from '../diagnosis/firewall/closed.ts';
import type { CheckContext } from '../guest/context.ts';
import { FIND_INSTALLER, installationOf, parseInstaller } from '../guest/installer.ts';
import { survey } from '../guest/survey.ts';
import { denyingRule, FIREWALL_QUESTIONS, hasAllowRule, parseFirewall, portsOf } from '../guest/ufw.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { describeRule } from '../words/en/phrases.ts';
import { trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    /** `5000`, or an application profile, `Nginx Full`. */
    rule: z.string(),
    allowed: z.boolean(),
  });

type FirewallCheck = z.infer<ReturnType<typeof schema>>;

/** What the firewall lets in, by ufw's own rules. */
export const firewallCheck = defineCheck({
  kind: 'firewall',
  schema,
  paths: [],
  settles: null,
  run: checkFirewall,
});

/** A rule of ufw is there, or gone again. Another rule that opens the same ports is as good. */
async function checkFirewall(check: FirewallCheck, context: CheckContext): Promise<CheckResult> {
  const { rule, allowed } = check;
  const expected = `ufw ${allowed ? 'lets' : 'does not let'} ${describeRule(rule)} in.`;
  const readings = await survey(context, { ...FIREWALL_QUESTIONS, installer: FIND_INSTALLER });
  const firewall = parseFirewall(readings);
  if (firewall === null) {
    return fail(
      expected,
      trouble('firewall-missing', {
        install: installationOf('ufw', parseInstaller(readings.installer)),
      }),
    );
  }

  const ports = portsOf(firewall, rule);
  const named =
    firewall.rules.some(({ profile, action }) => profile === rule && action === 'allow') &&
    denyingRule(firewall, ports ?? []) === undefined;
  const open = named || (ports !== null && ports.every((port) => hasAllowRule(firewall, port)));

  if (allowed) {
    if (open)
      return pass(
        expected,
        named ? `There is a rule for ${describeRule(rule)}.` : `Rules open ${describeRule(rule)}.`,
      );
    return fail(expected, closedTrouble(firewall, rule, ports));
  }
  if (!firewall.enabled) {
    return fail(expected, trouble('firewall-off', {}));
  }
  if (!open) return pass(expected, `No rule lets ${describeRule(rule)} in.`);
  return fail(expected, trouble('rule-not-deleted', { rule }));
}
