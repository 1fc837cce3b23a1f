import type { z } from 'zod';
import { notRestartedTrouble, runningTrouble } from '../diagnosis/nginx/nginx-trouble.ts';
import { resolvePass, routeOf } from '../diagnosis/nginx/route.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherNginx, type NginxFacts } from '../guest/facts.ts';
import { uwsgiPasses } from '../guest/server-blocks.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    /** A server block with this name is loaded. */
    serverName: z.string().optional(),
    /** It passes requests to this address, for instance `unix:/home/sammy/myproject/myproject.sock`. */
    uwsgiPass: z.string().optional(),
    /** The running Nginx was started or reloaded after the configuration last changed. */
    loaded: z.boolean().optional(),
  });

type NginxConfigCheck = z.infer<ReturnType<typeof schema>>;

/** Nginx's configuration: valid as a whole (`nginx -t`), and with these parts in what it loads (`nginx -T`). */
export const nginxConfigCheck = defineCheck({
  kind: 'nginx-config',
  schema,
  paths: [],
  settles: () => null,
  run: checkNginxConfig,
});

/** Nginx's configuration is valid, holds the server block, and is the one that runs. */
async function checkNginxConfig(check: NginxConfigCheck, context: CheckContext): Promise<CheckResult> {
  const expected = describe(check);
  const facts = await gatherNginx(context);
  const found = findTrouble(check, facts);
  return found === null
    ? pass(
        expected,
        `Nginx accepts its configuration: ${facts.blocks.length} server block${facts.blocks.length === 1 ? '' : 's'}.`,
      )
    : fail(expected, found);
}

function findTrouble(check: NginxConfigCheck, facts: NginxFacts): Trouble | null {
  if (!facts.valid) return runningTrouble(facts);
  const { serverName, uwsgiPass } = check;
  const { service } = facts;
  const named = facts.blocks.filter(({ names }) => serverName === undefined || names.includes(serverName));
  if (serverName !== undefined && named.length === 0) {
    const route = routeOf(facts, serverName, 80, '/');
    return 'cause' in route
      ? route
      : trouble('server-name-mismatch', { host: serverName, own: null, path: route.file, service });
  }
  if (uwsgiPass !== undefined) {
    const passes = named.flatMap(uwsgiPasses).map((pass) => resolvePass(facts, pass));
    if (!passes.some(({ address }) => address === uwsgiPass)) {
      const first = passes[0];
      if (first === undefined) {
        const route = routeOf(facts, serverName ?? '_', 80, '/');
        if ('cause' in route) return route;
      }
      if (first === undefined) return trouble('uwsgi-pass-missing', { wanted: uwsgiPass, service });
      return trouble('socket-path-mismatch', {
        at: 'nginx',
        path: first.file,
        line: first.line,
        address: first.address,
        wanted: uwsgiPass,
        service,
      });
    }
  }
  if (serverName !== undefined && uwsgiPass !== undefined) {
    // Another block may have the name as well, and be read before this one.
    const route = routeOf(facts, serverName, 80, '/');
    if ('cause' in route) return route;
  }
  if (check.loaded === true) return runningTrouble(facts) ?? notRestartedTrouble(facts);
  return null;
}

function describe(check: NginxConfigCheck): string {
  const parts = ['Nginx accepts its configuration'];
  if (check.serverName !== undefined) parts.push(`which has a server block for ${check.serverName}`);
  if (check.uwsgiPass !== undefined) parts.push(`that passes requests to ${check.uwsgiPass}`);
  if (check.loaded === true) parts.push('and the running Nginx has read it');
  return `${parts.join(', ')}.`;
}
