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

/** How long the guest may take to answer once it has accepted the connection, in milliseconds. A closed port is noticed sooner. */
const ANSWER_TIMEOUT_MS = 60_000;

type Response = Extract<HttpOutcome, { kind: 'response' }>;
type Header = readonly [name: string, value: string];

export class PaneServer {
  readonly cookies = new CookieJar();
  readonly #options: PaneServerOptions;
  readonly #redirects = new RedirectChains();
  #refused: PaneError | null = null;

  constructor(options: PaneServerOptions) {
    this.#options = options;
  }

  /** Answers until `signal` is aborted. */
  listen(signal: AbortSignal): void {
    navigator.serviceWorker.addEventListener(
      'message',
      ({ data, ports: [port] }: MessageEvent<unknown>) => {
        if (!isPaneCall(data) || data.pane !== this.#options.pane || port === undefined) return;
        const send = (reply: PaneReply): void =>
          port.postMessage(reply, reply.type === 'answer' ? [reply.body.buffer] : []);
        port.onmessage = (event: MessageEvent<PaneRequest>) => void this.#answer(event.data).then(send);
        send({ type: 'taken', version: MESSAGE_VERSION });
        if (data.version !== MESSAGE_VERSION) this.#options.onOutdated();
      },
      { signal },
    );
    navigator.serviceWorker.startMessages();
  }

  /** The reader goes somewhere: redirects that are still to be followed count no more. */
  beginVisit(): void {
    this.#redirects.reset();
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
    return { type: 'answer', status, statusText, headers: [], body: new Uint8Array(0), redirect };
  }

  /** The answer's body as the browser may show it, or a page that says why it is not shown. */
  async #body({ address, isPage }: PaneRequest, outcome: Response): Promise<PaneAnswer> {
    const { status, statusText, headers } = outcome;
    const decoded = await decodeBody(headers, outcome.body);
    const not = (notice: PaneNotice): PaneAnswer => htmlAnswer(status, statusText, errorPage(notice));
    if (decoded.kind === 'problem') return not({ kind: 'unreadable', address, message: decoded.message });
    const { body } = decoded;
    const answer: PaneAnswer = { type: 'answer', status, statusText, headers, body, redirect: null };
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
    const { address, method, headers, body, referrer, isPage } = request;
    const not = (error: PaneError): PageOutcome => ({ address, method, outcome: null, error });
    const refused = this.#refused;
    if (isPage) this.#refused = null;
    if (isPage && refused !== null && guestUrl(refused.address) === guestUrl(address)) return not(refused);
    const known = this.#options.hosts();
    if (!known.includes(hostName(address.host))) return not({ kind: 'unknown-host', address, known });
    if (isHttps(address.host)) return not({ kind: 'https', address });
    const http = this.#options.http();
    if (http === null) return not({ kind: this.#machineError() ?? 'starting', address });
    if (isCircle) return not({ kind: 'redirects', address });
    const from = parsePaneUrl(referrer, location.origin, this.#options.base);
    const outcome = await http({
      method,
      url: guestUrl(address),
      headers: guestRequestHeaders(headers, {
        cookie: this.cookies.header(address.host, address.path),
        referrer: from === null ? null : guestUrl(from.address),
        userAgent: navigator.userAgent,
      }),
      timeoutMs: ANSWER_TIMEOUT_MS,
      ...(body !== null && { body: new Uint8Array(body) }),
    }).catch((problem: unknown): HttpOutcome => ({
      kind: 'broken',
      message: problem instanceof Error ? problem.message : String(problem),
    }));
    const error = errorOf(outcome, address);
    // What a machine that has stopped meanwhile did not answer says nothing about its services.
    const stopped = error === null ? null : this.#machineError();
    return { address, method, outcome, error: stopped === null ? error : { kind: stopped, address } };
  }

  #machineError(): ReturnType<typeof machineError> {
    return machineError(this.#options.machine());
  }
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
  return { type: 'answer', status, statusText, headers, body, redirect: null };
}
