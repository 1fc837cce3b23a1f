import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FLAGS, arpRequest, dnsQuery, ntpQuery, ping, tcp, tcpOf, udp } from '../fuzz/frames.ts';
import { latin1 } from '../fuzz/fuzz.ts';
import { openV86Network, type Connection, type V86Network } from '../fuzz/v86-network.ts';
import { MOST_CONNECTIONS, guardNetwork } from './guarded-network.ts';

const queue = { enabled: true, is_configured: () => true, has_request: () => true };
const report = vi.fn<(error: unknown) => void>();
let network: V86Network;
let opened: Connection[];

beforeEach(async () => {
  report.mockClear();
  Object.assign(queue, { enabled: true, is_configured: () => true, has_request: () => true });
  network = await openV86Network();
  guardNetwork(network.adapter, queue, report);
  opened = [];
  network.onTcp((connection) => opened.push(connection));
});
afterEach(() => network.destroy());

/** Opens a connection as the guest does, and returns it with the sequence numbers that follow. */
function open(from: number, seq = 1000) {
  network.send(tcp({ from, to: 80, seq, ack: 0, flags: FLAGS.syn }));
  const reply = tcpOf(network.received.at(-1) ?? new Uint8Array());
  const connection = opened.at(-1);
  if (reply?.flags !== (FLAGS.syn | FLAGS.ack) || !connection) throw new Error('not accepted');
  const ack = reply.seq + 1;
  network.send(tcp({ from, to: 80, seq: seq + 1, ack, flags: FLAGS.ack }));
  const say = (offset: number, text: string) =>
    network.send(tcp({ from, to: 80, seq: seq + 1 + offset, ack, flags: FLAGS.ack, data: latin1(text) }));
  return { connection, seq: seq + 1, ack, say };
}

describe('guardNetwork', () => {
  it('drops what is too short for its kind, and goes on', () => {
    for (const frame of [
      dnsQuery('pypi.org'),
      ntpQuery(),
      ping(),
      arpRequest(),
      udp(67, new Uint8Array(300)),
    ]) {
      for (let length = 0; length < frame.length; length++) {
        expect(() => network.send(frame.subarray(0, length))).not.toThrow();
      }
      network.received.length = 0;
      network.send(frame);
      expect(network.received).toHaveLength(1);
    }
    // `echo > /dev/udp/192.168.86.1/53`
    for (const port of [53, 67, 123]) {
      expect(() => network.send(udp(port, new Uint8Array([10])))).not.toThrow();
    }
  });

  it('drops fragments, which are no whole, and datagrams that no service has a use for', () => {
    const segment = { from: 1, to: 80, seq: 1, ack: 0, flags: FLAGS.syn };
    network.send(tcp(segment, 0x2000));
    network.send(tcp(segment, 1));
    network.send(udp(53, new Uint8Array(1500)));
    expect(network.received).toEqual([]);
    expect(opened).toEqual([]);
  });

  it('gives nothing to a guest whose driver has not set its queue up', () => {
    const unset = [{ enabled: false }, { is_configured: () => false }, { has_request: () => false }];
    for (const state of unset) {
      Object.assign(queue, { enabled: true, is_configured: () => true, has_request: () => true }, state);
      network.adapter.connect(5000).connect();
    }
    expect(network.received).toEqual([]);
    Object.assign(queue, {
      has_request: () => {
        throw new RangeError('a queue outside memory');
      },
    });
    expect(() => network.adapter.connect(5000).connect()).not.toThrow();
  });

  it('reports what a listener throws', () => {
    const { connection, say } = open(4000);
    connection.on('data', () => {
      throw new Error('a fault of ours');
    });
    expect(() => say(0, 'GET')).not.toThrow();
    expect(report).toHaveBeenCalledWith(new Error('a fault of ours'));
  });

  it('tells when the guest has taken something', () => {
    const { connection, seq, ack } = open(4000);
    const drained = vi.fn();
    connection.on('drain', drained);
    connection.write(new Uint8Array(100_000));
    expect(drained).not.toHaveBeenCalled();
    const taken = tcpOf(network.received.at(-1) ?? new Uint8Array())?.data?.length ?? 0;
    network.send(tcp({ from: 4000, to: 80, seq, ack: ack + taken, flags: FLAGS.ack }));
    expect(drained).toHaveBeenCalledTimes(1);
    expect(connection.send_buffer.length).toBe(100_000 - taken);
  });

  it('keeps no more connections than it can, and forgets the one that has been silent for the longest time', () => {
    const first = open(1000);
    const second = open(1001);
    const closed: string[] = [];
    first.connection.on('close', () => closed.push('first'));
    second.connection.on('close', () => closed.push('second'));
    for (let from = 1002; from < 1000 + MOST_CONNECTIONS; from++) open(from);
    first.say(0, 'G');
    open(30_000);
    expect(closed).toEqual(['second']);
    for (let from = 40_000; from < 42_000; from++) {
      network.send(tcp({ from, to: 80, seq: 1, ack: 0, flags: FLAGS.syn }));
    }
    expect(Object.keys(network.adapter.tcp_conn)).toHaveLength(MOST_CONNECTIONS);
  });

  it('leaves the connections of the page alone when the guest opens many', () => {
    const ours = network.adapter.connect(5000);
    for (let from = 1000; from < 2000; from++) open(from);
    expect(network.adapter.tcp_conn[ours.tuple]).toBe(ours);
  });

  /** What the page's end has sent since the last call: sequence numbers from the first byte, and lengths. */
  function sentSince(first: number): [offset: number, length: number][] {
    return network.received.splice(0).map((frame) => {
      const segment = tcpOf(frame);
      return [((segment?.seq ?? 0) - first) >>> 0, segment?.data?.length ?? 0];
    });
  }

  it('sends as much as the guest has room for, and more as it acknowledges', () => {
    const { connection, seq, ack } = open(4000);
    const most = 32_768 - 40;
    const acknowledge = (taken: number, window: number) =>
      network.send(tcp({ from: 4000, to: 80, seq, ack: ack + taken, flags: FLAGS.ack, window }));
    acknowledge(0, 65_535);
    network.received.length = 0;
    connection.write(new Uint8Array(4 * most + 5).map((_, index) => index % 251));
    expect(sentSince(ack)).toEqual([
      [0, most],
      [most, most],
    ]);
    acknowledge(most, 65_535);
    const [frame = new Uint8Array()] = network.received;
    expect(tcpOf(frame)?.data?.[0]).toBe((2 * most) % 251);
    expect(sentSince(ack)).toEqual([[2 * most, most]]);
    // Room for less than another segment.
    acknowledge(2 * most, most + 1000);
    expect(sentSince(ack)).toEqual([]);
    acknowledge(3 * most, most + 5);
    expect(sentSince(ack)).toEqual([
      [3 * most, most],
      [4 * most, 5],
    ]);
    acknowledge(4 * most + 5, 65_535);
    connection.close();
    expect(tcpOf(network.received[0] ?? new Uint8Array())).toMatchObject({
      seq: ack + 4 * most + 5,
      flags: FLAGS.fin | FLAGS.ack,
    });
  });

  it('sends one segment to a guest without room, and all of what is on its way again', () => {
    const { connection, seq, ack } = open(4000);
    const full = { from: 4000, to: 80, seq, ack, flags: FLAGS.ack, window: 0 };
    network.send(tcp(full));
    network.received.length = 0;
    connection.write(new Uint8Array(50_000));
    expect(sentSince(ack)).toEqual([[0, 32_728]]);
    network.send(tcp({ ...full, window: 65_535 }));
    expect(sentSince(ack)).toEqual([
      [0, 32_728],
      [32_728, 50_000 - 32_728],
    ]);
    // As the retransmitter does.
    connection.pending = false;
    connection.pump();
    expect(sentSince(ack)).toEqual([
      [0, 32_728],
      [32_728, 50_000 - 32_728],
    ]);
  });

  it('answers a guest without room within what it has taken', () => {
    const { connection, seq, ack } = open(4000);
    const full = { from: 4000, to: 80, seq, ack, flags: FLAGS.ack, window: 0 };
    network.send(tcp(full));
    connection.write(new Uint8Array(50_000));
    network.received.length = 0;
    network.send(tcp({ ...full, data: new TextEncoder().encode('GET') }));
    expect(sentSince(ack)).toEqual([[0, 0]]);
  });

  it('answers the guest behind what is on its way to it', () => {
    const { connection, ack, say } = open(4000);
    network.received.length = 0;
    connection.write(new Uint8Array(1000));
    network.received.length = 0;
    say(0, 'GET');
    say(0, 'GET');
    expect(sentSince(ack)).toEqual([
      [1000, 0],
      [1000, 0],
    ]);
  });

  it('answers the end of an answer with one packet, and the page’s end with it', () => {
    const ours = network.adapter.connect(5000);
    ours.connect();
    const seq = (tcpOf(network.received.at(-1) ?? new Uint8Array())?.seq ?? 0) + 1;
    const from = { from: 5000, to: ours.sport, toRouter: true };
    ours.on('connect', () => ours.write(latin1('GET')));
    ours.on('shutdown', () => ours.close());
    network.received.length = 0;
    network.send(tcp({ ...from, seq: 99, ack: seq, flags: FLAGS.syn | FLAGS.ack }));
    expect(network.received.map(tcpOf)).toMatchObject([{ ack: 100, data: latin1('GET') }]);
    network.received.length = 0;
    const end = { ...from, seq: 100, ack: seq + 3, flags: FLAGS.fin | FLAGS.psh | FLAGS.ack };
    network.send(tcp({ ...end, data: latin1('200') }));
    const closing = { seq: seq + 3, ack: 104, flags: FLAGS.fin | FLAGS.ack };
    expect(network.received.map(tcpOf)).toMatchObject([closing]);
    network.received.length = 0;
    network.send(tcp({ ...from, seq: 104, ack: seq + 4, flags: FLAGS.ack }));
    expect(network.received).toEqual([]);
    expect(network.adapter.tcp_conn).toEqual({});
  });

  it('opens a connection of the page with one packet, when the page says so, and tells the size of segments', () => {
    const ours = network.adapter.connect(5000);
    expect(network.received).toEqual([]);
    ours.connect();
    expect(network.received).toHaveLength(1);
    const [frame = new Uint8Array()] = network.received;
    expect(tcpOf(frame)).toMatchObject({ from: ours.sport, to: 5000, flags: FLAGS.syn });
    // An MTU of 32 KiB without the heads of IPv4 and TCP.
    expect([...frame.subarray(54)]).toEqual([2, 4, (32_768 - 40) >> 8, (32_768 - 40) & 255]);
  });

  it('sends the same first packet again, and goes on from there', () => {
    const ours = network.adapter.connect(5000);
    ours.connect();
    ours.connect();
    const [first = new Uint8Array(), again] = network.received.splice(0);
    expect(again).toEqual(first);
    const seq = (tcpOf(first)?.seq ?? 0) + 1;
    const from = { from: 5000, to: ours.sport, toRouter: true };
    const connected = vi.fn();
    ours.on('connect', connected);
    network.send(tcp({ ...from, seq: 0xffff_ffff, ack: seq, flags: FLAGS.syn | FLAGS.ack }));
    expect(connected).toHaveBeenCalledTimes(1);
    ours.write(latin1('GET'));
    const [ack, data] = network.received.map((frame) => tcpOf(frame));
    expect(ack).toMatchObject({ seq, ack: 0, flags: FLAGS.ack });
    expect(data).toMatchObject({ seq, ack: 0, data: latin1('GET') });
  });

  it('ends a connection when the guest opens another between the same ends', () => {
    const { connection } = open(4000);
    const closed = vi.fn();
    connection.on('close', closed);
    const later = open(4000, 5000);
    expect(closed).toHaveBeenCalledTimes(1);
    connection.release();
    expect(network.adapter.tcp_conn[later.connection.tuple]).toBe(later.connection);
  });

  it('takes data whose sequence numbers pass 32 bits', () => {
    const { connection, say } = open(4000, 0xffff_fffc);
    const heard: string[] = [];
    connection.on('data', (data) => heard.push(new TextDecoder().decode(data)));
    say(0, 'four');
    say(4, 'more');
    expect(heard).toEqual(['four', 'more']);
  });
});
