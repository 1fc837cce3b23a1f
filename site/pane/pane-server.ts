/**
 * The page's side of the browser pane: answers what the service worker asks in the name of one pane, from the
 * machine, and tells the pane what came of each page.
 */
import { headerValue } from '../sandbox/http-message.ts';
import type { HttpOutcome, HttpRequest } from '../sandbox/types.ts';
import { guestUrl, hostName, isHttps, paneTarget, parsePaneUrl } from './address.ts';
import type { GuestAddress } from './address.ts';
import { decodeBody } from './content-coding.ts';
import { CookieJar } from './cookie-jar.ts';
import { drawingPage } from './drawing-page.ts';
import { errorPage } from './error-page.ts';
import type { PaneError, PaneNotice } from './error-page.ts';
import { guestRequestHeaders } from './header-policy.ts';
import { machineError } from './machine-error.ts';
import type { MachineStatus } from './machine-error.ts';
import { isPaneCall, MESSAGE_VERSION } from './messages.ts';
import type { PaneAnswer, PaneReply, PaneRequest } from './messages.ts';
import { pageType } from './page-type.ts';
import { RedirectChains } from './redirect-chain.ts';
import type { RedirectChain } from './redirect-chain.ts';
import { LARGEST_PAGE_BYTES, rewritePage } from './rewrite-page.ts';

/** What came of a request for a page. */
export interface PageOutcome {
  readonly address: GuestAddress;
  readonly method: string;
  /** `null`: not even asked, for the reason in `error`. */
  readonly outcome: HttpOutcome | null;
  readonly error: PaneError | null;
}

export interface PaneServerOptions {
  readonly pane: string;
  readonly base: string;
  /** Names and addresses of the guest. */
  readonly hosts: () => readonly string[];
  /** Asks the machine, or is `null` while it does not run. */
  readonly http: () => ((request: HttpRequest) => Promise<HttpOutcome>) | null;
  readonly machine: () => MachineStatus;
  /** A page is asked for. */
  readonly onAsked: () => void;
  readonly onPage: (page: PageOutcome) => void;
  /** The service worker is of another version than this page. */
  readonly onOutdated: () => void;
}

/** So long after it was asked for ahead of the browser a page is still what the browser wants, in milliseconds. */
const HEAD_START_MS = 5000;
/** How long the guest may take to answer once it has accepted the connection, in milliseconds. A closed port is noticed sooner. */
const ANSWER_TIMEOUT_MS = 60_000;

type Response = Extract<HttpOutcome, { kind: 'response' }>;
type Header = readonly [name: string, value: string];

/** A page that was asked for before the browser came for it. */
interface HeadStart {
  /** What the guest was asked. */
  readonly request: HttpRequest;
  readonly outcome: Promise<HttpOutcome>;
  /** Of `performance.now()`. */
  readonly startedAt: number;
}

export class PaneServer {
  readonly cookies = new CookieJar();
  readonly #options: PaneServerOptions;
  readonly #redirects = new RedirectChains();
  #refused: PaneError | null = null;
  /** What this browser sends along when it opens a page by its address; `null` until it has. */
  #browserHeaders: PaneRequest['headers'] | null = null;
  #headStart: HeadStart | null = null;

  constructor(options: PaneServerOptions) {
    this.#options = options;
  }

  /** Answers until `signal` is aborted. */
  listen(signal: AbortSignal): void {
    navigator.serviceWorker.addEventListener(
      'message',
      ({ data, ports: [port] }: MessageEvent<unknown>) => {
        if (!isPaneCall(data) || data.pane !== this.#options.pane || port === undefined) return;
        const say = (reply: PaneReply): void => port.postMessage(reply);
        port.onmessage = ({ data: request, ports: [back] }: MessageEvent<PaneRequest>) => {
          void this.#answer(request).then((answer) => back?.postMessage(answer, [answer.body.buffer]));
        };
        signal.addEventListener('abort', () => {
          say({ type: 'left' });
          port.close();
        });
        say({ type: 'taken', version: MESSAGE_VERSION });
        if (data.version !== MESSAGE_VERSION) this.#options.onOutdated();
      },
      { signal },
    );
    navigator.serviceWorker.startMessages();
  }

  /**
   * The reader goes somewhere: redirects that are still to be followed count no more. The machine is asked at once,
   * since the browser takes as long to get to its request as the guest to answer it. Only if the browser then asks for
   * the very same does it get that answer.
   */
  beginVisit(address: GuestAddress): void {
    this.#redirects.reset();
    this.#headStart = null;
    const http = this.#options.http();
    if (this.#browserHeaders === null || http === null) return;
    if (this.#refused !== null || this.#unasked(address) !== null) return;
    const request = this.#guestRequest({
      address,
      method: 'GET',
      headers: this.#browserHeaders,
      body: null,
      referrer: '',
    });
    this.#headStart = { request, outcome: outcomeOf(http, request), startedAt: performance.now() };
  }

  /** The next request for the error's page is answered with the error, without asking the machine. */
  refuseNext(error: PaneError): void {
    this.#refused = error;
  }

  /** Never rejects: the browser would wait for ever. */
  async #answer(request: PaneRequest): Promise<PaneAnswer> {
    try {
      return await this.#answerFromMachine(request);
    } catch (problem) {
      const { address, method, isPage } = request;
      const message = problem instanceof Error ? problem.message : String(problem);
      const error: PaneError = { kind: 'broken', message, address };
      if (isPage) this.#options.onPage({ address, method, outcome: null, error });
      return errorAnswer(error, isPage);
    }
  }

  async #answerFromMachine(request: PaneRequest): Promise<PaneAnswer> {
    const { address, method, isPage } = request;
    if (isPage) this.#options.onAsked();
    const chain = isPage ? this.#redirects.ask(method, guestUrl(address)) : null;
    const page = await this.#ask(request, isPage && chain === null);
    const { outcome, error } = page;
    if (error !== null || outcome?.kind !== 'response') {
      if (isPage) this.#options.onPage(page);
      return errorAnswer(error, isPage);
    }
    for (const [name, value] of outcome.headers) {
      if (name.toLowerCase() === 'set-cookie') this.cookies.set(value, address.host, address.path);
    }
    const target = redirectTarget(outcome);
    if (target !== null) return this.#redirect(page, outcome, target, chain);
    const answer = await this.#body(request, outcome);
    if (isPage) this.#options.onPage(page);
    return answer;
  }

  /** `chain` is that of a page; `null` for what a page loads into itself. */
  #redirect(
    page: PageOutcome,
    { status, statusText }: Response,
    target: string,
    chain: RedirectChain | null,
  ): PaneAnswer {
    const { address } = page;
    const { pane, base, onPage } = this.#options;
    const redirect = paneTarget(target, { pane, address }, base);
    if (redirect === null) {
      const error: PaneError = { kind: 'outside', address, target };
      if (chain !== null) onPage({ ...page, error });
      return errorAnswer(error, chain !== null);
    }
    if (chain !== null) {
      const next = parsePaneUrl(`${location.origin}${redirect}`, location.origin, base);
      if (next !== null) this.#redirects.redirected(chain, guestUrl(next.address));
      onPage(page);
    }
    return { status, statusText, headers: [], body: new Uint8Array(0), redirect };
  }

  /** The answer's body as the browser may show it, or a page that says why it is not shown. */
  async #body({ address, isPage }: PaneRequest, outcome: Response): Promise<PaneAnswer> {
    const { status, statusText, headers } = outcome;
    const decoded = await decodeBody(headers, outcome.body);
    const not = (notice: PaneNotice): PaneAnswer => htmlAnswer(status, statusText, errorPage(notice));
    if (decoded.kind === 'problem') return not({ kind: 'unreadable', address, message: decoded.message });
    const { body } = decoded;
    const answer: PaneAnswer = { status, statusText, headers, body, redirect: null };
    if (!isPage || body.length === 0)
      return { ...answer, headers: isPage ? withType(headers, 'text/html') : headers };
    const type = pageType(headers, body);
    if (type.kind === 'file')
      return not({ kind: 'file', address, contentType: type.contentType, bytes: body.length });
    if (type.kind === 'other') return { ...answer, headers: withType(headers, type.contentType) };
    if (body.length > LARGEST_PAGE_BYTES) return not({ kind: 'too-large', address, bytes: body.length });
    if (type.kind === 'drawing')
      return htmlAnswer(status, statusText, drawingPage(address, type.contentType, body));
    const { pane, base } = this.#options;
    const rewritten = rewritePage(body, type.contentType, { pane, address }, base);
    if (rewritten === null) {
      return not({
        kind: 'unreadable',
        address,
        message: 'it opens connections in a way that cannot be taken out.',
      });
    }
    return { ...answer, headers: withType(headers, 'text/html; charset=utf-8'), body: rewritten };
  }

  async #ask(request: PaneRequest, isCircle: boolean): Promise<PageOutcome> {
    const { address, method, headers, referrer, isPage } = request;
    const not = (error: PaneError): PageOutcome => ({ address, method, outcome: null, error });
    const refused = this.#refused;
    if (isPage) this.#refused = null;
    if (isPage && refused !== null && guestUrl(refused.address) === guestUrl(address)) return not(refused);
    const unasked = this.#unasked(address);
    if (unasked !== null) return not(unasked);
    const http = this.#options.http();
    if (http === null) return not({ kind: this.#machineError() ?? 'starting', address });
    if (isCircle) return not({ kind: 'redirects', address });
    const asked = this.#guestRequest(request);
    const outcome = await ((isPage ? this.#takeHeadStart(asked) : null) ?? outcomeOf(http, asked));
    if (isPage && method === 'GET' && parsePaneUrl(referrer, location.origin, this.#options.base) === null) {
      this.#browserHeaders = headers;
    }
    const error = errorOf(outcome, address);
    // What a machine that has stopped meanwhile did not answer says nothing about its services.
    const stopped = error === null ? null : this.#machineError();
    return { address, method, outcome, error: stopped === null ? error : { kind: stopped, address } };
  }

  /** Why the machine is not asked for an address, if so. */
  #unasked(address: GuestAddress): PaneError | null {
    const known = this.#options.hosts();
    if (!known.includes(hostName(address.host))) return { kind: 'unknown-host', address, known };
    return isHttps(address.host) ? { kind: 'https', address } : null;
  }

  /** A request of the browser as the guest gets it. */
  #guestRequest({
    address,
    method,
    headers,
    body,
    referrer,
  }: Pick<PaneRequest, 'address' | 'method' | 'headers' | 'body' | 'referrer'>): HttpRequest {
    const from = parsePaneUrl(referrer, location.origin, this.#options.base);
    return {
      method,
      url: guestUrl(address),
      headers: guestRequestHeaders(headers, {
        cookie: this.cookies.header(address.host, address.path),
        referrer: from === null ? null : guestUrl(from.address),
        userAgent: navigator.userAgent,
      }),
      timeoutMs: ANSWER_TIMEOUT_MS,
      ...(body !== null && { body: new Uint8Array(body) }),
    };
  }

  /** The answer that is under way to the very same request, once. */
  #takeHeadStart(request: HttpRequest): Promise<HttpOutcome> | null {
    const headStart = this.#headStart;
    this.#headStart = null;
    if (headStart === null || performance.now() - headStart.startedAt > HEAD_START_MS) return null;
    return isSame(headStart.request, request) ? headStart.outcome : null;
  }

  #machineError(): ReturnType<typeof machineError> {
    return machineError(this.#options.machine());
  }
}

/** Never rejects. */
function outcomeOf(
  http: (request: HttpRequest) => Promise<HttpOutcome>,
  request: HttpRequest,
): Promise<HttpOutcome> {
  return http(request).catch((problem: unknown): HttpOutcome => ({
    kind: 'broken',
    message: problem instanceof Error ? problem.message : String(problem),
  }));
}

/** Whether two requests without a body are the same for the guest. */
function isSame(one: HttpRequest, other: HttpRequest): boolean {
  return one.body === undefined && other.body === undefined && JSON.stringify(one) === JSON.stringify(other);
}

function errorOf(outcome: HttpOutcome, address: GuestAddress): PaneError | null {
  switch (outcome.kind) {
    case 'response':
      return null;
    case 'refused':
      return { kind: 'refused', address };
    case 'timeout':
      return { kind: 'timeout', phase: outcome.phase, address };
    case 'broken':
      return { kind: 'broken', message: outcome.message, address };
  }
}

/** Where an answer redirects to. What is not ASCII there stays the bytes that it is, as in browsers. */
function redirectTarget({ status, headers }: Response): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const target = headerValue(headers, 'location');
  return (
    target?.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`) ?? null
  );
}

/** The same headers with another type. */
function withType(headers: readonly Header[], contentType: string): readonly Header[] {
  return [
    ...headers.filter(([name]) => name.toLowerCase() !== 'content-type'),
    ['Content-Type', contentType],
  ];
}

/** As a page it has the status 200: browsers write any other into their console as a mistake of this site. */
function errorAnswer(error: PaneError | null, isPage: boolean): PaneAnswer {
  const html = error === null ? '' : errorPage(error);
  return isPage ? htmlAnswer(200, 'OK', html) : htmlAnswer(502, 'Bad Gateway', html);
}

function htmlAnswer(status: number, statusText: string, html: string): PaneAnswer {
  const body = new TextEncoder().encode(html);
  const headers = withType([], 'text/html; charset=utf-8');
  return { status, statusText, headers, body, redirect: null };
}
