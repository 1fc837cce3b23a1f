/**
 * What the service worker and the page say to each other. The worker keeps nothing: it may be stopped between
 * two requests. It asks every page of the site and takes the answer of the one that owns the pane.
 */
import type { GuestAddress } from './address.ts';

/** From the worker to the pages, with a port for the answer. */
export interface PaneRequest {
  readonly type: 'typealong:pane-request';
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

/** From the page over the port: first that it owns the pane, so that the worker waits; then the answer. */
export type PaneReply =
  | { readonly type: 'taken' }
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array<ArrayBuffer>;
    };

export function isPaneRequest(data: unknown): data is PaneRequest {
  return (
    typeof data === 'object' && data !== null && 'type' in data && data.type === 'typealong:pane-request'
  );
}
