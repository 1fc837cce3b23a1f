/**
 * The timers that v86's TCP lacks. It never sends anything again, since nothing is lost on its wire; but a busy guest
 * drops a segment for which it has no room just then, and the connection would stand still for good. And it keeps a
 * connection that the page has closed for as long as the guest does not close it too.
 */
import { endConnection } from './guarded-network.ts';

/** The parts of v86's TCP connection (`fake_network.js`) that this needs. */
export interface TimedConnection {
  readonly state: string;
  /** Sequence number of the first byte that is not acknowledged. */
  readonly seq: number;
  /** Sequence number of the next byte that is expected of the guest. */
  ack: number;
  /** A segment is on its way. */
  pending?: boolean;
  /** The page has closed it. */
  readonly in_active_close: boolean;
  /** Sends the next segment unless one is on its way. */
  pump(): void;
  /** Sends the first packet of a connection to the guest. */
  connect(): void;
  release(): void;
  on_close(): void;
}

/** The time between two looks, milliseconds. */
export const LOOK_MS = 300;
/** A connection that the page has closed is dropped after so many looks at which nothing had moved: 30 seconds. */
const PATIENCE_LOOKS = 100;

/** What changes whenever a connection moves, and for how many looks it has not. */
interface Seen {
  readonly moved: string;
  readonly looks: number;
}

export class Retransmitter {
  #seen = new Map<TimedConnection, Seen>();

  /** To be called every {@link LOOK_MS}: what has not moved since the last call is sent again. */
  look(connections: readonly TimedConnection[]): void {
    const seen = new Map<TimedConnection, Seen>();
    for (const connection of connections) {
      const { state, seq, ack, pending } = connection;
      const moved = `${state} ${seq} ${ack} ${pending === true}`;
      const before = this.#seen.get(connection);
      const looks = before?.moved === moved ? before.looks + 1 : 0;
      seen.set(connection, { moved, looks });
      if (looks === 0) continue;
      if (connection.in_active_close && looks >= PATIENCE_LOOKS) endConnection(connection);
      else if (state === 'syn-sent') connection.connect();
      else if (pending === true) resend(connection);
    }
    this.#seen = seen;
  }
}

function resend(connection: TimedConnection): void {
  connection.pending = false;
  connection.pump();
}
