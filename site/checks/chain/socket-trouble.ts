import type { CheckContext } from '../context.ts';
import { valueOf } from '../ini.ts';
import type { GuestProcess } from '../processes.ts';
import { quote, survey } from '../survey.ts';
import type { Trouble } from '../verdict.ts';
import { misspeltKey } from './configuration-trouble.ts';
import type { MachineFacts, UwsgiFacts } from './facts.ts';
import { restart } from './unit-trouble.ts';

/** A folder or socket on the way, with its permissions. */
interface PathPart {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

const SEARCH = 0o1;
const READ_WRITE = 0o6;

/** The socket on which the unit listens, absolute: from its configuration, else from what its processes hold open. */
export function socketOfUnit(uwsgi: UwsgiFacts, machine: MachineFacts): string | null {
  const folder = uwsgi.unit.workingDirectory;
  const absolute = (path: string): string =>
    path.startsWith('/') ? path : `${folder}/${path.replace(/^\.\//, '')}`;
  const ini = uwsgi.configuration?.ini;
  const configured =
    ini === undefined
      ? undefined
      : (valueOf(ini, 'uwsgi', 'socket') ?? valueOf(ini, 'uwsgi', 'uwsgi-socket'));
  if (configured !== undefined && !/^[^/]*:\d+$/.test(configured)) return absolute(configured);
  const pids = new Set(machine.processes.filter(({ unit }) => unit === uwsgi.unit.id).map(({ pid }) => pid));
  const held = machine.unixListeners.find(({ programs }) => programs.some(({ pid }) => pids.has(pid)));
  return held === undefined ? null : absolute(held.path);
}

/** Nginx's worker, as whom it opens the socket. */
function nginxWorker(machine: MachineFacts): { readonly user: string; readonly group: string } {
  const isWorker = ({ command }: GuestProcess): boolean => command.startsWith('nginx: worker process');
  return machine.processes.find(isWorker) ?? { user: 'www-data', group: 'www-data' };
}

/**
 * Nginx passes to one socket and uWSGI listens on another. `wanted` is the guide's, if the check names it:
 * it decides which of the two has to change.
 */
export function mismatchTrouble(
  passed: { readonly path: string; readonly file: string; readonly line: number },
  own: string,
  wanted: string | undefined,
  uwsgi: UwsgiFacts,
): Trouble {
  const { unit, configuration } = uwsgi;
  const changeNginx = wanted === undefined || own === wanted;
  const folder = unit.workingDirectory;
  const relative = wanted?.startsWith(`${folder}/`) === true ? wanted.slice(folder.length + 1) : wanted;
  return {
    cause: 'socket-path-mismatch',
    found: `Nginx looks for the socket ${passed.path}, but uWSGI listens on ${own}.`,
    advice: changeNginx
      ? `In ${passed.file}, line ${passed.line}, write \`uwsgi_pass unix:${own};\`. Then \`sudo nginx -t\` and \`sudo systemctl restart nginx\`.`
      : `In ${configuration?.path ?? "uWSGI's configuration"} write \`socket = ${relative ?? ''}\`. Then \`sudo systemctl restart ${unit.name}\`.`,
  };
}

/** Why Nginx may not open the socket: a folder that it may not pass through, the group, or the mode. */
export async function permissionTrouble(
  socket: string,
  uwsgi: UwsgiFacts | null,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const worker = nginxWorker(machine);
  const names = socket.split('/').slice(1);
  const paths = ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
  const readings = await survey(context, {
    groups: `id -nG ${quote(worker.user)}`,
    parts: `stat -L -c '%a %U %G %n %F' ${paths.map(quote).join(' ')}`,
  });
  const groups = [worker.group, ...readings.groups.output.trim().split(/\s+/)];
  const parts = parseParts(readings.parts.output);

  const closed = parts.find((part) => part.type === 'directory' && !may(part, worker.user, groups, SEARCH));
  if (closed !== undefined) {
    return {
      cause: 'directory-not-searchable',
      found: `Nginx runs as ${worker.user} and may not pass through ${closed.path}: it belongs to ${closed.owner}:${closed.group} and its permissions are ${closed.mode.toString(8)}.`,
      advice: `Let others pass through it: \`sudo chmod o+x ${closed.path}\`.`,
    };
  }
  const end = parts.find(({ path }) => path === socket);
  if (end === undefined || may(end, worker.user, groups, READ_WRITE)) return null;
  return endTrouble(end, groups, worker.group, uwsgi);
}

function endTrouble(
  end: PathPart,
  groups: readonly string[],
  nginxGroup: string,
  uwsgi: UwsgiFacts | null,
): Trouble {
  const is = `The socket ${end.path} belongs to ${end.owner}:${end.group} with the permissions ${end.mode.toString(8)}`;
  const unit = uwsgi?.unit;
  const slip = uwsgi === null ? null : misspeltKey(uwsgi);
  if (!groups.includes(end.group)) {
    const file = unit?.file ?? "the unit's file";
    return {
      cause: 'unit-group-missing',
      found: `${is}; Nginx is in the group ${nginxGroup}, so it may not open it. The unit ${unit?.group ? `runs with the group ${unit.group}` : 'names no group'}.`,
      advice:
        `In ${file}, under [Service], write \`Group=${nginxGroup}\`. ${unit === undefined ? '' : restart(unit)}`.trim(),
    };
  }
  if (slip !== null) return { ...slip, found: `${is}, so Nginx may not write to it. ${slip.found}` };
  const again = unit === undefined ? '' : ` Then \`sudo systemctl restart ${unit.name}\`.`;
  const path = uwsgi?.configuration?.path ?? "uWSGI's configuration";
  const given = uwsgi?.configuration?.ini.entries.findLast(
    ({ key }) => key === 'chmod-socket' || key === 'chmod',
  );
  return given === undefined
    ? {
        cause: 'chmod-socket-missing',
        found: `${is}: its group, to which Nginx belongs, may not write to it.`,
        advice: `Write \`chmod-socket = 660\` into ${path}, below the line \`socket = …\`.${again}`,
      }
    : {
        cause: 'chmod-socket-too-strict',
        found: `${is}, because line ${given.line} of ${path} says \`${given.key} = ${given.value}\`: its group, to which Nginx belongs, may not both read and write.`,
        advice: `Change that line to \`chmod-socket = 660\`.${again}`,
      };
}

/** `stat -c '%a %U %G %n %F'` */
function parseParts(output: string): readonly PathPart[] {
  return output.split('\n').flatMap((line) => {
    const match = /^([0-7]+) (\S+) (\S+) (\/\S*) (.+)$/.exec(line);
    if (match === null) return [];
    const [, mode = '0', owner = '', group = '', path = '', type = ''] = match;
    return [{ mode: Number.parseInt(mode, 8), owner, group, path, type }];
  });
}

/** What the kernel decides: the owner's bits for the owner, the group's for its members, else the others'. */
function may(part: PathPart, user: string, groups: readonly string[], bits: number): boolean {
  if (user === 'root') return true;
  const shift = part.owner === user ? 6 : groups.includes(part.group) ? 3 : 0;
  return ((part.mode >> shift) & bits) === bits;
}
