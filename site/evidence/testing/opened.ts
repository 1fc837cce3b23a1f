/** For tests: opens a file that was handed in, and holds it to all that it says about itself. */
import { strFromU8, unzipSync } from 'fflate';
import { canonicalJson } from '../canonical.ts';
import { firstLink, hashOf, headOf } from '../chain.ts';
import { readEvent } from '../events.ts';
import type { WorkEvent } from '../events.ts';
import type { Evidence, Manifest } from '../format.ts';
import { keyIdOf } from '../key-id.ts';
import { summarize } from '../summary.ts';

export interface Opened {
  readonly entries: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly manifest: Manifest;
  readonly evidence: Evidence;
  /** By the guide's slug. */
  readonly events: ReadonlyMap<string, readonly WorkEvent[]>;
}

/** Rejects with what does not agree: the signature, a hash, a chain or a summary. */
export async function opened(bytes: Uint8Array): Promise<Opened> {
  const entries = unzipSync(bytes) as Record<string, Uint8Array<ArrayBuffer>>;
  const { 'manifest.json': packed, signature, ...others } = entries;
  if (!packed || !signature) throw new Error('It is not signed.');
  const manifest = JSON.parse(strFromU8(packed)) as Manifest;
  same(strFromU8(packed), canonicalJson(manifest), 'The manifest is not canonical.');
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', manifest.key, curve, true, ['verify']);
  const hash = { name: 'ECDSA', hash: 'SHA-256' };
  if (!(await crypto.subtle.verify(hash, key, signature, packed))) throw new Error('The signature is wrong.');
  const hashes: Record<string, string> = {};
  for (const [name, content] of Object.entries(others)) hashes[name] = hashOf(content);
  same(canonicalJson(hashes), canonicalJson(manifest.files), 'An entry is not the one that was signed.');
  const evidence = JSON.parse(strFromU8(others['evidence.json'] ?? new Uint8Array())) as Evidence;
  const events = new Map<string, readonly WorkEvent[]>();
  for (const [guide, { dropped, before, count, head }] of Object.entries(manifest.chains)) {
    const own = eventsIn(strFromU8(others[`events/${guide}.jsonl`] ?? new Uint8Array()));
    same(String(own.length), String(count), 'The number of events is wrong.');
    same(headOf({ dropped, before, events: own }), head, 'The chain is broken.');
    if (dropped === 0) same(before, firstLink(guide, keyIdOf(manifest.key)), 'The chain begins elsewhere.');
    events.set(guide, own);
  }
  for (const chapter of evidence.chapters) {
    const ids = chapter.checks.map(({ id }) => id);
    const summary = summarize(chapter.chapter, ids, events.get(chapter.guide) ?? []);
    same(
      canonicalJson({ ...chapter, ...summary }),
      canonicalJson(chapter),
      'The summary is not that of the events.',
    );
  }
  return { entries, manifest, evidence, events };
}

function eventsIn(lines: string): WorkEvent[] {
  const events = lines.split('\n').slice(0, -1);
  return events.map((line) => {
    const event = readEvent(JSON.parse(line));
    if (!event) throw new Error(`This is no event: ${line}`);
    same(canonicalJson(event), line, 'An event is not canonical.');
    return event;
  });
}

function same(one: string, other: string, otherwise: string): void {
  if (one !== other) throw new Error(`${otherwise}\n${one}\n${other}`);
}
