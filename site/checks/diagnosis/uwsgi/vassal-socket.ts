/** A vassal's socket that Nginx may not open, though nothing on the way to it is closed. */
import type { MachineFacts } from '../../guest/facts.ts';
import type { PathPart } from '../../guest/path-access.ts';
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { afterSocket } from '../../words/en/keeper.ts';
import { describeSocket } from '../../words/en/symptoms.ts';
import { symptom, type Trouble } from '../../words/index.ts';
import { byHandTrouble } from './vassal-trouble.ts';

/** Why Nginx may not open the vassal's socket, `end`. */
export function vassalSocketTrouble(end: PathPart, facts: VassalFacts, { nginx }: MachineFacts): Trouble {
  const { byHand, job, file, keeper } = facts;
  const folder = end.path.slice(0, end.path.lastIndexOf('/'));
  const isOwn = facts.wayToSocket.find(({ path }) => path === folder)?.owner === nginx.user;
  const outside = isOwn ? byHandTrouble(facts) : null;
  if (outside !== null) return { ...outside, symptom: symptom('socket-closed', { socket: end, why: null }) };
  const is = describeSocket(end);
  if (end.owner !== nginx.user) {
    const running = job?.running === true ? `\`sudo stop ${job.name}\` and ` : '';
    return {
      cause: 'socket-owner-root',
      found: `${is}. Only its owner may write to it, and Nginx runs as ${nginx.user}.`,
      advice: `That is enough once uWSGI runs as ${nginx.user}: ${byHand === null ? '' : 'end the one in your terminal with Ctrl+C, '}\`sudo chown -R ${nginx.user}:${nginx.group} ${folder}/\`, then ${running}\`sudo start ${job?.name ?? 'uwsgi'}\`.`,
    };
  }
  const given =
    facts.configuration === null ? undefined : entryOf(facts.configuration.ini, 'chmod-socket', 'chmod');
  return {
    cause: 'chmod-socket-too-strict',
    found: `${is}${given === undefined ? '' : `, because line ${given.line} of ${file} says \`${given.key} = ${given.value}\``}: its owner, as which Nginx runs, may not both read and write.`,
    advice: `${given === undefined ? `Write \`chmod-socket = 644\` into ${file}.` : `Change that line to \`chmod-socket = 644\`.`} ${afterSocket(keeper)}`,
  };
}
