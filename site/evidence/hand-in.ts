/** Makes the file that a student hands in (`format.ts`), from what was recorded. */
import { strToU8, zipSync } from 'fflate';
import { canonicalJson } from './canonical.ts';
import { castFrom, castText } from './cast.ts';
import type { Cast, CastEvent } from './cast.ts';
import { hashOf, headOf, nextLink } from './chain.ts';
import type { Chain } from './chain.ts';
import { EVIDENCE_FORMAT, LARGEST_FILE } from './format.ts';
import type { ChapterEvidence, Evidence, Manifest } from './format.ts';
import { sign } from './key.ts';
import type { SigningKey } from './key.ts';
import { summarize } from './summary.ts';

/** A chapter of the assignment, as this site has it. */
export interface HandedChapter extends Pick<ChapterEvidence, 'guide' | 'chapter' | 'print' | 'now'> {
  /** Ids of its checks, in order. */
  readonly checks: readonly string[];
}

export interface HandIn extends Pick<Evidence, 'assignment' | 'student' | 'madeAtMs' | 'zone'> {
  readonly chapters: readonly HandedChapter[];
  /** What is recorded of each guide, by its slug. */
  readonly chains: ReadonlyMap<string, Chain>;
  readonly casts: readonly Cast[];
  /** As in {@link Evidence}, with the difference itself. */
  readonly files: readonly { readonly guide: string; readonly path: string; readonly diff: string | null }[];
  readonly key: SigningKey;
}

/** What is in the file that was made. */
export interface HandedIn {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly evidence: Evidence;
  /** What of the terminals found room, by the entry's name. */
  readonly casts: Readonly<Record<string, Cast>>;
  readonly chains: ReadonlyMap<string, Chain>;
}

type Entries = Record<string, Uint8Array<ArrayBuffer>>;

/** The manifest and the signature of the entries have room in it. Bytes. */
const MARGIN = 2000;
/**
 * Bytes of the entries, unpacked: whoever reads the file bounds them too (`read.ts`), well above these. What packs well,
 * such as a flood of zero bytes, each six letters of JSON, would otherwise be longer than it may be.
 */
const MOST_UNPACKED = { cast: 1_500_000, casts: 5_000_000, log: 3_000_000, logs: 6_000_000 } as const;
/** Of a line of a recording, more than its time and its brackets take. */
const LINE_BYTES = 40;
/** A zip writes when its entries were last changed. That is nobody's business, and evidence.json says when it was made. */
const ANY_TIME = new Date(2000, 0, 1);

/**
 * Makes the file. It has at most {@link LARGEST_FILE} bytes: terminals are cut from their beginning until it fits, and
 * where that is not enough, the oldest events make room, as they do in the log.
 */
export async function makeHandIn(handIn: HandIn): Promise<HandedIn> {
  const { chapters, assignment, student, madeAtMs, zone, files, key } = handIn;
  let { chains } = handIn;
  const evidenceOf = (of: ReadonlyMap<string, Chain>): Evidence => ({
    ...{ format: EVIDENCE_FORMAT, assignment, student, madeAtMs, zone },
    chapters: chapters.map(({ guide, chapter, print, now, checks }) => ({
      ...{ guide, chapter, print, now },
      ...summarize(chapter, checks, of.get(guide)?.events ?? []),
    })),
    files: files.map(({ guide, path, diff }, index) => ({
      ...{ guide, path },
      diff: diff === null ? null : diffName(index),
    })),
  });
  const entriesOf = (of: ReadonlyMap<string, Chain>): Entries => ({
    'evidence.json': bytesOf(canonicalJson(evidenceOf(of))),
    ...Object.fromEntries(
      [...of].map(([guide, { events }]) => [
        `events/${guide}.jsonl`,
        bytesOf(events.map((event) => `${canonicalJson(event)}\n`).join('')),
      ]),
    ),
    ...Object.fromEntries(
      files.flatMap(({ diff }, index) => (diff === null ? [] : [[diffName(index), bytesOf(diff)]])),
    ),
  });
  let entries = entriesOf(chains);
  while (hasLongLogs(entries) || zipped(entries).length > LARGEST_FILE - MARGIN) {
    const shorter = withoutOldest(chains);
    if (shorter === null) break;
    chains = shorter;
    entries = entriesOf(chains);
  }
  const room = LARGEST_FILE - MARGIN - zipped(entries).length;
  const casts = castsWithin(
    handIn.casts.filter(({ events }) => events.length > 0),
    room,
  );
  for (const [name, cast] of Object.entries(casts)) entries[name] = bytesOf(castText(cast));
  const manifest = bytesOf(canonicalJson(manifestOf(key, chains, entries)));
  const bytes = zipped({ ...entries, 'manifest.json': manifest, signature: await sign(key, manifest) });
  return { bytes, evidence: evidenceOf(chains), casts, chains };
}

function manifestOf(key: SigningKey, chains: ReadonlyMap<string, Chain>, entries: Entries): Manifest {
  const ends = [...chains].map(([guide, chain]) => {
    const { dropped, before, events } = chain;
    return [guide, { dropped, before, count: events.length, head: headOf(chain) }] as const;
  });
  const hashes = Object.entries(entries).map(([name, content]) => [name, hashOf(content)] as const);
  return {
    format: EVIDENCE_FORMAT,
    key: key.publicKey,
    chains: Object.fromEntries(ends),
    files: Object.fromEntries(hashes),
  };
}

/** The chains, of which the longest has lost the oldest quarter of its events; `null` when there is none to lose. */
function withoutOldest(chains: ReadonlyMap<string, Chain>): ReadonlyMap<string, Chain> | null {
  const [longest] = [...chains].toSorted(([, one], [, other]) => other.events.length - one.events.length);
  if (!longest || longest[1].events.length === 0) return null;
  const [guide, { dropped, before, events }] = longest;
  const gone = events.slice(0, Math.ceil(events.length / 4));
  let link = before;
  for (const event of gone) link = nextLink(link, event);
  const rest = { dropped: dropped + gone.length, before: link, events: events.slice(gone.length) };
  return new Map([...chains, [guide, rest]]);
}

function hasLongLogs(entries: Entries): boolean {
  const lengths = Object.entries(entries).flatMap(([name, { length }]) =>
    name.startsWith('events/') ? [length] : [],
  );
  const all = lengths.reduce((sum, length) => sum + length, 0);
  return all > MOST_UNPACKED.logs || lengths.some((length) => length > MOST_UNPACKED.log);
}

/** As much of the ends of the recordings as fits, packed, by the name of the entry. */
function castsWithin(all: readonly Cast[], room: number): Record<string, Cast> {
  const most = Math.min(MOST_UNPACKED.cast, MOST_UNPACKED.casts / all.length);
  const casts = all.map((cast) => castFrom(cast, firstWithin(cast, most, bytesOfEvent)));
  /** Letters that are kept of each. */
  let kept = Math.max(0, ...casts.map(lettersOf));
  while (kept > 0) {
    const cut = casts.map((cast) => castFrom(cast, firstWithin(cast, kept, lettersOfEvent)));
    const named = Object.fromEntries(
      cut.flatMap((cast, index) =>
        cast.events.length === 0 ? [] : [[`terminal-${index + 1}.cast`, cast] as const],
      ),
    );
    const packed = zipped(
      Object.fromEntries(Object.entries(named).map(([name, cast]) => [name, bytesOf(castText(cast))])),
    );
    if (packed.length <= room) return named;
    // A little less than would fit if all of it packed alike.
    kept = Math.floor(Math.min(kept * 0.9, (kept * room * 0.95) / packed.length));
  }
  return {};
}

function lettersOf({ events }: Cast): number {
  return events.reduce((sum, event) => sum + lettersOfEvent(event), 0);
}

function lettersOfEvent({ data }: CastEvent): number {
  return data.length;
}

/** As the recording has it, where control letters are escaped. */
function bytesOfEvent({ data }: CastEvent): number {
  return LINE_BYTES + bytesOf(JSON.stringify(data)).length;
}

/** The first event of the last ones that have `most` together. */
function firstWithin({ events }: Cast, most: number, size: (event: CastEvent) => number): number {
  let sum = 0;
  const last = events.findLastIndex((event) => (sum += size(event)) > most);
  return last + 1;
}

function diffName(index: number): string {
  return `files/${index + 1}.diff`;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return strToU8(text);
}

function zipped(entries: Entries): Uint8Array<ArrayBuffer> {
  return zipSync(entries, { level: 9, mtime: ANY_TIME });
}
