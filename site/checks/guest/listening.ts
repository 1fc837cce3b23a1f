/** Where uWSGI's configuration lets it listen. */
import type { IniEntry, IniFile } from './ini.ts';

export interface ConfiguredSocket {
  /** `uwsgi`: a `socket`, for Nginx. `http`: `http` or `http-socket`, for browsers. */
  readonly protocol: 'uwsgi' | 'http';
  readonly entry: IniEntry;
  /** The socket file, absolute; `null` for a port. */
  readonly path: string | null;
}

/** A socket as uWSGI's configuration writes it, whose relative paths begin in `folder`. */
export function asWritten(socket: string, folder: string): string {
  return socket.startsWith(`${folder}/`) ? socket.slice(folder.length + 1) : socket;
}

/** Every address in the order of the file; `folder`: where relative paths begin. uWSGI listens on all of them. */
export function configuredSockets(ini: IniFile, folder: string): readonly ConfiguredSocket[] {
  return ini.entries.flatMap((entry): ConfiguredSocket[] => {
    const { section, key, value } = entry;
    const isHttp = key === 'http' || key === 'http-socket' || key === 'https';
    if (section !== 'uwsgi' || (!isHttp && key !== 'socket' && key !== 'uwsgi-socket' && key !== 's'))
      return [];
    const isPort = /^[^/]*:\d+$/.test(value);
    const path = isPort ? null : value.startsWith('/') ? value : `${folder}/${value.replace(/^\.\//, '')}`;
    return [{ protocol: isHttp ? 'http' : 'uwsgi', entry, path }];
  });
}
