/**
 * v86's TCP answers one frame of the guest with several: an acknowledgement, what is written meanwhile, and the end.
 * Each is an interrupt for the guest, and all but the acknowledgement alone acknowledge just as much.
 */
import { TCP_FLAGS } from './tcp-frame.ts';

interface Summary {
  /** Addresses and ports. */
  readonly connection: string;
  readonly ack: number;
  /** It acknowledges, and has neither data nor another flag. */
  readonly isAckAlone: boolean;
}

/** The frames without the acknowledgements that another of them makes needless. `frames` are what the page's side sends. */
export function withoutNeedlessAcks(frames: readonly Uint8Array[]): readonly Uint8Array[] {
  if (frames.length < 2) return frames;
  const summaries = frames.map(summaryOf);
  return frames.filter((_, index) => {
    const one = summaries[index];
    if (!one?.isAckAlone) return true;
    return !summaries.some((other, at) => {
      if (other?.connection !== one.connection) return false;
      // Sequence numbers begin again after 32 bits.
      const further = (other.ack - one.ack) | 0;
      return further > 0 || (further === 0 && (!other.isAckAlone || at > index));
    });
  });
}

/** `null` for what is no TCP, or acknowledges nothing. */
function summaryOf(frame: Uint8Array): Summary | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  // v86 and we write no options of IPv4.
  if (frame.length < 54 || view.getUint16(12) !== 0x0800 || view.getUint8(23) !== 6) return null;
  const flags = view.getUint8(47);
  if ((flags & TCP_FLAGS.ack) === 0 || (flags & TCP_FLAGS.rst) !== 0) return null;
  const tcpBytes = (view.getUint8(46) >> 4) * 4;
  return {
    connection: frame.subarray(26, 38).join('.'),
    ack: view.getUint32(42),
    isAckAlone: flags === TCP_FLAGS.ack && frame.length === 34 + tcpBytes,
  };
}
