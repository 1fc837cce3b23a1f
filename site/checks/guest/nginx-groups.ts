/** The groups of Nginx's login, and those with which the running Nginx was started. */
import type { CheckContext } from './context.ts';
import type { MachineFacts } from './facts.ts';
import { quote, survey } from './survey.ts';

export interface NginxGroups {
  /** What /etc/group says now. */
  readonly now: readonly string[];
  /** What the running worker has; a process keeps the groups of its start. The same as `now` while none runs. */
  readonly running: readonly string[];
}

export async function nginxGroups({ nginx }: MachineFacts, context: CheckContext): Promise<NginxGroups> {
  const readings = await survey(context, {
    groups: `id -nG ${quote(nginx.user)}`,
    running: nginx.pid === undefined ? 'true' : `grep -hs '^Groups:' /proc/${nginx.pid}/status`,
    names: 'cut -d: -f1,3 /etc/group',
  });
  const now = [nginx.group, ...words(readings.groups.output)];
  const names = new Map(
    readings.names.output.split('\n').map((line) => {
      const [name = '', id = ''] = line.split(':');
      return [id, name] as const;
    }),
  );
  const ids = /^Groups:(.*)$/m.exec(readings.running.output)?.[1];
  return {
    now,
    running: ids === undefined ? now : [nginx.group, ...words(ids).map((id) => names.get(id) ?? id)],
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
