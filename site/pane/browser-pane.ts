/**
 * `<tl-browser-pane>`: a small browser that shows what the machine serves. Its pages come through the service
 * worker (`service-worker.ts`) from `pane-server.ts`; this is the bar around them.
 */
import type { HttpOutcome, HttpRequest } from '../sandbox/types.ts';
import { guestUrl, panePath, parsePaneUrl, parseTypedAddress } from './address.ts';
import type { GuestAddress } from './address.ts';
import { PaneHistory } from './pane-history.ts';
import { PaneServer } from './pane-server.ts';
import type { PageOutcome } from './pane-server.ts';
import { registerPaneWorker } from './register.ts';

/** A page was shown; in the `detail` of `tl-page`. */
export interface ShownPage {
  /** The address that was asked for by bar, button or `visit`; `null` for a link within the page. */
  readonly asked: string | null;
  /** The address that is shown, after redirects. */
  readonly shown: string;
  /** Status of the answer, or what there was instead. */
  readonly result:
    number | 'timeout' | 'refused' | 'broken' | 'unknown-host' | 'https' | 'off' | 'outside' | 'no-owner';
  /** Text of the page. */
  readonly text: string;
}

type Http = (request: HttpRequest) => Promise<HttpOutcome>;

export class TypealongBrowserPane extends HTMLElement {
  readonly #pane = crypto.randomUUID();
  readonly #history = new PaneHistory();
  readonly #outcomes = new Map<string, PageOutcome>();
  #listening: AbortController | null = null;
  #ready: Promise<void> | null = null;
  #server: PaneServer | null = null;
  #http: Http | null = null;
  #asked: string | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.querySelector('form')?.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        void this.visit(this.#address.value);
      },
      { signal },
    );
    this.#address.addEventListener('focus', () => this.#address.select(), { signal });
    const onClick = (selector: string, act: () => void): void =>
      this.querySelector(selector)?.addEventListener('click', act, { signal });
    onClick('[data-back]', () => this.#go(-1));
    onClick('[data-forward]', () => this.#go(1));
    onClick('[data-reload]', () => this.reload());
    this.#frame.addEventListener('load', () => this.#loaded(), { signal });
    this.#showButtons();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    this.#listening = null;
    this.#ready = null;
  }

  /** How to ask the machine; `null` while it does not run. */
  set http(http: Http | null) {
    this.#http = http;
  }

  /** Shows a page of the guest. What came of it is told by `tl-page`. */
  async visit(typed: string): Promise<void> {
    const parsed = parseTypedAddress(typed);
    if (parsed.kind === 'invalid') {
      this.#problem(
        `“${typed.trim()}” is no address that this browser understands. Try http://${this.#hosts[0] ?? ''}/.`,
      );
      return;
    }
    this.#address.value = parsed.kind === 'https' ? typed.trim() : guestUrl(parsed.address);
    this.#asked = guestUrl(parsed.address);
    await this.#navigate(parsed.address);
  }

  reload(): void {
    const address = this.#history.current;
    if (address === null) void this.visit(this.#address.value);
    else {
      this.#asked = guestUrl(address);
      void this.#navigate(address);
    }
  }

  /** The machine was set back: its cookies mean nothing any more. */
  forgetCookies(): void {
    this.#server?.cookies.clear();
  }

  get #base(): string {
    return this.dataset['base'] ?? '/';
  }

  get #hosts(): readonly string[] {
    return (this.dataset['hosts'] ?? '').split(' ').filter((host) => host !== '');
  }

  get #frame(): HTMLIFrameElement {
    return this.#part('iframe') as HTMLIFrameElement;
  }

  get #address(): HTMLInputElement {
    return this.#part('input[name=address]') as HTMLInputElement;
  }

  #part(selector: string): HTMLElement {
    const element = this.querySelector<HTMLElement>(selector);
    if (!element) throw new Error(`tl-browser-pane: ${selector} is missing in the page.`);
    return element;
  }

  #go(by: -1 | 1): void {
    const address = this.#history.go(by);
    if (address !== null) void this.#navigate(address);
  }

  async #navigate(address: GuestAddress): Promise<void> {
    this.toggleAttribute('data-loading', true);
    this.#problem(null);
    try {
      await this.#prepare();
    } catch (error) {
      this.toggleAttribute('data-loading', false);
      this.#problem(error instanceof Error ? error.message : String(error));
      return;
    }
    // Replacing leaves the history of the page around the pane alone.
    const path = panePath(this.#base, this.#pane, address);
    if (this.#frame.contentWindow === null) this.#frame.src = path;
    else this.#frame.contentWindow.location.replace(path);
  }

  #prepare(): Promise<void> {
    this.#ready ??= registerPaneWorker(this.#base).then(() => {
      this.#server = new PaneServer({
        pane: this.#pane,
        base: this.#base,
        hosts: () => this.#hosts,
        http: () => this.#http,
        onPage: (page) => this.#answered(page),
      });
      if (this.#listening) this.#server.listen(this.#listening.signal);
    });
    this.#ready.catch(() => {
      this.#ready = null;
    });
    return this.#ready;
  }

  /** An answer is on its way to a frame; the page itself is shown by `#loaded`. */
  #answered(page: PageOutcome): void {
    this.#outcomes.set(guestUrl(page.address), page);
    if (page.outcome?.kind === 'response' && (page.outcome.status === 204 || page.outcome.status === 205)) {
      // Nothing to show: browsers stay on the page they have, and no load follows.
      this.#show(page, '');
    }
  }

  #loaded(): void {
    const url = readUrl(this.#frame);
    if (url === 'about:blank') return;
    const location = url === null ? null : parsePaneUrl(url, window.location.origin, this.#base);
    if (location === null) {
      // A link to another origin, which the site's policy stops; the browser shows a page of its own for that.
      this.toggleAttribute('data-loading', false);
      this.#problem('That link leads out of the sandbox. This browser reaches the machine and nothing else.');
      const back = this.#history.current;
      if (back !== null) this.#frame.contentWindow?.location.replace(panePath(this.#base, this.#pane, back));
      return;
    }
    const { address } = location;
    const page = this.#outcomes.get(guestUrl(address));
    this.#outcomes.clear();
    this.#history.shown(address);
    // What the reader is typing stays; what was entered gives way to where it led.
    const isTyping = document.activeElement === this.#address && this.#address.value !== this.#asked;
    if (!isTyping) this.#address.value = guestUrl(address);
    if (page) this.#show(page, this.#frame.contentDocument?.querySelector('body')?.innerText ?? '');
    this.#showButtons();
  }

  #show(page: PageOutcome, text: string): void {
    this.toggleAttribute('data-loading', false);
    const shownError =
      this.#frame.contentDocument?.querySelector<HTMLElement>('[data-pane-error]')?.dataset['paneError'];
    const result = resultOf(page, shownError);
    const status = this.#part('[data-response-status]');
    status.dataset['responseStatus'] = String(result);
    status.textContent = statusInWords(page, result);
    this.#showHeaders(page);
    this.#showButtons();
    const detail: ShownPage = { asked: this.#asked, shown: guestUrl(page.address), result, text };
    this.#asked = null;
    this.dispatchEvent(new CustomEvent<ShownPage>('tl-page', { detail, bubbles: true }));
  }

  #showHeaders({ outcome }: PageOutcome): void {
    const drawer = this.#part('[data-response-headers]');
    const list = this.#part('[data-header-list]');
    drawer.hidden = outcome?.kind !== 'response';
    if (outcome?.kind !== 'response') return;
    list.replaceChildren(
      ...outcome.headers.flatMap(([name, value]) => {
        const term = document.createElement('dt');
        term.textContent = name;
        const description = document.createElement('dd');
        description.textContent = value;
        return [term, description];
      }),
    );
  }

  #showButtons(): void {
    this.#part('[data-back]').toggleAttribute('disabled', !this.#history.canGoBack);
    this.#part('[data-forward]').toggleAttribute('disabled', !this.#history.canGoForward);
    this.toggleAttribute('data-empty', this.#history.current === null);
  }

  #problem(words: string | null): void {
    const element = this.#part('[data-pane-problem]');
    element.hidden = words === null;
    element.textContent = words ?? '';
  }
}

/** The frame's address; `null` when it is another origin's. */
function readUrl(frame: HTMLIFrameElement): string | null {
  try {
    return frame.contentWindow?.location.href ?? 'about:blank';
  } catch {
    return null;
  }
}

function resultOf({ outcome, error }: PageOutcome, shownError: string | undefined): ShownPage['result'] {
  if (error !== null) return error.kind;
  if (shownError === 'outside' || shownError === 'no-owner') return shownError;
  return outcome?.kind === 'response' ? outcome.status : 'broken';
}

function statusInWords({ outcome }: PageOutcome, result: ShownPage['result']): string {
  if (typeof result === 'number') {
    return `${result}${outcome?.kind === 'response' && outcome.statusText !== '' ? ` ${outcome.statusText}` : ''}`;
  }
  return {
    timeout: 'No answer',
    refused: 'Connection refused',
    broken: 'Not HTTP',
    'unknown-host': 'Unknown host',
    https: 'No HTTPS',
    off: 'Switched off',
    outside: 'Leads outside',
    'no-owner': 'No machine',
  }[result];
}

customElements.define('tl-browser-pane', TypealongBrowserPane);
