/** The terminal emulator in its element: xterm with its addons, keys, search and colours. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { type PrintedLine, printedLines } from './printed-lines.ts';
import type { LeaveDirection, TerminalSize } from './terminal.ts';
import { TerminalSearch } from './terminal-search.ts';
import { terminalTheme, watchTheme } from './terminal-theme.ts';

export interface ScreenEvents {
  readonly onInput: (data: string) => void;
  readonly onResize: (cols: number, rows: number) => void;
  readonly onLeave: (direction: LeaveDirection) => void;
  /** An address in the output was clicked. */
  readonly onLink: (url: string) => void;
}

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const LEAVE_KEYS: Readonly<Record<string, LeaveDirection>> = {
  ArrowUp: 'tabs',
  ArrowLeft: 'text',
  ArrowDown: 'checks',
};

export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search: TerminalSearch;
  readonly #events: ScreenEvents;
  readonly #element: HTMLElement;
  readonly #observer: ResizeObserver;
  readonly #stopTheme: () => void;
  #fitFrame: number | null = null;

  constructor(element: HTMLElement, events: ScreenEvents) {
    this.#element = element;
    this.#events = events;
    const terminal = new Terminal({
      allowProposedApi: false,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: getComputedStyle(element).getPropertyValue('--font-mono') || 'monospace',
      fontSize: 14,
      lineHeight: 1.2,
      scrollback: 5000,
      screenReaderMode: true,
      theme: terminalTheme(),
      // Colours that programs choose stay readable on either background (WCAG AA).
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
    });
    this.#terminal = terminal;
    const search = new SearchAddon();
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(search);
    terminal.loadAddon(new WebLinksAddon((_event, url) => events.onLink(url)));
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', element.getAttribute('aria-label') ?? 'Terminal');
    this.#search = new TerminalSearch(element, search, () => terminal.focus());
    terminal.onData(events.onInput);
    terminal.onResize(({ cols, rows }) => events.onResize(cols, rows));
    terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    this.#stopTheme = watchTheme(() => {
      terminal.options.theme = terminalTheme();
    });
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(element);
    this.fit();
  }

  /** In character cells. */
  get size(): TerminalSize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  write(bytes: Uint8Array): void {
    this.#terminal.write(bytes);
  }

  focus(): void {
    this.#terminal.focus();
  }

  fit(): void {
    // A hidden element has no size, and fitting to nothing would leave two columns.
    if (this.#element.clientWidth > 0 && this.#element.clientHeight > 0) this.#fit.fit();
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#terminal.resize(cols, rows);
  }

  clear(): void {
    this.#terminal.reset();
  }

  visibleText(): string {
    const { viewportY } = this.#terminal.buffer.active;
    return this.#lines(viewportY, viewportY + this.#terminal.rows);
  }

  bufferText(): string {
    return this.#lines(0, this.#terminal.buffer.active.length);
  }

  async printedLines(): Promise<readonly PrintedLine[]> {
    // What has been written may still have to be parsed.
    await new Promise<void>((resolve) => this.#terminal.write('', resolve));
    return printedLines(this.#terminal.buffer.normal, 0);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#stopTheme();
    if (this.#fitFrame !== null) cancelAnimationFrame(this.#fitFrame);
    this.#terminal.dispose();
  }

  #lines(from: number, to: number): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let index = from; index < to; index++)
      lines.push(buffer.getLine(index)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** Many resizes a second come while the divider moves; the guest need only hear of one a frame. */
  #fitSoon(): void {
    this.#fitFrame ??= requestAnimationFrame(() => {
      this.#fitFrame = null;
      this.fit();
    });
  }

  /** `false` keeps a key from the guest. */
  #handleKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    const direction = event.ctrlKey && event.shiftKey ? LEAVE_KEYS[event.key] : undefined;
    if (direction !== undefined) {
      event.preventDefault();
      this.#events.onLeave(direction);
      return false;
    }
    const key = event.key.toLowerCase();
    const isCommand = IS_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && event.shiftKey;
    if (isCommand && key === 'f') {
      event.preventDefault();
      this.#search.open();
      return false;
    }
    const isCopy = key === 'c' && (isCommand || (event.ctrlKey && !event.shiftKey && !event.altKey));
    if (isCopy && this.#terminal.hasSelection()) {
      event.preventDefault();
      void navigator.clipboard.writeText(this.#terminal.getSelection());
      this.#terminal.clearSelection();
      return false;
    }
    // Ctrl+Shift+C without a selection would open the browser's inspector.
    if (isCommand && key === 'c') {
      event.preventDefault();
      return false;
    }
    if (isCommand && key === 'v') {
      // On a Mac the browser's own paste event does it. Elsewhere Ctrl+Shift+V pastes too, as plain text.
      return false;
    }
    return true;
  }
}
