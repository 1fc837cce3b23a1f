/** A vassal's socket that Nginx may not open, though nothing on the way to it is closed. */
import type { MachineFacts } from '../../guest/facts.ts';
import type { PathPart } from '../../guest/path-access.ts';
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { symptom, trouble, type Trouble } from '../../words/index.ts';
import { alteredOwnerTrouble } from './altered-socket.ts';
import { byHandTrouble } from './vassal-trouble.ts';

/** Why Nginx may not open the vassal's socket, `end`. */
export function vassalSocketTrouble(end: PathPart, facts: VassalFacts, { nginx }: MachineFacts): Trouble {
  const { byHand, job, file, keeper } = facts;
  const folder = end.path.slice(0, end.path.lastIndexOf('/'));
  const isOwn = facts.wayToSocket.find(({ path }) => path === folder)?.owner === nginx.user;
  const outside = isOwn ? byHandTrouble(facts) : null;
  if (outside !== null) return { ...outside, symptom: symptom('socket-closed', { socket: end, why: null }) };
  if (end.owner !== nginx.user) {
    const altered = alteredOwnerTrouble(end, facts, nginx.user);
    if (altered !== null) return altered;
    return trouble('socket-owner-root', {
      socket: end,
      nginx: { user: nginx.user, group: nginx.group },
      byHand: byHand !== null,
      job: job?.name ?? 'uwsgi',
      running: job?.running === true,
    });
  }
  const given =
    facts.configuration === null ? undefined : entryOf(facts.configuration.ini, 'chmod-socket', 'chmod');
  return trouble('chmod-socket-too-strict', { socket: end, path: file, given, way: 'owner', keeper });
}
