/**
 * The events of a guide's log as a chain: each link is a hash of the link before it and of its event, so no event can be
 * taken out, put in or changed without every later link being another.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical.ts';
import type { WorkEvent } from './events.ts';

/** SHA-256, lower-case hexadecimal. */
export type Link = string;

/** A part of a log: everything from one event on. */
export interface Chain {
  /** How many events were kept once and have made room since. */
  readonly dropped: number;
  /** The link before the first of `events`. */
  readonly before: Link;
  readonly events: readonly WorkEvent[];
}

/** The link before the first event of all. */
export function firstLink(guide: string, keyId: string): Link {
  return hashOf(`typealong events 1\n${guide}\n${keyId}`);
}

export function nextLink(before: Link, event: WorkEvent): Link {
  return hashOf(`${before}\n${canonicalJson(event)}`);
}

/** The last link of a chain: with `before` and the number of events, it stands for all of them. */
export function headOf({ before, events }: Chain): Link {
  return events.reduce(nextLink, before);
}

/** SHA-256 of text or bytes. Not the browser's own: a link can then be made within a transaction, and thousands at once. */
export function hashOf(content: string | Uint8Array): Link {
  return bytesToHex(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));
}
