/** What people type to start and restart Nginx: on most systems systemctl, on older ones its script in /etc/init.d. */
import type { Reading } from './survey.ts';

/** As `sudo …` is typed, without quotes. */
export interface NginxService {
  readonly start: string;
  readonly restart: string;
  readonly reload: string;
  readonly byScript: boolean;
}

/** A question for `survey`, answered by {@link nginxService}: exit status 0 where the script is all that there is. */
export const FIND_NGINX_SCRIPT =
  '[ -x /etc/init.d/nginx ] && [ ! -e /lib/systemd/system/nginx.service ] && [ ! -e /etc/systemd/system/nginx.service ]';

export function nginxService({ code }: Reading): NginxService {
  const byScript = code === 0;
  const command = (verb: string): string =>
    byScript ? `sudo /etc/init.d/nginx ${verb}` : `sudo systemctl ${verb} nginx`;
  return { start: command('start'), restart: command('restart'), reload: command('reload'), byScript };
}
