/**
 * What a student hands in: one file, `*.typealong`, a zip of
 *
 * ```
 * evidence.json            {@link Evidence}
 * events/<guide>.jsonl     the guide's events, one canonical JSON a line
 * terminal-<n>.cast        what a terminal showed, asciicast version 2, where it was recorded
 * files/<n>.diff           a file of the guide that differs from its listing; evidence.json says which
 * machine.typealong-machine  reserved for the machine: nothing packs one today
 * manifest.json            {@link Manifest}, canonical JSON: hashes of all of the above, and the chains
 * signature                ECDSA P-256 with SHA-256 of manifest.json's bytes, 64 bytes (r and s)
 * ```
 *
 * It is evidence, not a proctored exam: whoever can change the page's own code can have anything signed.
 */
import type { Link } from './chain.ts';
import type { ChapterSummary } from './summary.ts';

/** Bytes of a file without a machine: those that make them keep to it. */
export const LARGEST_FILE = 200_000;

/** How a file's name ends. */
export const EVIDENCE_SUFFIX = '.typealong';

export const EVIDENCE_FORMAT = 1;

/**
 * Events of one guide that a browser keeps. When there are more, the oldest quarter makes room; so it does when the file
 * would be longer than {@link LARGEST_FILE}.
 */
export const MOST_EVENTS = 4000;

/** What a check says of the machine at the moment of handing in. `not-asked`: no machine ran. */
export type Answer = 'pass' | 'fail' | 'error' | 'not-asked';

export interface ChapterEvidence extends ChapterSummary {
  readonly guide: string;
  readonly chapter: string;
  /** The chapter's version as the student's site had it (`CatalogChapter.print`). */
  readonly print: number;
  /** By the check's id. */
  readonly now: Readonly<Record<string, { readonly answer: Answer; readonly cause?: string }>>;
}

export interface Evidence {
  readonly format: typeof EVIDENCE_FORMAT;
  /** The assignment as its link has it (`site/teach/link.ts`), so that nothing else is needed to read this. */
  readonly assignment: string;
  /** What the student entered for what the assignment asks; empty when it asks for nothing. */
  readonly student: string;
  /** Milliseconds since 1970, and the time zone's IANA name. */
  readonly madeAtMs: number;
  readonly zone: string;
  readonly chapters: readonly ChapterEvidence[];
  /** Files of the guides that differ from their listings; `diff` names the entry, `null` when the file is missing. */
  readonly files: readonly { readonly guide: string; readonly path: string; readonly diff: string | null }[];
}

export interface Manifest {
  readonly format: typeof EVIDENCE_FORMAT;
  /** The public key of the browser that made it; the private one cannot leave that browser. */
  readonly key: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  /** The chains, by guide. */
  readonly chains: Readonly<
    Record<
      string,
      { readonly dropped: number; readonly before: Link; readonly count: number; readonly head: Link }
    >
  >;
  /** SHA-256 of every other entry but `signature`, by name. */
  readonly files: Readonly<Record<string, Link>>;
}
