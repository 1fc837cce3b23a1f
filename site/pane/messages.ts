/**
 * What the service worker and the page say to each other. The worker asks every page of the site whose a pane is, with
 * a port; whoever owns the pane says so over the port, and only that page gets the request, with what a form may send
 * along. The worker keeps the port, since the question takes longer than many an answer. It may be stopped between two
 * requests, and then asks again.
 */
import type { GuestAddress } from './address.ts';

/** Goes up whenever a message changes: a page that is older or newer than the worker must be reloaded. */
export const MESSAGE_VERSION = 3;

/** From the worker to all pages, with a port: whose is this pane? */
export interface PaneCall {
  readonly type: 'typealong:pane-call';
  readonly version: number;
  readonly pane: string;
}

/** From the worker to the owner, over the port, with a port of its own for the {@link PaneAnswer}. */
export interface PaneRequest {
  readonly pane: string;
  readonly address: GuestAddress;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ArrayBuffer | null;
  /** URL of the page that asks, as the browser gave it; empty when it has none. */
  readonly referrer: string;
  /** The request shows a new page in a frame (and is no picture, style sheet and so on). */
  readonly isPage: boolean;
}

/** From the owner over the port: that the pane is its own, and later that it takes no more requests over this port. */
export type PaneReply = { readonly type: 'taken'; readonly version: number } | { readonly type: 'left' };

/** The answer to a {@link PaneRequest}. */
export interface PaneAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** For a redirect: the pane's path to go on to. */
  readonly redirect: string | null;
}

export function isPaneCall(data: unknown): data is PaneCall {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'typealong:pane-call';
}
