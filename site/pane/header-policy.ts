/**
 * What of a guest's answer may reach the browser. The guest's pages have the site's own origin, so everything
 * is left out that is not known to be harmless: no cookie, no redirect of its own, nothing that a browser keeps.
 */

/** Runs no script, loads nothing but from the pane, sends forms nowhere else, and cannot be lifted by the page. */
export const GUEST_POLICY = [
  "default-src 'self' data:",
  "script-src 'none'",
  "style-src 'self' 'unsafe-inline' data:",
  "connect-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  'sandbox allow-same-origin allow-forms',
].join('; ');

const PASSED = new Set(['content-type', 'content-language']);

/** Headers of a guest's answer as the service worker gives them to the browser. */
export function browserHeaders(guest: readonly (readonly [name: string, value: string])[]): Headers {
  const headers = new Headers();
  for (const [name, value] of guest) {
    if (PASSED.has(name.toLowerCase())) trySet(headers, name, value);
  }
  headers.set('Content-Security-Policy', GUEST_POLICY);
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

/** Request headers of the browser that make no sense in the guest, or that the pane sets itself. */
const NOT_SENT =
  /^(?:host|connection|cookie|referer|origin|accept-encoding|content-length|upgrade-insecure-requests|sec-.*|proxy-.*)$/;

/** Headers of a request as the guest gets them. An answer is asked for uncompressed: the browser gets its bytes as they are. */
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
