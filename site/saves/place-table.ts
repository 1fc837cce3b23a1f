/**
 * Where the content of each page or block is: a number of 32 bits, its _place_. Stored content is in a segment (the
 * upper 8 bits: its slot in the list of segments) under an ordinal (the lower 24).
 */
import type { Bytes } from './files.ts';
import { SaveError } from './save-error.ts';

export type Place = number;

/** Segments that a machine can have at most. */
export const SLOTS = 250;
/** All zero. */
export const ZERO: Place = 0xff00_0000;
const SAME_SLOT = 0xfe;
const LARGEST_ORDINAL = 0xff_ffff;

/** Numbers of pages or blocks, and their places. What is not in it is as the base, or the image, has it. */
export type PlaceTable = Map<number, Place>;

export function storedAt(slot: number, ordinal: number): Place {
  return slot * 2 ** 24 + ordinal;
}

/** As the base has its page `number`, which is below 2^24. */
export function sameAs(number: number): Place {
  return storedAt(SAME_SLOT, number);
}

export type PlaceKind =
  | { readonly kind: 'zero' }
  | { readonly kind: 'same'; readonly number: number }
  | { readonly kind: 'stored'; readonly slot: number; readonly ordinal: number };

export function placeKind(place: Place): PlaceKind {
  if (place === ZERO) return { kind: 'zero' };
  const ordinal = place & LARGEST_ORDINAL;
  const slot = place >>> 24;
  return slot === SAME_SLOT ? { kind: 'same', number: ordinal } : { kind: 'stored', slot, ordinal };
}

/** Whether content is stored there, and in which segment. */
export function slotOf(place: Place): number | null {
  const slot = place >>> 24;
  return slot < SLOTS ? slot : null;
}

/** Bytes of an entry of an encoded table. */
export const ENTRY_BYTES = 8;

/** The numbers in their order, then the places, each as its difference from the one before (32 bits, little-endian). */
export function encodeTable(table: ReadonlyMap<number, Place>): Bytes {
  const numbers = Uint32Array.from(table.keys()).sort();
  const bytes = new Uint8Array(numbers.length * ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  let number = 0;
  let place = 0;
  numbers.forEach((next, index) => {
    const nextPlace = table.get(next) ?? 0;
    view.setUint32(4 * index, next - number, true);
    view.setUint32(4 * (numbers.length + index), nextPlace - place, true);
    number = next;
    place = nextPlace;
  });
  return bytes;
}

/** Throws {@link SaveError} `damaged` when the numbers do not go up. */
export function decodeTable(bytes: Bytes): PlaceTable {
  const count = bytes.length / ENTRY_BYTES;
  if (!Number.isInteger(count)) throw new SaveError('damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table: PlaceTable = new Map();
  let number = 0;
  let place = 0;
  for (let index = 0; index < count; index++) {
    const step = view.getUint32(4 * index, true);
    if (index > 0 && step === 0) throw new SaveError('damaged');
    number += step;
    if (number >= 2 ** 32) throw new SaveError('damaged');
    place = (place + view.getUint32(4 * (count + index), true)) >>> 0;
    table.set(number, place);
  }
  return table;
}
