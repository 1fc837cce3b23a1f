/** Where a request goes by Nginx's configuration on disk, and why that is not uWSGI. */
import type { NginxFacts } from '../../guest/facts.ts';
import type { Directive } from '../../guest/nginx-syntax.ts';
import {
  blockFor,
  isReached,
  locationFor,
  passFor,
  socketOfPass,
  uwsgiPasses,
  type ServerBlock,
} from '../../guest/server-blocks.ts';
import { baseName } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { isCopy } from './duplicate.ts';
import { unloadedTrouble } from './unloaded.ts';

/** The site that the package of nginx.org brings. */
const PACKAGED_SITE = '/etc/nginx/conf.d/default.conf';

/** An address that requests are passed to, and the line that has it. */
export interface Passed {
  readonly address: string;
  readonly file: string;
  readonly line: number;
  /** `server` where an `upstream` stands between. */
  readonly directive: 'uwsgi_pass' | 'server';
}

/** Which server block should answer, and what its requests are passed to. */
export interface Route extends Passed {
  readonly block: ServerBlock;
}

/** The address of a `uwsgi_pass`; of an `upstream` that it names, the address there. */
export function resolvePass({ upstreams }: NginxFacts, { args, file, line }: Directive): Passed {
  const address = args[0] ?? '';
  const upstream = upstreams.find(({ name }) => name === address);
  return upstream === undefined
    ? { address, file, line, directive: 'uwsgi_pass' }
    : { address: upstream.address, file: upstream.file, line: upstream.line, directive: 'server' };
}

/** Whether a block passes anything to this socket. */
export function passesTo(facts: NginxFacts, block: ServerBlock, socket: string): boolean {
  return uwsgiPasses(block).some((pass) => socketOfPass(resolvePass(facts, pass).address) === socket);
}

/** Where a request goes by the configuration on disk; a trouble when that is not uWSGI. */
export function routeOf(facts: NginxFacts, host: string, port: number, path: string): Route | Trouble {
  const { service } = facts;
  const block = blockFor(facts.blocks, host, port);
  const pass = block === null ? null : passFor(block, path);
  if (block !== null && pass?.name === 'uwsgi_pass') return { block, ...resolvePass(facts, pass) };

  const passing = facts.blocks.filter((candidate) => uwsgiPasses(candidate).length > 0);
  const other = passing.find(({ names }) => names.includes(host)) ?? passing[0];
  if (other === undefined) return unloadedTrouble(facts, host, block, pass?.name);
  if (other === block) return locationTrouble(other, path, facts);
  if (!isReached(other, port)) return listenTrouble(other, port, facts);
  const place = { path: other.file, line: other.line };
  if (block?.file === PACKAGED_SITE && block.names.includes(host) === other.names.includes(host)) {
    const alike = other.names.find((own) => block.names.includes(own));
    const own = baseName(other.file);
    return trouble('default-site-kept', { path: block.file, own, host, port, alike, service });
  }
  if (block?.names.includes(host) === true && other.names.includes(host)) {
    const copy = isCopy(block.file, other.file);
    if (copy !== null) return trouble('server-block-copied', { ...copy, service });
    return trouble('server-name-twice', {
      host,
      own: place,
      first: { path: block.file, line: block.line },
      service,
    });
  }
  return trouble('server-name-mismatch', {
    host,
    own: { ...place, names: other.names },
    other: block === null ? null : { path: block.file, line: block.line },
    service,
  });
}

/** The right block, and in it another location than the one that passes requests on. */
function locationTrouble(block: ServerBlock, request: string, { service }: NginxFacts): Trouble {
  const spell = ({ args, line }: Directive) => ({ text: `location ${args.join(' ')}`, line });
  const taking = locationFor(block, request);
  // What `try_files` asks for last, it hands on.
  const asking = taking?.block?.find(({ name }) => name === 'try_files');
  const named = asking?.args.at(-1) ?? '';
  const names = block.directives
    .filter(({ name }) => name === 'location')
    .flatMap(({ args: [first = ''] }) => (first.startsWith('@') ? [first] : []));
  if (asking !== undefined && named.startsWith('@') && !names.includes(named)) {
    const { file, line, name: directive } = asking;
    return trouble('named-location-missing', { path: file, line, directive, named, names, service });
  }
  const own = block.directives.find(
    (directive) =>
      directive.name === 'location' && uwsgiPasses({ ...block, directives: [directive] }).length > 0,
  );
  const last = own?.args.at(-1) ?? '';
  return trouble('location-mismatch', {
    path: block.file,
    request,
    taking: taking === null ? null : spell(taking),
    own: own === undefined ? null : { ...spell(own), fits: last.startsWith('/') && request.startsWith(last) },
    service,
  });
}

/** The reader's block listens on another port, or where nobody from outside gets to. */
function listenTrouble(own: ServerBlock, port: number, { service }: NginxFacts): Trouble {
  const closed = own.listens.find((listen) => listen.port === port);
  if (closed !== undefined) {
    const { address, line } = closed;
    return trouble('listen-address-wrong', { path: own.file, line, address, port, service });
  }
  const ports = own.listens.map((listen) => listen.port);
  return trouble('listen-port-wrong', { port, own: { path: own.file, ports }, service });
}

/** Why nobody outside reaches a port on which Nginx listens, if at all, for this machine alone; `null` when that is unknown. */
export function closedListenTrouble(facts: NginxFacts, port: number): Trouble | null {
  const own = facts.blocks.find((block) => uwsgiPasses(block).length > 0 && !isReached(block, port));
  return own === undefined ? null : listenTrouble(own, port, facts);
}
