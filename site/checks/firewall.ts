import type { z } from 'zod';
import type { CheckContext } from './context.ts';
import { adviseInstall, FIND_INSTALLER, parseInstaller } from './installer.ts';
import type { CheckResult, firewallCheck } from './model.ts';
import { survey } from './survey.ts';
import { FIREWALL_QUESTIONS, hasAllowRule, parseFirewall, portsOf, type Firewall } from './ufw.ts';
import { fail, pass, type Trouble } from './verdict.ts';

/** A rule of ufw is there, or gone again. Another rule that opens the same ports is as good. */
export async function checkFirewall(
  check: z.infer<typeof firewallCheck>,
  context: CheckContext,
): Promise<CheckResult> {
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

/** Why nothing from outside reaches the ports of a rule. */
export function closedTrouble(firewall: Firewall, rule: string, ports: readonly number[] | null): Trouble {
  const forNginx = rule.startsWith('Nginx');
  const denied = firewall.rules.find(
    ({ action, profile, ports: own }) =>
      (action === 'deny' || action === 'reject') && (profile === rule || own === String(ports?.[0] ?? '')),
  );
  if (denied !== undefined) {
    const spelled = spell(denied.profile ?? denied.ports);
    return {
      cause: 'firewall-denies',
      found: `A rule of ufw turns ${describeRule(rule)} away ("${denied.action}").`,
      advice: `Take that rule away and allow it: \`sudo ufw delete ${denied.action} ${spelled}\`, then \`sudo ufw allow ${spell(rule)}\`.`,
    };
  }
  if (ports === null) {
    return {
      cause: 'firewall-profile-unknown',
      found: `ufw knows no profile "${rule}"; it comes with the package nginx.`,
      advice: `Install Nginx first (\`sudo apt-get install nginx\`), then \`sudo ufw allow ${spell(rule)}\`.`,
    };
  }
  return {
    cause: forNginx ? 'nginx-not-allowed' : 'port-not-opened',
    found: `No rule of ufw lets ${describeRule(rule)} in, so the firewall drops what comes from outside without an answer.`,
    advice: `Allow it: \`sudo ufw allow ${spell(rule)}\`.`,
  };
}

/** As it is typed after `ufw allow`. */
function spell(rule: string): string {
  return /\s/.test(rule) ? `'${rule}'` : rule;
}

function describeRule(rule: string): string {
  return /^\d/.test(rule) ? `port ${rule}` : `"${rule}"`;
}
