/** A rule of Nginx's with which it answers by itself, before it passes a request on. */
import type { NginxFacts } from '../../guest/facts.ts';
import { parseNginxFile, type Directive } from '../../guest/nginx-syntax.ts';
import { locationFor, type ServerBlock } from '../../guest/server-blocks.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** The rule that gives this status in this block; `null` when none does. */
export function ownRuleTrouble(
  { files, service }: NginxFacts,
  block: ServerBlock,
  path: string,
  status: number,
): Trouble | null {
  const secure = block.directives.find(({ name, args }) => name === 'listen' && args.includes('ssl'));
  if (status === 400 && secure !== undefined) {
    const { file, line } = secure;
    return trouble('listen-wants-https', { path: file, line, service });
  }
  const main = files.find((file) => file.path === '/etc/nginx/nginx.conf');
  const http =
    parseNginxFile(main?.text ?? '', main?.path ?? '').find(({ name }) => name === 'http')?.block ?? [];
  const location = locationFor(block, path)?.block ?? [];
  const rules = [location, block.directives, http].flatMap((directives) =>
    // What is in other blocks, locations above all, is for other requests.
    directives.flatMap((directive) => (directive.name === 'if' ? (directive.block ?? []) : [directive])),
  );
  const rule = rules.find((directive) => statusOf(directive) === status);
  if (rule === undefined) return null;
  const { name, args, file, line, block: inner } = rule;
  const text = `${name} ${args.join(' ')}${inner === undefined ? ';' : ' { … }'}`;
  return trouble('nginx-answers-itself', { path: file, line, text, status, service });
}

/** With which status a directive answers; `undefined` when it does not. */
function statusOf({ name, args }: Directive): number | undefined {
  const [first = ''] = args;
  const last = args.at(-1) ?? '';
  switch (name) {
    case 'return':
      return /^\d{3}$/.test(first) ? Number(first) : 302;
    case 'rewrite':
      return last === 'permanent' ? 301 : last === 'redirect' ? 302 : undefined;
    case 'deny':
    case 'limit_except':
      return 403;
    case 'auth_basic':
      return first === 'off' ? undefined : 401;
    case 'internal':
      return 404;
    case 'try_files':
      return /^=\d{3}$/.test(last) ? Number(last.slice(1)) : undefined;
    default:
      return undefined;
  }
}

/** The location passes a request on without the parameters that uWSGI needs; `null` when they are there. */
export function paramsTrouble(
  { files, service }: NginxFacts,
  block: ServerBlock,
  path: string,
): Trouble | null {
  const location = locationFor(block, path)?.block ?? [];
  const pass = [...location, ...block.directives].find(({ name }) => name === 'uwsgi_pass');
  const main = files.find((file) => file.path === '/etc/nginx/nginx.conf');
  const http =
    parseNginxFile(main?.text ?? '', main?.path ?? '').find(({ name }) => name === 'http')?.block ?? [];
  // What a location says of its own takes the place of all that is said around it.
  const level = [location, block.directives, http].find((directives) => directives.some(isParameter)) ?? [];
  const isWhole = level.some(
    ({ name, args: [first = ''] }) =>
      /uwsgi_params/.test(first) || (name === 'uwsgi_param' && first === 'REQUEST_METHOD'),
  );
  if (
    pass === undefined ||
    isWhole ||
    level.some(({ name, args }) => name === 'include' && !/uwsgi_params/.test(args[0] ?? ''))
  )
    return null;
  return trouble('uwsgi-params-missing', { path: pass.file, line: pass.line, service });
}

function isParameter({ name, args: [first = ''] }: Directive): boolean {
  return name === 'uwsgi_param' || (name === 'include' && /params|snippets/.test(first));
}

/** Nginx itself could not answer, by what it logged of the request; `null` when it says nothing of that. */
export function ownErrorTrouble({ service }: NginxFacts, block: ServerBlock, logged: string): Trouble | null {
  const said = /(rewrite or internal redirection cycle[^,]*|\d{1,10} worker_connections are not enough)/.exec(
    logged,
  )?.[1];
  if (said === undefined) return null;
  return trouble('nginx-own-error', { path: block.file, message: said, service });
}
