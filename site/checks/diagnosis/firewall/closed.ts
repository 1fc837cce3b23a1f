import type { Firewall } from '../../guest/ufw.ts';
import type { Trouble } from '../../verdict.ts';

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
export function spell(rule: string): string {
  return /\s/.test(rule) ? `'${rule}'` : rule;
}

/** A rule as sentences name it. */
export function describeRule(rule: string): string {
  return /^\d/.test(rule) ? `port ${rule}` : `"${rule}"`;
}
