import { describe, expect, it } from 'vitest';
import { keepLastSegment, type Segment } from './last-segment.ts';

/** Takes data and ends apart as v86 does: of a segment with both it sees the end alone. */
class Connection {
  ack = 100;
  events: string[] = [];

  process({ tcp, tcp_data }: Segment): void {
    if (tcp.fin) {
      this.events.push(`end at ${tcp.seq}`);
    } else if (tcp.seq === this.ack) {
      this.ack += tcp_data.length;
      this.events.push(`${tcp_data.length} bytes`);
    } else {
      this.events.push('gap');
    }
  }
}

const segment = (seq: number, length: number, fin: boolean): Segment => ({
  tcp: { fin, seq },
  tcp_data: new Uint8Array(length),
});

describe('keepLastSegment', () => {
  it('hands on the data, then the end', () => {
    const connection = new Connection();
    keepLastSegment(connection);
    connection.process(segment(100, 50, false));
    connection.process(segment(150, 7, true));
    expect(connection.events).toEqual(['50 bytes', '7 bytes', 'end at 157']);
  });

  it('waits for what is missing before the end', () => {
    const connection = new Connection();
    keepLastSegment(connection);
    connection.process(segment(150, 7, true));
    expect(connection.events).toEqual(['gap']);
  });

  it('leaves an end without data alone', () => {
    const connection = new Connection();
    keepLastSegment(connection);
    connection.process(segment(100, 0, true));
    expect(connection.events).toEqual(['end at 100']);
  });
});
