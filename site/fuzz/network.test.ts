/** Frames of the guest, through v86's own network adapter, to the page's ends of the connections. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { requestGuest } from '../sandbox/guest-http.ts';
import { MOST_CONNECTIONS, guardNetwork } from '../sandbox/guarded-network.ts';
import { serveConnection } from '../sandbox/internet.ts';
import type { HttpOutcome } from '../sandbox/types.ts';
import { FLAGS, arpRequest, dhcpDiscover, dnsQuery, ntpQuery, ping, tcp, tcpOf, udp } from './frames.ts';
import { fuzz, latin1, mutated, type Random } from './fuzz.ts';
import { internetWith } from './internet.ts';
import { openV86Network, type V86Network } from './v86-network.ts';

// Thousands of inputs, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const FRAMES = 50_000;
const queue = { enabled: true, is_configured: () => true, has_request: () => true };
const source = internetWith(new Uint8Array(150_000));

let network: V86Network;
beforeEach(async () => {
  network = await openV86Network();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await network.destroy();
});

it('takes any frame of the guest', async () => {
  const report = vi.fn<(error: unknown) => void>();
  guardNetwork(network.adapter, queue, report);
  network.onTcp((connection) => {
    if (connection.sport === 80) serveConnection(connection, source);
  });
  const outcomes: Promise<HttpOutcome>[] = [];
  const guest = new Guest();

  await fuzz(
    'frames of the guest',
    FRAMES,
    (random) => {
      if (random.chance(1)) {
        const open = (port: number) => network.adapter.connect(port);
        outcomes.push(
          requestGuest(open, { method: 'GET', url: `http://x:${5000 + random.below(3)}/` }, () => false),
        );
      }
      for (const frame of network.received.splice(0)) guest.hear(frame);
      return guest.frame(random);
    },
    (frame) => network.send(frame),
  );

  expect(report).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  const kinds = new Set((await Promise.all(outcomes)).map(({ kind }) => kind));
  // The inputs have been deep inside: some of the page's requests were answered, some in a way that is not HTTP.
  expect([...kinds].sort()).toEqual(['broken', 'refused', 'response', 'timeout']);
  expect(Object.keys(network.adapter.tcp_conn).length).toBeLessThanOrEqual(
    MOST_CONNECTIONS + outcomes.length,
  );
  network.received.length = 0;
  network.send(dnsQuery('pypi.org'));
  expect(network.received).toHaveLength(1);
});

const TEXTS = [
  'GET /a HTTP/1.1\r\nHost: pypi.org\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n',
  'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  'SSH-2.0-OpenSSH_9.2\r\n\r\n',
].map(latin1);

interface End {
  readonly from: number;
  readonly to: number;
  readonly toRouter: boolean;
  /** What the guest would send next, and acknowledge. */
  readonly seq: number;
  readonly ack: number;
}

/** A guest that mostly does what TCP wants, so that its faults come in every state of a connection. */
class Guest {
  readonly #ends: End[] = [];

  /** A frame for the guest. */
  hear(frame: Uint8Array): void {
    const segment = tcpOf(frame);
    if (!segment) return;
    const { from, to, seq, ack, flags, data, toRouter = false } = segment;
    const known = this.#ends.findIndex((end) => end.from === to && end.to === from);
    const isCounted = (flags & (FLAGS.syn | FLAGS.fin)) !== 0;
    const end = {
      from: to,
      to: from,
      toRouter,
      seq: ack,
      ack: seq + (data?.length ?? 0) + Number(isCounted),
    };
    if (known >= 0) this.#ends.splice(known, 1);
    this.#ends.push(end);
    if (this.#ends.length > 8) this.#ends.shift();
  }

  frame(random: Random): Uint8Array {
    if (random.chance(10)) return this.#noise(random);
    const frame = random.chance(30) ? this.#datagram(random) : this.#segment(random);
    return random.chance(35) ? mutated(random, frame) : frame;
  }

  #noise(random: Random): Uint8Array {
    const noise = random.bytes(random.below(120));
    if (noise.length > 23 && random.chance(80)) {
      noise[12] = 8;
      noise[13] = random.pick([0, 6]);
      noise[14] = random.pick([0x45, 0x46, 0x40, random.below(256)]);
      noise[20] = noise[21] = 0;
      noise[23] = random.pick([1, 6, 17]);
    }
    return noise;
  }

  #datagram(random: Random): Uint8Array {
    switch (random.below(7)) {
      case 0:
        return dnsQuery(
          random.pick(['pypi.org', 'a.b.c.d.e', '', 'x'.repeat(63)]),
          random.pick([1, 28, 12, 255]),
        );
      case 1:
        return dhcpDiscover();
      case 2:
        return ntpQuery();
      case 3:
        return ping(random.pick([0, 56, 1400, 32_000]));
      case 4:
        return arpRequest();
      case 5:
        return udp(8, random.bytes(random.below(40)));
      default:
        return udp(random.pick([8, 53, 67, 68, 123]), random.bytes(random.pick([0, 1, 12, 48, 300, 1400])));
    }
  }

  #segment(random: Random): Uint8Array {
    const { syn, ack, fin, rst, psh } = FLAGS;
    const end = this.#ends.length > 0 && random.chance(80) ? random.pick(this.#ends) : null;
    if (!end) {
      const seq = random.pick([0, 1000, 0xffff_ffff]);
      return tcp({
        from: 4000 + random.below(200),
        to: random.pick([80, 80, 80, 443]),
        seq,
        ack: 0,
        flags: syn,
      });
    }
    const isNew = end.ack === 1338 && end.toRouter;
    const usual = isNew ? syn | ack : random.pick([ack, ack | psh, ack | psh, ack | psh, ack | fin]);
    const wrong = (value: number) =>
      random.chance(90) ? value : value + random.pick([-1, 1, 1460, 0x7fff_ffff]);
    return tcp({
      ...end,
      seq: wrong(end.seq),
      ack: wrong(end.ack),
      flags: random.chance(90) ? usual : random.pick([rst, fin, syn, 0, random.below(256)]),
      data: this.#data(random),
    });
  }

  #data(random: Random): Uint8Array {
    if (random.chance(30)) return new Uint8Array();
    const text = random.pick(TEXTS);
    if (random.chance(70)) return text;
    return random.chance(90) ? mutated(random, text) : random.bytes(random.pick([1, 1400, 4000]));
  }
}
