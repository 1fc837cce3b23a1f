/** The small search bar over a terminal. */
import type { ISearchOptions, SearchAddon } from '@xterm/addon-search';

const DECORATIONS: ISearchOptions = {
  decorations: {
    matchOverviewRuler: '#c98a00',
    activeMatchColorOverviewRuler: '#c98a00',
    matchBackground: '#6b5200',
    activeMatchBackground: '#a36a00',
  },
};

export class TerminalSearch {
  readonly #addon: SearchAddon;
  readonly #bar: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #onClose: () => void;

  constructor(element: HTMLElement, addon: SearchAddon, onClose: () => void) {
    this.#addon = addon;
    this.#onClose = onClose;
    this.#bar = document.createElement('form');
    this.#bar.className = 'terminal-search';
    this.#bar.hidden = true;
    this.#bar.setAttribute('role', 'search');
    this.#input = document.createElement('input');
    this.#input.type = 'search';
    this.#input.placeholder = 'Find in the terminal';
    this.#input.setAttribute('aria-label', 'Find in the terminal');
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = 'Close';
    this.#bar.append(this.#input, close);
    element.append(this.#bar);
    this.#bar.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#find(false);
    });
    this.#input.addEventListener('input', () =>
      addon.findNext(this.#input.value, { ...DECORATIONS, incremental: true }),
    );
    this.#bar.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
      else if (event.key === 'Enter' && event.shiftKey) {
        event.preventDefault();
        this.#find(true);
      }
    });
    close.addEventListener('click', () => this.close());
  }

  open(): void {
    this.#bar.hidden = false;
    this.#input.focus();
    this.#input.select();
  }

  close(): void {
    this.#bar.hidden = true;
    this.#addon.clearDecorations();
    this.#onClose();
  }

  #find(backwards: boolean): void {
    if (backwards) this.#addon.findPrevious(this.#input.value, DECORATIONS);
    else this.#addon.findNext(this.#input.value, DECORATIONS);
  }
}
