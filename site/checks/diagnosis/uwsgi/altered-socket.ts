/** A socket is not as uWSGI's configuration says: somebody has changed it since, or a vassal has kept an older one. */
import type { AnyUwsgi } from '../../guest/server.ts';
import { may, READ_WRITE, type PathPart } from '../../guest/path-access.ts';
import { symptom, trouble, type FactsOf, type Trouble } from '../../words/index.ts';
import { lineOf } from './value-trouble.ts';

/** As whom Nginx comes to the socket. */
interface Visitor {
  readonly user: string;
  readonly groups: readonly string[];
}

/** The line of the mode gives a mode with which Nginx could open it; `null` when it does not, or when there is none. */
export function alteredModeTrouble(socket: PathPart, uwsgi: AnyUwsgi, visitor: Visitor): Trouble | null {
  const given = lineOf(uwsgi, 'chmod-socket', 'chmod');
  if (given === undefined || !/^0?[0-7]{3}$/.test(given.value)) return null;
  const mode = Number.parseInt(given.value, 8);
  const wouldBe = { ...socket, mode };
  if (mode === socket.mode || !may(wouldBe, visitor.user, visitor.groups, READ_WRITE)) return null;
  const path = uwsgi.configuration?.path ?? "uWSGI's configuration";
  return alteredTrouble(socket, uwsgi, { is: 'line', path, ...given });
}

/** `chown-socket` gives it the group that it should have; `null` when it does not. */
export function alteredGroupTrouble(socket: PathPart, uwsgi: AnyUwsgi, wanted: string): Trouble | null {
  const given = lineOf(uwsgi, 'chown-socket');
  if (given === undefined || socket.group === wanted || given.value.split(':')[1] !== wanted) return null;
  const path = uwsgi.configuration?.path ?? "uWSGI's configuration";
  return alteredTrouble(socket, uwsgi, { is: 'line', path, ...given });
}

/** The vassal that listens on it runs as the login that should own it. */
export function alteredOwnerTrouble(socket: PathPart, uwsgi: AnyUwsgi, wanted: string): Trouble | null {
  if (uwsgi.kind !== 'vassal' || uwsgi.byHand !== null || uwsgi.processes[0]?.user !== wanted) return null;
  return alteredTrouble(socket, uwsgi, { is: 'login', login: wanted });
}

function alteredTrouble(
  socket: PathPart,
  { keeper }: AnyUwsgi,
  setting: FactsOf<'socket-altered'>['setting'],
): Trouble {
  return {
    ...trouble('socket-altered', { setting, keeper }),
    symptom: symptom('socket-closed', { socket, why: 'mode' }),
  };
}
