/** What is said of a machine that is saved, and what is kept with it beside memory and disk. */
import { isRecord, parseJson } from '../json.ts';
import type { LostConnection } from './emulator.ts';
import type { SnapshotManifest, StoredFile } from './image.ts';
import type { StartOptions } from './types.ts';

/** What a list of saved machines needs. Its parts that the page gives are text to be shown, never markup. */
export interface SavedAbout {
  readonly guide: string;
  readonly chapter: { readonly slug: string; readonly number: number; readonly title: string };
  /** Name of the image's folder. */
  readonly image: string;
  /** The snapshot that the machine began with. */
  readonly snapshot: string;
  /** Of the image that it began with: its memory and its disk fit no other. */
  readonly recipe: string;
  readonly v86Version: string;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
}

/** What the page says of a machine that is to be saved; the rest is the machine's. The guide has one, kept by its name. */
export type SaveRequest = Pick<SavedAbout, 'guide' | 'chapter'>;

/** What came of saving. */
export interface SaveReport {
  readonly savedAtMs: number;
  /** Bytes that were written. */
  readonly bytes: number;
  /** For how long the guest stood still, milliseconds. */
  readonly stillMs: number;
  /** From the asking to the end, milliseconds. */
  readonly tookMs: number;
  /** Pages of memory and blocks of the disk that differed. */
  readonly pages: number;
  readonly blocks: number;
  /** The chapter of the machine whose place this one took, which is set aside; `null` for none. */
  readonly setAside: SavedAbout['chapter'] | null;
}

/** What a saved machine is a difference from. */
export interface SavedOrigin {
  /** The state whose pages its memory is compared with: a difference from nothing; `null` for none. */
  readonly base: StoredFile | null;
  /** As in {@link SnapshotManifest}, of the snapshot that it began with. */
  readonly diskChanges: SnapshotManifest['diskChanges'];
  readonly prefetch: SnapshotManifest['prefetch'];
}

/** What belongs to a saved machine and is neither memory nor disk. */
export interface SavedRest {
  readonly origin: SavedOrigin;
  readonly connections: readonly LostConnection[];
  /** What the page wants to show again, as text. */
  readonly view: string;
}

const CONNECTION_KEYS = ['hsrc', 'hdest', 'psrc', 'pdest'] as const;

export function encodeRest({ origin, connections, view }: SavedRest): Uint8Array {
  const plain = connections.map((connection) => ({
    ...connection,
    ...Object.fromEntries(CONNECTION_KEYS.map((key) => [key, [...connection[key]]])),
  }));
  return new TextEncoder().encode(JSON.stringify({ origin, connections: plain, view }));
}

/** What {@link encodeRest} made, or `null` when it is not that. Connections that make no sense are left out. */
export function decodeRest(bytes: Uint8Array): SavedRest | null {
  const value = parseJson(new TextDecoder().decode(bytes));
  if (!isRecord(value)) return null;
  const origin = readOrigin(value['origin']);
  if (!origin) return null;
  const connections = Array.isArray(value['connections']) ? value['connections'] : [];
  return {
    origin,
    connections: connections.flatMap(readConnection),
    view: typeof value['view'] === 'string' ? value['view'] : '',
  };
}

/** What is said of a saved machine, or `null` when it was not this site that saved it. */
export function readAbout(value: unknown): SavedAbout | null {
  if (!isRecord(value) || !isRecord(value['chapter'])) return null;
  const { guide, image, snapshot, recipe, v86Version, savedAtMs } = value;
  const { slug, number, title } = value['chapter'];
  const texts = [guide, image, snapshot, recipe, v86Version, slug, title];
  if (texts.some((text) => typeof text !== 'string')) return null;
  if (typeof number !== 'number' || typeof savedAtMs !== 'number') return null;
  return { ...(value as unknown as SavedAbout), chapter: { slug, number, title } as SavedAbout['chapter'] };
}

/** Whether a saved machine can go on with this image, which lies where `options` say. */
export function fits(
  about: Pick<SavedAbout, 'recipe' | 'v86Version'>,
  image: { readonly recipe: string; readonly v86Version: string },
): boolean {
  return about.recipe === image.recipe && about.v86Version === image.v86Version;
}

/** The last part of an image's address. */
export function imageName({ imageUrl }: Pick<StartOptions, 'imageUrl'>): string {
  return new URL(imageUrl).pathname.split('/').at(-2) ?? '';
}

function readOrigin(value: unknown): SavedOrigin | null {
  if (!isRecord(value)) return null;
  const { base, diskChanges, prefetch } = value;
  if (!isRecord(diskChanges) || !Array.isArray(prefetch)) return null;
  const areHashes = Object.entries(diskChanges).every(
    ([index, hash]) => /^\d+$/.test(index) && (hash === null || isHash(hash)),
  );
  const areNumbers = prefetch.every((index) => Number.isSafeInteger(index));
  if (!areHashes || !areNumbers || (base !== null && !isStoredFile(base))) return null;
  return { base, diskChanges: diskChanges as SavedOrigin['diskChanges'], prefetch: prefetch as number[] };
}

function isStoredFile(value: unknown): value is StoredFile {
  if (!isRecord(value)) return false;
  const { sizeBytes, transferBytes, chunks } = value;
  const areNumbers = Number.isSafeInteger(sizeBytes) && Number.isSafeInteger(transferBytes);
  return areNumbers && Array.isArray(chunks) && chunks.every(isHash);
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function readConnection(value: unknown): LostConnection[] {
  if (!isRecord(value)) return [];
  const { hsrc, hdest, psrc, pdest, sport, dport, seq, ack } = value;
  const [from, to] = [bytesOf(hsrc, 6), bytesOf(hdest, 6)];
  const [source, destination] = [bytesOf(psrc, 4), bytesOf(pdest, 4)];
  if (!from || !to || !source || !destination) return [];
  const numbers = [sport, dport, seq, ack].map((number) => (typeof number === 'number' ? number >>> 0 : 0));
  const [sourcePort = 0, port = 0, next = 0, expected = 0] = numbers;
  return [
    {
      ...{ hsrc: from, hdest: to, psrc: source, pdest: destination },
      ...{ sport: sourcePort, dport: port, seq: next, ack: expected },
    },
  ];
}

function bytesOf(value: unknown, length: number): Uint8Array | null {
  if (!Array.isArray(value) || value.length !== length) return null;
  return Uint8Array.from(value as number[]);
}
