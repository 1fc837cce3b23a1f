/**
 * `<tl-terminal data-terminal="1">`: one of the reader's terminals. The terminal emulator is fetched when the
 * machine is first asked for; until then the element is an empty box.
 */
import type { ShellMark } from '../sandbox/shell-marks.ts';
import { SandboxError } from '../sandbox/types.ts';
import type { SandboxProblem, TerminalPort } from '../sandbox/types.ts';
import { duration, LONG_SECONDS } from './busy-terminals.ts';
import { fetchChunk } from './fetch-chunk.ts';
import type { PrintedLine } from './printed-lines.ts';
import { ShellOutput } from './shell-output.ts';
import type { TerminalScreen } from './terminal-screen.ts';
import { TypedAhead } from './typed-ahead.ts';
import './terminal-tools.ts';

/** Where the keys that leave the terminal lead. */
export type LeaveDirection = 'tabs' | 'text' | 'checks';

export interface TerminalEvents {
  /** The shell's report of what it does. */
  readonly onMark: (terminal: number, mark: ShellMark) => void;
  /** Everything that is printed, as text with its control sequences. */
  readonly onOutput: (terminal: number, text: string) => void;
  /** The reader types or pastes; the bytes are on their way to the guest. What it returns is called if they are refused. */
  readonly onTyped: (terminal: number, data: string) => () => void;
  readonly onLeave: (direction: LeaveDirection) => void;
  /** An address in the output was clicked. */
  readonly onLink: (url: string) => void;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** What a terminal shows, with what has scrolled away. */
export interface TerminalView extends TerminalSize {
  /** With control sequences. */
  readonly text: string;
}

/** What is kept of the output that comes before the emulator, in bytes: the prompt is at its end. */
const MOST_EARLY = 256 * 1024;

export class TypealongTerminal extends HTMLElement {
  #screen: TerminalScreen | null = null;
  #opening: Promise<TerminalScreen> | null = null;
  #port: TerminalPort | null = null;
  #events: TerminalEvents | null = null;
  #stopListening: (() => void) | null = null;
  #output = new ShellOutput();
  #early: Uint8Array[] = [];
  /** While it shows the picture of a prompt: the keys for the machine that is on its way. */
  #ahead: TypedAhead | null = null;
  /** What is shown before anything of the guest's. */
  #view: TerminalView | null = null;
  #wantsFocus = false;
  /** The size for a terminal that is not shown. */
  #hiddenSize: TerminalSize | null = null;
  /** The size that the guest was told last. */
  #told: TerminalSize | null = null;
  /** Whether a command has ended since the last prompt. If none has, the next prompt is a new shell's. */
  #hasEnded = false;

  /** Number of the terminal, from 1. */
  get terminal(): number {
    return Number(this.dataset['terminal'] ?? '1');
  }

  /**
   * Shows the emulator and joins it to a console of the guest. May be called again: with the console of a new machine,
   * or after it was rejected.
   * @throws {SandboxError} when the emulator cannot be fetched.
   */
  async open(port: TerminalPort, events: TerminalEvents): Promise<void> {
    this.#port = port;
    this.#events = events;
    this.#stopListening?.();
    const stopData = port.onData((bytes) => this.#printed(bytes));
    const stopMarks = port.onMark((mark) => this.#marked(mark));
    this.#stopListening = () => {
      stopData();
      stopMarks();
    };
    this.#opening ??= this.#makeScreen();
    await this.#opening;
  }

  /**
   * Shows a prompt that has not come yet, and takes keys for it until {@link handKeysOver}. The terminal has been
   * cleared. `screen`: text with control sequences.
   */
  showPicture(screen: string): void {
    this.#ahead = new TypedAhead();
    this.#show(screen);
  }

  /** What it shows of what was printed up to this call; `null` before the emulator is there. */
  async view(): Promise<TerminalView | null> {
    return (await this.#screen?.view()) ?? null;
  }

  /** Shows what it showed when the machine was saved, for a machine that is off. */
  async showStill(view: TerminalView, isWanted: () => boolean): Promise<void> {
    this.#opening ??= this.#makeScreen();
    const screen = await this.#opening;
    // A machine may have been started meanwhile.
    if (!isWanted()) return;
    screen.clear();
    screen.showView(view);
  }

  /**
   * Shows what it showed when the machine was saved, and takes keys until {@link handKeysOver}. The terminal has been
   * cleared.
   */
  showSaved(view: TerminalView): void {
    // Nobody knows what the program would show of them.
    this.#ahead = new TypedAhead(false);
    if (this.#screen) this.#screen.showView(view);
    else this.#view = view;
  }

  /** The machine runs: its shell draws the prompt over the picture, and gets the keys. */
  handKeysOver(): void {
    const keys = this.#ahead?.take() ?? '';
    this.#ahead = null;
    if (keys !== '') this.#type(keys);
  }

  /** Forgets what was printed, and what was typed ahead: the machine is a new one, or there is none. */
  clear(): void {
    this.#early = [];
    this.#view = null;
    this.#ahead = null;
    this.#output = new ShellOutput();
    this.#told = null;
    this.#hasEnded = false;
    this.#screen?.setCommand(null);
    this.#screen?.clear();
  }

  /** In character cells; `null` before the emulator is there. */
  get size(): TerminalSize | null {
    return this.#screen?.size ?? null;
  }

  /** Tells the guest the size again: a machine that has just started knows another one. `hiddenSize` is for a terminal that is not shown. */
  async announceSize(hiddenSize: TerminalSize | null): Promise<void> {
    if (hiddenSize !== null) this.#hiddenSize = hiddenSize;
    if (this.clientWidth === 0 && this.#hiddenSize !== null) this.#screen?.resize(this.#hiddenSize);
    await this.#tellSize();
  }

  /** Fits the emulator to the element; needed after it was hidden. */
  fit(): void {
    this.#screen?.fit();
  }

  /** Opens the search bar. */
  openSearch(): void {
    this.#screen?.openSearch();
  }

  override focus(options?: FocusOptions): void {
    this.#wantsFocus = this.#screen === null;
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

  /** All lines as they were printed, and what of them is red; nothing of full-screen programs. */
  async printedLines(): Promise<readonly PrintedLine[]> {
    return (await this.#screen?.printedLines()) ?? [];
  }

  /** Shows in the terminal's tab that a command runs, and how long if that is long; `null`: none does. */
  showRunning(seconds: number | null): void {
    const id = this.closest('[role=tabpanel]')?.getAttribute('aria-labelledby');
    const sign = document.getElementById(id ?? '')?.querySelector<HTMLElement>('[data-running-for]');
    if (!sign) return;
    const shown = seconds !== null && seconds >= LONG_SECONDS ? seconds : null;
    sign.hidden = seconds === null;
    sign.dataset['runningFor'] = shown === null ? '' : String(shown);
    const time = sign.querySelector('[data-running-time]');
    if (time) time.textContent = shown === null ? '' : duration(shown);
  }

  disconnectedCallback(): void {
    this.#stopListening?.();
    this.#screen?.dispose();
    this.#screen = null;
    this.#opening = null;
  }

  async #makeScreen(): Promise<TerminalScreen> {
    try {
      const { TerminalScreen } = await fetchChunk('The terminal', () => import('./terminal-screen.ts'));
      const screen = new TerminalScreen(this, {
        onInput: (data) => {
          if (this.#ahead) this.#show(this.#ahead.type(data));
          else this.#type(data);
        },
        onResize: () => void this.#tellSize(),
        onLeave: (direction) => this.#events?.onLeave(direction),
        onLink: (url) => this.#events?.onLink(url),
      });
      this.#screen = screen;
      this.dataset['open'] = '';
      if (this.#view) screen.showView(this.#view);
      this.#view = null;
      for (const bytes of this.#early.splice(0)) void screen.write(bytes);
      // The reader may have gone elsewhere meanwhile.
      if (this.#wantsFocus && isAtRest(document.activeElement)) screen.focus();
      this.#wantsFocus = false;
      // The machine may have been told of sizes, and asked for them, before there was one.
      await this.announceSize(null);
      return screen;
    } catch (error) {
      // The next `open` tries again.
      this.#opening = null;
      if (error instanceof SandboxError) this.#showProblem(error.problem);
      throw error;
    }
  }

  #type(data: string): void {
    const undo = this.#events?.onTyped(this.terminal, data);
    void this.#port?.write(data).catch(() => undo?.());
  }

  /** Shows what is not the guest's: nothing but the screen hears of it. */
  #show(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (this.#screen) void this.#screen.write(bytes);
    else this.#early.push(bytes);
  }

  /** In place of the emulator: why it is not there, and a button that asks for it again (`machine-menu.ts`). */
  #showProblem({ code, message }: SandboxProblem): void {
    const hadFocus = this.contains(document.activeElement);
    const problem = document.createElement('div');
    problem.className = 'terminal-problem';
    problem.dataset['terminalProblem'] = '';
    const words = document.createElement('p');
    words.textContent = message;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'primary';
    button.dataset[code === 'gone' ? 'reloadPage' : 'openTerminals'] = '';
    button.textContent = code === 'gone' ? 'Reload the page' : 'Try again';
    problem.append(words, button);
    this.replaceChildren(problem);
    if (hadFocus) button.focus();
  }

  /** Resolves when the bytes are on the screen: the guest waits for it. */
  #printed(bytes: Uint8Array): Promise<void> | undefined {
    const text = this.#output.feed(bytes);
    if (text !== '') this.#events?.onOutput(this.terminal, text);
    if (this.#screen) return this.#screen.write(bytes);
    // What comes before the emulator is there must not be lost: it may be the prompt.
    this.#early.push(bytes);
    let kept = this.#early.reduce((sum, { length }) => sum + length, 0);
    while (kept > MOST_EARLY && this.#early.length > 1) kept -= this.#early.shift()?.length ?? 0;
    return undefined;
  }

  #marked(mark: ShellMark): void {
    switch (mark.kind) {
      case 'prompt': {
        // A login makes the console anew, and with it the size.
        const isNewShell = !this.#hasEnded;
        this.#hasEnded = false;
        this.#screen?.setCommand(null);
        if (isNewShell || !isSameSize(this.size, this.#told)) void this.#tellSize();
        break;
      }
      case 'command-start':
        this.#screen?.setCommand(mark.commandLine);
        break;
      case 'command-end':
        this.#hasEnded = true;
        this.#screen?.setCommand(null);
        break;
    }
    this.#events?.onMark(this.terminal, mark);
  }

  async #tellSize(): Promise<void> {
    const { size } = this;
    if (size === null || this.#port === null) return;
    this.#told = size;
    await this.#port.resize(size.cols, size.rows).catch(() => {
      // The machine is off. It is told once it runs.
      this.#told = null;
    });
  }
}

/** Whether the focus is nowhere, or on what covers the terminal. */
export function isAtRest(focused: Element | null): boolean {
  return focused === null || focused === document.body || focused.closest('[data-cover]') !== null;
}

function isSameSize(one: TerminalSize | null, other: TerminalSize | null): boolean {
  return one?.cols === other?.cols && one?.rows === other?.rows;
}

customElements.define('tl-terminal', TypealongTerminal);
