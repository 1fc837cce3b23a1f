/**
 * How the page opens a connection. v86's first packet (`connect` in its `fake_network.js`) goes out before anybody can
 * listen, and does not say how large a segment may be: a guest then takes apart what it sends into pieces of 536 bytes,
 * each with an interrupt for its acknowledgement.
 */
import { HEAD_BYTES, TCP_FLAGS, tcpFrame, type Ends } from './tcp-frame.ts';

/** The parts of v86's connection that matter here. */
export interface OpenableConnection extends Ends {
  readonly mtu: number;
  readonly net: { receive(frame: Uint8Array): void };
  state: string;
  seq: number;
  ack: number;
  /** Bytes that the guest may send before they are acknowledged. */
  winsize: number;
  connect(): void;
}

/** Sequence numbers begin below, so that no upload comes to where they begin again. */
const SEQUENCES = 0x8000_0000;
/** The most that can be told without scaling. */
const WINDOW_BYTES = 0xffff;

/** Makes `connect()` send our own first packet, the same one each time. To be called once for each connection. */
export function openWithSize(connection: OpenableConnection): void {
  // A guest that still remembers the last connection between the same ends would not take the same number again.
  const first = Math.floor(Math.random() * SEQUENCES);
  connection.connect = () => {
    connection.state = 'syn-sent';
    connection.seq = first + 1;
    connection.ack = 0;
    connection.winsize = WINDOW_BYTES;
    const syn = { seq: first, ack: 0, flags: TCP_FLAGS.syn, window: WINDOW_BYTES };
    connection.net.receive(tcpFrame(connection, { ...syn, mostBytes: connection.mtu - HEAD_BYTES }));
  };
}
