/** Frames that carry a TCP segment, as v86's network adapter (`fake_network.js`) gives them to the guest. */
import { concatenate } from './bytes.ts';

/** Where a frame comes from and where it goes. Addresses of Ethernet have 6 bytes, those of IPv4 have 4. */
export interface Ends {
  readonly hsrc: Uint8Array;
  readonly hdest: Uint8Array;
  readonly psrc: Uint8Array;
  readonly pdest: Uint8Array;
  /** Ports. */
  readonly sport: number;
  readonly dport: number;
}

interface SegmentToSend {
  /** Sequence number of the first byte. */
  readonly seq: number;
  /** Sequence number of the byte that is expected next. */
  readonly ack: number;
  /** See {@link TCP_FLAGS}. */
  readonly flags: number;
  /** Bytes that the guest may send before they are acknowledged, at most 65,535. */
  readonly window: number;
  /** The largest segment that the guest may send, in bytes of data; told with a `syn` only. */
  readonly mostBytes?: number;
  readonly data?: Uint8Array;
}

export const TCP_FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** Bytes of a packet that are not data: the heads of IPv4 and TCP. */
export const HEAD_BYTES = 40;

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const PROTOCOL_TCP = 6;
const HOPS = 32;

export function tcpFrame(ends: Ends, segment: SegmentToSend): Uint8Array {
  const { seq, ack, flags, window, mostBytes, data = new Uint8Array() } = segment;
  const options = mostBytes === undefined ? [] : [2, 4, ...u16(mostBytes)];
  const head = [...u16(ends.sport), ...u16(ends.dport), ...u32(seq), ...u32(ack)];
  const tcpBytes = 20 + options.length;
  head.push((tcpBytes / 4) << 4, flags, ...u16(window), 0, 0, 0, 0, ...options);
  const length = tcpBytes + data.length;
  const ipv4 = [0x45, 0, ...u16(IPV4_BYTES + length), 0, 0, 0x40, 0, HOPS, PROTOCOL_TCP, 0, 0];
  const frame = concatenate([
    ends.hdest,
    ends.hsrc,
    Uint8Array.of(0x08, 0x00, ...ipv4),
    ends.psrc,
    ends.pdest,
    Uint8Array.from(head),
    data,
  ]);
  const view = new DataView(frame.buffer);
  const tcpBegin = ETHERNET_BYTES + IPV4_BYTES;
  view.setUint16(ETHERNET_BYTES + 10, checksum(view, ETHERNET_BYTES, tcpBegin, 0));
  // TCP's sum also covers both addresses, the protocol and the length.
  const addresses = tcpBegin - 8;
  view.setUint16(tcpBegin + 16, checksum(view, addresses, frame.length, PROTOCOL_TCP + length));
  return frame;
}

/** The internet checksum (RFC 1071) of the bytes from `begin` to `end`, and of what has been summed before. */
function checksum(view: DataView, begin: number, end: number, before: number): number {
  let sum = before;
  const even = end - ((end - begin) % 2);
  // 64 KiB of words stay far below 2 to the 53rd.
  for (let at = begin; at < even; at += 2) sum += view.getUint16(at);
  if (even < end) sum += view.getUint8(even) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}
