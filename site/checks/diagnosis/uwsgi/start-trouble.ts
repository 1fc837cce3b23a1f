/** Why uWSGI, started by systemd, ended before it could serve: the shell before it, its login, its socket. */
import type { UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { closestLine, lastLines } from '../../text.ts';
import { afterConfiguration } from '../../words/en/keeper.ts';
import type { Trouble } from '../../words/index.ts';

/** A login or a group in uWSGI's configuration that this machine does not have. */
export function loginTrouble(facts: UwsgiFacts, login: string): Trouble | null {
  const { keeper, configuration, nginx } = facts;
  const log = facts.log.join('\n');
  const path = configuration?.path ?? "uWSGI's configuration";
  const again = afterConfiguration(keeper);
  const at = (key: string): string => {
    const line = configuration?.ini.entries.findLast((entry) => entry.key === key)?.line;
    return line === undefined ? `In ${path}` : `In line ${line} of ${path}`;
  };

  const own = /^(user|group) (\S+) not found\.$/m.exec(log);
  if (own !== null) {
    const [evidence, kind, name = ''] = own;
    const key = kind === 'user' ? 'uid' : 'gid';
    const near = closestLine(name, kind === 'user' ? facts.users : facts.groups, 2)?.text ?? login;
    return {
      cause: kind === 'user' ? 'ini-user-unknown' : 'ini-group-unknown',
      found: `uWSGI should work ${kind === 'user' ? 'as' : 'with the group'} "${name}", and this machine has no such ${kind === 'user' ? 'login' : 'group'}.`,
      advice: `${at(key)} write \`${key} = ${near}\`. ${again}`,
      evidence,
    };
  }
  const owner = /^unable to find (user|group) (\S+)$/m.exec(log);
  if (owner === null) return null;
  const [evidence, kind, name = ''] = owner;
  const given = configuration === null ? undefined : valueOf(configuration.ini, 'uwsgi', 'chown-socket');
  const [givenUser = '', givenGroup = ''] = (given ?? '').split(':');
  const user = kind === 'user' ? (closestLine(givenUser, facts.users, 2)?.text ?? login) : givenUser;
  const groups = kind === 'group' ? [nginx.group, ...facts.groups] : [];
  const group = kind === 'group' ? (closestLine(name, groups, 3)?.text ?? nginx.group) : givenGroup;
  return {
    cause: 'chown-socket-unknown',
    found: `uWSGI should give its socket to the ${kind} "${name}", and this machine has no such ${kind}.`,
    advice: `${at('chown-socket')} write \`chown-socket = ${user || facts.login}:${group || nginx.group}\`. ${again}`,
    evidence,
  };
}

/** uWSGI could not make its socket in the folder that it should be in. */
export function bindTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, log, configuration, login, nginx } = facts;
  const evidence = log.findLast((line) => line.startsWith('bind(): '));
  const reason =
    evidence === undefined
      ? undefined
      : /^bind\(\): (Permission denied|No such file or directory)/.exec(evidence)?.[1];
  if (evidence === undefined || reason === undefined) return null;
  const socket = configuration === null ? undefined : valueOf(configuration.ini, 'uwsgi', 'socket');
  const missing = reason === 'No such file or directory';
  const folder = socket?.slice(0, socket.lastIndexOf('/')) ?? '';
  if (!/^(?:\/var)?\/run\/./.test(folder)) {
    return {
      cause: 'socket-not-creatable',
      found: `uWSGI could not make its socket${socket === undefined ? '' : ` ${socket}`}: ${missing ? 'that folder does not exist' : `${login} may not write in that folder`}.`,
      advice: `Let \`socket =\` name a file in a folder that ${login} may write in, for instance your project's own. Then \`sudo systemctl restart ${unit.name}\`.`,
      evidence: lastLines(evidence, 1),
    };
  }
  const line = `ExecStartPre=-/usr/bin/bash -c 'mkdir -p ${folder}; chown ${login}:${nginx.group} ${folder}'`;
  return {
    cause: missing ? 'runtime-directory-missing' : 'runtime-directory-not-writable',
    found: missing
      ? `uWSGI could not make its socket ${socket ?? ''}: there is no folder ${folder}. What is in /run is gone after every restart of the machine.`
      : `uWSGI could not make its socket ${socket ?? ''}: ${login} may not write in the folder ${folder}.`,
    advice: `Let the unit ${missing ? 'make the folder' : 'give the folder to that login'} before it starts uWSGI: in ${unit.file}, under [Service] and above \`ExecStart=\`, write \`${line}\`. Then \`sudo systemctl daemon-reload\` and \`sudo systemctl restart ${unit.name}\`.`,
    evidence: lastLines(evidence, 1),
  };
}
