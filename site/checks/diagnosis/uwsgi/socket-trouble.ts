import type { CheckContext } from '../../guest/context.ts';
import type { MachineFacts, UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { asWritten } from '../../guest/listening.ts';
import { nginxGroups, type NginxGroups } from '../../guest/nginx-groups.ts';
import { may, parseParts, pathsTo, READ_WRITE, SEARCH, type PathPart } from '../../guest/path-access.ts';
import { isService, isUwsgi } from '../../guest/processes.ts';
import { quote, survey } from '../../guest/survey.ts';
import type { VassalFacts } from '../../guest/vassal-facts.ts';
import { baseName } from '../../text.ts';
import { symptom, trouble, type Symptom, type Trouble } from '../../words/index.ts';
import { olderThanGroupTrouble } from '../nginx/older-than-group.ts';
import { alteredGroupTrouble, alteredModeTrouble } from './altered-socket.ts';
import { misspeltKey } from './configuration-trouble.ts';
import { valueTrouble } from './value-trouble.ts';
import { vassalSocketTrouble } from './vassal-socket.ts';

/**
 * Nginx passes to one socket and uWSGI listens on another. `wanted` is the guide's, if the check names it:
 * it decides which of the two has to change.
 */
export function mismatchTrouble(
  passed: {
    readonly path: string;
    readonly file: string;
    readonly line: number;
    readonly directive: 'uwsgi_pass' | 'server';
  },
  own: string,
  wanted: string | undefined,
  uwsgi: UwsgiFacts,
  { nginxService }: MachineFacts,
  listens = true,
): Trouble {
  const { keeper, configuration, startFolder } = uwsgi;
  const malformed = valueTrouble(uwsgi, 'socket');
  if (malformed !== null) return malformed;
  return trouble('socket-path-mismatch', {
    at: 'both',
    passed: { socket: passed.path, path: passed.file, line: passed.line, directive: passed.directive },
    own,
    listens,
    change:
      wanted === undefined || own === wanted
        ? { side: 'nginx', service: nginxService }
        : {
            side: 'uwsgi',
            configuration: configuration?.path,
            socket: asWritten(wanted, startFolder),
            keeper,
          },
  });
}

/** Why Nginx may not open the socket: a folder that it may not pass through, the group, or the mode. */
export async function permissionTrouble(
  socket: string,
  uwsgi: UnitUwsgiFacts | VassalFacts | null,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const { user, group } = machine.nginx;
  const groups = await nginxGroups(machine, context);
  const readings = await survey(context, {
    parts: `stat -L -c '%a %U %G %n %F' ${pathsTo(socket).map(quote).join(' ')}`,
  });
  const parts = parseParts(readings.parts.output);

  const closed = parts.find((part) => part.type === 'directory' && !may(part, user, groups.running, SEARCH));
  if (closed !== undefined) return directoryTrouble(closed, groups, machine);

  const end = parts.find(({ path }) => path === socket);
  if (end === undefined || may(end, user, groups.running, READ_WRITE)) return null;
  const because = (why: 'groups' | { readonly group: string }): Symptom =>
    symptom('socket-closed', { socket: end, why });
  const altered = uwsgi === null ? null : alteredModeTrouble(end, uwsgi, { user, groups: groups.running });
  if (altered !== null) return altered;
  if (uwsgi?.kind === 'vassal') return vassalSocketTrouble(end, uwsgi, machine);
  if (groups.running.includes(end.group)) return modeTrouble(end, uwsgi);
  if (may(end, user, groups.now, READ_WRITE)) {
    return olderThanGroupTrouble(end.group, machine, because('groups'));
  }
  const outside = uwsgi === null ? null : outsideTrouble(end, group, uwsgi, machine);
  if (outside !== null) return { ...outside, symptom: because({ group }) };
  return (
    (uwsgi === null ? null : alteredGroupTrouble(end, uwsgi, group)) ??
    socketGroupTrouble(because({ group }), group, uwsgi)
  );
}

/** The unit runs with the right group, and the socket has another: not this uWSGI has made it. */
function outsideTrouble(
  end: PathPart,
  wanted: string,
  { unit, configuration, keeper }: UnitUwsgiFacts,
  { processes, unixListeners }: MachineFacts,
): Trouble | null {
  // With these, uWSGI gives its socket to another group than its own.
  const gives = configuration?.ini.entries.some(({ key }) => ['chown-socket', 'uid', 'gid'].includes(key));
  if (gives !== false || unit.group !== wanted) return null;
  const own = processes.filter((process) => process.unit === unit.id && isUwsgi(process));
  if (own.length === 0) return null;
  // The unit's file was changed, and systemd has read it, but uWSGI was started before.
  if (own.some(({ group }) => group === end.group)) {
    return trouble('uwsgi-not-restarted', { files: [unit.file], keeper });
  }
  const name = baseName(end.path);
  const holders = unixListeners
    .filter(({ path }) => path === end.path || path === name || path.endsWith(`/${name}`))
    .flatMap(({ programs }) => programs.map(({ pid }) => pid));
  const process = processes.find(
    (other) =>
      isUwsgi(other) &&
      other.unit !== unit.id &&
      holders.includes(other.pid) &&
      other.user === end.owner &&
      other.group === end.group,
  );
  return trouble('uwsgi-outside-unit', {
    seen: 'socket',
    unit: unit.name,
    group: wanted,
    process,
    isService: process !== undefined && isService(process.unit),
  });
}

/**
 * A folder on the way does not let Nginx through. Where homes are closed to others, as on the systems that yum
 * belongs to, the way is the folder's group; elsewhere, others may pass.
 */
function directoryTrouble(closed: PathPart, groups: NginxGroups, machine: MachineFacts): Trouble {
  const { nginx, installer, nginxService } = machine;
  const { group, mode } = closed;
  const facts = { folder: closed, user: nginx.user, restart: nginxService.restart };
  const isMember = groups.now.includes(group);
  const byGroup = isMember || (installer.manager === 'yum' && group !== 'root');
  if (!byGroup) return trouble('directory-not-searchable', { ...facts, way: 'others' });
  const isOpen = (mode & 0o010) !== 0;
  if (isOpen && isMember) {
    return olderThanGroupTrouble(
      group,
      machine,
      symptom('folder-closed', { folder: closed, user: nginx.user }),
    );
  }
  if (isOpen) return trouble('nginx-not-in-group', facts);
  const isRunning = groups.running.includes(group);
  return trouble('directory-not-searchable', { ...facts, way: 'group', isMember, isRunning });
}

/** The socket has a group to which Nginx does not belong: from the unit, or from uWSGI's own configuration. */
export function socketGroupTrouble(shownAs: Symptom, wanted: string, uwsgi: UnitUwsgiFacts | null): Trouble {
  const unit = uwsgi?.unit;
  const ini = uwsgi?.configuration;
  const given = ini?.ini.entries.findLast(({ key }) => key === 'chown-socket');
  const setsLogin = ini?.ini.entries.some(({ key }) => key === 'uid') === true;
  if (uwsgi === null || unit === undefined || (given === undefined && !setsLogin)) {
    const missing = trouble('unit-group-missing', { unit: unit ?? null, group: unit?.group ?? '', wanted });
    return { ...missing, symptom: shownAs };
  }
  const slip = misspeltKey(uwsgi);
  if (slip !== null) return { ...slip, symptom: shownAs };
  const path = ini?.path ?? "uWSGI's configuration";
  const facts = { path, owner: `${uwsgi.login}:${wanted}`, keeper: uwsgi.keeper };
  return given === undefined
    ? { ...trouble('chown-socket-missing', facts), symptom: shownAs }
    : {
        ...trouble('chown-socket-wrong', { ...facts, line: given.line, value: given.value }),
        symptom: shownAs,
      };
}

/** The socket's group is Nginx's, but it may not both read and write. */
function modeTrouble(socket: PathPart, uwsgi: UnitUwsgiFacts | null): Trouble {
  const slip = uwsgi === null ? null : misspeltKey(uwsgi);
  if (slip !== null) return { ...slip, symptom: symptom('socket-closed', { socket, why: 'mode' }) };
  const path = uwsgi?.configuration?.path ?? "uWSGI's configuration";
  const given = uwsgi?.configuration?.ini.entries.findLast(
    ({ key }) => key === 'chmod-socket' || key === 'chmod',
  );
  return uwsgi === null || given === undefined
    ? trouble('chmod-socket-missing', { socket, path, keeper: uwsgi?.keeper ?? null })
    : trouble('chmod-socket-too-strict', { socket, path, given, way: 'group', keeper: uwsgi.keeper });
}
