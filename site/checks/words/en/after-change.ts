import { shellWord } from './phrases.ts';

/** What to type after a file of the chain was changed, as the end of an advice. */
export function afterChange(
  path: string,
  {
    unit,
    job,
    vassal,
  }: {
    readonly unit?: string | undefined;
    readonly job?: string | undefined;
    readonly vassal?: string | undefined;
  },
): string {
  if (path.startsWith('/etc/nginx/')) return 'Then `sudo nginx -t`, and restart Nginx.';
  if (unit !== undefined) {
    const reload = path.startsWith('/etc/systemd/') ? '`sudo systemctl daemon-reload` and ' : '';
    return `Then ${reload}\`sudo systemctl restart ${unit}\`.`;
  }
  if (job !== undefined && path.startsWith('/etc/init/'))
    return `Then \`sudo stop ${job}\` and \`sudo start ${job}\`.`;
  return vassal === undefined
    ? ''
    : `Then \`sudo touch ${shellWord(vassal)}\`, so that the Emperor reloads it.`;
}
