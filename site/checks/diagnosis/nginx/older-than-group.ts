import type { MachineFacts } from '../../guest/facts.ts';
import type { Symptom, Trouble } from '../../words/index.ts';

/** Nginx's login is in the group that may, but the running Nginx was started before it was. */
export function olderThanGroupTrouble(
  group: string,
  { nginx, nginxService: service }: MachineFacts,
  shownAs: Symptom,
): Trouble {
  return {
    cause: 'nginx-older-than-group',
    found: `The login ${nginx.user} is in the group ${group} now, but the running Nginx was started before that, and a program keeps the groups that it was started with.`,
    advice: `Start it anew: \`${service.restart}\`.`,
    symptom: shownAs,
  };
}
