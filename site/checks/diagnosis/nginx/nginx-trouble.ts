import type { NginxFacts } from '../../guest/facts.ts';
import { installationOf } from '../../guest/installer.ts';
import { lineWithoutSemicolon } from '../../guest/nginx-syntax.ts';
import {
  blockFor,
  passFor,
  serverBlocks,
  socketOfPass,
  uwsgiPasses,
  type ServerBlock,
} from '../../guest/server-blocks.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misplacedServerTrouble } from './misplaced-server.ts';

/** Why Nginx does not run, or runs with a configuration that cannot be loaded again; `null` when all is well. */
export function runningTrouble(facts: NginxFacts): Trouble | null {
  const { unit, service } = facts;
  if (!facts.installed) {
    return trouble('nginx-not-installed', { install: installationOf('nginx', facts.installer) });
  }
  if (!facts.valid) return invalidTrouble(facts);
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  if (unit.result === 'start-limit-hit') {
    return trouble('started-too-often', { of: 'nginx' });
  }
  const inUse = facts.errorLog.findLast((line) => line.includes('Address already in use'));
  if (inUse !== undefined && unit.activeState === 'failed') {
    return trouble('nginx-port-in-use', { service }, inUse);
  }
  return trouble('nginx-not-running', {
    state: unit.activeState,
    isDisabled: unit.enabledState === 'disabled',
    service,
  });
}

/** What `nginx -t` complains of, and the line to change. */
function invalidTrouble(facts: NginxFacts): Trouble {
  const complaint =
    facts.verdict.split('\n').find((line) => line.includes('[emerg]')) ?? lastLines(facts.verdict, 1);
  const message = complaint.replace(/^.*\[emerg\]\s*(?:\d+#\d+:\s*)?/, '');
  const place = / in (\/\S+?):(\d+)$/.exec(message);
  const file = place?.[1] ?? '';
  const line = Number(place?.[2] ?? 0);
  const { service } = facts;

  const broken = facts.brokenLinks[0];
  if (broken !== undefined && message.includes(broken.path)) {
    const name = broken.path.slice(broken.path.lastIndexOf('/') + 1);
    const site = facts.available.find(({ path }) => path.endsWith(`/${name}`))?.path;
    return trouble(
      'server-block-link-broken',
      {
        path: broken.path,
        target: broken.target,
        site: site ?? `/etc/nginx/sites-available/${name}`,
        service,
      },
      message,
    );
  }
  if (file === '') return placelessTrouble(message, facts);
  const text = facts.files.find(({ path }) => path === file)?.text ?? '';
  const open = lineWithoutSemicolon(text);
  const aboutSyntax =
    /invalid parameter|invalid number of arguments|is not terminated by ";"|unexpected/.test(message);
  if (open !== null && aboutSyntax && open.line <= line) {
    return trouble(
      'nginx-missing-semicolon',
      { path: file, line: open.line, text: open.text, service: facts.service },
      message,
    );
  }
  const misplaced = misplacedServerTrouble(message, text, file, line, facts.service);
  if (misplaced !== null) return misplaced;
  if (/expecting "}"|unexpected "}"|has no opening "{"/.test(message)) {
    const refused = { line, service: facts.service };
    return trouble('nginx-missing-brace', { path: file, braces: message, refused }, message);
  }
  const unknown = /unknown directive "([^"]+)"/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = closestLine(
      unknown,
      ['server', 'listen', 'server_name', 'location', 'include', 'uwsgi_pass', 'root', 'index'],
      3,
    );
    return trouble(
      'nginx-unknown-directive',
      { path: file, line, directive: unknown, near: near?.text, service },
      message,
    );
  }
  const included = /open\(\) "([^"]+)" failed \(2: No such file/.exec(message)?.[1];
  if (included !== undefined) {
    return trouble(
      'nginx-include-missing',
      { path: file, line, included, installer: facts.installer, service },
      message,
    );
  }
  const host = /invalid host in upstream "([^"]+)"|host not found in upstream "([^"]+)"/.exec(message);
  if (host !== null) {
    return trouble(
      'uwsgi-pass-malformed',
      { path: file, line, address: host[1] ?? host[2] ?? '', service },
      message,
    );
  }
  return trouble('nginx-config-invalid', { message, place: { path: file, line }, service }, message);
}

/** A complaint that names no line: most often there is no file in which a line could be. */
function placelessTrouble(message: string, facts: NginxFacts): Trouble {
  const { installer, service } = facts;
  const main = /open\(\) "([^"]+\/nginx\.conf)" failed \(2: No such file/.exec(message)?.[1];
  if (main !== undefined) {
    return trouble('nginx-main-file-missing', { path: main, installer }, message);
  }
  return trouble('nginx-config-invalid', { message, place: null, service }, message);
}

/** The site that the package of nginx.org brings. */
const PACKAGED_SITE = '/etc/nginx/conf.d/default.conf';

/** Which server block should answer, and what its requests are passed to. */
export interface Route {
  readonly block: ServerBlock;
  readonly address: string;
  readonly file: string;
  readonly line: number;
}

/** Where a request goes by the configuration on disk; a trouble when that is not uWSGI. */
export function routeOf(facts: NginxFacts, host: string, port: number, path: string): Route | Trouble {
  const { service } = facts;
  const block = blockFor(facts.blocks, host, port);
  const pass = block === null ? null : passFor(block, path);
  if (block !== null && pass?.name === 'uwsgi_pass') {
    return { block, address: pass.args[0] ?? '', file: pass.file, line: pass.line };
  }
  const passing = facts.blocks.filter((candidate) => uwsgiPasses(candidate).length > 0);
  if (passing.length === 0) return notLoadedTrouble(facts, host, block, pass?.name);

  const other = passing[0];
  if (other === block || other === undefined) {
    return trouble('location-mismatch', { path: block?.file ?? '', request: path, service });
  }
  if (!other.listens.some((listen) => listen.port === port)) {
    return trouble('listen-port-wrong', {
      port,
      own: { path: other.file, ports: other.listens.map((listen) => listen.port) },
      service,
    });
  }
  if (block?.file === PACKAGED_SITE && block.names.includes(host) === other.names.includes(host)) {
    const alike = other.names.find((own) => block.names.includes(own));
    const name = other.file.slice(other.file.lastIndexOf('/') + 1);
    return trouble('default-site-kept', { path: block.file, own: name, host, port, alike, service });
  }
  return trouble('server-name-mismatch', {
    host,
    own: { path: other.file, line: other.line, names: other.names },
    other: block === null ? null : { path: block.file, line: block.line },
    service,
  });
}

/** No block that Nginx loads passes anything to uWSGI. */
function notLoadedTrouble(
  facts: NginxFacts,
  host: string,
  block: ServerBlock | null,
  passName: string | undefined,
): Trouble {
  const { service } = facts;
  const folder = sitesFolder(facts) ?? '/etc/nginx/sites-enabled';
  const loaded = new Set(facts.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  const available = facts.available.find(
    (file) =>
      !loaded.has(file.path.slice(file.path.lastIndexOf('/') + 1)) &&
      serverBlocks([file]).some(
        (candidate) => uwsgiPasses(candidate).length > 0 || candidate.names.includes(host),
      ),
  );
  if (available !== undefined) return linkItTrouble(available.path, facts);
  if (passName === 'proxy_pass') {
    return trouble('proxy-pass-instead', { path: block?.file ?? '', service });
  }
  if (block?.names.includes(host) === true) {
    return trouble('uwsgi-pass-missing', { host, path: block.file, service });
  }
  const single = singleFile(facts);
  if (single === null) {
    const place =
      folder === CONF_D ? ({ kind: 'folder', folder } as const) : ({ kind: 'sites-enabled' } as const);
    return trouble('server-block-missing', { host, place, service });
  }
  const first = facts.blocks.find(({ file }) => file === single.path)?.line;
  return trouble('server-block-missing', {
    host,
    place: { kind: 'file', path: single.path, first },
    service,
  });
}

/** Nginx does not load the block that passes requests to `socket`; `null` when no file has such a block. */
export function notLinkedTrouble(facts: NginxFacts, socket: string): Trouble | null {
  const file = facts.available.find((candidate) =>
    serverBlocks([candidate]).some((block) =>
      uwsgiPasses(block).some(({ args }) => socketOfPass(args[0] ?? '') === socket),
    ),
  );
  return file === undefined ? null : linkItTrouble(file.path, facts);
}

function linkItTrouble(path: string, facts: NginxFacts): Trouble {
  const folder = sitesFolder(facts) ?? '/etc/nginx/sites-enabled';
  return trouble('server-block-not-linked', { path, folder, service: facts.service });
}

/** Nginx's main file where server blocks stand in it; `null` where sites have a folder of their own. */
function singleFile(facts: NginxFacts): NginxFacts['files'][number] | null {
  const main = facts.files.find(({ path }) => path === '/etc/nginx/nginx.conf');
  return main === undefined || sitesFolder(facts) !== null ? null : main;
}

const CONF_D = '/etc/nginx/conf.d';

/** The folder into which sites are linked; `null` where server blocks stand in Nginx's main file. */
function sitesFolder({ files, blocks }: NginxFacts): string | null {
  const main = files.find(({ path }) => path === '/etc/nginx/nginx.conf');
  if (main?.text.includes('/sites-enabled/') !== false) return '/etc/nginx/sites-enabled';
  const ownBlock = blocks.some(({ file }) => file === main.path);
  return main.text.includes('/conf.d/*.conf') && !ownBlock ? CONF_D : null;
}

/** Nginx runs with an older configuration than the one on disk; `null` when it is up to date. */
export function notRestartedTrouble({ newerThanRunning, service }: NginxFacts): Trouble | null {
  const own = newerThanRunning.filter((path) => !/^\/etc\/nginx\/(sites-enabled|conf\.d)$/.test(path));
  const changed = own.length > 0 ? own : newerThanRunning;
  if (changed.length === 0) return null;
  return trouble('nginx-not-restarted', { files: changed, service });
}
