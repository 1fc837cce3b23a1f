/** uWSGI speaks HTTP where Nginx wants a socket. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { asWritten, configuredSockets } from '../../guest/listening.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** `passed`: the socket file to which Nginx passes; `null` when that is a port. */
export function listeningTrouble(passed: string | null, facts: UwsgiFacts): Trouble | null {
  const { configuration, startFolder, keeper } = facts;
  if (configuration === null || passed === null) return null;
  const { path, ini } = configuration;
  const sockets = configuredSockets(ini, startFolder);
  if (sockets.some((socket) => socket.protocol === 'uwsgi' && socket.path !== null)) return null;
  const wanted = asWritten(passed, startFolder);
  const [first] = sockets;
  if (first?.protocol !== 'http') return null;
  const { line, key, value } = first.entry;
  return trouble('socket-is-http', {
    path,
    line,
    key,
    value,
    wanted,
    keeper,
  });
}
