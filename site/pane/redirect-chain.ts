/**
 * Follows redirects from page to page, to end those that go round in circles before the browser does: the browser's
 * own page for that is of another origin, and nothing can be learned from it. A page may have several frames, each
 * with redirects of its own, and a reader may ask for one page many times; only what a redirect leads to is counted.
 */

/** One redirect back to the same page is usual: a page that sets a cookie and looks whether it comes back. */
const MOST_REQUESTS_EACH = 2;
/** Browsers follow 20. */
const MOST_REDIRECTS = 19;

/** A request and those before it that were answered with redirects, one to the next. */
export class RedirectChain {
  readonly #requests = new Map<string, number>();
  #length = 0;

  /** Takes one more request, and says whether it may still be sent. */
  add(method: string, url: string): boolean {
    const key = `${method} ${url}`;
    const requests = (this.#requests.get(key) ?? 0) + 1;
    this.#requests.set(key, requests);
    this.#length += 1;
    return requests <= MOST_REQUESTS_EACH && this.#length <= MOST_REDIRECTS + 1;
  }
}

export class RedirectChains {
  /** By the address that the last redirect leads to, those whose next request is still to come. */
  readonly #waiting = new Map<string, readonly RedirectChain[]>();

  /** The chain that a request belongs to; `null` when it may not be sent, because redirects go round in circles. */
  ask(method: string, url: string): RedirectChain | null {
    const [chain = new RedirectChain(), ...others] = this.#waiting.get(url) ?? [];
    if (others.length > 0) this.#waiting.set(url, others);
    else this.#waiting.delete(url);
    return chain.add(method, url) ? chain : null;
  }

  /** A request of the chain was answered with a redirect to this address. */
  redirected(chain: RedirectChain, url: string): void {
    this.#waiting.set(url, [...(this.#waiting.get(url) ?? []), chain]);
  }

  /** Whatever comes next begins a chain. */
  reset(): void {
    this.#waiting.clear();
  }
}
