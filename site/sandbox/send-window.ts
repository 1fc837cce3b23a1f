/**
 * Several segments on their way to the guest. v86's TCP (`pump` in its `fake_network.js`) sends one and waits until the
 * guest has acknowledged it. Here as much is sent as the guest has room for.
 */
import { HEAD_BYTES, TCP_FLAGS, tcpFrame, type Ends } from './tcp-frame.ts';

/** The parts of v86's connection that matter here. */
export interface SendingConnection extends Ends {
  readonly mtu: number;
  readonly net: { receive(frame: Uint8Array): void };
  /** Sequence number of the first byte that is not acknowledged. */
  seq: number;
  /** Sequence number of the next byte that is expected of the guest. */
  ack: number;
  winsize: number;
  /** Something is on its way. v86 clears it whenever anything is acknowledged; the retransmitter, to have all of it sent again. */
  pending?: boolean;
  /** The guest's last segment. */
  readonly last?: { readonly tcp: { readonly winsize: number } };
  /** What was written and the guest has not acknowledged. */
  readonly send_buffer: {
    readonly length: number;
    /** Copies the first bytes and returns how many. */
    peek(into: Uint8Array): number;
  };
  pump(): void;
  /** Segments without data, to be filled in. */
  ipv4_reply(): Reply;
  packet_reply(...of: readonly unknown[]): Reply;
}

interface Reply {
  readonly tcp: { seq: number };
}

/** Makes a connection fill the guest's window. To be called once for each connection. */
export function fillWindow(connection: SendingConnection): void {
  /** Bytes on their way, and the sequence number of the first. */
  let sent = 0;
  let first = 0;
  /** What is on its way was sent to a guest without any room, which has not taken it. */
  let isProbe = false;
  const room = (): number => connection.last?.tcp.winsize ?? 0;
  const settle = (): void => {
    const taken = (connection.seq - first) >>> 0;
    first = connection.seq;
    if (taken === 0 && connection.pending !== true) sent = 0;
    sent = Math.max(0, sent - taken);
    if (taken > 0) isProbe = false;
    // There is room again: what found it out goes again, with all that is behind it.
    if (isProbe && room() > 0) {
      sent = 0;
      isProbe = false;
    }
    connection.pending = sent > 0;
  };
  connection.pump = () => {
    settle();
    const { length } = connection.send_buffer;
    // Without any room one segment finds out when there is some again.
    const free = Math.max(1, room());
    if (sent === 0) isProbe = room() === 0;
    const most = connection.mtu - HEAD_BYTES;
    const isFull = (): boolean => sent > 0 && Math.min(most, length - sent) > free - sent;
    if (sent < length && !isFull()) {
      const bytes = new Uint8Array(Math.min(length, sent + Math.max(free, most)));
      connection.send_buffer.peek(bytes);
      while (sent < length && !isFull()) {
        const data = bytes.subarray(sent, Math.min(length, sent + most));
        const { ack, winsize: window } = connection;
        const flags = TCP_FLAGS.ack | TCP_FLAGS.psh;
        connection.net.receive(
          tcpFrame(connection, { seq: connection.seq + sent, ack, flags, window, data }),
        );
        sent += data.length;
      }
    }
    connection.pending = sent > 0;
  };
  // What is sent beside the data comes after it: a guest does not look at what it takes for a repetition. Nor does it
  // look at what comes after the room that it has.
  const behind = (reply: Reply): Reply => {
    settle();
    reply.tcp.seq = connection.seq + Math.min(sent, room());
    return reply;
  };
  const ipv4Reply = connection.ipv4_reply.bind(connection);
  connection.ipv4_reply = () => behind(ipv4Reply());
  const packetReply = connection.packet_reply.bind(connection);
  connection.packet_reply = (...of) => behind(packetReply(...of));
}
