/**
 * Addresses of the browser pane. A guest's page `http://flask.example:5000/x?y` stands in the site at
 * `<base>pane/<pane>/flask.example:5000/x?y`: one origin with the site, so that the service worker sees its
 * requests, and its own path for every host, so that hosts do not mix.
 */

/** A page of the guest: what the reader sees in the address bar, in parts. */
export interface GuestAddress {
  /** Host with a port unless it is 80, lower-case: `flask.example`, `192.168.86.100:5000`. */
  readonly host: string;
  /** Path and query, from `/`. */
  readonly path: string;
}

/** What a reader's text in the address bar means. */
export type TypedAddress =
  | { readonly kind: 'page'; readonly address: GuestAddress }
  /** `https://…`: the sandbox has no TLS. */
  | { readonly kind: 'https'; readonly address: GuestAddress }
  | { readonly kind: 'invalid' };

/** Reads what was typed: with or without `http://`, with or without a path. */
export function parseTypedAddress(text: string): TypedAddress {
  const typed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase();
  if (typed === '' || /\s/.test(typed) || (scheme !== undefined && scheme !== 'http' && scheme !== 'https')) {
    return { kind: 'invalid' };
  }
  const url = parseUrl(scheme === undefined ? `http://${typed}` : typed);
  if (url === null || url.username !== '' || url.password !== '') return { kind: 'invalid' };
  return { kind: scheme === 'https' ? 'https' : 'page', address: addressOf(url) };
}

/** `http://flask.example/` and so on, as shown and as asked of the machine. */
export function guestUrl({ host, path }: GuestAddress): string {
  return isHttps(host) ? `https://${host.slice(0, -':443'.length)}${path}` : `http://${host}${path}`;
}

/** Port 443 stands for `https://`, which the sandbox does not have. */
export function isHttps(host: string): boolean {
  return host.endsWith(':443');
}

/** The host's name without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** Path of the site (with query) at which a pane shows a page of the guest. `base` begins and ends with a slash. */
export function panePath(base: string, pane: string, { host, path }: GuestAddress): string {
  return `${base}pane/${pane}/${host}${path}`;
}

/** Prefix of everything that a pane may show or send forms to, as a policy wants it: it covers what lies below. */
export function panePlace(origin: string, base: string, pane: string): string {
  return `${origin}${base}pane/${pane}/`;
}

/** A page of the guest and the pane that shows it. */
export interface PaneLocation {
  readonly pane: string;
  readonly address: GuestAddress;
}

/** The other way round. `null` for URLs that are no pane's. A fragment is left out. */
export function parsePaneUrl(url: string, origin: string, base: string): PaneLocation | null {
  const parsed = parseUrl(url);
  if (parsed === null || parsed.origin !== origin || !parsed.pathname.startsWith(`${base}pane/`)) return null;
  const rest = parsed.pathname.slice(`${base}pane/`.length);
  const match = /^([A-Za-z0-9-]+)\/([^/]+)(\/.*)?$/.exec(rest);
  const host = match?.[2] === undefined ? null : parseUrl(`http://${match[2]}`);
  if (match?.[1] === undefined || host === null) return null;
  return { pane: match[1], address: { host: host.host, path: `${match[3] ?? '/'}${parsed.search}` } };
}

/**
 * Where a request that the page of a pane made belongs. Its own relative links already carry the prefix;
 * an absolute path (`/static/x`) does not, and means the same host of the guest.
 */
export function belongsTo(
  requestUrl: string,
  from: PaneLocation,
  origin: string,
  base: string,
): PaneLocation | null {
  const url = parseUrl(requestUrl);
  if (url === null || url.origin !== origin) return null;
  const prefixed = parsePaneUrl(requestUrl, origin, base);
  // A page may name neither another pane nor one that does not exist.
  if (prefixed !== null && prefixed.pane === from.pane) return prefixed;
  return { pane: from.pane, address: { host: from.address.host, path: `${url.pathname}${url.search}` } };
}

/**
 * What a page of the guest calls an address (a link, a form's action, a `Location` header) as the pane's own path.
 * Every host is mapped, also those that the pane does not know: it says so itself when it is asked. `null` for
 * anything but HTTP, such as `mailto:`. `from` is the page, `baseUrl` what its relative addresses start from.
 */
export function paneTarget(
  target: string,
  from: PaneLocation,
  base: string,
  baseUrl = guestUrl(from.address),
): string | null {
  const url = parseUrl(target, baseUrl);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  return panePath(base, from.pane, addressOf(url)) + url.hash;
}

function addressOf(url: URL): GuestAddress {
  // `host` leaves a port out only when it is the scheme's own.
  const host = url.protocol === 'https:' && url.port === '' ? `${url.hostname}:443` : url.host;
  return { host, path: `${url.pathname}${url.search}` };
}

function parseUrl(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}
