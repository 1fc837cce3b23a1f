import type { MachineFacts } from '../../guest/facts.ts';
import { trouble, type Symptom, type Trouble } from '../../words/index.ts';

/** Nginx's login is in the group that may, but the running Nginx was started before it was. */
export function olderThanGroupTrouble(
  group: string,
  { nginx, nginxService: service }: MachineFacts,
  shownAs: Symptom,
): Trouble {
  return { ...trouble('nginx-older-than-group', { user: nginx.user, group, service }), symptom: shownAs };
}
