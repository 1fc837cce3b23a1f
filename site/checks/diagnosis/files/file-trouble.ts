/** What is wrong with a file: it is not there, or its type, owner, mode, content, syntax or target is another. */
import type { FileStat } from '../../../sandbox/types.ts';
import type { CheckContext } from '../../guest/context.ts';
import { parseIni } from '../../guest/ini.ts';
import { countBraces, lineWithoutSemicolon } from '../../guest/nginx-syntax.ts';
import { quote, survey } from '../../guest/survey.ts';
import { closestLine, lastLines } from '../../text.ts';
import type { Trouble } from '../../verdict.ts';
import { pythonErrorTrouble } from '../python/python-error.ts';
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

/** The types of files, as sentences name them. */
export const TYPE_NAMES: Readonly<Record<FileStat['type'], string>> = {
  file: 'a file',
  directory: 'a folder',
  symlink: 'a symbolic link',
  socket: 'a socket',
  other: 'a special file',
};

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
    return {
      cause: 'link-broken',
      found: `${path} is a symbolic link to ${link.target ?? 'somewhere'}, where there is nothing.`,
      advice:
        check.target === undefined
          ? `Remove it with \`sudo rm ${path}\` and make it again with the whole path of the file that it should lead to.`
          : adviseLink(path, check.target),
    };
  }
  if (check.target !== undefined) {
    const { target } = check;
    if (resolved !== target) {
      return {
        cause: 'link-elsewhere',
        found: `${path} leads to ${resolved}.`,
        advice: adviseLink(path, target),
      };
    }
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
  const { listing } = await survey(context, { listing: `ls -1A ${quote(folder)}` });
  if (listing.code !== 0) {
    return missingFolderTrouble(folder, name, context);
  }
  const similar = closestLine(name, listing.output.split('\n').filter(Boolean), 3);
  if (similar !== null) {
    return {
      cause: 'file-misnamed',
      found: `There is no ${path}, but there is a ${similar.text} in the same folder.`,
      advice: `If that is the one, rename it: \`${sudoFor(folder, context)}mv ${folder}/${similar.text} ${path}\`.`,
    };
  }
  if (check.type === 'symlink' || check.target !== undefined) {
    return {
      cause: 'link-missing',
      found: `There is no ${path}.`,
      advice: `Make the link: \`${sudoFor(folder, context)}ln -s ${check.target ?? 'TARGET'} ${folder}\`.`,
    };
  }
  return {
    cause: 'file-missing',
    found: `There is no ${path}.`,
    advice:
      check.type === 'directory'
        ? `Make the folder: \`${sudoFor(folder, context)}mkdir ${path}\`.`
        : `Write it: \`${sudoFor(folder, context)}nano ${path}\`, then save with Ctrl+O and Enter, and leave with Ctrl+X.`,
  };
}

function sudoFor(folder: string, { home }: CheckContext): string {
  return folder === home || folder.startsWith(`${home}/`) ? '' : 'sudo ';
}

async function resolve(path: string, context: CheckContext): Promise<string | null> {
  const { target } = await survey(context, { target: `readlink -e ${quote(path)}` });
  return target.code === 0 ? target.output.trim() : null;
}

function typeTrouble(path: string, stat: FileStat, wanted: FileStat['type']): Trouble {
  return {
    cause: 'file-wrong-type',
    found: `${path} is ${TYPE_NAMES[stat.type]}, not ${TYPE_NAMES[wanted]}.`,
    advice: `Move it away (\`sudo mv ${path} ${path}.old\`) and make it again as the text shows.`,
  };
}

function adviseLink(path: string, target: string): string {
  return `Make it anew: \`sudo rm ${path}\`, then \`sudo ln -s ${target} ${path.slice(0, path.lastIndexOf('/'))}\`.`;
}

function ownerTrouble(check: WantedFile, path: string, stat: FileStat): Trouble | null {
  const owner = check.owner ?? stat.owner;
  const group = check.group ?? stat.group;
  if (stat.owner !== owner || stat.group !== group) {
    return {
      cause: 'file-wrong-owner',
      found: `${path} belongs to ${stat.owner}:${stat.group}, not to ${owner}:${group}.`,
      advice:
        check.recursive === true
          ? adviseChown(owner, group, path)
          : `Give it to them: \`sudo chown ${owner}:${group} ${path}\`.`,
    };
  }
  if (check.mode !== undefined && stat.mode !== Number.parseInt(check.mode, 8)) {
    return {
      cause: 'file-wrong-mode',
      found: `Its permissions are ${stat.mode.toString(8)}, not ${check.mode}.`,
      advice: `Set them: \`sudo chmod ${check.mode} ${path}\`.`,
    };
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
  const wanted = `${owner ?? ''}:${group ?? ''}`;
  return {
    cause: 'file-wrong-owner',
    found: `${match[2] ?? ''} belongs to ${match[1] ?? ''}, not to ${wanted}. Perhaps it was made after the \`chown\`, with sudo, or the \`chown\` had no \`-R\`.`,
    advice: adviseChown(owner ?? '', group ?? '', path),
  };
}

function adviseChown(owner: string, group: string, path: string): string {
  return `Change the owner of everything in it: \`sudo chown -R ${owner}:${group} ${path}/\`.`;
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
    return {
      cause: 'file-empty',
      found: `${path} is empty.`,
      advice:
        'Write what the text shows into it, and save before you leave the editor (in nano: Ctrl+O, Enter, Ctrl+X).',
    };
  }
  // Wanted text first: it names the line to mend, where a syntax error may point at the line after it.
  return (
    missingText(check, path, content) ??
    (check.lacks !== undefined && holds(content, check.lacks)
      ? {
          cause: 'file-has-too-much',
          found: `${path} still contains \`${check.lacks}\`.`,
          advice: 'Take that out and save the file.',
        }
      : null) ??
    (check.syntax === 'ini' ? iniSyntaxTrouble(path, content) : null) ??
    (check.syntax === 'nginx' ? nginxSyntaxTrouble(path, content) : null) ??
    (check.syntax === 'python' ? await pythonSyntaxTrouble(path, context) : null)
  );
}

function missingText(check: WantedFile, path: string, content: string): Trouble | null {
  const wanted = check.contains === undefined ? [] : [check.contains].flat();
  const missing = wanted.find((text) => !holds(content, text));
  if (missing === undefined) return null;
  const shown = missing.trim();
  const lines = content.split('\n');
  const commented = lines.findIndex((line) => isComment(line) && holds(line.replace(/^\s*[#;]+/, ''), shown));
  if (commented >= 0) {
    return {
      cause: 'file-line-commented',
      found: `Line ${commented + 1} of ${path} is a comment: \`${(lines[commented] ?? '').trim()}\`.`,
      advice: `Take away the sign at its beginning, so that it reads \`${shown}\`, and save.`,
    };
  }
  const near = shown.includes('\n')
    ? null
    : (closestLine(shown, lines, Math.ceil(shown.length / 3)) ?? lineOfSameKey(shown, lines));
  return {
    cause: near === null ? 'file-lacks-text' : 'file-line-differs',
    found:
      near === null
        ? `${path} does not contain \`${shown}\`.`
        : `Line ${near.line} of ${path} is \`${near.text.trim()}\`, where \`${shown}\` should be.`,
    advice:
      near === null
        ? `Open the file, write \`${shown}\` where the text shows it, and save.`
        : `Change line ${near.line} to \`${shown}\` and save.`,
  };
}

/** The line that sets the same key (`User=`) or begins with the same directive (`server_name …;`), or `null`. */
function lineOfSameKey(wanted: string, lines: readonly string[]): { line: number; text: string } | null {
  const key =
    /^([\w.-]+)\s*=/.exec(wanted)?.[1] ?? (wanted.endsWith(';') ? /^\w+/.exec(wanted)?.[0] : undefined);
  if (key === undefined) return null;
  const index = lines.findIndex((line) => /^\s*([\w.-]+)/.exec(line)?.[1] === key);
  return index < 0 ? null : { line: index + 1, text: lines[index] ?? '' };
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
  return {
    cause: 'ini-syntax-error',
    found: `Line ${error.line} of ${path}, \`${error.text}\`, is neither a section in brackets nor a \`key = value\`.`,
    advice: `Fix line ${error.line} and save the file.`,
  };
}

/** What can be told before `nginx -t`, which knows a file only once it is loaded. */
function nginxSyntaxTrouble(path: string, content: string): Trouble | null {
  const open = lineWithoutSemicolon(content);
  if (open !== null) {
    return {
      cause: 'nginx-missing-semicolon',
      found: `Line ${open.line} of ${path}, \`${open.text}\`, does not end in a semicolon.`,
      advice: `Write \`${open.text};\` in line ${open.line} and save the file.`,
    };
  }
  const { opened, closed } = countBraces(content);
  if (opened === closed) return null;
  return {
    cause: 'nginx-missing-brace',
    found: `The braces of ${path} do not pair: ${opened} open and ${closed} close.`,
    advice: 'Each `{` needs its `}`: one for the location, one for the server.',
  };
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
