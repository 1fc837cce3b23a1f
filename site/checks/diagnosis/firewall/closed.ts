import { denyingRule, turnsAway, type Firewall } from '../../guest/ufw.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** Why nothing from outside reaches the ports of a rule. */
export function closedTrouble(firewall: Firewall, rule: string, ports: readonly number[] | null): Trouble {
  const denied =
    denyingRule(firewall, ports ?? []) ??
    firewall.rules.find((own) => own.profile === rule && turnsAway(own));
  if (denied !== undefined) return trouble('firewall-denies', { rule, denied });
  if (ports === null) return trouble('firewall-profile-unknown', { rule });
  return trouble(rule.startsWith('Nginx') ? 'nginx-not-allowed' : 'port-not-opened', { rule });
}
