import { describe, expect, it } from 'vitest';
import { TCP_FLAGS, tcpFrame } from './tcp-frame.ts';

const ends = {
  hsrc: Uint8Array.of(0x52, 0x54, 0, 1, 2, 3),
  hdest: Uint8Array.of(0, 0x22, 0x15, 1, 2, 3),
  psrc: Uint8Array.of(192, 168, 86, 1),
  pdest: Uint8Array.of(192, 168, 86, 100),
  sport: 50_000,
  dport: 80,
};

/** What a receiver adds up: all ones when nothing was damaged. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  bytes.forEach((byte, index) => (total += index % 2 === 0 ? byte << 8 : byte));
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

describe('tcpFrame', () => {
  it('puts everything in its place', () => {
    const segment = { seq: 0x8123_4567, ack: 0xffff_fffe, flags: TCP_FLAGS.syn, window: 0xffff };
    const frame = tcpFrame(ends, { ...segment, mostBytes: 32_728 });
    const view = new DataView(frame.buffer);
    expect([...frame.subarray(0, 14)]).toEqual([...ends.hdest, ...ends.hsrc, 8, 0]);
    expect([view.getUint8(14), view.getUint16(16), view.getUint8(23)]).toEqual([0x45, 44, 6]);
    expect([...frame.subarray(26, 34)]).toEqual([...ends.psrc, ...ends.pdest]);
    expect([view.getUint16(34), view.getUint16(36)]).toEqual([50_000, 80]);
    expect([view.getUint32(38), view.getUint32(42)]).toEqual([0x8123_4567, 0xffff_fffe]);
    expect([view.getUint8(46), view.getUint8(47), view.getUint16(48)]).toEqual([0x60, 2, 0xffff]);
    expect([...frame.subarray(54)]).toEqual([2, 4, 0x7f, 0xd8]);
  });

  it('has both sums right, for any number of bytes', () => {
    for (const length of [0, 1, 2, 1461, 32_727, 32_728]) {
      const data = Uint8Array.from({ length }, (_, index) => 255 - (index % 7));
      const frame = tcpFrame(ends, { seq: 1, ack: 2, flags: TCP_FLAGS.ack, window: 1, data });
      expect(sum(frame.subarray(14, 34))).toBe(0xffff);
      const pseudo = Uint8Array.of(0, 6, (20 + length) >> 8, (20 + length) & 255);
      const padding = new Uint8Array(length % 2);
      expect(sum(Uint8Array.from([...pseudo, ...frame.subarray(26), ...padding])), `${length}`).toBe(0xffff);
      expect(frame.subarray(54)).toEqual(data);
    }
  });
});
