/** Reads one hand-in, a file `*.typealong` that anybody may have made. What it is worth, `verify.ts` says. */
import { isRecord, parseJson } from '../json.ts';
import type { Link } from './chain.ts';
import { readEvent, type WorkEvent } from './events.ts';
import { EVIDENCE_FORMAT, type Evidence, type Manifest } from './format.ts';
import { keyIdOf } from './key-id.ts';
import { readEvidence, readManifest } from './read-json.ts';
import { RefusedFile } from './refused-file.ts';
import { entriesOf, type ZipEntry } from './zip.ts';

export interface HandIn {
  readonly evidence: Evidence;
  readonly manifest: Manifest;
  /** The bytes that are signed. */
  readonly manifestBytes: Uint8Array<ArrayBuffer>;
  /** `null` when there is none. */
  readonly signature: Uint8Array<ArrayBuffer> | null;
  readonly keyId: Link;
  /** How long the file is. */
  readonly bytes: number;
  /** By guide. */
  readonly events: ReadonlyMap<string, readonly WorkEvent[]>;
  /** All entries that the format names, by name, but for manifest, signature and machine. */
  readonly entries: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** A saved machine is in it. It is not opened here. */
  readonly hasMachine: boolean;
  /** How many entries have a name that the format does not know. They are not opened. */
  readonly strays: number;
}

/**
 * Bounds, in bytes and entries. However well it is packed: a flood in a terminal packs to almost nothing. The longest
 * honest entry is a terminal's recording, a million letters of which each may take six bytes.
 */
const MOST = { entries: 1000, entry: 8_000_000, all: 32_000_000, events: 5000, small: 1000 } as const;

const MANIFEST = 'manifest.json';
const EVIDENCE = 'evidence.json';
const SIGNATURE = 'signature';
const MACHINE = 'machine.typealong-machine';
const EVENTS = /^events\/([a-z0-9][a-z0-9.-]{0,63})\.jsonl$/;
const OTHERS = /^(?:terminal-\d{1,3}\.cast|files\/\d{1,3}\.diff)$/;

const FOREIGN = 'It is not a file that Typealong made.';

/** Whether these are the entries of a hand-in: some browsers and course sites give a zip another name. */
export function isHandIn(entries: readonly ZipEntry[]): boolean {
  const names = entries.map(({ name }) => name);
  return names.includes(MANIFEST) && names.includes(EVIDENCE);
}

/** @throws {RefusedFile} with a sentence about what is wrong with the file. */
export async function readHandIn(file: Blob): Promise<HandIn> {
  const entries = await entriesOf(file, MOST.entries);
  if (entries === null) throw new RefusedFile(await sayForeign(file));
  if (!isHandIn(entries)) throw new RefusedFile(FOREIGN);
  const known = entries.filter(({ name }) => isKnown(name));
  if (new Set(known.map(({ name }) => name)).size < known.length)
    throw new RefusedFile('It has two entries with the same name, so it is unclear which one counts.');
  const contents = await openAll(known.filter(({ name }) => name !== MACHINE));
  const manifestBytes = contents.get(MANIFEST) ?? new Uint8Array();
  const evidence = jsonOf(contents.get(EVIDENCE) ?? new Uint8Array(), readEvidence);
  const manifest = jsonOf(manifestBytes, readManifest);
  const signature = contents.get(SIGNATURE) ?? null;
  for (const name of [MANIFEST, SIGNATURE]) contents.delete(name);
  return {
    ...{ evidence, manifest, manifestBytes, signature },
    keyId: keyIdOf(manifest.key),
    bytes: file.size,
    events: eventsOf(contents),
    entries: contents,
    hasMachine: known.some(({ name }) => name === MACHINE),
    strays: entries.length - known.length,
  };
}

function isKnown(name: string): boolean {
  return [MANIFEST, EVIDENCE, SIGNATURE, MACHINE].includes(name) || EVENTS.test(name) || OTHERS.test(name);
}

async function openAll(entries: readonly ZipEntry[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  let left: number = MOST.all;
  for (const entry of entries) {
    const bytes = await entry.open(entry.name === SIGNATURE ? MOST.small : Math.min(MOST.entry, left));
    left -= bytes.length;
    contents.set(entry.name, bytes);
  }
  return contents;
}

function jsonOf<T>(bytes: Uint8Array, read: (value: unknown) => T | null): T {
  const value = parseJson(textOf(bytes));
  const found = read(value);
  if (found !== null) return found;
  const format = isRecord(value) ? value['format'] : undefined;
  throw new RefusedFile(
    typeof format === 'number' && format > EVIDENCE_FORMAT
      ? 'It was made by a newer version of the site. Reload this page. If that does not help, open the file on the site where it was made.'
      : 'It looks like a hand-in, but its content is not valid.',
  );
}

function eventsOf(contents: ReadonlyMap<string, Uint8Array>): Map<string, readonly WorkEvent[]> {
  const events = new Map<string, readonly WorkEvent[]>();
  for (const [name, bytes] of contents) {
    const [, guide] = EVENTS.exec(name) ?? [];
    if (guide === undefined) continue;
    const lines = textOf(bytes).split('\n');
    if (lines.at(-1) === '') lines.pop();
    if (lines.length > MOST.events) throw new RefusedFile('Its record has more events than the site keeps.');
    const read = lines.map((line) => readEvent(parseJson(line)));
    const wrong = read.indexOf(null);
    if (wrong >= 0)
      throw new RefusedFile(`Its record has a line that is not an event: line ${wrong + 1} of ${name}.`);
    events.set(guide, read as WorkEvent[]);
  }
  return events;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new RefusedFile('It contains text that is not UTF-8.', { cause });
  }
}

async function sayForeign(file: Blob): Promise<string> {
  if (file.size === 0) return 'It is empty.';
  const start = await file.slice(0, 200).text();
  return /^\s*</.test(start)
    ? 'It is a web page, not the file itself. Ask the student for the file.'
    : FOREIGN;
}
