/**
 * What ufw lets in, read from its own files. Each rule stands there as a comment that ufw itself parses
 * (`### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Nginx%20Full - in`), so nobody has to wait
 * four seconds for `ufw status`, which is a Python program.
 */
export interface Firewall {
  readonly enabled: boolean;
  /** What happens to packets that no rule names. */
  readonly defaultInput: 'accept' | 'block';
  /** In ufw's order: the first that matches decides. */
  readonly rules: readonly FirewallRule[];
  /** Ports of each application profile, for instance `Nginx Full` → `80,443/tcp`. */
  readonly profiles: ReadonlyMap<string, string>;
}

export interface FirewallRule {
  readonly action: 'allow' | 'deny' | 'reject' | 'limit';
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** `any`, or ports and ranges: `80,443` or `6000:6010`. */
  readonly ports: string;
  /** It holds for the whole world, not for one address or network card. */
  readonly fromAnywhere: boolean;
  /** The application profile that it was made with. */
  readonly profile?: string;
}

/** Questions for `survey`, answered by {@link parseFirewall}. */
export const FIREWALL_QUESTIONS = {
  ufwEnabled: 'cat /etc/ufw/ufw.conf /etc/default/ufw',
  ufwRules: 'cat /etc/ufw/user.rules /lib/ufw/user.rules 2>/dev/null',
  ufwProfiles: 'cat /etc/ufw/applications.d/* 2>/dev/null',
} as const;

/** The firewall, or `null` when ufw is not installed. */
export function parseFirewall(
  readings: Readonly<
    Record<keyof typeof FIREWALL_QUESTIONS, { readonly output: string; readonly code: number }>
  >,
): Firewall | null {
  const settings = readings.ufwEnabled.output;
  if (!/^[ \t]*ENABLED=/m.test(settings)) return null;
  return {
    enabled: /^[ \t]*ENABLED=["']?yes/im.test(settings),
    defaultInput: /^[ \t]*DEFAULT_INPUT_POLICY=["']?ACCEPT/im.test(settings) ? 'accept' : 'block',
    rules: parseRules(readings.ufwRules.output),
    profiles: parseProfiles(readings.ufwProfiles.output),
  };
}

function parseRules(text: string): readonly FirewallRule[] {
  const rules: FirewallRule[] = [];
  for (const line of text.split('\n')) {
    const tuple = /^### tuple ### (.+)$/.exec(line.trim())?.[1];
    if (tuple === undefined) continue;
    const words = tuple.split(/\s+/).filter((word) => !word.startsWith('comment='));
    // action protocol port destination source-port source [destination-app source-app] direction
    const [action = '', protocol = '', ports = '', destination = '', , source = ''] = words;
    const direction = words.at(-1) ?? 'in';
    if (!isAction(action) || !direction.startsWith('in')) continue;
    const profile = words.length >= 9 ? words[6] : undefined;
    rules.push({
      action,
      protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : 'any',
      ports,
      fromAnywhere: isWorld(destination) && isWorld(source) && direction === 'in',
      ...(profile === undefined || profile === '-' ? {} : { profile: decodeURIComponent(profile) }),
    });
  }
  return rules;
}

function isAction(word: string): word is FirewallRule['action'] {
  return word === 'allow' || word === 'deny' || word === 'reject' || word === 'limit';
}

function isWorld(network: string): boolean {
  return network === '0.0.0.0/0' || network === 'any' || network === '::/0';
}

function parseProfiles(text: string): ReadonlyMap<string, string> {
  const profiles = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.split('\n')) {
    name = /^\[(.+)\]\s*$/.exec(line)?.[1] ?? name;
    const ports = /^ports\s*=\s*(.+?)\s*$/.exec(line)?.[1];
    if (name !== undefined && ports !== undefined) profiles.set(name, ports);
  }
  return profiles;
}

/** Whether a TCP connection from outside to this port gets through. */
export function letsIn(firewall: Firewall, port: number): boolean {
  if (!firewall.enabled) return true;
  const deciding = decidingRule(firewall, port);
  return deciding === undefined ? firewall.defaultInput === 'accept' : !turnsAway(deciding);
}

/** The rule that turns TCP connections to one of these ports away; `undefined` when none does. */
export function denyingRule(firewall: Firewall, ports: readonly number[]): FirewallRule | undefined {
  return ports
    .map((port) => decidingRule(firewall, port))
    .find((deciding) => deciding !== undefined && turnsAway(deciding));
}

/** The rule that says what happens to a TCP connection from anywhere to this port. */
function decidingRule(firewall: Firewall, port: number): FirewallRule | undefined {
  return firewall.rules.find(
    (rule) => rule.fromAnywhere && rule.protocol !== 'udp' && includesPort(rule.ports, port),
  );
}

export function turnsAway({ action }: FirewallRule): boolean {
  return action === 'deny' || action === 'reject';
}

/** Whether rules (not the absence of a firewall) open this port to the world. */
export function hasAllowRule(firewall: Firewall, port: number): boolean {
  return letsIn({ ...firewall, enabled: true, defaultInput: 'block' }, port);
}

function includesPort(ports: string, port: number): boolean {
  return ports.split(',').some((part) => {
    if (part === 'any') return true;
    const [first = Number.NaN, last = first] = part.split(':').map(Number);
    return first <= port && port <= last;
  });
}

/**
 * TCP ports that a rule's name means: `5000`, `5000/tcp` or an application profile. `null` when ufw would
 * not know the name either.
 */
export function portsOf(firewall: Firewall, rule: string): readonly number[] | null {
  const spelled = /^\d/.test(rule) ? rule : firewall.profiles.get(rule);
  if (spelled === undefined) return null;
  // A profile may list several protocols: `80,443/tcp|53/udp`. A range counts by its ends.
  return spelled
    .split('|')
    .filter((part) => !part.endsWith('/udp'))
    .flatMap((part) => part.replace(/\/tcp$/, '').split(','))
    .flatMap((part) => part.split(':').map(Number));
}
