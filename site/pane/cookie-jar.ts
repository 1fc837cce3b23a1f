/**
 * The pane's own cookies. Pages of the guest share an origin with the site, so the browser must not keep their
 * cookies; they are kept here, per host, for as long as the page is open (RFC 6265, sections 5.2 to 5.4).
 */
import { isRecord, parseJson } from '../json.ts';
import { withSlash } from '../with-slash.ts';
import { trimBlanks } from '../sandbox/http-message.ts';
import { hostName } from './address.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Only for the very host that set it; otherwise for its subdomains too. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Milliseconds since 1970; `null` for a session's cookie. */
  readonly expiresAt: number | null;
}

/** As browsers have it (RFC 6265, section 6.1): of more cookies of one domain the oldest are forgotten. */
const MOST_COOKIES = 50;
/** Of all hosts together, when they are saved. */
const MOST_SAVED = 500;
/** Name and value together; a larger cookie is ignored. */
const LARGEST_COOKIE_BYTES = 4096;

export class CookieJar {
  readonly #now: () => number;
  #cookies: readonly Cookie[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Takes one `Set-Cookie` header from the answer of `host` to a request for `path`. What is not valid is ignored. */
  set(header: string, host: string, path: string): void {
    const cookie = parse(header, hostName(host), path, this.#now());
    if (cookie === null) return;
    this.#cookies = this.#cookies.filter(
      (other) => other.name !== cookie.name || other.domain !== cookie.domain || other.path !== cookie.path,
    );
    if (cookie.expiresAt === null || cookie.expiresAt > this.#now())
      this.#cookies = [...this.#cookies, cookie];
    const ofDomain = this.#cookies.filter(({ domain }) => domain === cookie.domain);
    const forgotten = new Set(ofDomain.slice(0, Math.max(0, ofDomain.length - MOST_COOKIES)));
    this.#cookies = this.#cookies.filter((other) => !forgotten.has(other));
  }

  /** The `Cookie` header for a request, or `null` when there is nothing to send. Longer paths come first. */
  header(host: string, path: string): string | null {
    const name = hostName(host);
    const [pathname = '/'] = path.split('?');
    const sent = this.#cookies
      .filter((cookie) => cookie.expiresAt === null || cookie.expiresAt > this.#now())
      .filter((cookie) => (cookie.hostOnly ? cookie.domain === name : isWithin(name, cookie.domain)))
      .filter((cookie) => pathMatches(pathname, cookie.path))
      .toSorted((one, other) => other.path.length - one.path.length);
    return sent.length === 0 ? null : sent.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }

  clear(): void {
    this.#cookies = [];
  }

  /** All cookies, each as text. */
  save(): readonly string[] {
    return this.#cookies.map((cookie) => JSON.stringify(cookie));
  }

  /** What {@link save} gave, in place of what there is. A cookie that makes no sense is left out. */
  restore(cookies: readonly string[]): void {
    this.#cookies = cookies.slice(0, MOST_SAVED).flatMap((text) => readCookie(text) ?? []);
  }
}

function readCookie(text: string): Cookie | null {
  const cookie = parseJson(text);
  if (!isRecord(cookie)) return null;
  const { name, value: content, domain, hostOnly, path, expiresAt } = cookie;
  const texts = [name, content, domain, path];
  if (
    texts.some((part) => typeof part !== 'string') ||
    String(name).length + String(content).length > LARGEST_COOKIE_BYTES
  )
    return null;
  if (typeof hostOnly !== 'boolean' || (expiresAt !== null && typeof expiresAt !== 'number')) return null;
  return {
    ...{ name: String(name), value: String(content), domain: String(domain), path: String(path) },
    ...{ hostOnly, expiresAt },
  };
}

function parse(header: string, host: string, requestPath: string, now: number): Cookie | null {
  const [pair = '', ...rest] = header.split(';');
  const equals = pair.indexOf('=');
  const name = trimBlanks(pair.slice(0, equals));
  if (equals < 1 || name === '') return null;
  const value = trimBlanks(pair.slice(equals + 1));
  // A character of a header is a byte.
  if (name.length + value.length > LARGEST_COOKIE_BYTES) return null;
  const attributes = new Map(
    rest.map((part) => {
      const [key = '', ...value] = part.split('=');
      return [trimBlanks(key).toLowerCase(), trimBlanks(value.join('='))] as const;
    }),
  );
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  if (domain !== '' && !isWithin(host, domain)) return null;
  // A cookie marked Secure is for https, of which there is none here.
  if (attributes.has('secure')) return null;
  const path = attributes.get('path');
  return {
    name,
    value,
    domain: domain === '' ? host : domain,
    hostOnly: domain === '',
    path: path?.startsWith('/') ? path : defaultPath(requestPath),
    expiresAt: expiry(attributes, now),
  };
}

function expiry(attributes: ReadonlyMap<string, string>, now: number): number | null {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? null : expires;
}

function defaultPath(requestPath: string): string {
  const [pathname = '/'] = requestPath.split('?');
  return pathname.slice(0, pathname.lastIndexOf('/')) || '/';
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

function pathMatches(pathname: string, cookiePath: string): boolean {
  if (pathname === cookiePath) return true;
  return pathname.startsWith(withSlash(cookiePath));
}
