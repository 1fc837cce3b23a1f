/** What checks say of each link of the chain. The page loads this file. */
import type { Check } from './kinds/registry.ts';
import { LINKS, type Link } from './links.ts';
import type { CheckResult } from './verdict.ts';

/** `unknown`: nobody has looked, or not since something was changed. */
export type LinkState = 'whole' | 'broken' | 'unknown';

/** A check with its latest result; `null` when there is none, or when it may no longer be true. */
export interface Looked {
  readonly check: Check;
  readonly result: CheckResult | null;
}

/** How the links stand by these results, in the order of the checks. A link stays broken until the whole chain passes. */
export function linkStates(looked: readonly Looked[]): Readonly<Record<Link, LinkState>> {
  const states: Record<Link, LinkState> = {
    firewall: 'unknown',
    nginx: 'unknown',
    socket: 'unknown',
    uwsgi: 'unknown',
    application: 'unknown',
  };
  for (const { check, result } of looked) {
    if (result === null || result.status === 'error') continue;
    const own = linkOf(check);
    if (isWholeChain(check)) {
      if (result.status === 'pass') for (const link of LINKS) states[link] = 'whole';
      else if (result.link !== undefined) breakAt(states, result.link);
    } else if (result.status === 'pass') {
      if (own !== null && states[own] === 'unknown') states[own] = 'whole';
    } else {
      const broken = result.link ?? own;
      if (broken !== null) states[broken] = 'broken';
    }
  }
  return states;
}

/**
 * The diagnosis goes from the outside in, so what lies before the broken link is whole. But it looks at uWSGI before it
 * looks at uWSGI's socket.
 */
function breakAt(states: Record<Link, LinkState>, broken: Link): void {
  const at = LINKS.indexOf(broken);
  for (const [index, link] of LINKS.entries()) {
    if (link === 'socket' && broken === 'uwsgi') continue;
    states[link] = index < at ? 'whole' : index === at ? 'broken' : 'unknown';
  }
}

/** Whether a check says anything of a link. */
export function saysOfLinks(check: Check): boolean {
  return isWholeChain(check) || linkOf(check) !== null;
}

/** A page that must have come all the way. */
function isWholeChain(check: Check): boolean {
  return check.kind === 'http' && check.servedBy === 'nginx+uwsgi';
}

/** The link that a check is about; `null` when it is about none, or cannot be told. */
export function linkOf(check: Check): Link | null {
  switch (check.kind) {
    case 'firewall':
      return 'firewall';
    case 'nginx-config':
      return 'nginx';
    case 'socket':
      return 'socket';
    case 'process':
    case 'job':
    case 'vassal':
      return 'uwsgi';
    case 'service':
      return check.unit === 'nginx' ? 'nginx' : 'uwsgi';
    case 'port':
      return check.port === 80 ? 'nginx' : null;
    case 'file':
      return linkOfFile(check.path);
    case 'package':
    case 'repository':
    case 'http':
    case 'shell':
      return null;
  }
}

/** By where a file lies and what it is called: a site's description is Nginx's, wherever the guide writes it. */
function linkOfFile(path: string): Link | null {
  if (/nginx/.test(path)) return 'nginx';
  if (/\.(ini|service)$|^\/etc\/(systemd|init|uwsgi)\//.test(path)) return 'uwsgi';
  return path.endsWith('.py') ? 'application' : null;
}
