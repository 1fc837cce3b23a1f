/**
 * `<tl-message-filter>`: a list of messages with a search field. Without scripts the field is hidden, and everything is
 * there. Elements with `data-message` are filtered; a section without any left is hidden.
 */
import { matches } from './matches.ts';

class MessageFilter extends HTMLElement {
  #listening: AbortController | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const search = this.querySelector('search');
    if (search) search.hidden = false;
    this.#field?.addEventListener('input', () => this.#filter(), { signal });
    // Who follows a link to a message sees it.
    addEventListener('hashchange', () => this.#clear(), { signal });
    // A browser may have kept what was typed before the page was left.
    if (this.#field?.value) this.#filter();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  get #field(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  #clear(): void {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!this.#field || !target?.closest('[hidden]')) return;
    this.#field.value = '';
    this.#filter();
    target.scrollIntoView();
  }

  #filter(): void {
    const query = this.#field?.value ?? '';
    const messages = [...this.querySelectorAll<HTMLElement>('[data-message]')];
    for (const message of messages) message.hidden = !matches(message.textContent, query);
    for (const section of this.querySelectorAll('section'))
      section.hidden = section.querySelector('[data-message]:not([hidden])') === null;
    const status = this.querySelector('[role=status]');
    if (!status) return;
    const found = messages.filter(({ hidden }) => !hidden).length;
    status.textContent = query.trim() === '' ? '' : `${found} of ${messages.length} messages`;
  }
}

customElements.define('tl-message-filter', MessageFilter);
