/**
 * The encoding of a snapshot's state: what v86 saves, with its memory as a difference from another state.
 *
 * v86's own file (its `state.js`): 16 bytes of header (magic, version, total length, length of the info), the
 * info as JSON (`{ buffer_infos: [{ offset, length }], state }`), padding to 4 bytes, the buffers. `state[78]`
 * is the bitmap of pages that are not all zero and `state[77]` those pages, packed (`cpu.js`, `pack_memory`).
 *
 * Ours, little-endian: `TAS2`, length of the head, number of pages, the head, one flag a page of memory, then for each
 * page in order: flagged RAW or XOR, its bytes; flagged MOVED, the number of the base's page that is equal (32 bits).
 * The head is v86's file with the packed pages left out.
 */
import type { PageContent } from '../saves/contents.ts';
import { concatenate } from './bytes.ts';
import { PAGE_BYTES } from './page-hash.ts';

const MAGIC = 0x32534154; // "TAS2"
const V86_MAGIC = 0x86768676;
const V86_HEADER_BYTES = 16;
/** Indexes of memory in v86's list of state. */
const PACKED_MEMORY = 77;
const MEMORY_BITMAP = 78;

const ZERO = 0;
const SAME = 1;
const RAW = 2;
const XOR = 3;
const MOVED = 4;
const MOVED_BYTES = 4;

interface V86Info {
  buffer_infos: { offset: number; length: number }[];
  state: unknown[];
}

interface V86State {
  /** v86's STATE_VERSION. */
  readonly version: number;
  readonly info: V86Info;
  readonly buffers: readonly Uint8Array[];
  readonly bitmapId: number;
  readonly packedId: number;
}

/** Encodes a state of v86, as a difference from `base` (another state of v86) when there is one. */
export function encodeState(state: Uint8Array, base: Uint8Array | null): Uint8Array {
  const parsed = parseV86State(state);
  const pages = pagesOf(parsed);
  const basePages = base ? pagesOf(parseV86State(base)) : [];
  const places = placesOf(basePages);
  const flags = new Uint8Array(pages.length);
  const data: Uint8Array[] = [];
  pages.forEach((page, index) => {
    if (!page) return;
    const before = basePages[index];
    if (before && equal(page, before)) {
      flags[index] = SAME;
      return;
    }
    // The kernel moves pages together, so that free memory is in one piece.
    const place = places.get(fingerprint(page))?.find((at) => equal(page, basePages[at] ?? page));
    if (place !== undefined) {
      flags[index] = MOVED;
      data.push(littleEndian(place));
    } else if (before && differingBytes(page, before) < PAGE_BYTES / 2) {
      flags[index] = XOR;
      data.push(xor(page, before));
    } else {
      flags[index] = RAW;
      data.push(page);
    }
  });
  const head = headOf(parsed);
  const prefix = new Uint8Array(12);
  const view = new DataView(prefix.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, head.length, true);
  view.setUint32(8, flags.length, true);
  return concatenate([prefix, head, flags, ...data]);
}

/** A state that can be put into a machine. */
export interface MachineState {
  /** v86's file with no page in it: the processor and the devices. */
  readonly head: Uint8Array;
  /** Bytes of memory that it fills. */
  readonly memoryBytes: number;
  /** Fills a machine's memory, which is all zero, once: the snapshot's own memory is free then. Throws the second time. */
  writeMemory(memory: Uint8Array): void;
}

/**
 * Opens what {@link encodeState} made. `base`: the encoded state that it is a difference from, itself a difference from
 * none. Throws when the bytes are not of that encoding, or end too early.
 */
export function openState(encoded: Uint8Array, base: Uint8Array | null): MachineState {
  const own = layoutOf(encoded);
  const before = base && layoutOf(base);
  if (before?.flags.some((flag) => flag !== ZERO && flag !== RAW) === true) {
    throw new Error('the base of a snapshot is a difference itself');
  }
  for (const [index, flag] of own.flags.entries()) {
    if (flag === ZERO || flag === RAW) continue;
    const place = flag === MOVED ? own.movedFrom(index) : index;
    if (before?.flags[place] !== RAW) throw new Error('a snapshot that is a difference needs its base');
  }
  // A machine may be kept for long before it runs, and all of this with it.
  let layouts: { readonly own: Layout; readonly before: Layout | null } | null = { own, before };
  return {
    head: own.head,
    memoryBytes: own.flags.length * PAGE_BYTES,
    writeMemory: (memory) => {
      if (!layouts) throw new Error('a snapshot is put into one machine only');
      writePages(layouts.own, layouts.before, memory);
      layouts = null;
    },
  };
}

function writePages(own: Layout, before: Layout | null, memory: Uint8Array): void {
  own.flags.forEach((flag, index) => {
    if (flag === ZERO) return;
    const target = index * PAGE_BYTES;
    if (flag === RAW) {
      memory.set(own.bytesOf(index), target);
      return;
    }
    const page = before?.bytesOf(flag === MOVED ? own.movedFrom(index) : index);
    if (page) memory.set(page, target);
    if (flag !== XOR) return;
    const difference = own.bytesOf(index);
    for (let i = 0; i < PAGE_BYTES; i++)
      memory[target + i] = (memory[target + i] ?? 0) ^ (difference[i] ?? 0);
  });
}

/** What a machine was when it was saved. */
export interface SavedMemory {
  /** As in {@link MachineState}. */
  readonly head: Uint8Array;
  /** Pages that differ from the base's, by number. */
  readonly pages: Iterable<readonly [index: number, page: Exclude<PageContent, 'base'>]>;
}

/**
 * The state of a machine that was saved; `base`: the encoded state that its pages are a difference from, or `null`.
 * Throws when the base is damaged.
 */
export function savedState(
  { head, pages }: SavedMemory,
  base: Uint8Array | null,
  memoryBytes: number,
): MachineState {
  let rest: (Pick<SavedMemory, 'pages'> & { readonly before: Layout | null }) | null = {
    pages,
    before: base && layoutOf(base),
  };
  return {
    head,
    memoryBytes,
    writeMemory: (memory) => {
      if (!rest) throw new Error('a state is put into one machine only');
      if (rest.before) writePages(rest.before, null, memory);
      for (const [index, page] of rest.pages) {
        const at = index * PAGE_BYTES;
        if (page === 'zero') memory.fill(0, at, at + PAGE_BYTES);
        else memory.set('base' in page ? wholePage(rest.before, page.base) : page, at);
      }
      rest = null;
    },
  };
}

function wholePage(base: Layout | null, index: number): Uint8Array {
  if (base?.flags[index] !== RAW) throw new Error('a saved page is not in the base');
  return base.bytesOf(index);
}

/** Pages by number that an encoded state has whole: all that are not zero, of a state that is a difference from none. */
export function* wholePages(encoded: Uint8Array): Generator<readonly [index: number, page: Uint8Array]> {
  const layout = layoutOf(encoded);
  for (const [index, flag] of layout.flags.entries()) if (flag === RAW) yield [index, layout.bytesOf(index)];
}

interface Layout {
  readonly head: Uint8Array;
  /** One a page. */
  readonly flags: Uint8Array;
  /** What is stored of a page that is flagged RAW or XOR. */
  bytesOf(index: number): Uint8Array;
  /** The base's page that is equal to a page that is flagged MOVED. */
  movedFrom(index: number): number;
}

/** Where everything is in an encoded state. Throws when the bytes are not of that encoding, or end too early. */
function layoutOf(encoded: Uint8Array): Layout {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (encoded.length < 12 || view.getUint32(0, true) !== MAGIC) {
    throw new Error('not a snapshot of this format');
  }
  const headEnd = 12 + view.getUint32(4, true);
  const flagsEnd = headEnd + view.getUint32(8, true);
  const flags = encoded.subarray(headEnd, flagsEnd);
  const places = new Uint32Array(flags.length);
  let next = flagsEnd;
  flags.forEach((flag, index) => {
    places[index] = next;
    if (flag === RAW || flag === XOR) next += PAGE_BYTES;
    else if (flag === MOVED) next += MOVED_BYTES;
  });
  if (next > encoded.length) throw new Error('the snapshot ends too early');
  return {
    // v86 wants it at the beginning of a buffer.
    head: encoded.slice(12, headEnd),
    flags,
    bytesOf: (index) => encoded.subarray(places[index], (places[index] ?? 0) + PAGE_BYTES),
    movedFrom: (index) => view.getUint32(places[index] ?? 0, true),
  };
}

/** Pages of memory by index; `undefined` is all zero. */
function pagesOf(state: V86State): (Uint8Array | undefined)[] {
  const bitmap = state.buffers[state.bitmapId] ?? new Uint8Array();
  const packed = state.buffers[state.packedId] ?? new Uint8Array();
  const pages = Array.from<Uint8Array | undefined>({ length: bitmap.length * 8 });
  let next = 0;
  for (let index = 0; index < pages.length; index++) {
    if (((bitmap[index >> 3] ?? 0) & (1 << (index & 7))) === 0) continue;
    pages[index] = packed.subarray(next, next + PAGE_BYTES);
    next += PAGE_BYTES;
  }
  return pages;
}

function parseV86State(state: Uint8Array): V86State {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  if (state.length < V86_HEADER_BYTES || view.getUint32(0, true) !== V86_MAGIC) {
    throw new Error('not a state of v86');
  }
  const infoLength = view.getUint32(12, true);
  const infoEnd = V86_HEADER_BYTES + infoLength;
  const info = JSON.parse(new TextDecoder().decode(state.subarray(V86_HEADER_BYTES, infoEnd))) as V86Info;
  const start = (infoEnd + 3) & ~3;
  const buffers = info.buffer_infos.map(({ offset, length }) =>
    state.subarray(start + offset, start + offset + length),
  );
  return {
    version: view.getUint32(4, true),
    info,
    buffers,
    packedId: bufferId(info, PACKED_MEMORY),
    bitmapId: bufferId(info, MEMORY_BITMAP),
  };
}

function bufferId(info: V86Info, index: number): number {
  const value = info.state[index];
  if (typeof value === 'object' && value !== null && 'buffer_id' in value) {
    return Number(value.buffer_id);
  }
  throw new Error(`a state of v86 without buffer ${index}: made by another version?`);
}

/** v86's file again, without the packed pages. */
function headOf(state: V86State): Uint8Array {
  const buffers = state.buffers.map((buffer, id) => (id === state.packedId ? new Uint8Array(0) : buffer));
  let total = 0;
  const buffer_infos = buffers.map(({ length }) => {
    const offset = total;
    total = (total + length + 3) & ~3;
    return { offset, length };
  });
  const info = new TextEncoder().encode(JSON.stringify({ buffer_infos, state: state.info.state }));
  const start = (V86_HEADER_BYTES + info.length + 3) & ~3;
  const result = new Uint8Array(start + total);
  const header = new DataView(result.buffer);
  header.setUint32(0, V86_MAGIC, true);
  header.setUint32(4, state.version, true);
  header.setUint32(8, result.length, true);
  header.setUint32(12, info.length, true);
  result.set(info, V86_HEADER_BYTES);
  buffers.forEach((buffer, id) => result.set(buffer, start + (buffer_infos[id]?.offset ?? 0)));
  return result;
}

/** Where in memory the pages of a fingerprint are. */
function placesOf(pages: readonly (Uint8Array | undefined)[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  pages.forEach((page, index) => {
    if (!page) return;
    const key = fingerprint(page);
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  return places;
}

/** FNV-1a of the page: pages with another one differ. */
function fingerprint(page: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of page) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return differingBytes(a, b, 1) === 0;
}

/** Number of bytes that differ; stops counting at `limit`. */
function differingBytes(a: Uint8Array, b: Uint8Array, limit = PAGE_BYTES): number {
  let count = 0;
  for (let i = 0; i < PAGE_BYTES && count < limit; i++) if (a[i] !== b[i]) count++;
  return count;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  const result = new Uint8Array(PAGE_BYTES);
  for (let i = 0; i < PAGE_BYTES; i++) result[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  return result;
}
