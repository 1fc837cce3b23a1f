/**
 * v86's network adapter (`fake_network.js`) is the router, the name server and the other end of every connection of
 * the guest. It trusts the guest: a short packet throws out of the guest's own instruction and ends the machine, and
 * connections are kept without limit. Here it is given a router's manners.
 */
import { keepLastSegment, type SegmentProcessor } from './last-segment.ts';
import { withoutNeedlessAcks } from './needless-acks.ts';
import { openWithSize, type OpenableConnection } from './opening.ts';
import { fillWindow, type SendingConnection } from './send-window.ts';

/** The parts of v86's TCP connection that matter here. */
export interface GuardableConnection extends SegmentProcessor, OpenableConnection, SendingConnection {
  /** Addresses and ports of both ends: the key in {@link GuardableAdapter.tcp_conn}. */
  readonly tuple: string;
  emit(event: string, ...values: unknown[]): void;
  /** Tells the listeners that the connection has ended. */
  on_close(): void;
  /** Forgets the connection. */
  release(): void;
}

/** The parts of v86's network adapter that matter here. v86 looks every method up on the instance. */
export interface GuardableAdapter<Connection extends GuardableConnection = GuardableConnection> {
  readonly tcp_conn: Readonly<Record<string, Connection>>;
  readonly bus: { register(event: string, listener: (value: never) => void, self: unknown): void };
  /** Takes a frame of the guest. */
  send(frame: Uint8Array): void;
  /** Gives the guest a frame. */
  receive(frame: Uint8Array): void;
  connect(port: number): Connection;
}

/** The queue of the guest's network card that takes frames. */
export interface ReceiveQueue {
  readonly enabled: boolean;
  is_configured(): unknown;
  has_request(): boolean;
}

/** Connections of the guest that are kept; one more ends the one that has been silent for the longest time. */
export const MOST_CONNECTIONS = 128;
/** v86 answers datagrams for names, addresses, the time and echoes; none of them needs to be larger. */
const LARGEST_DATAGRAM_BYTES = 1500;

const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_UDP = 17;

/**
 * Makes an adapter safe from its guest. To be called once, before the machine runs. `queue` is where the guest takes
 * frames from; `report` is called with what a listener of a connection throws, which is a fault of ours.
 *
 * Connections gain the event `drain`: the guest has acknowledged some of what was written.
 */
export function guardNetwork<Connection extends GuardableConnection>(
  adapter: GuardableAdapter<Connection>,
  queue: ReceiveQueue,
  report: (error: unknown) => void,
): void {
  /** What a frame of the guest is answered with, while it is dealt with. */
  let answers: Uint8Array[] | null = null;
  const send = adapter.send.bind(adapter);
  adapter.send = (frame) => {
    answers = [];
    try {
      if (isPassedOn(frame)) send(frame);
    } catch {
      // A frame that cannot be read is dropped.
    }
    const needed = withoutNeedlessAcks(answers);
    answers = null;
    for (const answer of needed) give(answer);
  };

  let isMaking = false;
  const receive = adapter.receive.bind(adapter);
  const give = (frame: Uint8Array): void => {
    try {
      // Before the guest's driver has set the queue up, it lies at address 0.
      if (queue.enabled && queue.is_configured() && queue.has_request()) receive(frame);
    } catch {
      // A guest whose queue is damaged goes without.
    }
  };
  adapter.receive = (frame) => {
    // v86 sends a first packet while it makes a connection. Ours follows, once the caller listens.
    if (isMaking) return;
    // v86 writes each frame into the same buffer.
    if (answers) answers.push(frame.slice());
    else give(frame);
  };

  /** By tuple. */
  const known = new Map<string, Connection>();
  /** Those that the guest opened, in the order in which they were last heard. */
  const ofGuest = new Set<Connection>();
  const add = (connection: Connection): void => {
    known.set(connection.tuple, connection);
    keepLastSegment(connection);
    fillWindow(connection);
    tellOfRoom(connection);
    const emit = connection.emit.bind(connection);
    connection.emit = (event, ...values) => {
      try {
        emit(event, ...values);
      } catch (error) {
        report(error);
      }
    };
    const process = connection.process.bind(connection);
    connection.process = (segment) => {
      if (ofGuest.delete(connection)) ofGuest.add(connection);
      process(segment);
    };
    const release = connection.release.bind(connection);
    connection.release = () => {
      if (adapter.tcp_conn[connection.tuple] === connection) release();
      if (known.get(connection.tuple) === connection) known.delete(connection.tuple);
      ofGuest.delete(connection);
    };
  };

  const connect = adapter.connect.bind(adapter);
  adapter.connect = (port) => {
    isMaking = true;
    try {
      const connection = connect(port);
      add(connection);
      openWithSize(connection);
      return connection;
    } finally {
      isMaking = false;
    }
  };
  // v86's own listener comes before this one: it has accepted the connection, or it never will.
  const onOpened = (connection: Connection): void => {
    // v86 has forgotten an older connection between the same ends.
    const replaced = known.get(connection.tuple);
    replaced?.release();
    replaced?.on_close();
    if (adapter.tcp_conn[connection.tuple] !== connection) return;
    add(connection);
    ofGuest.add(connection);
    const [silent] = ofGuest;
    if (ofGuest.size > MOST_CONNECTIONS && silent) endConnection(silent);
  };
  adapter.bus.register('tcp-connection', onOpened, undefined);
}

/** Ends a connection without a word to the guest, which gets a reset when it next sends something. */
export function endConnection(connection: Pick<GuardableConnection, 'release' | 'on_close'>): void {
  connection.release();
  connection.on_close();
}

/** Makes a connection tell when the guest has acknowledged something. */
function tellOfRoom(connection: GuardableConnection): void {
  const process = connection.process.bind(connection);
  connection.process = (segment) => {
    const before = connection.send_buffer.length;
    process(segment);
    if (connection.send_buffer.length < before) connection.emit('drain');
  };
}

/** Throws or returns false for a frame that goes no further. */
function isPassedOn(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(12) !== ETHERTYPE_IPV4) return true;
  // v86 would take a fragment for the whole.
  const isFragment = (view.getUint16(20) & 0x3fff) !== 0;
  const isDatagram = view.getUint8(23) === PROTOCOL_UDP;
  return !isFragment && !(isDatagram && frame.length > LARGEST_DATAGRAM_BYTES);
}
