/**
 * Which segments a save rewrites. Pages that were saved again leave their old content behind, dead, in a segment whose
 * other content is still wanted. A rewritten segment's live units go into the new one, and its file can go.
 */
import { placeKind, type PlaceTable } from './place-table.ts';
import { SEGMENT_UNITS, type SegmentInfo } from './segment.ts';

/** Dead bytes that are left alone, beside as many as are live. */
const SLACK_BYTES = 1024 * 1024;
/** Segments beyond those that the live units fill; a start reads each. */
const MANY_SEGMENTS = 24;
/** Segments that are made into one when there are too many: few, so that no save takes much longer than others. */
const MERGED_AT_ONCE = 6;

type Segments = ReadonlyMap<number, SegmentInfo>;

/** How many units of each segment, by slot, these tables name. */
export function liveUnits(segments: Segments, tables: readonly PlaceTable[]): ReadonlyMap<number, number> {
  const seen = new Map([...segments].map(([slot, { units }]) => [slot, new Uint8Array(units)]));
  for (const table of tables) {
    for (const place of table.values()) {
      const kind = placeKind(place);
      const units = kind.kind === 'stored' ? seen.get(kind.slot) : undefined;
      if (units && kind.kind === 'stored') units[kind.ordinal] = 1;
    }
  }
  return new Map([...seen].map(([slot, units]) => [slot, units.reduce((sum, unit) => sum + unit, 0)]));
}

/**
 * The slots to rewrite: those with the least share alive while more than half of all bytes are dead, and the smallest
 * when there are too many segments. A segment with nothing alive just goes, and is not among them.
 */
export function chooseRewrites(
  segments: Segments,
  live: ReadonlyMap<number, number>,
  sizes = { slackBytes: SLACK_BYTES, manySegments: MANY_SEGMENTS },
): ReadonlySet<number> {
  const candidates = [...segments].flatMap(([slot, { bytes, unitBytes, units }]) => {
    const alive = live.get(slot) ?? 0;
    return alive === 0 ? [] : [{ slot, bytes, alive, liveBytes: (unitBytes * alive) / units }];
  });
  const chosen = new Set<number>();
  const liveBytes = candidates.reduce((sum, each) => sum + each.liveBytes, 0);
  let total = candidates.reduce((sum, each) => sum + each.bytes, 0);
  candidates.sort((one, other) => one.liveBytes / one.bytes - other.liveBytes / other.bytes);
  for (const { slot, bytes, liveBytes: kept } of candidates) {
    if (total <= 2 * liveBytes + sizes.slackBytes) break;
    chosen.add(slot);
    total += kept - bytes;
  }
  const aliveUnits = candidates.reduce((sum, { alive }) => sum + alive, 0);
  const most = sizes.manySegments + 2 * Math.ceil(aliveUnits / SEGMENT_UNITS);
  const rest = candidates.filter(({ slot }) => !chosen.has(slot));
  if (rest.length > most) {
    rest.sort((one, other) => one.alive - other.alive);
    for (const { slot } of rest.slice(0, MERGED_AT_ONCE + rest.length - most)) chosen.add(slot);
  }
  return chosen;
}
