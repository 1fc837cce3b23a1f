/** Why uWSGI, started by systemd, ended before it could serve: the shell before it, its login, its socket. */
import type { UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** A login or a group in uWSGI's configuration that this machine does not have. */
export function loginTrouble(facts: UwsgiFacts, login: string): Trouble | null {
  const { keeper, configuration, nginx } = facts;
  const log = facts.log.join('\n');
  const path = configuration?.path ?? "uWSGI's configuration";
  const lineOf = (key: string): number | undefined =>
    configuration?.ini.entries.findLast((entry) => entry.key === key)?.line;

  const own = /^(user|group) (\S+) not found\.$/m.exec(log);
  if (own !== null) {
    const [evidence, kind, name = ''] = own;
    const isUser = kind === 'user';
    const near = closestLine(name, isUser ? facts.users : facts.groups, 2)?.text ?? login;
    return trouble(
      isUser ? 'ini-user-unknown' : 'ini-group-unknown',
      { path, line: lineOf(isUser ? 'uid' : 'gid'), name, near, keeper },
      evidence,
    );
  }
  const owner = /^unable to find (user|group) (\S+)$/m.exec(log);
  if (owner === null) return null;
  const [evidence, , name = ''] = owner;
  const kind = owner[1] === 'user' ? 'user' : 'group';
  const given = configuration === null ? undefined : valueOf(configuration.ini, 'uwsgi', 'chown-socket');
  const [givenUser = '', givenGroup = ''] = (given ?? '').split(':');
  const user = kind === 'user' ? (closestLine(givenUser, facts.users, 2)?.text ?? login) : givenUser;
  const groups = kind === 'group' ? [nginx.group, ...facts.groups] : [];
  const group = kind === 'group' ? (closestLine(name, groups, 3)?.text ?? nginx.group) : givenGroup;
  return trouble(
    'chown-socket-unknown',
    {
      path,
      line: lineOf('chown-socket'),
      name,
      kind,
      user: user || facts.login,
      group: group || nginx.group,
      keeper,
    },
    evidence,
  );
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
    return trouble('socket-not-creatable', { socket, missing, login, unit }, evidence);
  }
  return trouble(
    missing ? 'runtime-directory-missing' : 'runtime-directory-not-writable',
    { socket, folder, login, group: nginx.group, unit },
    evidence,
  );
}
