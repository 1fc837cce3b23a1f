/**
 * What of a guest's answer may reach the browser. The guest's pages have the site's own origin, so everything
 * is left out that is not known to be harmless: no cookie, no redirect of its own, nothing that a browser keeps.
 */

/**
 * The policy of every answer: runs no script, loads only from the site's origin, and cannot be lifted by the page.
 * `place` is the pane's prefix (`panePlace`): frames and forms lead there and nowhere else. What a page loads into
 * itself (pictures, style sheets) needs no such place, because the service worker answers all of it from the guest.
 */
export function guestPolicy(place: string): string {
  return [
    "default-src 'self' data:",
    "script-src 'none'",
    "style-src 'self' 'unsafe-inline' data:",
    "connect-src 'none'",
    "worker-src 'none'",
    "object-src 'none'",
    `frame-src ${place}`,
    `form-action ${place}`,
    "base-uri 'none'",
    'sandbox allow-same-origin allow-forms',
  ].join('; ');
}

const PASSED = new Set(['content-type', 'content-language']);

/** Headers of a guest's answer as the service worker gives them to the browser. `place` is as in `guestPolicy`. */
export function browserHeaders(
  guest: readonly (readonly [name: string, value: string])[],
  place: string,
): Headers {
  const headers = new Headers();
  for (const [name, value] of guest) {
    if (PASSED.has(name.toLowerCase())) trySet(headers, name, value);
  }
  headers.set('Content-Security-Policy', guestPolicy(place));
  // No policy covers the look-up of names; links that open connections are taken out by `rewrite-page.ts`.
  headers.set('X-DNS-Prefetch-Control', 'off');
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'same-origin');
  headers.set('Cache-Control', 'no-store');
  return headers;
}

/** A broken program may send what no header can hold; the page is worth more than that header. */
function trySet(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/**
 * Request headers of the browser that make no sense in the guest, or that the pane sets itself. A range is not
 * asked for: `Content-Range` does not get through, so the browser could not place the part.
 */
const NOT_SENT =
  /^(?:host|range|if-range|connection|cookie|referer|origin|accept-encoding|content-length|upgrade-insecure-requests|sec-.*|proxy-.*)$/;

/** Headers of a request as the guest gets them. An answer is asked for uncompressed. */
export function guestRequestHeaders(
  browser: Iterable<readonly [name: string, value: string]>,
  own: { readonly cookie: string | null; readonly referrer: string | null; readonly userAgent: string },
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of browser) {
    if (!NOT_SENT.test(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  headers['user-agent'] = own.userAgent;
  headers['accept-encoding'] = 'identity';
  if (own.cookie !== null) headers['cookie'] = own.cookie;
  if (own.referrer !== null) headers['referer'] = own.referrer;
  return headers;
}
