/**
 * `<tl-browser-pane>`: a small browser that shows what the machine serves. Its pages come through the service
 * worker (`service-worker.ts`) from `pane-server.ts`; this is the bar around them.
 */
import type { HttpOutcome, HttpRequest } from '../sandbox/types.ts';
import { guestUrl, panePath, panePlace, parsePaneUrl, parseTypedAddress } from './address.ts';
import type { GuestAddress } from './address.ts';
import { confineFrames } from './confine-frames.ts';
import type { PaneError } from './error-page.ts';
import { MACHINE_ERRORS, machineError } from './machine-error.ts';
import type { MachineErrorKind, MachineStatus } from './machine-error.ts';
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
  readonly result: number | PaneError['kind'];
  /** Text of the page. */
  readonly text: string;
}

/** What is kept of a pane with its machine. */
export interface PaneState {
  /** Addresses, and which of them is shown. */
  readonly history: readonly string[];
  readonly index: number;
  /** Each as text of the pane's own. */
  readonly cookies: readonly string[];
}

type Http = (request: HttpRequest) => Promise<HttpOutcome>;

/** The name of this page's pane in its paths. No other page can guess it. */
const PANE = crypto.randomUUID();

/**
 * `<tl-browser-pane>`. Events, which bubble: `tl-page` (its `detail` is a {@link ShownPage}), and `tl-machine-wanted`
 * when the reader asks here for the machine to be started.
 */
export class TypealongBrowserPane extends HTMLElement {
  readonly #history = new PaneHistory();
  /** Those of a saved machine, until there is a server for them. */
  #cookies: readonly string[] = [];
  readonly #outcomes = new Map<string, PageOutcome>();
  #listening: AbortController | null = null;
  #ready: Promise<void> | null = null;
  #server: PaneServer | null = null;
  #http: Http | null = null;
  #machine: MachineStatus = 'off';
  #asked: string | null = null;
  /** What the last page was, if the machine did not answer at all. */
  #machineError: MachineErrorKind | null = null;
  /** The machine started or stopped running while a page was on its way. */
  #machineChanged = false;
  /** Our own page has replaced one that led outside; `null` once a page has been shown since. */
  #lost: GuestAddress | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    this.#ready = null;
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
    onClick('[data-start-machine]', () =>
      this.dispatchEvent(new CustomEvent('tl-machine-wanted', { bubbles: true })),
    );
    this.#frame.addEventListener('load', () => this.#loaded(), { signal });
    this.#showButtons();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    this.#listening = null;
  }

  /** How to ask the machine; `null` while it does not run. */
  set http(http: Http | null) {
    this.#http = http;
  }

  /**
   * What the machine does now; set after `http`. A page that could not be had because the machine did not run is
   * asked for again as soon as that changes.
   */
  set machineState(status: MachineStatus) {
    const changed = machineError(status) !== machineError(this.#machine);
    this.#machine = status;
    if (!changed) return;
    if (this.hasAttribute('data-loading')) this.#machineChanged = true;
    else if (this.#machineError !== null) this.reload();
  }

  /** Shows a page of the guest. `tl-page` tells what came of it. */
  async visit(typed: string): Promise<void> {
    const parsed = parseTypedAddress(typed);
    if (parsed.kind === 'invalid') {
      this.#problem(
        `“${typed.trim()}” is not an address that this browser understands. Try http://${this.#hosts[0] ?? ''}/.`,
      );
      return;
    }
    this.#address.value = guestUrl(parsed.address);
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

  /** The machine was reset: its cookies mean nothing any more. */
  forgetCookies(): void {
    this.#cookies = [];
    this.#server?.cookies.clear();
  }

  /** What is to be kept with the machine. */
  saveState(): PaneState {
    return { ...this.#history.save(), cookies: this.#server?.cookies.save() ?? this.#cookies };
  }

  /** The machine is one that was saved: its pages and cookies are back, and the last page is shown once it runs. */
  restoreState({ history, index, cookies }: PaneState): void {
    this.#history.restore(history, index);
    this.#cookies = cookies;
    this.#server?.cookies.restore(cookies);
    if (this.#history.current !== null) this.#address.value = guestUrl(this.#history.current);
    this.#showButtons();
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
    this.#loading();
    this.#problem(null);
    try {
      await this.#prepare();
    } catch (error) {
      this.toggleAttribute('data-loading', false);
      this.#status('', '');
      this.#problem(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#server?.beginVisit(address);
    this.#open(address);
  }

  #open(address: GuestAddress): void {
    // Replacing leaves the history of the page around the pane alone.
    const path = panePath(this.#base, PANE, address);
    if (this.#frame.contentWindow === null) this.#frame.src = path;
    else this.#frame.contentWindow.location.replace(path);
  }

  /** Once for each time that the pane is put into the page; again when that failed. */
  #prepare(): Promise<void> {
    if (this.#ready !== null) return this.#ready;
    const ready = this.#begin(this.#listening?.signal ?? AbortSignal.abort());
    this.#ready = ready;
    ready.catch(() => {
      if (this.#ready === ready) this.#ready = null;
    });
    return ready;
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await registerPaneWorker(this.#base);
    // A pane that was taken out of the page meanwhile must not answer beside the one that was put back.
    if (signal.aborted) return;
    confineFrames(panePlace(location.origin, this.#base, PANE));
    // The machine is the same as before, and so are its cookies.
    this.#server ??= this.#makeServer();
    this.#server.listen(signal);
  }

  #makeServer(): PaneServer {
    const server = new PaneServer({
      pane: PANE,
      base: this.#base,
      hosts: () => this.#hosts,
      http: () => this.#http,
      machine: () => this.#machine,
      onAsked: () => this.#askedFor(),
      onPage: (page) => this.#answered(page),
      onOutdated: () =>
        this.#problem('This site has been updated since the tab was opened. Reload to see pages here.'),
    });
    server.cookies.restore(this.#cookies);
    return server;
  }

  /** A link or a form of the page leads on; in a page with frames it may be one of those. */
  #askedFor(): void {
    if ((this.#frame.contentWindow?.length ?? 0) === 0) this.#loading();
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
    const shown = url === null ? null : parsePaneUrl(url, location.origin, this.#base);
    if (shown?.pane !== PANE) {
      this.#ledOutside();
      return;
    }
    const { address } = shown;
    // Without an outcome the service worker did not find this page, which is the pane's own.
    const page = this.#outcomes.get(guestUrl(address)) ?? unanswered(address);
    this.#outcomes.clear();
    if (page.error?.kind !== 'outside') this.#lost = null;
    this.#history.shown(address);
    // What the reader is typing stays; what was entered gives way to where it led.
    const isTyping = document.activeElement === this.#address && this.#address.value !== this.#asked;
    if (!isTyping) this.#address.value = guestUrl(address);
    this.#show(page, this.#frame.contentDocument?.querySelector('body')?.innerText ?? '');
  }

  /**
   * The frame shows the browser's own page for something that the policies stop. Ours takes its place, under the
   * address of the page that led there; if even that cannot be shown, the browser's stays.
   */
  #ledOutside(): void {
    const [asked] = [...this.#outcomes.values()].reverse();
    const address = asked?.address ?? this.#history.current;
    if (address === null || this.#lost !== null || this.#server === null) {
      this.toggleAttribute('data-loading', false);
      this.#status('outside', IN_WORDS.outside);
      return;
    }
    this.#lost = address;
    this.#server.refuseNext({ kind: 'outside', address, target: null });
    this.#open(address);
  }

  #show(page: PageOutcome, text: string): void {
    this.toggleAttribute('data-loading', false);
    const result = resultOf(page);
    this.#status(String(result), statusInWords(page, result));
    this.#machineError = MACHINE_ERRORS.find((kind) => kind === page.error?.kind) ?? null;
    this.#part('[data-machine-off]').hidden = this.#machineError !== 'off' && this.#machineError !== 'failed';
    this.#showHeaders(page);
    this.#showButtons();
    const detail: ShownPage = { asked: this.#asked, shown: guestUrl(page.address), result, text };
    this.#asked = null;
    this.dispatchEvent(new CustomEvent<ShownPage>('tl-page', { detail, bubbles: true }));
    const isOld = this.#machineChanged && this.#machineError !== null;
    this.#machineChanged = false;
    if (isOld) this.reload();
  }

  /** Something new is on its way: what is said about the last page no longer holds. */
  #loading(): void {
    this.toggleAttribute('data-loading', true);
    this.#status('', 'Loading …');
    this.#part('[data-response-headers]').hidden = true;
    this.#part('[data-machine-off]').hidden = true;
  }

  #status(result: string, words: string): void {
    const status = this.#part('[data-response-status]');
    status.dataset['responseStatus'] = result;
    status.textContent = words;
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

function unanswered(address: GuestAddress): PageOutcome {
  return { address, method: 'GET', outcome: null, error: { kind: 'no-owner', address } };
}

function resultOf({ outcome, error }: PageOutcome): ShownPage['result'] {
  if (error !== null) return error.kind;
  return outcome?.kind === 'response' ? outcome.status : 'broken';
}

const IN_WORDS: Readonly<Record<PaneError['kind'], string>> = {
  timeout: 'No answer',
  refused: 'Connection refused',
  broken: 'Not HTTP',
  'unknown-host': 'Unknown host',
  https: 'No HTTPS',
  none: 'No machine here',
  off: 'The machine is off',
  failed: 'The machine is not running',
  starting: 'The machine is starting',
  stopping: 'The machine is shutting down',
  paused: 'The machine is paused',
  waiting: 'The machine is waiting',
  outside: 'Leads outside',
  redirects: 'Too many redirects',
  'no-owner': 'No machine',
  outdated: 'Reload the page',
};

function statusInWords({ outcome }: PageOutcome, result: ShownPage['result']): string {
  if (typeof result !== 'number') return IN_WORDS[result];
  return `${result}${outcome?.kind === 'response' && outcome.statusText !== '' ? ` ${outcome.statusText}` : ''}`;
}

customElements.define('tl-browser-pane', TypealongBrowserPane);
