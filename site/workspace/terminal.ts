/**
 * `<tl-terminal data-terminal="1">`: one of the reader's terminals. The terminal emulator is fetched when the
 * machine is first asked for; until then the element is an empty box.
 */
import type { ShellMark } from '../sandbox/shell-marks.ts';
import type { TerminalPort } from '../sandbox/types.ts';
import { ShellOutput } from './shell-output.ts';
import type { TerminalScreen } from './terminal-screen.ts';

/** Where the keys that leave the terminal lead. */
export type LeaveDirection = 'tabs' | 'text' | 'checks';

export interface TerminalEvents {
  /** The shell's report of what it does. */
  readonly onMark: (terminal: number, mark: ShellMark) => void;
  /** Everything that is printed, as text with its control sequences. */
  readonly onOutput: (terminal: number, text: string) => void;
  /** The reader types or pastes; the bytes are on their way to the guest. */
  readonly onTyped: (terminal: number, data: string) => void;
  readonly onLeave: (direction: LeaveDirection) => void;
  /** An address in the output was clicked. */
  readonly onLink: (url: string) => void;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export class TypealongTerminal extends HTMLElement {
  #screen: TerminalScreen | null = null;
  #opening: Promise<TerminalScreen> | null = null;
  #port: TerminalPort | null = null;
  #stopListening: (() => void) | null = null;

  /** Number of the terminal, from 1. */
  get terminal(): number {
    return Number(this.dataset['terminal'] ?? '1');
  }

  /** Shows the emulator and joins it to a console of the guest. May be called again with the console of a new machine. */
  async open(port: TerminalPort, events: TerminalEvents): Promise<void> {
    this.#port = port;
    const { terminal } = this;
    // What comes before the emulator is there must not be lost: it may be the prompt.
    const early: Uint8Array[] = [];
    const output = new ShellOutput({
      onText: (text) => events.onOutput(terminal, text),
      onMark: (mark) => events.onMark(terminal, mark),
    });
    this.#stopListening?.();
    this.#stopListening = port.onData((bytes) => {
      if (this.#screen) this.#screen.write(bytes);
      else early.push(bytes);
      output.feed(bytes);
    });
    this.#opening ??= import('./terminal-screen.ts').then(
      ({ TerminalScreen }) =>
        new TerminalScreen(this, {
          onInput: (data) => {
            events.onTyped(terminal, data);
            void this.#port?.write(data).catch(() => {});
          },
          onResize: (cols, rows) => void this.#port?.resize(cols, rows).catch(() => {}),
          onLeave: events.onLeave,
          onLink: events.onLink,
        }),
    );
    const screen = await this.#opening;
    this.#screen = screen;
    this.dataset['open'] = '';
    for (const bytes of early.splice(0)) screen.write(bytes);
  }

  /** Forgets what was printed: the machine is a new one. */
  clear(): void {
    this.#screen?.clear();
  }

  /** In character cells; `null` before the emulator is there. */
  get size(): TerminalSize | null {
    return this.#screen?.size ?? null;
  }

  /** Tells the guest the size again: a machine that has just started knows another one. `hiddenSize` is for a terminal that is not shown. */
  async announceSize(hiddenSize: TerminalSize | null): Promise<void> {
    if (this.clientWidth === 0 && hiddenSize !== null) this.#screen?.resize(hiddenSize);
    const { size } = this;
    if (size && this.#port) await this.#port.resize(size.cols, size.rows).catch(() => {});
  }

  /** Fits the emulator to the element; needed after it was hidden. */
  fit(): void {
    this.#screen?.fit();
  }

  override focus(options?: FocusOptions): void {
    if (this.#screen) this.#screen.focus();
    else super.focus(options);
  }

  /** The lines that a reader sees, right-trimmed. */
  screenText(): string {
    return this.#screen?.visibleText() ?? '';
  }

  /** All lines, with what has scrolled away. */
  bufferText(): string {
    return this.#screen?.bufferText() ?? '';
  }

  disconnectedCallback(): void {
    this.#stopListening?.();
    this.#screen?.dispose();
    this.#screen = null;
    this.#opening = null;
  }
}

customElements.define('tl-terminal', TypealongTerminal);
