/**
 * Follows the redirects of a visit, to end one that goes round in circles before the browser does: the browser's
 * own page for that is of another origin, and nothing can be learned from it.
 */

/** One redirect back to the same page is usual: a page that sets a cookie and looks whether it comes back. */
const MOST_REQUESTS_EACH = 2;
/** Browsers follow 20. */
const MOST_REDIRECTS = 19;

export class RedirectChain {
  readonly #requests = new Map<string, number>();
  #redirects = 0;

  /** Counts a request, and says whether it may still be sent. */
  mayAsk(method: string, url: string): boolean {
    const key = `${method} ${url}`;
    const requests = (this.#requests.get(key) ?? 0) + 1;
    this.#requests.set(key, requests);
    return requests <= MOST_REQUESTS_EACH && this.#redirects <= MOST_REDIRECTS;
  }

  /** The request just sent was answered with a redirect, or with anything else, which ends the chain. */
  answered(isRedirect: boolean): void {
    if (isRedirect) this.#redirects += 1;
    else this.reset();
  }

  /** The next request begins a new chain. */
  reset(): void {
    this.#requests.clear();
    this.#redirects = 0;
  }
}
