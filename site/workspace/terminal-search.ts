/** The small search bar over a terminal. */
import type { ISearchOptions } from '@xterm/addon-search';
import { SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { searchColours } from './terminal-theme.ts';

/** More matches than this are neither marked nor counted. */
const MOST_MATCHES = 1000;

export class TerminalSearch {
  /** The bar; hidden until it is opened. */
  readonly element = document.createElement('form');
  readonly #addon = new SearchAddon({ highlightLimit: MOST_MATCHES });
  readonly #input = document.createElement('input');
  readonly #count = document.createElement('output');
  readonly #onClose: () => void;

  constructor(terminal: Terminal, onClose: () => void) {
    this.#onClose = onClose;
    terminal.loadAddon(this.#addon);
    this.element.className = 'terminal-search';
    this.element.hidden = true;
    this.element.setAttribute('role', 'search');
    this.#input.type = 'search';
    this.#input.placeholder = 'Find in the terminal';
    this.#input.autocomplete = 'off';
    this.#input.spellcheck = false;
    this.#input.setAttribute('autocapitalize', 'off');
    this.#input.setAttribute('aria-label', 'Find in the terminal');
    this.#count.dataset['matches'] = '';
    this.element.append(
      this.#input,
      this.#count,
      button('↑', 'Previous match', 'previous', () => this.#find('previous')),
      button('↓', 'Next match', 'next', () => this.#find('next')),
      button('×', 'Close the search', 'close', () => this.close()),
    );
    this.element.addEventListener('submit', (event) => event.preventDefault());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => this.#find('typed'));
    this.#addon.onDidChangeResults(({ resultIndex, resultCount }) => {
      if (!this.element.hidden)
        this.#count.value = matchesInWords(this.#input.value, resultIndex, resultCount);
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(): void {
    this.element.hidden = false;
    this.#input.focus();
    this.#input.select();
    this.#find('typed');
  }

  close(): void {
    this.element.hidden = true;
    this.#addon.clearDecorations();
    this.#onClose();
  }

  /** Draws the marks again, in the colours of the theme of now. */
  redraw(): void {
    if (!this.isOpen) return;
    this.#addon.clearDecorations();
    this.#find('typed');
  }

  #key(event: KeyboardEvent): void {
    // What is typed here is neither the shell's nor a shortcut of the page.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.close();
    } else if (event.key === 'Enter' && event.target === this.#input) {
      event.preventDefault();
      this.#find(event.shiftKey ? 'previous' : 'next');
    }
  }

  #find(which: 'previous' | 'next' | 'typed'): void {
    const text = this.#input.value;
    if (text === '') {
      this.#addon.clearDecorations();
      this.#count.value = '';
      return;
    }
    const options: ISearchOptions = { decorations: searchColours(), incremental: which === 'typed' };
    const isFound =
      which === 'previous' ? this.#addon.findPrevious(text, options) : this.#addon.findNext(text, options);
    if (!isFound) this.#count.value = 'Not found';
  }
}

/** `3 of 12`. The index counts from 0 and is -1 when it is not known. */
function matchesInWords(text: string, index: number, count: number): string {
  if (text === '') return '';
  if (count === 0) return 'Not found';
  const all = count >= MOST_MATCHES ? `${MOST_MATCHES}+` : String(count);
  return index < 0 ? `${all} found` : `${index + 1} of ${all}`;
}

function button(label: string, name: string, hook: string, onPress: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.title = name;
  element.setAttribute('aria-label', name);
  element.dataset['search'] = hook;
  element.addEventListener('click', onPress);
  return element;
}
