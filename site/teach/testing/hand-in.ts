/**
 * For tests: what a student's browser would hand in, and forgeries of it. The events come first, as a browser records
 * them; the file is made of them by the same rules, so the honest ones verify like real ones.
 */
import { strToU8, zipSync } from 'fflate';
import { canonicalJson } from '../../evidence/canonical.ts';
import { firstLink, hashOf, headOf, nextLink, type Link } from '../../evidence/chain.ts';
import type { WorkEvent } from '../../evidence/events.ts';
import { EVIDENCE_FORMAT, type Answer, type Evidence, type Manifest } from '../../evidence/format.ts';
import { makeKeyPair, sign, signingKeyOf } from '../../evidence/key.ts';
import { keyIdOf } from '../../evidence/key-id.ts';
import { summarize } from '../../evidence/summary.ts';
import type { Assignment } from '../assignment.ts';
import { findChapter, type Catalog } from '../catalog.ts';
import { writeLink } from '../link.ts';

export const MINUTE = 60_000;

/** A browser with its key. */
export interface Browser {
  readonly sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  readonly key: Manifest['key'];
}

export async function newBrowser(): Promise<Browser> {
  const key = await signingKeyOf(await makeKeyPair());
  return { sign: (bytes) => sign(key, bytes), key: key.publicKey };
}

/** Records events of one guide. Time passes only with {@link pass}. */
export class Work {
  readonly events: WorkEvent[] = [];
  dropped = 0;
  /** Events that have made room. */
  readonly gone: WorkEvent[] = [];
  at: number;
  chapter = 'one';
  #up = 0;
  #visit = 0;

  /** `visits`: numbers of its visits begin after this one; those of another browser are others. */
  constructor(at: number, visits = 0) {
    this.at = at;
    this.#visit = visits;
  }

  pass(milliseconds: number): this {
    this.at += milliseconds;
    this.#up += milliseconds;
    return this;
  }

  /** Opens the page anew. */
  reload(): this {
    this.#visit++;
    this.#up = 0;
    return this;
  }

  go(chapter: string): this {
    this.chapter = chapter;
    return this;
  }

  add(own: OwnPart): this {
    const visit = this.#visit.toString(16).padStart(8, '0');
    this.events.push({ at: this.at, up: this.#up, visit, chapter: this.chapter, ...own });
    return this;
  }

  check(check: string, result: 'pass' | 'fail' | 'error', cause?: string): this {
    return this.add({ kind: 'check', check, result, ...(cause !== undefined && { cause }) });
  }

  /** The oldest events make room. */
  drop(count: number): this {
    this.dropped += count;
    this.gone.push(...this.events.splice(0, count));
    return this;
  }
}

type OwnPart = WorkEvent extends infer Event
  ? Event extends WorkEvent
    ? Omit<Event, 'at' | 'up' | 'visit' | 'chapter'>
    : never
  : never;

export interface Ingredients {
  readonly browser: Browser;
  readonly assignment: Assignment;
  readonly catalog: Catalog;
  readonly student: string;
  /** By guide. */
  readonly work: Readonly<Record<string, Work>>;
  readonly madeAtMs: number;
  readonly zone?: string;
  /** What the machine answers; default: it is not asked. */
  readonly now?: (check: string) => { readonly answer: Answer; readonly cause?: string };
  readonly diffs?: Readonly<Record<string, string>>;
  readonly cast?: string;
  /** Other prints than the catalog's. */
  readonly print?: number;
}

/** What a forger can lay hands on. */
export interface Forgery {
  /** Before it is signed, as with a page whose code was changed. */
  readonly evidence?: (evidence: Evidence) => Evidence;
  readonly events?: (guide: string, events: readonly WorkEvent[]) => readonly WorkEvent[];
  readonly manifest?: (manifest: Manifest) => Manifest;
  /** The entries of the zip, signature and all. */
  readonly entries?: (entries: Record<string, Uint8Array>) => Record<string, Uint8Array>;
}

export async function makeHandIn(from: Ingredients, forgery: Forgery = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { browser, work } = from;
  const evidence = (forgery.evidence ?? same)(evidenceOf(from));
  const entries: Record<string, Uint8Array> = { 'evidence.json': strToU8(JSON.stringify(evidence)) };
  const chains: Record<string, Manifest['chains'][string]> = {};
  for (const [guide, { events, dropped, gone }] of Object.entries(work)) {
    let before: Link = firstLink(guide, keyIdOf(browser.key));
    for (const event of gone) before = nextLink(before, event);
    const head = headOf({ dropped, before, events });
    chains[guide] = { dropped, before, count: events.length, head };
    const written = forgery.events?.(guide, events) ?? events;
    entries[`events/${guide}.jsonl`] = strToU8(written.map((event) => `${canonicalJson(event)}\n`).join(''));
  }
  if (from.cast !== undefined) entries['terminal-1.cast'] = strToU8(from.cast);
  for (const [index, diff] of Object.values(from.diffs ?? {}).entries())
    entries[`files/${index + 1}.diff`] = strToU8(diff);
  const files: Record<string, Link> = {};
  for (const [name, bytes] of Object.entries(entries)) files[name] = hashOf(new Uint8Array(bytes));
  const manifest = (forgery.manifest ?? same)({ format: EVIDENCE_FORMAT, key: browser.key, chains, files });
  const signed = new Uint8Array(strToU8(canonicalJson(manifest)));
  entries['manifest.json'] = signed;
  entries['signature'] = await browser.sign(signed);
  return new Uint8Array(zipSync((forgery.entries ?? same)(entries)));
}

function same<T>(value: T): T {
  return value;
}

function evidenceOf(from: Ingredients): Evidence {
  const { assignment, catalog, student, work, madeAtMs, zone = 'Europe/Berlin', now, diffs = {} } = from;
  return {
    format: EVIDENCE_FORMAT,
    assignment: writeLink(assignment),
    student,
    madeAtMs,
    zone,
    chapters: assignment.chapters.map(({ guide, chapter }) => {
      const found = findChapter(catalog, { guide, chapter })?.chapter;
      const ids = found?.checks.map(({ id }) => id) ?? [];
      return {
        ...{ guide, chapter, print: from.print ?? found?.print ?? 0 },
        ...summarize(chapter, ids, work[guide]?.events ?? []),
        now: Object.fromEntries(ids.map((id) => [id, now?.(id) ?? { answer: 'not-asked' as const }])),
      };
    }),
    files: Object.keys(diffs).map((path, index) => ({
      guide: assignment.chapters[0]?.guide ?? '',
      path,
      diff: `files/${index + 1}.diff`,
    })),
  };
}
