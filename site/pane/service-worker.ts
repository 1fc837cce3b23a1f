/// <reference lib="webworker" />
/**
 * The service worker behind the browser pane. It hands the requests of the pane's pages to the page of the site
 * that owns the machine, and nothing else: it caches none of them and leaves the site's own requests alone.
 *
 * Why the guest's pages cannot escape: every answer carries a policy that runs no script and keeps frames and forms
 * below the pane's own path (`header-policy.ts`); the page of the site keeps its frame there too (`confine-frames.ts`);
 * and whatever a page of the pane loads into itself, wherever on this origin it points, ends at the guest.
 */
import { belongsTo, panePlace, parsePaneUrl } from './address.ts';
import type { PaneLocation } from './address.ts';
import { errorPage } from './error-page.ts';
import { browserHeaders } from './header-policy.ts';
import { MESSAGE_VERSION } from './messages.ts';
import type { PaneAnswer, PaneCall, PaneReply, PaneRequest } from './messages.ts';

declare const __TYPEALONG_BASE__: string;
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const ORIGIN = worker.location.origin;
const BASE = __TYPEALONG_BASE__;

/** How long a page of the site may take to say that a pane is its own: a busy one takes its time. In milliseconds. */
const OWNER_TIMEOUT_MS = 15_000;
/** `Response` refuses a body for these. */
const WITHOUT_BODY = new Set([204, 205, 304]);
const FRAME_DESTINATIONS = new Set(['iframe', 'frame', 'embed', 'object']);

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (!request.url.startsWith(`${ORIGIN}/`)) return;
  if (request.mode === 'navigate') {
    if (!FRAME_DESTINATIONS.has(request.destination)) return;
    const target = parsePaneUrl(request.url, ORIGIN, BASE);
    const from = parsePaneUrl(request.referrer, ORIGIN, BASE);
    // Policies already keep a pane's frame in its own pane; this is for a browser in which they do not.
    if (from !== null && target?.pane !== from.pane) event.respondWith(Response.error());
    else if (target !== null) event.respondWith(askOwner(request, target, true));
    return;
  }
  // Only a pane's pages are ever answered differently; asking who the client is costs others nothing visible.
  if (event.clientId !== '' && mayBePaneClient(request)) {
    event.respondWith(subresource(request, event.clientId));
  }
});

/**
 * The site's own pages send their URL as referrer, which tells most of their requests apart at once. Style sheets
 * of the guest are referrers too, under the pane's path; only a request without a referrer (`no-referrer` leaves
 * nothing, `origin` only the origin) must be looked up.
 */
function mayBePaneClient(request: Request): boolean {
  return (
    request.referrer === '' ||
    request.referrer === `${ORIGIN}/` ||
    parsePaneUrl(request.referrer, ORIGIN, BASE) !== null ||
    request.url.startsWith(`${ORIGIN}${BASE}pane/`)
  );
}

async function subresource(request: Request, clientId: string): Promise<Response> {
  const client = await worker.clients.get(clientId);
  const page = client === undefined ? null : parsePaneUrl(client.url, ORIGIN, BASE);
  if (page === null) return fetch(request);
  // An absolute path in a style sheet means the style sheet's host.
  const sheet = parsePaneUrl(request.referrer, ORIGIN, BASE);
  const target = belongsTo(request.url, sheet?.pane === page.pane ? sheet : page, ORIGIN, BASE);
  return target === null ? Response.error() : askOwner(request, target, false);
}

/** A page of the site that owns a pane. */
interface Owner {
  readonly clientId: string;
  readonly port: MessagePort;
}

/** By the pane's name. A pane never changes hands: it is named anew whenever its page is loaded. */
const owners = new Map<string, Owner>();

/** Asks the page that owns the pane, and makes of its answer what the browser may see. */
async function askOwner(request: Request, location: PaneLocation, isPage: boolean): Promise<Response> {
  const place = panePlace(ORIGIN, BASE, location.pane);
  const notFound = (kind: 'no-owner' | 'outdated'): Response => {
    const headers = browserHeaders([['Content-Type', 'text/html; charset=utf-8']], place);
    return new Response(errorPage({ kind, address: location.address }), {
      status: isPage ? 200 : 503,
      headers,
    });
  };
  const owner = owners.get(location.pane) ?? (await findOwner(location.pane, request.signal));
  if (typeof owner === 'string') return notFound(owner);
  const reply = await ask(owner, request.signal, {
    pane: location.pane,
    address: location.address,
    method: request.method,
    headers: [...request.headers],
    body: request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer(),
    referrer: request.referrer,
    isPage,
  });
  if (reply === null) return Response.error();
  if (reply === 'no-owner') return notFound(reply);
  const status = reply.status >= 200 && reply.status <= 599 ? reply.status : 502;
  if (reply.redirect !== null) {
    return new Response(null, {
      status,
      headers: { Location: reply.redirect, 'Referrer-Policy': 'same-origin' },
    });
  }
  const init = {
    status,
    statusText: printable(reply.statusText),
    headers: browserHeaders(reply.headers, place),
  };
  return new Response(WITHOUT_BODY.has(status) ? null : reply.body, init);
}

/** A status text with other characters makes `Response` throw. */
function printable(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, '');
}

/** The page that owns the pane, or why there is none: it was closed or reloaded, or is of another version. */
async function findOwner(pane: string, signal: AbortSignal): Promise<Owner | 'no-owner' | 'outdated'> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const pages = windows.filter(
    ({ url }) => url.startsWith(`${ORIGIN}${BASE}`) && parsePaneUrl(url, ORIGIN, BASE) === null,
  );
  const call: PaneCall = { type: 'typealong:pane-call', version: MESSAGE_VERSION, pane };
  return new Promise((resolve) => {
    const asked = pages.map((page): Owner => {
      const { port1, port2 } = new MessageChannel();
      page.postMessage(call, [port2]);
      return { clientId: page.id, port: port1 };
    });
    const finish = (owner: Owner | 'no-owner' | 'outdated'): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      for (const one of asked) if (one !== owner) one.port.close();
      resolve(owner);
    };
    const abort = (): void => finish('no-owner');
    const timer = setTimeout(abort, OWNER_TIMEOUT_MS);
    signal.addEventListener('abort', abort);
    for (const owner of asked) {
      owner.port.onmessage = ({ data }: MessageEvent<PaneReply>) => {
        if (data.type === 'left') forget(pane, owner);
        else if (data.version !== MESSAGE_VERSION) finish('outdated');
        else {
          owners.set(pane, owner);
          finish(owner);
        }
      };
    }
  });
}

function forget(pane: string, owner: Owner): void {
  owner.port.close();
  if (owners.get(pane) === owner) owners.delete(pane);
}

/** `null` when the browser no longer wants the answer; `no-owner` when the page was closed or reloaded meanwhile. */
function ask(
  owner: Owner,
  signal: AbortSignal,
  request: PaneRequest,
): Promise<PaneAnswer | 'no-owner' | null> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const finish = (answer: PaneAnswer | 'no-owner' | null): void => {
      port1.close();
      resolve(answer);
    };
    signal.addEventListener('abort', () => finish(null));
    port1.onmessage = ({ data }: MessageEvent<PaneAnswer>) => finish(data);
    owner.port.postMessage(request, request.body === null ? [port2] : [port2, request.body]);
    // Nothing tells of a port whose other end is gone.
    void worker.clients.get(owner.clientId).then((client) => {
      if (client !== undefined) return;
      forget(request.pane, owner);
      finish('no-owner');
    });
  });
}
