/**
 * The browser pane's own back and forward. The browser's history is shared with the page around the pane, where
 * going back could leave the chapter.
 */
import { guestUrl, parseTypedAddress } from './address.ts';
import type { GuestAddress } from './address.ts';

/** Pages of the history that are saved. */
const MOST_SAVED = 50;

export class PaneHistory {
  #entries: readonly GuestAddress[] = [];
  #index = -1;

  get current(): GuestAddress | null {
    return this.#entries[this.#index] ?? null;
  }

  get canGoBack(): boolean {
    return this.#index > 0;
  }

  get canGoForward(): boolean {
    return this.#index < this.#entries.length - 1;
  }

  /** A page was shown. The same page again (a reload, or after `go`) is no new entry. */
  shown(address: GuestAddress): void {
    if (this.current !== null && guestUrl(this.current) === guestUrl(address)) return;
    this.#entries = [...this.#entries.slice(0, this.#index + 1), address];
    this.#index = this.#entries.length - 1;
  }

  /** Moves by -1 or 1 and gives the page to show; `null` at an end. */
  go(by: -1 | 1): GuestAddress | null {
    const entry = this.#entries[this.#index + by];
    if (entry === undefined) return null;
    this.#index += by;
    return entry;
  }

  /** As text: addresses, and which of them is shown. */
  save(): { readonly history: readonly string[]; readonly index: number } {
    const cut = Math.max(0, this.#entries.length - MOST_SAVED);
    return { history: this.#entries.slice(cut).map(guestUrl), index: this.#index - cut };
  }

  /** What {@link save} gave. An address that makes no sense is left out. */
  restore(history: readonly string[], index: number): void {
    this.#entries = history.slice(-MOST_SAVED).flatMap((url) => {
      const parsed = parseTypedAddress(url);
      return parsed.kind === 'invalid' ? [] : [parsed.address];
    });
    this.#index = Math.max(-1, Math.min(Math.trunc(index), this.#entries.length - 1));
  }
}
