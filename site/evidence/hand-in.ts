/** Makes the file that a student hands in (`format.ts`), from what was recorded. */
import { strToU8, zipSync } from 'fflate';
import { canonicalJson } from './canonical.ts';
import { castFrom, castText } from './cast.ts';
import type { Cast } from './cast.ts';
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
  while (zipped(entries).length > LARGEST_FILE - MARGIN) {
    const shorter = await withoutOldest(chains);
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
  const manifest = bytesOf(canonicalJson(await manifestOf(key, chains, entries)));
  const bytes = zipped({ ...entries, 'manifest.json': manifest, signature: await sign(key, manifest) });
  return { bytes, evidence: evidenceOf(chains), casts, chains };
}

async function manifestOf(
  key: SigningKey,
  chains: ReadonlyMap<string, Chain>,
  entries: Entries,
): Promise<Manifest> {
  const ends = [...chains].map(async ([guide, chain]) => {
    const { dropped, before, events } = chain;
    return [guide, { dropped, before, count: events.length, head: headOf(chain) }] as const;
  });
  const hashes = Object.entries(entries).map(async ([name, content]) => [name, hashOf(content)] as const);
  return {
    format: EVIDENCE_FORMAT,
    key: key.publicKey,
    chains: Object.fromEntries(await Promise.all(ends)),
    files: Object.fromEntries(await Promise.all(hashes)),
  };
}

/** The chains, of which the longest has lost the oldest quarter of its events; `null` when there is none to lose. */
async function withoutOldest(chains: ReadonlyMap<string, Chain>): Promise<ReadonlyMap<string, Chain> | null> {
  const [longest] = [...chains].toSorted(([, one], [, other]) => other.events.length - one.events.length);
  if (!longest || longest[1].events.length === 0) return null;
  const [guide, { dropped, before, events }] = longest;
  const gone = events.slice(0, Math.ceil(events.length / 4));
  let link = before;
  for (const event of gone) link = nextLink(link, event);
  const rest = { dropped: dropped + gone.length, before: link, events: events.slice(gone.length) };
  return new Map([...chains, [guide, rest]]);
}

/** As much of the ends of the recordings as fits, packed, by the name of the entry. */
function castsWithin(casts: readonly Cast[], room: number): Record<string, Cast> {
  /** Letters that are kept of each. */
  let kept = Math.max(0, ...casts.map(lettersOf));
  while (kept > 0) {
    const cut = casts.map((cast) => castFrom(cast, firstWithin(cast, kept)));
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
  return events.reduce((sum, { data }) => sum + data.length, 0);
}

/** The first event of the last `kept` letters. */
function firstWithin({ events }: Cast, kept: number): number {
  let letters = 0;
  let first = events.length;
  while (first > 0) {
    letters += events[first - 1]?.data.length ?? 0;
    if (letters > kept) break;
    first--;
  }
  return first;
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
