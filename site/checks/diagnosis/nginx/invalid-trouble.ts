/** Why Nginx refuses its configuration, and the line to change. */
import type { NginxFacts } from '../../guest/facts.ts';
import {
  countBraces,
  enclosingBlocks,
  findForeign,
  findQuoteAcrossLines,
  lineWithoutSemicolon,
  type Directive,
} from '../../guest/nginx-syntax.ts';
import { unclosedBlock } from '../../guest/unclosed-block.ts';
import { baseName, closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { findTwin, isCopy, siblingsBefore } from './duplicate.ts';
import { misplacedServerTrouble } from './misplaced-server.ts';

/** Directives of a small site; one that is nearly so is a slip of the keyboard. */
const KNOWN_DIRECTIVES: readonly string[] = [
  'server',
  'listen',
  'server_name',
  'location',
  'include',
  'uwsgi_pass',
  'uwsgi_param',
  'uwsgi_read_timeout',
  'proxy_pass',
  'root',
  'alias',
  'index',
  'upstream',
  'try_files',
  'return',
  'rewrite',
  'error_page',
  'access_log',
  'error_log',
  'client_max_body_size',
  'user',
  'worker_processes',
  'worker_connections',
  'events',
  'http',
  'pid',
  'log_format',
  'sendfile',
  'tcp_nopush',
  'tcp_nodelay',
  'keepalive_timeout',
  'types_hash_max_size',
  'default_type',
];

/** A complaint of Nginx's, taken apart. */
interface Complaint {
  readonly message: string;
  readonly path: string;
  readonly line: number;
  /** The text of the file. */
  readonly text: string;
}

/** What `nginx -t` complains of, and the line to change. */
export function invalidTrouble(facts: NginxFacts): Trouble {
  const lines = facts.verdict.split('\n');
  const said = lines.find((line) => /\[(?:emerg|crit)\]/.test(line)) ?? lastLines(facts.verdict, 1);
  const message = said.replace(/^.*\[(?:emerg|crit)\]\s*(?:\d+#\d+:\s*)?/, '');
  const place = / in (\/\S+?):(\d+)$/.exec(message);

  const broken = facts.brokenLinks[0];
  if (broken !== undefined && message.includes(broken.path)) {
    const { path, target } = broken;
    const names = facts.available.map((file) => baseName(file.path));
    const near = closestLine(baseName(path), names, 2)?.line;
    const site = near === undefined ? null : (facts.available[near - 1]?.path ?? null);
    return trouble('server-block-link-broken', { path, target, site, service: facts.service }, message);
  }
  if (place === null) return placelessTrouble(message, facts);
  const path = place[1] ?? '';
  const text = facts.files.find((file) => file.path === path)?.text ?? '';
  const complaint = { message, path, line: Number(place[2]), text };
  return (
    foreignTrouble(complaint, facts) ??
    shapeTrouble(complaint, facts) ??
    twiceTrouble(complaint, facts) ??
    misplacedTrouble(complaint, facts) ??
    unknownTrouble(complaint, facts) ??
    addressTrouble(complaint, facts) ??
    trouble(
      'nginx-config-invalid',
      { message, place: { path, line: complaint.line }, service: facts.service },
      message,
    )
  );
}

/** Characters that came with a text out of the web, in the line that Nginx refuses or before it. */
function foreignTrouble({ message, path, line, text }: Complaint, { service }: NginxFacts): Trouble | null {
  const foreign = findForeign(text);
  const first =
    foreign.find((found) => found.line === line) ?? foreign.findLast((found) => found.line < line);
  if (first === undefined) return null;
  // Elsewhere, or in another line, they do no harm.
  const isCause =
    first.line === line ||
    /unexpected|is not terminated|unknown directive/.test(message) ||
    first.sign === 'mark';
  if (!isCause) return null;
  const lines = [...new Set(foreign.filter(({ sign }) => sign === first.sign).map((found) => found.line))];
  return trouble('nginx-foreign-characters', { path, lines, sign: first.sign, service }, message);
}

/** Semicolons, quotes and braces. */
function shapeTrouble({ message, path, line, text }: Complaint, { service }: NginxFacts): Trouble | null {
  const refused = { line, service };
  const quote = /unexpected/.test(message) ? findQuoteAcrossLines(text) : null;
  if (quote !== null && quote.line <= line) {
    return trouble('nginx-quote-open', { path, line: quote.line, text: quote.text, service }, message);
  }
  const open = lineWithoutSemicolon(text);
  const aboutSyntax =
    /invalid parameter|invalid number of arguments|is not terminated by ";"|unexpected/.test(message);
  if (open !== null && aboutSyntax && open.line <= line) {
    return trouble('nginx-missing-semicolon', { path, line: open.line, text: open.text, service }, message);
  }
  const misplaced = misplacedServerTrouble(message, text, path, line, service);
  if (misplaced !== null) return misplaced;
  const unclosed = unclosedBlock(text);
  if (/expecting "}"|unexpected "}"|has no opening "{"/.test(message)) {
    return trouble('nginx-missing-brace', { path, braces: message, unclosed, refused }, message);
  }
  const braces = countBraces(text);
  if (/ directive is not allowed here/.test(message) && braces.opened !== braces.closed) {
    return trouble('nginx-missing-brace', { path, braces, unclosed, refused }, message);
  }
  return null;
}

/** Something stands there twice. */
function twiceTrouble(complaint: Complaint, facts: NginxFacts): Trouble | null {
  const { message, path, line } = complaint;
  const { service, files } = facts;
  const server = /^a duplicate (default server for|listen) (\S+)/.exec(message);
  const block = /^duplicate (upstream|location) "([^"]*)"/.exec(message);
  const single = /^"(\S+)" directive is duplicate/.exec(message);
  if (server === null && block === null && single === null) return null;
  const own = { path, line };

  if (server !== null) {
    const isDefault = server[1] !== 'listen';
    const address = server[2] ?? '';
    const isSame = ({ name, args }: Directive): boolean =>
      name === 'listen' && wholeAddress(args[0] ?? '') === address;
    const first = isDefault
      ? findTwin(files, own, (listen) => isSame(listen) && isDefaultServer(listen))
      : siblingsBefore(files, own, isSame);
    // In the file of a package the word is right.
    const isPackaged = /\/default(?:\.conf)?$/.test(path) || path === '/etc/nginx/nginx.conf';
    const pair = first !== null && isPackaged ? { own: first, first: own } : { own, first };
    const copy = first === null ? null : isCopy(first.path, path);
    if (copy !== null) return trouble('server-block-copied', { ...copy, service }, message);
    return isDefault
      ? trouble('default-server-twice', { ...pair.own, first: pair.first, service }, message)
      : trouble('nginx-directive-twice', { ...own, what: `listen ${address}`, first, service }, message);
  }
  const name = block?.[1] ?? single?.[1] ?? '';
  const argument = block?.[2];
  const isIt = (directive: Directive): boolean =>
    directive.name === name && (argument === undefined || directive.args.at(-1) === argument);
  const first = name === 'upstream' ? findTwin(files, own, isIt) : siblingsBefore(files, own, isIt);
  const copy = first === null ? null : isCopy(first.path, path);
  if (copy !== null) return trouble('server-block-copied', { ...copy, service }, message);
  const what = argument === undefined ? name : `${name} ${argument}`;
  return trouble('nginx-directive-twice', { ...own, what, first, service }, message);
}

function isDefaultServer({ args }: Directive): boolean {
  return args.includes('default_server') || args.includes('default');
}

/** `80` as Nginx writes it: `0.0.0.0:80`. */
function wholeAddress(listen: string): string {
  const address = listen.replace(/^\*:/, '0.0.0.0:');
  return /^\d+$/.test(address) ? `0.0.0.0:${address}` : /:\d+$/.test(address) ? address : `${address}:80`;
}

/** A directive that may not stand where it does. */
function misplacedTrouble({ message, path, line, text }: Complaint, { service }: NginxFacts): Trouble | null {
  const directive = /^"(\S+)" directive is not allowed here/.exec(message)?.[1];
  if (directive === undefined) return null;
  const inside = enclosingBlocks(text, line).at(-1);
  const hasServer = /^[ \t]*server\s*\{/m.test(text);
  return trouble('nginx-directive-misplaced', { path, line, directive, inside, hasServer, service }, message);
}

/** A directive or a file that is not there. */
function unknownTrouble({ message, path, line }: Complaint, facts: NginxFacts): Trouble | null {
  const { service, installer } = facts;
  const unknown = /unknown directive "(.+)"(?= in \/)/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = closestLine(unknown, KNOWN_DIRECTIVES, Math.min(3, Math.ceil(unknown.length / 3)))?.text;
    return trouble('nginx-unknown-directive', { path, line, directive: unknown, near, service }, message);
  }
  const login = /^get(?:pw|gr)nam\("([^"]*)"\) failed/.exec(message)?.[1];
  if (login !== undefined) {
    return trouble(
      'nginx-user-unknown',
      { path, line, login, wanted: facts.packagedLogin, service },
      message,
    );
  }
  const included = /open\(\) "([^"]+)" failed \(2: No such file/.exec(message)?.[1];
  if (included === undefined) return null;
  return trouble('nginx-include-missing', { path, line, included, installer, service }, message);
}

/** An address that Nginx cannot read. */
function addressTrouble({ message, path, line, text }: Complaint, facts: NginxFacts): Trouble | null {
  const { service, blocks } = facts;
  const listen = /in "([^"]*)" of the "listen" directive/.exec(message)?.[1];
  if (listen !== undefined)
    return trouble('listen-malformed', { path, line, address: listen, service }, message);
  const written = (text.split('\n')[line - 1] ?? '').trim();
  const quoted = /^(\S+\s+)(["'])([^"']*)\2(\s*;)/.exec(written);
  const [, directive = '', , values = '', end = ''] = quoted ?? [];
  if (message.startsWith('invalid number of arguments') && /\s/.test(values)) {
    const wanted = `${directive}${values}${end}`;
    return trouble('nginx-values-quoted', { path, line, text: written, wanted, service }, message);
  }
  if (message.startsWith('invalid URL prefix')) {
    return trouble('proxy-pass-instead', { path, pass: { line, text: written }, service }, message);
  }
  const words = /^uwsgi_pass\s+(\S.*\S)\s*;$/.exec(written)?.[1];
  if (message.startsWith('invalid number of arguments in "uwsgi_pass"') && words?.includes(' ') === true) {
    return trouble(
      'uwsgi-pass-malformed',
      { path, line, address: words, directive: 'uwsgi_pass', service },
      message,
    );
  }
  const address = /(?:invalid host|host not found|no port|invalid port) in upstream "([^"]+)"/.exec(
    message,
  )?.[1];
  if (address !== undefined) {
    const directive = enclosingBlocks(text, line).at(-1) === 'upstream' ? 'server' : 'uwsgi_pass';
    return trouble('uwsgi-pass-malformed', { path, line, address, directive, service }, message);
  }
  if (/^no "ssl_certificate" is defined for/.test(message)) {
    // Nginx names the first block of that address, not the one with the word.
    const listens = blocks.flatMap((block) => block.directives.filter(({ name }) => name === 'listen'));
    const secure = listens.find(({ args }) => args.includes('ssl'));
    const at = secure === undefined ? { path, line } : { path: secure.file, line: secure.line };
    return trouble('ssl-without-certificate', { ...at, certificate: null, service }, message);
  }
  return null;
}

/** What the main file is called after it was renamed or kept. Packages have one with `.default`. */
const RENAMED_MAIN_FILE = /^\/etc\/nginx\/nginx\.(?:conf\.(?:txt|save|bak|old|orig)|conf~|config|cfg)$/;

/** A complaint that names no line: most often there is no file in which a line could be. */
function placelessTrouble(message: string, facts: NginxFacts): Trouble {
  const { installer, service, files } = facts;
  const main = /open\(\) "([^"]+\/nginx\.conf)" failed \(2: No such file/.exec(message)?.[1];
  if (main !== undefined) {
    const near = facts.strays.find(({ path }) => RENAMED_MAIN_FILE.test(path))?.path ?? null;
    return trouble('nginx-main-file-missing', { path: main, near, installer, service }, message);
  }
  if (message.startsWith('could not build server_names_hash')) {
    const names = facts.blocks.flatMap(({ directives }) =>
      directives.filter(({ name }) => name === 'server_name'),
    );
    const longest = names
      .flatMap(({ file, line, args }) => args.map((name) => ({ path: file, line, name })))
      .sort((one, other) => other.name.length - one.name.length)[0];
    if (longest !== undefined) return trouble('server-name-too-long', { ...longest, service }, message);
  }
  const log = /^open\(\) "(\/[^"]+\/[^"/]+)" failed \(2: No such file/.exec(message)?.[1];
  if (log !== undefined) {
    return trouble('nginx-log-folder-missing', { log, place: lineWith(files, log), service }, message);
  }
  const certificate = /^cannot load certificate(?: key)? "([^"]+)"/.exec(message)?.[1];
  const variable = /^unknown "(\w+)" variable/.exec(message)?.[1];
  const folder = /^pread\(\) "([^"]+)" failed/.exec(message)?.[1];
  const needle = certificate ?? folder ?? (variable === undefined ? undefined : `$${variable}`);
  const place = needle === undefined ? null : lineWith(files, needle);
  if (certificate !== undefined && place !== null) {
    return trouble('ssl-without-certificate', { ...place, certificate, service }, message);
  }
  if (message.startsWith('no "events" section')) return trouble('nginx-events-missing', { service }, message);
  return trouble('nginx-config-invalid', { message, place, service }, message);
}

/** The first line with a text, outside of comments. */
function lineWith(
  files: NginxFacts['files'],
  text: string,
): { readonly path: string; readonly line: number } | null {
  for (const file of files) {
    const index = file.text.split('\n').findIndex((line) => (line.split('#')[0] ?? '').includes(text));
    if (index >= 0) return { path: file.path, line: index + 1 };
  }
  return null;
}
