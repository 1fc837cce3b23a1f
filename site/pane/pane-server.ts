/**
 * The page's side of the browser pane: answers what the service worker asks in the name of one pane, from the
 * machine, and tells the pane what came of each page.
 */
import type { HttpOutcome, HttpRequest } from '../sandbox/types.ts';
import { guestUrl, hostName, parsePaneUrl } from './address.ts';
import type { GuestAddress } from './address.ts';
import { CookieJar } from './cookie-jar.ts';
import { errorPage } from './error-page.ts';
import type { PaneError } from './error-page.ts';
import { guestRequestHeaders } from './header-policy.ts';
import { isPaneRequest } from './messages.ts';
import type { PaneReply, PaneRequest } from './messages.ts';

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
  readonly onPage: (page: PageOutcome) => void;
}

/** How long the guest may take to answer once it has accepted the connection, in milliseconds. A closed port is told sooner. */
const ANSWER_TIMEOUT_MS = 60_000;

export class PaneServer {
  readonly cookies = new CookieJar();
  readonly #options: PaneServerOptions;

  constructor(options: PaneServerOptions) {
    this.#options = options;
  }

  /** Answers until `signal` is aborted. */
  listen(signal: AbortSignal): void {
    navigator.serviceWorker.addEventListener(
      'message',
      (event: MessageEvent<unknown>) => {
        const [port] = event.ports;
        if (!isPaneRequest(event.data) || event.data.pane !== this.#options.pane || port === undefined)
          return;
        const send = (reply: PaneReply): void =>
          port.postMessage(reply, reply.type === 'answer' ? [reply.body.buffer] : []);
        send({ type: 'taken' });
        void this.#answer(event.data).then(send);
      },
      { signal },
    );
    navigator.serviceWorker.startMessages();
  }

  async #answer(request: PaneRequest): Promise<PaneReply> {
    const { address } = request;
    const page = await this.#ask(request);
    if (request.isPage) this.#options.onPage(page);
    const { outcome, error } = page;
    if (error !== null || outcome?.kind !== 'response') {
      const html = error === null ? '' : errorPage(error);
      return answerOf(
        502,
        'Bad Gateway',
        [['Content-Type', 'text/html; charset=utf-8']],
        new TextEncoder().encode(html),
      );
    }
    for (const [name, value] of outcome.headers) {
      if (name.toLowerCase() === 'set-cookie') this.cookies.set(value, address.host, address.path);
    }
    return answerOf(outcome.status, outcome.statusText, outcome.headers, new Uint8Array(outcome.body));
  }

  async #ask({ address, method, headers, body, referrer }: PaneRequest): Promise<PageOutcome> {
    const not = (error: PaneError): PageOutcome => ({ address, method, outcome: null, error });
    const known = this.#options.hosts();
    if (!known.includes(hostName(address.host))) return not({ kind: 'unknown-host', address, known });
    if (address.host.endsWith(':443')) return not({ kind: 'https', address });
    const http = this.#options.http();
    if (http === null) return not({ kind: 'off', address });
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
    return { address, method, outcome, error: errorOf(outcome, address) };
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

function answerOf(
  status: number,
  statusText: string,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array<ArrayBuffer>,
): PaneReply {
  return { type: 'answer', status, statusText, headers, body };
}
