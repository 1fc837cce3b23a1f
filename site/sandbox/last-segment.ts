/**
 * A guest's last segment often carries data and the end of the connection at once. v86's TCP (`process` in its
 * `fake_network.js`) then sees the end alone and loses the data. Here such a segment is taken apart into
 * two, and sequence numbers begin again after 32 bits.
 */

/** The parts of a segment that matter here. */
export interface Segment {
  readonly tcp: { readonly fin: boolean; readonly seq: number };
  readonly tcp_data: Uint8Array;
}

/** The parts of v86's connection that matter here. */
export interface SegmentProcessor {
  /** Sequence number of the next byte that is expected. */
  ack: number;
  process(segment: Segment): void;
}

/** Makes a connection take the data of its last segment. To be called once for each connection. */
export function keepLastSegment(connection: SegmentProcessor): void {
  const processOne = connection.process.bind(connection);
  const process = (segment: Segment): void => {
    processOne(segment);
    // v86 counts on beyond 32 bits, and then waits for a number that no segment has.
    connection.ack >>>= 0;
  };
  connection.process = (segment) => {
    const { tcp, tcp_data } = segment;
    if (!tcp.fin || tcp_data.length === 0) {
      process(segment);
      return;
    }
    const isNext = tcp.seq === connection.ack;
    process({ ...segment, tcp: { ...tcp, fin: false } });
    // After a gap the end is not due yet: the guest sends all of it again.
    if (!isNext) return;
    process({ ...segment, tcp: { ...tcp, seq: tcp.seq + tcp_data.length }, tcp_data: new Uint8Array() });
  };
}
