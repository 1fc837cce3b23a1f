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
  readonly listens: readonly { readonly port: number; readonly isDefault: boolean }[];
  readonly directives: readonly Directive[];
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
    .map(({ args }) => ({
      port: portOf(args[0] ?? ''),
      isDefault: args.includes('default_server') || args.includes('default'),
    }));
  return {
    file: server.file,
    line: server.line,
    names: directives.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    // Without `listen`, Nginx run as root takes port 80.
    listens: listens.length > 0 ? listens : [{ port: 80, isDefault: false }],
    directives,
  };
}

/** `80`, `0.0.0.0:80` and `[::]:80` are port 80; an address alone is port 80 as well. */
function portOf(listen: string): number {
  const digits = /(?:^|:)(\d+)$/.exec(listen)?.[1];
  return digits === undefined ? 80 : Number(digits);
}

/**
 * The block that answers a request for this name and port, by Nginx's rules: an exact name, then the
 * longest wildcard, then a regular expression, then the port's default block. `null` when none listens there.
 */
export function blockFor(blocks: readonly ServerBlock[], host: string, port: number): ServerBlock | null {
  const here = blocks.filter(({ listens }) => listens.some((listen) => listen.port === port));
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
    here.find(({ listens }) => listens.some((listen) => listen.port === port && listen.isDefault)) ??
    here[0] ??
    null
  );
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

/** The directive with which a block hands a path on: `uwsgi_pass`, `proxy_pass` … in the longest location that fits. */
export function passFor(block: ServerBlock, path: string): Directive | null {
  const candidates = block.directives
    .filter(({ name, block: inner }) => name === 'location' && inner !== undefined)
    .map((location) => ({ location, fit: fitOf(location.args, path) }))
    .filter(({ fit }) => fit >= 0)
    .sort((one, other) => other.fit - one.fit);
  const chosen = candidates[0]?.location.block ?? [];
  return [...chosen, ...fallbackOf(chosen, block), ...block.directives].find(isPass) ?? null;
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

/** How well a location fits: the length of its prefix, more for `=`, -1 when it does not. */
function fitOf(args: readonly string[], path: string): number {
  const [first = '', second] = args;
  if (second === undefined || first === '^~') {
    const prefix = second ?? first;
    return path.startsWith(prefix) ? prefix.length : -1;
  }
  if (first === '=') return path === second ? Number.MAX_SAFE_INTEGER : -1;
  return matchesExpression(second, first === '~*' ? 'i' : '', path) ? 10_000 : -1;
}

/** Every `uwsgi_pass` of a block. */
export function uwsgiPasses(block: ServerBlock): readonly Directive[] {
  return findAll(block.directives, 'uwsgi_pass');
}

/** The file of a `unix:` address, or `null`: `unix:/run/app.sock` → `/run/app.sock`. */
export function socketOfPass(address: string): string | null {
  const path = /^(?:https?:\/\/)?unix:([^:]*)/.exec(address)?.[1];
  return path === undefined || path === '' ? null : path;
}
