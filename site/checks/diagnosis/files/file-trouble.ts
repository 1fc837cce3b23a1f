/** What is wrong with a file: it is not there, or its type, owner, mode, content, syntax or target is another. */
import type { FileStat } from '../../../sandbox/types.ts';
import type { CheckContext } from '../../guest/context.ts';
import { parseIni } from '../../guest/ini.ts';
import { listFolder } from '../../guest/listing.ts';
import {
  countBraces,
  findAll,
  lineWithoutSemicolon,
  parseNginxFile,
  type Directive,
} from '../../guest/nginx-syntax.ts';
import { quote, survey } from '../../guest/survey.ts';
import { unclosedBlock } from '../../guest/unclosed-block.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { pythonErrorTrouble } from './python-error.ts';
import { isGuideFolder, listElsewhere, misnamedAs, savedElsewhere } from './missing-file.ts';
import { missingFolderTrouble } from './missing-folder.ts';

/** How a file should be. What is absent does not matter. */
export interface WantedFile {
  readonly type?: Exclude<FileStat['type'], 'other'> | undefined;
  readonly contains?: string | readonly string[] | undefined;
  readonly lacks?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly recursive?: boolean | undefined;
  readonly mode?: string | undefined;
  readonly target?: string | undefined;
  readonly syntax?: 'python' | 'ini' | 'nginx' | undefined;
}

/** Why the file is not there, or not as it should be; `null` when it is. `path` is absolute. */
export async function fileTrouble(
  check: WantedFile,
  path: string,
  context: CheckContext,
): Promise<Trouble | null> {
  const link = await context.agent.stat(path);
  if (link === null) return missingTrouble(check, path, context);

  // Other properties than `type: symlink` and `target` are those of the file behind a link.
  const wantsLink = check.type === 'symlink' || check.target !== undefined;
  if (check.type === 'symlink' && link.type !== 'symlink') return typeTrouble(path, link, 'symlink');
  const resolved = link.type === 'symlink' ? await resolve(path, context) : path;
  if (resolved === null) {
    return trouble('link-broken', { path, target: link.target, wanted: check.target });
  }
  if (check.target !== undefined) {
    const { target: wanted } = check;
    if (resolved !== wanted) return trouble('link-elsewhere', { path, target: resolved, wanted });
  }
  const stat = link.type === 'symlink' ? await context.agent.stat(resolved) : link;
  if (stat === null) throw new Error(`${resolved} vanished while it was being looked at.`);
  // Only a file has content.
  const wanted = isAboutContent(check) ? 'file' : wantsLink ? undefined : check.type;
  if (wanted !== undefined && stat.type !== wanted) return typeTrouble(path, stat, wanted);
  return (
    ownerTrouble(check, path, stat) ??
    (check.recursive === true ? await innerOwnerTrouble(check, path, context) : null) ??
    (await contentTrouble(check, path, context))
  );
}

async function missingTrouble(check: WantedFile, path: string, context: CheckContext): Promise<Trouble> {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { listing, elsewhere } = await survey(context, {
    listing: listFolder(folder),
    elsewhere: listElsewhere(folder, name, context),
  });
  if (listing.code !== 0) {
    return missingFolderTrouble(folder, name, context);
  }
  const needsSudo = !isOwn(folder, context);
  const isLink = check.type === 'symlink' || check.target !== undefined;
  const type = isLink ? 'symlink' : (check.type ?? 'file');
  if (isGuideFolder(folder, context)) {
    const near = misnamedAs(name, type, listing.output);
    if (near !== null) return trouble('file-misnamed', { path, needsSudo, near });
    const other = type === 'file' ? savedElsewhere(path, elsewhere.output) : null;
    if (other !== null) {
      const bothOwn = !needsSudo && isOwn(other, context);
      return trouble('file-misplaced', { path, needsSudo: !bothOwn, elsewhere: other });
    }
  }
  return isLink
    ? trouble('link-missing', { path, needsSudo, target: check.target })
    : trouble('file-missing', { path, needsSudo, isFolder: check.type === 'directory' });
}

/** The reader may write in this folder without sudo. */
function isOwn(folder: string, { home }: CheckContext): boolean {
  return folder === home || folder.startsWith(`${home}/`);
}

async function resolve(path: string, context: CheckContext): Promise<string | null> {
  const { target } = await survey(context, { target: `readlink -e ${quote(path)}` });
  return target.code === 0 ? target.output.trim() : null;
}

function typeTrouble(path: string, stat: FileStat, wanted: FileStat['type']): Trouble {
  return trouble('file-wrong-type', { path, type: stat.type, wanted });
}

function ownerTrouble(check: WantedFile, path: string, stat: FileStat): Trouble | null {
  const owner = check.owner ?? stat.owner;
  const group = check.group ?? stat.group;
  if (stat.owner !== owner || stat.group !== group) {
    return trouble('file-wrong-owner', {
      path,
      owner: `${stat.owner}:${stat.group}`,
      wanted: `${owner}:${group}`,
      folder: check.recursive === true ? path : null,
      inside: false,
    });
  }
  if (check.mode !== undefined && stat.mode !== Number.parseInt(check.mode, 8)) {
    return trouble('file-wrong-mode', { path, mode: stat.mode, wanted: check.mode });
  }
  return null;
}

/** Something in a folder belongs to somebody else. */
async function innerOwnerTrouble(
  { owner, group }: WantedFile,
  path: string,
  context: CheckContext,
): Promise<Trouble | null> {
  const wrong = [
    ...(owner === undefined ? [] : [`! -user ${quote(owner)}`]),
    ...(group === undefined ? [] : [`! -group ${quote(group)}`]),
  ].join(' -o ');
  if (wrong === '') return null;
  const { found } = await survey(context, {
    found: `find ${quote(path)} \\( ${wrong} \\) -printf '%u:%g %p\\n' -quit`,
  });
  const match = /^(\S+) (\/.*)$/m.exec(found.output);
  if (match === null) {
    // What vanishes during the search is nobody's.
    const complaints = found.output.split('\n').filter((line) => !line.includes('No such file or directory'));
    const complaint = lastLines(complaints.join('\n'), 1);
    if (complaint !== '') throw new Error(`${path} could not be searched: ${complaint}`);
    return null;
  }
  return trouble('file-wrong-owner', {
    path: match[2] ?? '',
    owner: match[1] ?? '',
    wanted: `${owner ?? ''}:${group ?? ''}`,
    folder: path,
    inside: true,
  });
}

function isAboutContent({ syntax, contains, lacks }: WantedFile): boolean {
  return syntax !== undefined || contains !== undefined || lacks !== undefined;
}

async function contentTrouble(
  check: WantedFile,
  path: string,
  context: CheckContext,
): Promise<Trouble | null> {
  if (!isAboutContent(check)) return null;
  const content = await context.agent.readFile(path);
  if (content === null) throw new Error(`${path} vanished while it was being read.`);
  if (content.trim() === '' && check.contains !== undefined) {
    return trouble('file-empty', { path });
  }
  // Wanted text first: it names the line to mend, where a syntax error may point at the line after it.
  return (
    missingText(check, path, content) ??
    (check.lacks !== undefined && holds(content, check.lacks)
      ? trouble('file-has-too-much', { path, text: check.lacks })
      : null) ??
    (check.syntax === 'ini' ? iniSyntaxTrouble(path, content) : null) ??
    (check.syntax === 'nginx' ? nginxSyntaxTrouble(path, content) : null) ??
    (check.syntax === 'nginx' ? outsideLocationTrouble(path, content) : null) ??
    (check.syntax === 'python' ? await pythonSyntaxTrouble(path, context) : null) ??
    (check.syntax === 'python' ? unguardedRunTrouble(path, content) : null)
  );
}

function missingText(check: WantedFile, path: string, content: string): Trouble | null {
  const wanted = check.contains === undefined ? [] : [check.contains].flat();
  const lines = content.split('\n');
  const missing = wanted.find((text) => !holds(content, text));
  if (missing === undefined) return isIni(check, path) ? commentBehind(wanted, path, lines) : null;
  const shown = missing.trim();
  const commented = lines.findIndex((line) => isComment(line) && holds(line.replace(/^\s*[#;]+/, ''), shown));
  if (commented >= 0) {
    return trouble('file-line-commented', {
      path,
      line: commented + 1,
      text: (lines[commented] ?? '').trim(),
      wanted: shown,
    });
  }
  const others = wanted.filter((text) => text !== missing);
  const own = ownLines(lines, others, content);
  const near = shown.includes('\n')
    ? null
    : (closestLine(shown, own, Math.ceil(shown.length / 3)) ?? lineOfSameKey(shown, own));
  return near === null
    ? trouble('file-lacks-text', { path, wanted: shown })
    : trouble('file-line-differs', { path, line: near.line, text: near.text.trim(), wanted: shown });
}

/**
 * The lines among which a wrong one is looked for, the others empty: not those that are already as another wanted text
 * wants them; and where a file has several server blocks, only those of the block that has another wanted text.
 */
function ownLines(lines: readonly string[], others: readonly string[], content: string): readonly string[] {
  const isTaken = lines.map((line) => line.trim() !== '' && others.some((text) => holds(line, text)));
  const directives = parseNginxFile(content, '');
  const servers = findAll(directives, 'server').filter(({ block }) => block !== undefined);
  // The packaged one is the reader's as little as one of several.
  const isShared =
    servers.length > 1 || findAll(directives, 'listen').some(({ args }) => args.includes('default_server'));
  const own = servers.flatMap(({ block = [] }) => {
    const within = linesOf(block);
    return within.some((line) => isTaken[line - 1] === true) ? within : [];
  });
  const isOwn = new Set(own);
  return lines.map((line, index) =>
    isTaken[index] === true || (isShared && !isOwn.has(index + 1)) ? '' : line,
  );
}

/** The lines of directives, and of what stands in their blocks. */
function linesOf(directives: readonly Directive[]): readonly number[] {
  return directives.flatMap(({ line, block = [] }) => [line, ...linesOf(block)]);
}

/** The only line that sets the same key (`User=`) or begins with the same directive (`server_name …;`), or `null`. */
function lineOfSameKey(wanted: string, lines: readonly string[]): { line: number; text: string } | null {
  const key =
    /^([\w.-]+)\s*=/.exec(wanted)?.[1] ?? (wanted.endsWith(';') ? /^\w+/.exec(wanted)?.[0] : undefined);
  if (key === undefined) return null;
  const found = lines.flatMap((text, index) =>
    /^\s*([\w.-]+)/.exec(text)?.[1] === key ? [{ line: index + 1, text }] : [],
  );
  const [only] = found;
  // `include` comes several times, and of two lines nobody knows which was meant.
  return only === undefined || found.length > 1 ? null : only;
}

/** A file in which a comment has a line of its own, and whatever stands behind a value belongs to it. */
function isIni({ syntax }: WantedFile, path: string): boolean {
  return syntax === 'ini' || /\.(ini|service)$/.test(path);
}

/** A line that is as it should be but for the comment behind its value. */
function commentBehind(wanted: readonly string[], path: string, lines: readonly string[]): Trouble | null {
  for (const text of wanted) {
    const shown = squeeze(text);
    if (!shown.includes('=')) continue;
    const index = lines.findIndex((line) => {
      const own = squeeze(line);
      return !isComment(line) && own.startsWith(shown) && /^\s*[#;]/.test(own.slice(shown.length));
    });
    const isRight = lines.some((line) => squeeze(line) === shown);
    if (index >= 0 && !isRight) {
      return trouble('file-comment-behind', {
        path,
        line: index + 1,
        text: (lines[index] ?? '').trim(),
        wanted: text.trim(),
      });
    }
  }
  return null;
}

/**
 * Whether a file holds a text, outside its comments and not as a part of a longer word: `module = wsgi:app`
 * does not hold in `module = wsgi:application`.
 */
function holds(content: string, wanted: string): boolean {
  const text = squeeze(wanted);
  const withComments = isComment(wanted);
  const inside = squeeze(
    content
      .split('\n')
      .filter((line) => withComments || !isComment(line))
      .join('\n'),
  );
  for (let at = inside.indexOf(text); at >= 0; at = inside.indexOf(text, at + 1)) {
    const joinsBefore = WORD.test(text[0] ?? '') && WORD.test(inside[at - 1] ?? '');
    const joinsAfter = WORD.test(text.at(-1) ?? '') && WORD.test(inside[at + text.length] ?? '');
    if (!joinsBefore && !joinsAfter) return true;
  }
  return false;
}

const WORD = /^[\w-]$/;

function isComment(line: string): boolean {
  return /^\s*[#;]/.test(line);
}

/** One blank for each run of blanks and none around `=`, so that indentation, line ends and style do not matter. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/ ?= ?/g, '=').trim();
}

function iniSyntaxTrouble(path: string, content: string): Trouble | null {
  const error = parseIni(content).error;
  if (error === undefined) return null;
  return trouble('ini-syntax-error', { path, line: error.line, text: error.text, keeper: null });
}

/** What can be told before `nginx -t`, which knows a file only once it is loaded. */
function nginxSyntaxTrouble(path: string, content: string): Trouble | null {
  const open = lineWithoutSemicolon(content);
  if (open !== null) {
    return trouble('nginx-missing-semicolon', { path, line: open.line, text: open.text, service: null });
  }
  const braces = countBraces(content);
  if (braces.opened === braces.closed) return null;
  return trouble('nginx-missing-brace', { path, braces, unclosed: unclosedBlock(content), refused: null });
}

/** `uwsgi_pass` hands on the requests of a location, and stands nowhere else. */
function outsideLocationTrouble(path: string, content: string): Trouble | null {
  const [stray] = outsideLocations(parseNginxFile(content, path)).filter(({ name }) => name === 'uwsgi_pass');
  if (stray === undefined) return null;
  const text = `uwsgi_pass ${stray.args.join(' ')};`;
  return trouble('nginx-pass-outside-location', { path, line: stray.line, text });
}

/** The directives that stand in no location. */
function outsideLocations(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) =>
    directive.name === 'location' ? [] : [directive, ...outsideLocations(directive.block ?? [])],
  );
}

/** The application's own server, started by whoever imports the file: `app.run()` at the left margin. */
function unguardedRunTrouble(path: string, content: string): Trouble | null {
  const lines = content.split('\n');
  const index = lines.findIndex((line) => /^\w+\.run\(/.test(line));
  return index < 0
    ? null
    : trouble('python-run-at-margin', { path, line: index + 1, text: (lines[index] ?? '').trim() });
}

/** Compiles in memory: nothing is run and no .pyc is written. */
async function pythonSyntaxTrouble(path: string, context: CheckContext): Promise<Trouble | null> {
  const program = 'import sys; compile(open(sys.argv[1], "rb").read(), sys.argv[1], "exec")';
  const { compiled } = await survey(context, {
    compiled: `python3 -I -S -B -c ${quote(program)} ${quote(path)}`,
  });
  if (compiled.code === 0) return null;
  if (compiled.code === 127) throw new Error('The machine has no python3, which this check needs.');
  return pythonErrorTrouble(compiled.output, path);
}
