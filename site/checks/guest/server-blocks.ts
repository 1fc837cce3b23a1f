import { findAll, parseNginxFile, type Directive } from './nginx-syntax.ts';

/** A file of Nginx's configuration. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

/** A `server { … }`, with what decides which requests it gets and what it does with them. */
export interface ServerBlock {
  readonly file: string;
  readonly line: number;
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  readonly directives: readonly Directive[];
}

/** A line `listen`. */
export interface Listen {
  readonly port: number;
  readonly isDefault: boolean;
  /** What it names, `127.0.0.1:80`; `80` when there is no such line. */
  readonly address: string;
  /** Requests from outside, by IPv4, get there. */
  readonly isOpen: boolean;
  /** From 1; 0 when there is no such line. */
  readonly line: number;
}

/** What an `upstream` stands for: the address of its first server, and where that is written. */
export interface Upstream {
  readonly name: string;
  readonly address: string;
  readonly file: string;
  readonly line: number;
}

/** Splits what `nginx -T` prints, or our own listing of files in the same form, into its files. */
export function splitFiles(dump: string): readonly ConfigurationFile[] {
  const files: ConfigurationFile[] = [];
  const marks = [...dump.matchAll(/^# configuration file (.+):$/gm)];
  for (const [index, mark] of marks.entries()) {
    const start = mark.index + mark[0].length + 1;
    files.push({ path: mark[1] ?? '', text: dump.slice(start, marks[index + 1]?.index) });
  }
  return files;
}

/** The server blocks of these files, in the order in which Nginx reads them. */
export function serverBlocks(files: readonly ConfigurationFile[]): readonly ServerBlock[] {
  return files.flatMap(({ path, text }) =>
    findAll(parseNginxFile(text, path), 'server')
      .filter(({ block }) => block !== undefined)
      .map(readServer),
  );
}

function readServer(server: Directive): ServerBlock {
  const directives = server.block ?? [];
  const listens = directives
    .filter(({ name }) => name === 'listen')
    .map(({ args, line }): Listen => {
      const address = args[0] ?? '';
      return {
        port: portOf(address),
        isDefault: args.includes('default_server') || args.includes('default'),
        address,
        isOpen: isOpen(address) || args.includes('ipv6only=off'),
        line,
      };
    });
  return {
    file: server.file,
    line: server.line,
    names: directives.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    // Without `listen`, Nginx run as root takes port 80.
    listens:
      listens.length > 0 ? listens : [{ port: 80, isDefault: false, address: '80', isOpen: true, line: 0 }],
    directives,
  };
}

/** `80`, `0.0.0.0:80` and `[::]:80` are port 80; an address alone is port 80 as well. */
function portOf(listen: string): number {
  const digits = /(?:^|:)(\d+)$/.exec(listen)?.[1];
  return digits === undefined ? 80 : Number(digits);
}

/** Not the machine's own address, IPv6 alone, or a Unix socket. */
function isOpen(listen: string): boolean {
  return !/^(?:127\.|localhost\b|\[|unix:)/.test(listen);
}

/**
 * The block that answers a request for this name and port, by Nginx's rules: an exact name, then the
 * longest wildcard, then a regular expression, then the port's default block. `null` when none listens there.
 */
export function blockFor(blocks: readonly ServerBlock[], host: string, port: number): ServerBlock | null {
  const here = blocks.filter((block) => isReached(block, port));
  const name = host.toLowerCase();
  const byWildcard = (matches: (pattern: string) => boolean): ServerBlock | undefined =>
    here
      .flatMap((block) => block.names.filter(matches).map((pattern) => ({ block, pattern })))
      .sort((one, other) => other.pattern.length - one.pattern.length)[0]?.block;
  return (
    here.find(({ names }) => names.some((own) => own.toLowerCase() === name)) ??
    byWildcard((pattern) => matchesLeading(pattern, name)) ??
    byWildcard((pattern) => pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1).toLowerCase())) ??
    here.find(({ names }) =>
      names.some((own) => own.startsWith('~') && matchesExpression(own.slice(1), 'i', name)),
    ) ??
    here.find(({ listens }) =>
      listens.some((listen) => listen.port === port && listen.isOpen && listen.isDefault),
    ) ??
    here[0] ??
    null
  );
}

/** Requests from outside to this port can get to the block. */
export function isReached({ listens }: ServerBlock, port: number): boolean {
  return listens.some((listen) => listen.port === port && listen.isOpen);
}

/** `*.example.org`, and `.example.org`, which is the name itself as well. */
function matchesLeading(pattern: string, name: string): boolean {
  if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1).toLowerCase());
  return (
    pattern.startsWith('.') &&
    (name.endsWith(pattern.toLowerCase()) || name === pattern.slice(1).toLowerCase())
  );
}

/** How often an expression may leave open how it goes on; each more multiplies the time that it can take. */
const MAX_CHOICES = 5;

/** Whether a regular expression of the reader's fits; not if it is one of PCRE's own, or could take long to tell. */
function matchesExpression(expression: string, flags: string, text: string): boolean {
  if (expression.length > 256) return false;
  const plain = expression
    .replaceAll(/\\./g, 'x')
    .replaceAll(/\[\^?[^\]]*\]/g, 'x')
    .replaceAll('(?', '(');
  const choices = plain.match(/[*+?|]/g)?.length ?? 0;
  if (choices > MAX_CHOICES || /\)[*+]|\{/.test(plain)) return false;
  try {
    return new RegExp(expression, flags).test(text);
  } catch {
    return false;
  }
}

/** The directive with which a block hands a path on: `uwsgi_pass`, `proxy_pass` … in the location that takes it. */
export function passFor(block: ServerBlock, path: string): Directive | null {
  const chosen = locationFor(block, path)?.block ?? [];
  return [...chosen, ...fallbackOf(chosen, block), ...block.directives].find(isPass) ?? null;
}

/**
 * The location that takes a path, by Nginx's rules: an exact one; else the first expression that fits, unless the
 * longest prefix forbids that (`^~`); else the longest prefix.
 */
export function locationFor(block: ServerBlock, path: string): Directive | null {
  const locations = block.directives.filter(
    ({ name, block: inner }) => name === 'location' && inner !== undefined,
  );
  const exact = locations.find(({ args }) => args[0] === '=' && args[1] === path);
  if (exact !== undefined) return exact;
  const longest = locations
    .filter((location) => path.startsWith(prefixOf(location) ?? '\n'))
    .sort((one, other) => (prefixOf(other) ?? '').length - (prefixOf(one) ?? '').length)[0];
  const expression =
    longest?.args[0] === '^~'
      ? undefined
      : locations.find(
          ({ args: [sign, pattern = ''] }) =>
            (sign === '~' || sign === '~*') && matchesExpression(pattern, sign === '~*' ? 'i' : '', path),
        );
  return expression ?? longest ?? null;
}

/** `/app` of `location /app` and `location ^~ /app`; `null` of other kinds. */
function prefixOf({ args: [first = '', second] }: Directive): string | null {
  if (second === undefined) return first.startsWith('@') ? null : first;
  return first === '^~' ? second : null;
}

function isPass({ name }: Directive): boolean {
  return /^(uwsgi|proxy|fastcgi|scgi)_pass$/.test(name);
}

/** What is in the named location to which `try_files … @name` hands a request that no file answers. */
function fallbackOf(location: readonly Directive[], block: ServerBlock): readonly Directive[] {
  const target = location.find(({ name }) => name === 'try_files')?.args.at(-1);
  if (target?.startsWith('@') !== true) return [];
  return block.directives.find(({ name, args }) => name === 'location' && args[0] === target)?.block ?? [];
}

/** Every `uwsgi_pass` of a block. */
export function uwsgiPasses(block: ServerBlock): readonly Directive[] {
  return findAll(block.directives, 'uwsgi_pass');
}

/** The `upstream` blocks of these files. */
export function upstreamsOf(files: readonly ConfigurationFile[]): readonly Upstream[] {
  return files
    .flatMap(({ path, text }) => findAll(parseNginxFile(text, path), 'upstream'))
    .flatMap(({ args: [name = ''], block = [] }) => {
      const server = block.find((directive) => directive.name === 'server');
      return server === undefined
        ? []
        : [{ name, address: server.args[0] ?? '', file: server.file, line: server.line }];
    });
}

/** A pattern that the main file includes, and where. */
export interface Include {
  readonly pattern: string;
  readonly line: number;
}

/** What a file includes, however deep: `/etc/nginx/sites-enabled/*`, relative ones from /etc/nginx. */
export function includesOf({ text, path }: ConfigurationFile): readonly Include[] {
  return findAll(parseNginxFile(text, path), 'include').flatMap(({ args: [pattern = ''], line }) => [
    { pattern: pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`, line },
  ]);
}

/** Whether a pattern of an `include` takes a file: `*` and `?` stand for signs of one name, which a dot may not begin. */
export function takes(pattern: string, path: string): boolean {
  const [names, own] = [pattern.split('/'), path.split('/')];
  return (
    names.length === own.length &&
    names.every((name, index) => {
      const text = own[index] ?? '';
      if (!/[*?]/.test(name)) return name === text;
      const [first = '', ...rest] = name.split('*');
      const last = rest.at(-1) ?? '';
      const isHidden = text.startsWith('.') && !name.startsWith('.');
      // More than one asterisk in a name is nobody's habit.
      return (
        !isHidden &&
        text.startsWith(first) &&
        text.endsWith(last) &&
        text.length >= first.length + last.length
      );
    })
  );
}

/** The file of a `unix:` address, or `null`: `unix:/run/app.sock` → `/run/app.sock`. */
export function socketOfPass(address: string): string | null {
  const path = /^(?:https?:\/\/)?unix:([^:]*)/.exec(address)?.[1];
  return path === undefined || path === '' ? null : path.replace(/^\/+/, '/');
}
