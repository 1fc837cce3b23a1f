/** `<tl-terminal-tools>`: the size of the letters and the search, for a mouse; a touch screen has them in its bar of keys. */
import { changeFontSize } from './terminal-font.ts';
import type { TypealongTerminal } from './terminal.ts';

class TerminalTools extends HTMLElement {
  #listening: AbortController | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    this.addEventListener('click', (event) => this.#pressed(event), { signal: this.#listening.signal });
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  #pressed({ target }: Event): void {
    const button = target instanceof Element ? target.closest<HTMLElement>('button') : null;
    if (button?.dataset['fontStep'] !== undefined)
      changeFontSize(Number(button.dataset['fontStep']) < 0 ? -1 : 1);
    else if (button?.dataset['find'] !== undefined) {
      const terminal = this.closest('tl-workspace')?.querySelector<TypealongTerminal>(
        '[role=tabpanel]:not([hidden]) > tl-terminal',
      );
      terminal?.openSearch();
    }
  }
}

customElements.define('tl-terminal-tools', TerminalTools);
