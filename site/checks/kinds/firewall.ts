import type { z } from 'zod';
import { closedTrouble, describeRule, spell } from '../diagnosis/firewall/closed.ts';
import type { CheckContext } from '../guest/context.ts';
import { adviseInstall, FIND_INSTALLER, parseInstaller } from '../guest/installer.ts';
import { survey } from '../guest/survey.ts';
import { FIREWALL_QUESTIONS, hasAllowRule, parseFirewall, portsOf } from '../guest/ufw.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
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
    return fail(expected, {
      cause: 'firewall-missing',
      found: 'The firewall ufw is not installed.',
      advice: `Install it with ${adviseInstall('ufw', parseInstaller(readings.installer))}, then \`sudo ufw enable\`.`,
    });
  }

  const ports = portsOf(firewall, rule);
  const named = firewall.rules.some(({ profile, action }) => profile === rule && action === 'allow');
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
    return fail(expected, {
      cause: 'firewall-off',
      found: 'ufw is switched off, so every port is open to the outside.',
      advice: 'Switch it on: `sudo ufw enable`.',
    });
  }
  if (!open) return pass(expected, `No rule lets ${describeRule(rule)} in.`);
  return fail(expected, {
    cause: 'rule-not-deleted',
    found: `A rule still lets ${describeRule(rule)} in.`,
    advice: `Take the rule away: \`sudo ufw delete allow ${spell(rule)}\`.`,
  });
}
