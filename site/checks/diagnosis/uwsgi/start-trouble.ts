/** Why uWSGI, started by systemd, ended before it could serve: the shell before it, its login, its socket. */
import type { UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { protectedTrouble } from './protection.ts';
import { lineOf, valueTrouble } from './value-trouble.ts';

/** A login or a group in uWSGI's configuration that this machine does not have. */
export function loginTrouble(facts: UwsgiFacts, login: string): Trouble | null {
  const { keeper, configuration, nginx } = facts;
  const log = facts.log.join('\n');
  const path = configuration?.path ?? "uWSGI's configuration";

  const own = /^(user|group) (\S+) not found\.$/m.exec(log);
  if (own !== null) {
    const [evidence, kind, name = ''] = own;
    const isUser = kind === 'user';
    const near = closestLine(name, isUser ? facts.users : facts.groups, 2)?.text ?? login;
    return trouble(
      isUser ? 'ini-user-unknown' : 'ini-group-unknown',
      { path, line: lineOf(facts, isUser ? 'uid' : 'gid')?.line, name, near, keeper },
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
      line: lineOf(facts, 'chown-socket')?.line,
      name,
      kind,
      user: user || facts.login,
      group: group || nginx.group,
      keeper,
    },
    evidence,
  );
}

/** uWSGI could not take the address on which it should listen. */
export function bindTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, log, login, nginx } = facts;
  const evidence = log.findLast((line) => line.startsWith('bind(): '));
  if (evidence?.startsWith('bind(): Read-only file system') === true) {
    const written = lineOf(facts, 'socket', 'uwsgi-socket')?.value ?? '';
    const path = written.startsWith('/') ? written : `${facts.startFolder}/${written}`;
    const found = protectedTrouble(facts, path, 'read-only');
    return found === null ? null : { ...found, evidence };
  }
  const reason =
    evidence === undefined
      ? undefined
      : /^bind\(\): (Permission denied|No such file or directory|Address already in use)/.exec(evidence)?.[1];
  if (evidence === undefined || reason === undefined) return null;
  // Not this socket, but another address, such as the one of `stats`.
  if (log.some((line) => line.startsWith('uwsgi socket 0 bound to '))) return null;
  const malformed = valueTrouble(facts, 'socket');
  if (malformed !== null) return malformed;
  const entry = lineOf(facts, 'socket', 'uwsgi-socket');
  const socket = entry?.value;
  if (reason === 'Address already in use') {
    const address =
      /^probably another instance of uWSGI is running on the same address \((.+)\)\.$/m.exec(
        log.join('\n'),
      )?.[1] ?? socket;
    const left = /^error removing unix socket, unlink\(\): (.+?) \[/m.exec(log.join('\n'))?.[1];
    if (left !== undefined && socket !== undefined && entry !== undefined) {
      const isFolder = left === 'Is a directory';
      return trouble('socket-blocked', { socket, line: entry.line, isFolder, login, unit }, evidence);
    }
    return trouble(
      'socket-in-use',
      { address: address ?? 'of its socket', holder: undefined, unit },
      evidence,
    );
  }
  const missing = reason === 'No such file or directory';
  const folder = socket?.slice(0, Math.max(socket.lastIndexOf('/'), 0)) ?? '';
  if (!/^(?:\/var)?\/run\/./.test(folder)) {
    // A relative socket lies in the working directory.
    const own = socket !== undefined && !socket.includes('/') ? facts.startFolder : folder || '/';
    const home = /^\/home\/([^/]+)\//.exec(`${own}/`)?.[1];
    const owner = facts.parts.find(({ path }) => path === own)?.owner;
    if (!missing && socket !== undefined && owner === home && owner !== undefined && owner !== login) {
      return trouble('unit-login-foreign', { socket, folder: own, owner, login, unit }, evidence);
    }
    const inHome = !missing && own.startsWith(`/home/${login}`) ? own : undefined;
    return trouble('socket-not-creatable', { socket, missing, login, folder: inHome, unit }, evidence);
  }
  const wrong = preparedFolder(facts, folder, missing);
  return trouble(
    missing ? 'runtime-directory-missing' : 'runtime-directory-not-writable',
    {
      socket,
      folder,
      login,
      group: nginx.group,
      asRoot: unit.user === '' || unit.user === 'root',
      wrong,
      unit,
    },
    evidence,
  );
}

/** What the unit's file has already to make the folder, and what is wrong with it. */
function preparedFolder(
  { unitFiles, login }: UnitUwsgiFacts,
  folder: string,
  missing: boolean,
):
  | { readonly line: number; readonly text: string; readonly why: 'folder' | 'login' | 'order' | 'other' }
  | undefined {
  const lines = unitFiles[0]?.text.split('\n') ?? [];
  const at = lines.findIndex((line) => /^\s*(ExecStartPre|ExecStartPost|RuntimeDirectory)\s*=/.test(line));
  const text = lines[at]?.trim();
  if (text === undefined) return undefined;
  const isOwn = text.startsWith('RuntimeDirectory');
  const named = isOwn
    ? text
        .replace(/^.*=\s*/, '')
        .split(/\s+/)
        .includes(folder.replace(/^(?:\/var)?\/run\//, ''))
    : new RegExp(`${folder.replaceAll('.', '\\.')}(?![\\w/.-])`).test(text);
  const why = text.startsWith('ExecStartPost')
    ? 'order'
    : !named
      ? 'folder'
      : !isOwn && !missing && !new RegExp(`\\b${login}\\b`).test(text)
        ? 'login'
        : 'other';
  return { line: at + 1, text, why };
}
