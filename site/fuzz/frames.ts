/** For tests: Ethernet frames as the guest's kernel sends them. */
import { concatenate } from '../sandbox/bytes.ts';
import { latin1 } from './fuzz.ts';

const ROUTER = [192, 168, 86, 1] as const;
const GUEST = [192, 168, 86, 100] as const;
/** What every name resolves to. */
const INTERNET = [192, 168, 87, 1] as const;
const ROUTER_MAC = [0x52, 0x54, 0, 1, 2, 3] as const;
const GUEST_MAC = [0, 0x22, 0x15, 1, 2, 3] as const;

export const FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpSegment {
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  /** Bytes for which the guest has room. */
  readonly window?: number;
  readonly data?: Uint8Array;
  /** To the router itself, from where the page connects; else to the internet. */
  readonly toRouter?: boolean;
}

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];

function ethernet(type: number, payload: Uint8Array): Uint8Array {
  return concatenate([Uint8Array.of(...ROUTER_MAC, ...GUEST_MAC, ...u16(type)), payload]);
}

function ipv4(protocol: number, to: readonly number[], payload: Uint8Array, fragment = 0): Uint8Array {
  const head = [0x45, 0, ...u16(20 + payload.length), 0, 1, ...u16(fragment), 64, protocol, 0, 0];
  return ethernet(0x0800, concatenate([Uint8Array.of(...head, ...GUEST, ...to), payload]));
}

export function udp(port: number, data: Uint8Array): Uint8Array {
  return ipv4(
    17,
    ROUTER,
    concatenate([Uint8Array.of(...u16(40000), ...u16(port), ...u16(8 + data.length), 0, 0), data]),
  );
}

export function dnsQuery(name: string, type = 1): Uint8Array {
  const labels = name.split('.').map((label) => concatenate([Uint8Array.of(label.length), latin1(label)]));
  const head = Uint8Array.of(...u16(0x1234), 1, 0, ...u16(1), ...u16(0), ...u16(0), ...u16(0));
  return udp(53, concatenate([head, ...labels, Uint8Array.of(0, ...u16(type), ...u16(1))]));
}

export function dhcpDiscover(): Uint8Array {
  const bootp = new Uint8Array(236);
  bootp.set([1, 1, 6, 0, 1, 2, 3, 4]);
  bootp.set(GUEST_MAC, 28);
  return udp(67, concatenate([bootp, Uint8Array.of(0x63, 0x82, 0x53, 0x63, 53, 1, 1, 55, 3, 1, 3, 6, 255)]));
}

export function ntpQuery(): Uint8Array {
  const query = new Uint8Array(48);
  query[0] = 0x23;
  return udp(123, query);
}

export function ping(size = 56): Uint8Array {
  return ipv4(1, ROUTER, concatenate([Uint8Array.of(8, 0, 0, 0, 0, 1, 0, 1), new Uint8Array(size)]));
}

export function arpRequest(): Uint8Array {
  const head = [...u16(1), ...u16(0x0800), 6, 4, ...u16(1)];
  return ethernet(0x0806, Uint8Array.of(...head, ...GUEST_MAC, ...GUEST, 0, 0, 0, 0, 0, 0, ...ROUTER));
}

export function tcp(segment: TcpSegment, fragment = 0): Uint8Array {
  const { from, to, seq, ack, flags, window = 64_240, data = new Uint8Array(), toRouter = false } = segment;
  const head = [...u16(from), ...u16(to), ...u32(seq), ...u32(ack), 0x50, flags, ...u16(window), 0, 0, 0, 0];
  return ipv4(6, toRouter ? ROUTER : INTERNET, concatenate([Uint8Array.of(...head), data]), fragment);
}

/** The TCP segment in a frame that the guest is given, or `null` for other frames. */
export function tcpOf(frame: Uint8Array): TcpSegment | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 54 || view.getUint16(12) !== 0x0800 || view.getUint8(23) !== 6) return null;
  return {
    from: view.getUint16(34),
    to: view.getUint16(36),
    seq: view.getUint32(38),
    ack: view.getUint32(42),
    flags: view.getUint8(47),
    data: frame.slice(34 + (view.getUint8(46) >> 4) * 4),
    toRouter: view.getUint8(28) === 86,
  };
}
