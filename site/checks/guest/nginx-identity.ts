import { parseNginxFile } from './nginx-syntax.ts';
import type { GuestProcess } from './processes.ts';
import type { Reading } from './survey.ts';

/** As whom Nginx's workers open the socket. */
export interface NginxIdentity {
  readonly user: string;
  readonly group: string;
}

/** A question for `survey`, answered by {@link configuredIdentity}. */
export const FIND_NGINX_USER = "grep -hsE '^[[:space:]]*user[[:space:]]' /etc/nginx/nginx.conf; true";

/** What `user LOGIN [GROUP];` says: without a group, the one that is called as the login. */
export function configuredIdentity({ output }: Reading): NginxIdentity {
  const directive = parseNginxFile(output, '').find(({ name }) => name === 'user');
  const [user = 'nobody', group = user === 'nobody' ? 'nogroup' : user] = directive?.args ?? [];
  return { user, group };
}

/** The worker that runs; there is none while Nginx is stopped. */
export function nginxWorker(processes: readonly GuestProcess[]): GuestProcess | undefined {
  return processes.find(({ command }) => command.startsWith('nginx: worker process'));
}
