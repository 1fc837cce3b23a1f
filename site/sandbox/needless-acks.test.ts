import { expect, it } from 'vitest';
import { withoutNeedlessAcks } from './needless-acks.ts';
import { TCP_FLAGS, tcpFrame } from './tcp-frame.ts';

const ends = {
  hsrc: new Uint8Array(6),
  hdest: new Uint8Array(6),
  psrc: Uint8Array.of(192, 168, 86, 1),
  pdest: Uint8Array.of(192, 168, 86, 100),
  sport: 50_000,
  dport: 80,
};
const frame = (ack: number, flags: number, text = '', sport = ends.sport): Uint8Array =>
  tcpFrame({ ...ends, sport }, { seq: 1, ack, flags, window: 1, data: new TextEncoder().encode(text) });

const { ack: ACK, fin: FIN, psh: PSH, rst: RST } = TCP_FLAGS;

it('leaves out acknowledgements that another frame makes needless', () => {
  const data = frame(100, ACK | PSH, 'data');
  expect(withoutNeedlessAcks([frame(100, ACK), data])).toEqual([data]);
  const end = frame(101, ACK | FIN);
  expect(withoutNeedlessAcks([frame(100, ACK), end, frame(101, ACK)])).toEqual([end]);
  const last = frame(101, ACK);
  expect(withoutNeedlessAcks([frame(100, ACK), frame(101, ACK), last])).toEqual([last]);
});

it('knows that sequence numbers begin again after 32 bits', () => {
  const after = frame(5, ACK);
  expect(withoutNeedlessAcks([frame(0xffff_fff0, ACK), after])).toEqual([after]);
});

it('leaves in what says something more', () => {
  for (const frames of [
    [frame(100, ACK)],
    [frame(101, ACK), frame(100, ACK | PSH, 'data')],
    [frame(100, ACK), frame(101, ACK, '', 50_001)],
    [frame(100, ACK), frame(101, RST)],
    [frame(100, ACK | PSH, 'data'), frame(100, ACK | PSH, 'data')],
    [frame(100, ACK), new Uint8Array(60)],
  ]) {
    expect(withoutNeedlessAcks(frames)).toEqual(frames);
  }
});
