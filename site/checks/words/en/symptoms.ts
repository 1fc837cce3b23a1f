import type { PathPart } from '../../guest/path-access.ts';
import type { SymptomWords } from '../words.ts';
import { describePart } from './phrases.ts';

/** How a trouble shows itself, where the reader should be told of that before the cause. */
export const SYMPTOMS = {
  /** Nobody listens on a socket. `left-behind`: it is there, and its program is not. */
  'no-listener': ({
    path,
    state,
  }: {
    readonly path: string;
    readonly state: 'absent' | 'left-behind' | { readonly type: string };
  }) => {
    if (state === 'absent') return `There is no ${path}.`;
    return state === 'left-behind'
      ? `${path} is there, but nobody listens on it: it was left behind by a program that has ended.`
      : `${path} is a ${state.type}, not a socket.`;
  },

  /** A socket is another group's than the guide gives it to. */
  'socket-of-other-group': ({
    path,
    owner,
    group,
    wanted,
  }: Pick<PathPart, 'path' | 'owner' | 'group'> & { readonly wanted: string }) =>
    `${path} belongs to ${owner}:${group}, not to ${wanted}.`,

  /** Nginx may not open the socket. */
  'socket-closed': ({
    socket,
    why,
  }: {
    readonly socket: PathPart;
    /** Because of its mode, of Nginx's group, of what the running Nginx's groups are; or it goes without saying. */
    readonly why: 'mode' | 'groups' | { readonly group: string } | null;
  }) => {
    const is = describeSocket(socket);
    if (why === null) return `${is}.`;
    if (why === 'mode') return `${is}, so Nginx may not write to it.`;
    if (why === 'groups') return `${is}, so Nginx may not open it.`;
    return `${is}; Nginx is in the group ${why.group}, so it may not open it.`;
  },

  /** Nginx may not pass through a folder on the way to the socket. */
  'folder-closed': ({ folder, user }: { readonly folder: PathPart; readonly user: string }) =>
    `Nginx runs as ${user} and may not pass through ${folder.path}: it ${describePart(folder)}.`,
} as const satisfies SymptomWords;

/** Whose a socket is, as the beginning of a sentence. */
export function describeSocket({ path, owner, group, mode }: PathPart): string {
  return `The socket ${path} belongs to ${owner}:${group} with the permissions ${mode.toString(8)}`;
}
