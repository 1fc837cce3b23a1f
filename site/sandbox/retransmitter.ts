/**
 * Sends again what the guest has not acknowledged. v86's TCP never does, since nothing is lost on its wire; but a
 * busy guest drops a segment for which it has no room just then, and the connection would stand still for good.
 */

/** The parts of v86's TCP connection (`fake_network.js`) that sending again needs. */
export interface Resendable {
  readonly state: string;
  /** Sequence number of the first byte that is not acknowledged. */
  readonly seq: number;
  /** A segment is on its way. */
  pending?: boolean;
  /** Sends the next segment unless one is on its way. */
  pump(): void;
  /** Sends the first packet of a connection to the guest. */
  connect(): void;
}

export class Retransmitter {
  /** Sequence number of each segment that was on its way at the last look. */
  #waiting = new Map<Resendable, number>();

  /** To be called at even intervals: what has not moved since the last call is sent again. */
  look(connections: readonly Resendable[]): void {
    const waiting = new Map<Resendable, number>();
    for (const connection of connections) {
      const opening = connection.state === 'syn-sent';
      if (!opening && connection.pending !== true) continue;
      if (this.#waiting.get(connection) === connection.seq) {
        if (opening) connection.connect();
        else resend(connection);
      }
      waiting.set(connection, connection.seq);
    }
    this.#waiting = waiting;
  }
}

function resend(connection: Resendable): void {
  connection.pending = false;
  connection.pump();
}
