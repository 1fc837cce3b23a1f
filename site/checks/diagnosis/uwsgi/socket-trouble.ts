import type { CheckContext } from '../../guest/context.ts';
import type { MachineFacts, UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { nginxGroups, type NginxGroups } from '../../guest/nginx-groups.ts';
import { may, parseParts, pathsTo, READ_WRITE, SEARCH, type PathPart } from '../../guest/path-access.ts';
import { quote, survey } from '../../guest/survey.ts';
import type { VassalFacts } from '../../guest/vassal-facts.ts';
import { describePart, restartUnit } from '../../words/en/phrases.ts';
import { describeSocket } from '../../words/en/symptoms.ts';
import { symptom, trouble, type Symptom, type Trouble } from '../../words/index.ts';
import { olderThanGroupTrouble } from '../nginx/older-than-group.ts';
import { misspeltKey } from './configuration-trouble.ts';
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
): Trouble {
  const { keeper, configuration, startFolder: folder } = uwsgi;
  const relative = wanted?.startsWith(`${folder}/`) === true ? wanted.slice(folder.length + 1) : wanted;
  return trouble('socket-path-mismatch', {
    at: 'both',
    passed: { socket: passed.path, path: passed.file, line: passed.line, directive: passed.directive },
    own,
    change:
      relative === undefined || own === wanted
        ? { side: 'nginx', service: nginxService }
        : { side: 'uwsgi', configuration: configuration?.path, socket: relative, keeper },
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
  if (uwsgi?.kind === 'vassal') return vassalSocketTrouble(end, uwsgi, machine);
  if (groups.running.includes(end.group)) return modeTrouble(end, uwsgi);
  if (may(end, user, groups.now, READ_WRITE)) {
    return olderThanGroupTrouble(end.group, machine, because('groups'));
  }
  return socketGroupTrouble(because({ group }), group, uwsgi);
}

/**
 * A folder on the way does not let Nginx through. Where homes are closed to others, as on the systems that yum
 * belongs to, the way is the folder's group; elsewhere, others may pass.
 */
function directoryTrouble(closed: PathPart, groups: NginxGroups, machine: MachineFacts): Trouble {
  const { nginx, installer } = machine;
  const { path, group, mode } = closed;
  const found = `Nginx runs as ${nginx.user} and may not pass through ${path}: it ${describePart(closed)}`;
  const isMember = groups.now.includes(group);
  const byGroup = isMember || (installer.manager === 'yum' && group !== 'root');
  if (!byGroup) {
    return {
      cause: 'directory-not-searchable',
      found: `${found}, without an x for others.`,
      advice: `Let others pass through it: \`sudo chmod o+x ${path}\`.`,
    };
  }
  const open = (mode & 0o010) !== 0;
  if (open && isMember) {
    return olderThanGroupTrouble(
      group,
      machine,
      symptom('folder-closed', { folder: closed, user: nginx.user }),
    );
  }
  const join = isMember ? '' : `\`sudo usermod -a -G ${group} ${nginx.user}\``;
  const restartNginx = groups.running.includes(group)
    ? ''
    : `then \`${machine.nginxService.restart}\`, because a running program keeps the groups that it was started with`;
  if (open) {
    return {
      cause: 'nginx-not-in-group',
      found: `${found}, which let the group pass; but the login ${nginx.user} is not in the group ${group}.`,
      advice: `Put it in: ${join}, ${restartNginx}.`,
    };
  }
  const chmod = `Let its group pass through it: \`sudo chmod ${(mode | 0o010).toString(8)} ${path}\`.`;
  return {
    cause: 'directory-not-searchable',
    found: `${found}, without an x for its group or for others.`,
    advice: isMember
      ? `${chmod}${restartNginx === '' ? '' : ` And ${restartNginx}.`}`
      : `${chmod} The login ${nginx.user} is not in that group yet: ${join}, ${restartNginx}.`,
  };
}

/** The socket has a group to which Nginx does not belong: from the unit, or from uWSGI's own configuration. */
export function socketGroupTrouble(shownAs: Symptom, wanted: string, uwsgi: UnitUwsgiFacts | null): Trouble {
  const unit = uwsgi?.unit;
  const ini = uwsgi?.configuration;
  const given = ini?.ini.entries.findLast(({ key }) => key === 'chown-socket');
  const setsLogin = ini?.ini.entries.some(({ key }) => key === 'uid') === true;
  if (uwsgi === null || unit === undefined || (given === undefined && !setsLogin)) {
    return {
      cause: 'unit-group-missing',
      symptom: shownAs,
      found: `The unit ${unit?.group ? `runs with the group ${unit.group}` : 'names no group'}.`,
      advice:
        `In ${unit?.file ?? "the unit's file"}, under [Service], write \`Group=${wanted}\`. ${unit === undefined ? '' : restartUnit(unit)}`.trim(),
    };
  }
  const slip = misspeltKey(uwsgi);
  if (slip !== null) return { ...slip, symptom: shownAs };
  const line = `chown-socket = ${uwsgi.login}:${wanted}`;
  const again = `Then \`sudo systemctl restart ${unit.name}\`.`;
  const path = ini?.path ?? "uWSGI's configuration";
  return given === undefined
    ? {
        cause: 'chown-socket-missing',
        symptom: shownAs,
        found: `Nothing in ${path} says to whom the socket belongs.`,
        advice: `Write \`${line}\` into ${path}, below the line \`socket = …\`. ${again}`,
      }
    : {
        cause: 'chown-socket-wrong',
        symptom: shownAs,
        found: `Line ${given.line} of ${path} says \`chown-socket = ${given.value}\`.`,
        advice: `Change that line to \`${line}\`. ${again}`,
      };
}

/** The socket's group is Nginx's, but it may not both read and write. */
function modeTrouble(socket: PathPart, uwsgi: UnitUwsgiFacts | null): Trouble {
  const slip = uwsgi === null ? null : misspeltKey(uwsgi);
  if (slip !== null) return { ...slip, symptom: symptom('socket-closed', { socket, why: 'mode' }) };
  const is = describeSocket(socket);
  const again = uwsgi === null ? '' : ` Then \`sudo systemctl restart ${uwsgi.unit.name}\`.`;
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
