import type { HttpOutcome } from '../../../sandbox/types.ts';
import type { Installation } from '../../guest/installer.ts';
import type { FirewallRule } from '../../guest/ufw.ts';
import type { ProgramWords } from '../words.ts';
import { adviseInstall, describeOutcome, describeRule, spellRule } from './phrases.ts';

/** ufw: what it lets in, and what not. */
export const FIREWALL = {
  'firewall-missing': (
    facts:
      | { readonly install: Installation }
      /** It should have dropped this request. */
      | { readonly port: number; readonly outcome: HttpOutcome },
  ) =>
    'port' in facts
      ? {
          found: `This machine has no firewall that could drop requests to port ${facts.port}: ${describeOutcome(facts.outcome, '')}`,
          advice: `See what listens there with \`sudo ss -ltnp\`, and let it listen on 127.0.0.1 only.`,
        }
      : {
          found: 'The firewall ufw is not installed.',
          advice: `Install it with ${adviseInstall(facts.install)}, then \`sudo ufw enable\`.`,
        },

  'firewall-off': () => ({
    found: 'ufw is switched off, so every port is open to the outside.',
    advice: 'Switch it on: `sudo ufw enable`.',
  }),

  'firewall-denies': ({
    rule,
    denied,
  }: {
    readonly rule: string;
    /** The rule that is in the way. */
    readonly denied: FirewallRule;
  }) => ({
    found: `A rule of ufw turns ${describeRule(rule)} away ("${denied.action}").`,
    advice: `Take that rule away and allow it: \`sudo ufw delete ${spellDenied(denied)}\`, then \`sudo ufw allow ${spellRule(rule)}\`.`,
  }),

  'firewall-profile-unknown': ({ rule }: { readonly rule: string }) => ({
    found: `ufw knows no profile "${rule}"; it comes with the package nginx.`,
    advice: `Install Nginx first (\`sudo apt-get install nginx\`), then \`sudo ufw allow ${spellRule(rule)}\`.`,
  }),

  'nginx-not-allowed': notAllowed,
  'port-not-opened': notAllowed,

  'rule-not-deleted': ({ rule }: { readonly rule: string }) => ({
    found: `A rule still lets ${describeRule(rule)} in.`,
    advice: `Take the rule away: \`sudo ufw delete allow ${spellRule(rule)}\`.`,
  }),

  'port-still-open': ({ port, outcome }: { readonly port: number; readonly outcome: HttpOutcome }) => ({
    found: `The firewall lets requests to port ${port} in: ${describeOutcome(outcome, '')}`,
    advice: `Close it: \`sudo ufw delete allow ${port}\`. If ufw is off, \`sudo ufw enable\`.`,
  }),
} as const satisfies ProgramWords;

/** A rule as it was typed after `ufw`. */
function spellDenied({ action, profile, ports, protocol }: FirewallRule): string {
  if (profile !== undefined) return `${action} ${spellRule(profile)}`;
  if (ports === 'any') return `${action} ${protocol === 'any' ? '' : `proto ${protocol} `}from any`;
  return `${action} ${ports}${protocol === 'any' ? '' : `/${protocol}`}`;
}

function notAllowed({ rule }: { readonly rule: string }) {
  return {
    found: `No rule of ufw lets ${describeRule(rule)} in, so the firewall drops what comes from outside without an answer.`,
    advice: `Allow it: \`sudo ufw allow ${spellRule(rule)}\`.`,
  };
}
