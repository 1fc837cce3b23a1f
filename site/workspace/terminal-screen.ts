/** The terminal emulator in its element: xterm with its addons, keys, search, colours and touch. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SerializeAddon } from '@xterm/addon-serialize';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { bytesOfArrow } from '../chapter/keys.ts';
import type { ArrowKey } from '../chapter/keys.ts';
import { notify } from './announcer.ts';
import { copyText } from './clipboard.ts';
import { keepLinksFresh } from './fresh-links.ts';
import { KeyBar } from './key-bar.ts';
import { withoutControlCharacters } from './pasted-text.ts';
import { fontSize, onFontSize } from './terminal-font.ts';
import { type PrintedLine, printedLines } from './printed-lines.ts';
import { TerminalSearch } from './terminal-search.ts';
import type { LeaveDirection, TerminalSize, TerminalView } from './terminal.ts';
import { terminalTheme, watchTheme } from './terminal-theme.ts';
import { TouchScroll } from './touch-scroll.ts';
import { WriteQueue } from './write-queue.ts';

export interface ScreenEvents {
  readonly onInput: (data: string) => void;
  readonly onResize: () => void;
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

/** More than this without a rest is a flood, in bytes; and a rest is so long, in milliseconds. */
const FLOOD = 64 * 1024;
const REST_MS = 300;

/** Lines above the screen that are saved: more take the page longer than one of its frames. */
const SAVED_SCROLLBACK = 1000;

/** The emulator's own reset: it comes behind what is already on its way to the parser. */
const RESET = new TextEncoder().encode('\x18\x1bc');

export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #serialize = new SerializeAddon();
  readonly #search: TerminalSearch;
  readonly #keys: KeyBar;
  readonly #queue: WriteQueue;
  readonly #events: ScreenEvents;
  readonly #element: HTMLElement;
  readonly #host = document.createElement('div');
  readonly #hint = document.createElement('p');
  readonly #observer: ResizeObserver;
  readonly #listening = new AbortController();
  #fitFrame: number | null = null;
  #sinceRest = 0;
  #lastWrite = 0;
  #restTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(element: HTMLElement, events: ScreenEvents) {
    this.#element = element;
    this.#events = events;
    this.#host.className = 'terminal-screen';
    this.#hint.className = 'terminal-link';
    this.#hint.dataset['linkHint'] = '';
    this.#hint.hidden = true;
    const link = {
      hover: (_event: MouseEvent, url: string): void => this.#showLink(url),
      leave: (): void => this.#showLink(null),
    };
    const isFinger = matchMedia('(pointer: coarse)').matches;
    const terminal = new Terminal({
      // Marking what a search finds is among xterm's proposals.
      allowProposedApi: true,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      fontFamily: getComputedStyle(element).getPropertyValue('--font-mono') || 'monospace',
      fontSize: fontSize(),
      lineHeight: 1.2,
      // A guest that prints noise is not worth a word in the console for each byte.
      logLevel: 'off',
      linkHandler: { activate: (_event, url) => events.onLink(url), ...link },
      // A long press selects, as a finger cannot drag over text here.
      ...(isFinger && { rightClickSelectsWord: true }),
      scrollback: 5000,
      screenReaderMode: true,
      theme: terminalTheme(),
      // Colours that programs choose stay readable on either background (WCAG AA).
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
    });
    this.#terminal = terminal;
    this.#queue = new WriteQueue((bytes, done) => terminal.write(bytes, done));
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#serialize);
    terminal.loadAddon(new WebLinksAddon((_event, url) => events.onLink(url), link));
    this.#search = new TerminalSearch(terminal, () => terminal.focus());
    this.#keys = new KeyBar({
      onKey: (bytes) => this.#press(bytes),
      onArrow: (key) => this.#press(this.#arrow(key)),
      onFind: () => this.#search.open(),
    });
    element.replaceChildren(this.#host, this.#search.element, this.#hint, this.#keys.element);
    terminal.open(this.#host);
    terminal.textarea?.setAttribute('aria-label', element.getAttribute('aria-label') ?? 'Terminal');
    terminal.onData((data) => events.onInput(this.#keys.typed(data)));
    terminal.onResize(() => events.onResize());
    terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
    const { signal } = this.#listening;
    // In the capture phase: before xterm's own listeners, on its textarea and on its screen.
    this.#host.addEventListener('paste', (event) => this.#paste(event), { signal, capture: true });
    keepLinksFresh(terminal, this.#host, () => this.#lineHeight, signal);
    new TouchScroll(
      this.#host,
      { lineHeight: () => this.#lineHeight, onLines: (lines) => this.#scroll(lines) },
      signal,
    );
    const stopTheme = watchTheme(() => {
      terminal.options.theme = terminalTheme();
      this.#search.redraw();
    });
    const stopFont = onFontSize((px) => {
      terminal.options.fontSize = px;
      this.fit();
    });
    signal.addEventListener('abort', () => {
      stopTheme();
      stopFont();
    });
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(this.#host);
    this.fit();
  }

  /** In character cells. */
  get size(): TerminalSize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Resolves when the bytes have been parsed. */
  write(bytes: Uint8Array): Promise<void> {
    this.#watchFlood(bytes.length);
    return this.#queue.write(bytes);
  }

  focus(): void {
    this.#terminal.focus();
  }

  openSearch(): void {
    this.#search.open();
  }

  /** The command that runs now; `null` at the prompt. */
  setCommand(commandLine: string | null): void {
    this.#keys.setCommand(commandLine);
  }

  fit(): void {
    // A hidden element has no size, and fitting to nothing would leave two columns.
    if (this.#host.clientWidth > 0 && this.#host.clientHeight > 0) this.#fit.fit();
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#terminal.resize(cols, rows);
  }

  clear(): void {
    this.#queue.clear();
    this.#terminal.reset();
    void this.#queue.write(RESET);
  }

  /** What it shows when everything that was written before this call has been parsed, and nothing that comes after. */
  view(): Promise<TerminalView> {
    return new Promise((resolve) =>
      this.#queue.between(() => {
        const text = this.#serialize.serialize({ scrollback: SAVED_SCROLLBACK });
        resolve({ text, ...this.size });
      }),
    );
  }

  /** Shows what another showed. The terminal has been cleared. */
  showView({ text, cols, rows }: TerminalView): void {
    this.#queue.between(() => this.#terminal.resize(cols, rows));
    void this.#queue.write(new TextEncoder().encode(text));
    this.#queue.between(() => this.fit());
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
    this.#listening.abort();
    this.#observer.disconnect();
    if (this.#restTimer !== null) clearTimeout(this.#restTimer);
    if (this.#fitFrame !== null) cancelAnimationFrame(this.#fitFrame);
    this.#queue.clear();
    this.#terminal.dispose();
    this.#element.replaceChildren();
  }

  get #lineHeight(): number {
    return this.#host.clientHeight / this.#terminal.rows;
  }

  #lines(from: number, to: number): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let index = from; index < to; index++)
      lines.push(buffer.getLine(index)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** While the divider moves, there are many resizes a second; the guest is told of one a frame. */
  #fitSoon(): void {
    this.#fitFrame ??= requestAnimationFrame(() => {
      this.#fitFrame = null;
      this.fit();
    });
  }

  /**
   * What is kept for screen readers takes half of the time of a flood, and nobody listens to thousands of lines. It
   * comes back when the terminal rests, with the screen as it is then.
   */
  #watchFlood(length: number): void {
    this.#sinceRest += length;
    const isReading = this.#host.querySelector('.xterm-accessibility')?.contains(document.activeElement);
    if (this.#sinceRest > FLOOD && this.#terminal.options.screenReaderMode && isReading !== true)
      this.#terminal.options.screenReaderMode = false;
    this.#lastWrite = performance.now();
    this.#restTimer ??= setTimeout(() => this.#restSoon(), REST_MS);
  }

  #restSoon(): void {
    const wait = this.#lastWrite + REST_MS - performance.now();
    this.#restTimer = wait > 0 ? setTimeout(() => this.#restSoon(), wait) : null;
    if (this.#restTimer !== null) return;
    this.#sinceRest = 0;
    this.#terminal.options.screenReaderMode = true;
  }

  #showLink(url: string | null): void {
    this.#hint.hidden = url === null;
    this.#hint.textContent = url;
  }

  #paste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text !== '') this.#terminal.paste(withoutControlCharacters(text));
  }

  /** As if it were typed: the screen shows the last lines again. */
  #press(bytes: string): void {
    this.#terminal.input(bytes, true);
  }

  #arrow(key: ArrowKey): string {
    return bytesOfArrow(key, this.#terminal.modes.applicationCursorKeysMode);
  }

  /** Where nothing has scrolled away (less, nano), the program itself moves, as it does for a mouse's wheel. */
  #scroll(lines: number): void {
    if (this.#terminal.buffer.active.type === 'normal') this.#terminal.scrollLines(lines);
    else this.#press(this.#arrow(lines > 0 ? 'Down' : 'Up').repeat(Math.abs(lines)));
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
      copyText(this.#terminal.getSelection()).catch((error: unknown) =>
        notify(error instanceof Error ? error.message : String(error)),
      );
      this.#terminal.clearSelection();
      return false;
    }
    // Ctrl+Shift+C without a selection would open the browser's inspector.
    if (isCommand && key === 'c') {
      event.preventDefault();
      return false;
    }
    // The browser's own paste event does it: ⌘V on a Mac, elsewhere Ctrl+Shift+V, as plain text.
    return !(isCommand && key === 'v');
  }
}
