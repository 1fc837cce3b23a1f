/** A saved machine whose every byte has been found as it was written. */
import type { ContentSink, JsonValue } from './contents.ts';
import type { ContentHash } from './content-hash.ts';
import type { Bytes } from './files.ts';
import type { Manifest } from './manifest.ts';
import { type Place, placeKind, storedAt } from './place-table.ts';
import { internalError } from './save-error.ts';
import { GROUP_UNITS, type Segment, unitIn } from './segment.ts';
import { sideBySide } from './side-by-side.ts';

/** Units that are packed together. */
interface Group {
  readonly segment: Segment;
  readonly index: number;
  readonly wanted: readonly { readonly place: Place; readonly ordinal: number }[];
}

/** It holds the segments, packed, and none of the store's files: it stays as it is when the store saves again. */
export class LoadedMachine {
  readonly manifest: Manifest;
  readonly head: Bytes;
  readonly extra: Bytes;
  /** By slot. */
  readonly segments: ReadonlyMap<number, Segment>;

  private constructor(manifest: Manifest, segments: ReadonlyMap<number, Segment>, head: Bytes, extra: Bytes) {
    this.manifest = manifest;
    this.segments = segments;
    this.head = head;
    this.extra = extra;
  }

  static async open(manifest: Manifest, segments: ReadonlyMap<number, Segment>): Promise<LoadedMachine> {
    const records = segmentAt(segments, manifest.records);
    const [head, extra] = await Promise.all([records.record(0), records.record(1)]);
    return new LoadedMachine(manifest, segments, head, extra);
  }

  get about(): JsonValue {
    return this.manifest.about;
  }

  /** Gives all pages and blocks to `sink`, several groups of 256 KiB being unpacked at the same time. */
  async restore(sink: ContentSink): Promise<void> {
    const { pages, blocks } = this.manifest;
    const stored = new Map<Place, { pages: number[]; blocks: number[] }>();
    const targetsOf = (place: Place): { pages: number[]; blocks: number[] } => {
      const targets = stored.get(place) ?? { pages: [], blocks: [] };
      stored.set(place, targets);
      return targets;
    };
    for (const [number, place] of pages) {
      const kind = placeKind(place);
      if (kind.kind === 'zero') sink.page(number, 'zero');
      else if (kind.kind === 'same') sink.page(number, { base: kind.number });
      else targetsOf(place).pages.push(number);
    }
    for (const [number, place] of blocks) {
      if (placeKind(place).kind === 'zero') sink.block(number, 'zero');
      else targetsOf(place).blocks.push(number);
    }
    await this.units(stored.keys(), (place, bytes) => {
      const targets = stored.get(place);
      for (const number of targets?.pages ?? []) sink.page(number, bytes);
      for (const number of targets?.blocks ?? []) sink.block(number, bytes);
    });
  }

  /** Unpacks what is stored at these places, and gives it to `take`, in no order. */
  async units(places: Iterable<Place>, take: (place: Place, bytes: Bytes) => void): Promise<void> {
    await sideBySide(this.#groupsOf(places), async ({ segment, index, wanted }) => {
      const group = await segment.group(index);
      for (const { place, ordinal } of wanted) take(place, unitIn(group, ordinal));
    });
  }

  /** The hash of what is stored at a place. */
  hashOf(place: Place): ContentHash {
    const { slot, ordinal } = storedPlace(place);
    return segmentAt(this.segments, slot).hashOf(ordinal);
  }

  /** Where content is stored, by its hash; what is dead as well. */
  placesByHash(): Map<ContentHash, Place> {
    const places = new Map<ContentHash, Place>();
    for (const [slot, segment] of this.segments) {
      for (let ordinal = 0; ordinal < segment.units; ordinal++)
        places.set(segment.hashOf(ordinal), storedAt(slot, ordinal));
    }
    return places;
  }

  #groupsOf(places: Iterable<Place>): Iterable<Group> {
    const groups = new Map<number, { segment: Segment; index: number; wanted: Group['wanted'][number][] }>();
    for (const place of places) {
      const { slot, ordinal } = storedPlace(place);
      const index = Math.floor(ordinal / GROUP_UNITS);
      const key = storedAt(slot, index);
      const group = groups.get(key) ?? { segment: segmentAt(this.segments, slot), index, wanted: [] };
      group.wanted.push({ place, ordinal });
      groups.set(key, group);
    }
    return groups.values();
  }
}

function storedPlace(place: Place): { readonly slot: number; readonly ordinal: number } {
  const kind = placeKind(place);
  if (kind.kind !== 'stored') throw internalError(`nothing is stored at ${place}`);
  return kind;
}

function segmentAt(segments: ReadonlyMap<number, Segment>, slot: number): Segment {
  const segment = segments.get(slot);
  if (!segment) throw internalError(`there is no segment ${slot}`);
  return segment;
}
