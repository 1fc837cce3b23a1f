/// <reference lib="webworker" />
/**
 * The service worker behind the browser pane. It hands the requests of the pane's pages to the page of the site
 * that owns the machine, and nothing else: it caches nothing and leaves the site's own requests alone.
 *
 * Why the guest's pages cannot escape: every answer carries a policy that runs no script (`header-policy.ts`);
 * every request that a page of the pane makes, wherever it points to on this origin, ends at the guest, so that
 * not even a page of the site can be shown in the pane.
 */
import { belongsTo, panePath, parsePaneUrl, redirectTarget } from './address.ts';
import type { PaneLocation } from './address.ts';
import { browserHeaders } from './header-policy.ts';
import type { PaneReply, PaneRequest } from './messages.ts';
import { errorPage } from './error-page.ts';

declare const __TYPEALONG_BASE__: string;
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const ORIGIN = worker.location.origin;
const BASE = __TYPEALONG_BASE__;

/** How long a page of the site may take to say that a pane is its own, in milliseconds. */
const OWNER_TIMEOUT_MS = 5000;
/** `Response` refuses a body for these. */
const WITHOUT_BODY = new Set([204, 205, 304]);

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (!request.url.startsWith(ORIGIN)) return;
  const isFrame = request.mode === 'navigate' && FRAME_DESTINATIONS.has(request.destination);
  if (isFrame) {
    const own = parsePaneUrl(request.url, ORIGIN, BASE);
    const from = parsePaneUrl(request.referrer, ORIGIN, BASE);
    if (own !== null && (from === null || from.pane === own.pane))
      event.respondWith(askOwner(request, own, true));
    else if (from !== null) event.respondWith(sendHome(request.url, from));
    else if (isSilent(request)) event.respondWith(frameWithoutReferrer(request));
    return;
  }
  if (request.mode === 'navigate' || event.clientId === '') return;
  // Only a pane's pages are ever answered differently; asking who the client is costs others nothing visible.
  if (mayBePaneClient(request)) event.respondWith(subresource(request, event.clientId));
});

const FRAME_DESTINATIONS = new Set(['iframe', 'frame', 'embed', 'object']);

/** The page does not say where it is: `no-referrer` leaves nothing, `origin` only the origin. */
function isSilent({ referrer }: Request): boolean {
  return referrer === '' || referrer === `${ORIGIN}/`;
}

/**
 * The site's own pages send their URL as referrer, which tells most of their requests apart at once. Style sheets
 * of the guest are referrers too, under the pane's path; only a request without a referrer must be looked up.
 */
function mayBePaneClient(request: Request): boolean {
  return (
    isSilent(request) ||
    parsePaneUrl(request.referrer, ORIGIN, BASE) !== null ||
    request.url.startsWith(`${ORIGIN}${BASE}pane/`)
  );
}

async function subresource(request: Request, clientId: string): Promise<Response> {
  const client = await worker.clients.get(clientId);
  const from = client === undefined ? null : parsePaneUrl(client.url, ORIGIN, BASE);
  if (from === null) return fetch(request);
  const target = belongsTo(request.url, from, ORIGIN, BASE);
  return target === null ? Response.error() : askOwner(request, target, false);
}

/** A link or form with an absolute path: to the same path of the page's own host, with its method and body. */
function sendHome(url: string, from: PaneLocation): Response {
  const target = belongsTo(url, from, ORIGIN, BASE);
  return target === null ? Response.error() : redirect(307, panePath(BASE, target.pane, target.address));
}

/**
 * A frame goes somewhere and nobody says from where. If a pane is open, it is most likely a link of the guest's
 * that hides its referrer; otherwise the site itself stands in somebody's frame.
 */
async function frameWithoutReferrer(request: Request): Promise<Response> {
  for (const client of await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    const from = parsePaneUrl(client.url, ORIGIN, BASE);
    if (from !== null) return sendHome(request.url, from);
  }
  return fetch(request);
}

/** Asks the page that owns the pane, and makes of its answer what the browser may see. */
async function askOwner(request: Request, location: PaneLocation, isPage: boolean): Promise<Response> {
  const message: PaneRequest = {
    type: 'typealong:pane-request',
    pane: location.pane,
    address: location.address,
    method: request.method,
    headers: [...request.headers],
    body: request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer(),
    referrer: request.referrer,
    isPage,
  };
  const reply = await ask(message, request.signal);
  if (reply === null) {
    const headers = browserHeaders([['Content-Type', 'text/html; charset=utf-8']]);
    return new Response(errorPage({ kind: 'no-owner', address: location.address }), { status: 503, headers });
  }
  const target = locationOf(reply);
  if (target !== null) {
    const path = redirectTarget(target, location, BASE);
    if (path !== null) return redirect(reply.status, path);
    const headers = browserHeaders([['Content-Type', 'text/html; charset=utf-8']]);
    return new Response(errorPage({ kind: 'outside', address: location.address, target }), {
      status: 502,
      headers,
    });
  }
  return answer(reply);
}

type Answer = Extract<PaneReply, { type: 'answer' }>;

function answer(reply: Answer): Response {
  const status = reply.status >= 200 && reply.status <= 599 ? reply.status : 502;
  const init = { status, statusText: printable(reply.statusText), headers: browserHeaders(reply.headers) };
  return new Response(WITHOUT_BODY.has(status) ? null : reply.body, init);
}

function locationOf(reply: Answer): string | null {
  if (![301, 302, 303, 307, 308].includes(reply.status)) return null;
  return reply.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
}

function redirect(status: number, path: string): Response {
  return new Response(null, { status, headers: { Location: path, 'Referrer-Policy': 'same-origin' } });
}

/** A status text with other characters makes `Response` throw. */
function printable(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, '');
}

/** `null` when no page owns the pane: it was closed, or reloaded. */
async function ask(message: PaneRequest, signal: AbortSignal): Promise<Answer | null> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const owners = pages.filter((page) => parsePaneUrl(page.url, ORIGIN, BASE) === null);
  return new Promise((resolve) => {
    const ports = owners.map((page) => {
      const { port1, port2 } = new MessageChannel();
      page.postMessage(message, [port2]);
      return port1;
    });
    const finish = (reply: Answer | null): void => {
      clearTimeout(timer);
      for (const port of ports) port.close();
      resolve(reply);
    };
    const timer = setTimeout(() => finish(null), OWNER_TIMEOUT_MS);
    signal.addEventListener('abort', () => finish(null));
    for (const port of ports) {
      port.onmessage = ({ data }: MessageEvent<PaneReply>) => {
        if (data.type === 'taken') clearTimeout(timer);
        else finish(data);
      };
    }
  });
}
