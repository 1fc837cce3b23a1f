import type { Firewall } from '../../guest/ufw.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** Why nothing from outside reaches the ports of a rule. */
export function closedTrouble(firewall: Firewall, rule: string, ports: readonly number[] | null): Trouble {
  const denied = firewall.rules.find(
    ({ action, profile, ports: own }) =>
      (action === 'deny' || action === 'reject') && (profile === rule || own === String(ports?.[0] ?? '')),
  );
  if (denied !== undefined) {
    const { action, profile, ports: own } = denied;
    return trouble('firewall-denies', { rule, denied: { action, rule: profile ?? own } });
  }
  if (ports === null) return trouble('firewall-profile-unknown', { rule });
  return trouble(rule.startsWith('Nginx') ? 'nginx-not-allowed' : 'port-not-opened', { rule });
}
