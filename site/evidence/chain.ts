/**
 * The events of a guide's log as a chain: each link is a hash of the link before it and of its event, so no event can be
 * taken out, put in or changed without every later link being another.
 */
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
export async function firstLink(guide: string, keyId: string): Promise<Link> {
  return hashOf(`typealong events 1\n${guide}\n${keyId}`);
}

export async function nextLink(before: Link, event: WorkEvent): Promise<Link> {
  return hashOf(`${before}\n${canonicalJson(event)}`);
}

/** The last link of a chain: with `before` and the number of events, it stands for all of them. */
export async function headOf({ before, events }: Chain): Promise<Link> {
  let link = before;
  for (const event of events) link = await nextLink(link, event);
  return link;
}

/** SHA-256 of text or bytes. */
export async function hashOf(content: string | Uint8Array<ArrayBuffer>): Promise<Link> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
