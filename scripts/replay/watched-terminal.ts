/**
 * A terminal without a window that knows what the shell is doing. It reads the console's bytes as xterm does and
 * follows the shell's own marks (OSC 133, see `sandbox-images/GUEST.md`), so that nothing is guessed from a prompt.
 */
import xterm from '@xterm/headless';
import { type PrintedLine, printedLines } from '../../site/workspace/printed-lines.ts';
import { QUESTION, QUESTION_REST_MS, type TerminalEvent, type TerminalWish } from './driver.ts';

const SCROLLBACK_LINES = 20_000;

interface Waiter {
  readonly wish: TerminalWish;
  readonly resolve: (event: TerminalEvent) => void;
}

export class WatchedTerminal {
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  private readonly waiters = new Set<Waiter>();
  /** First line of what the last command printed; disposed once it has left the scrollback. */
  private outputStart: ReturnType<InstanceType<typeof xterm.Terminal>['registerMarker']> | undefined;
  /** `typed`: Enter was pressed, and the shell has not yet said that the command runs. */
  private state: 'prompt' | 'typed' | 'running' = 'prompt';
  private exit = 0;
  private readonly promptWaiters = new Set<() => void>();
  /** Nothing has been printed for {@link QUESTION_REST_MS}. */
  private isQuiet = false;
  private quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(cols: number, rows: number) {
    this.terminal = new xterm.Terminal({ cols, rows, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
    this.terminal.parser.registerOscHandler(133, (data) => {
      this.readMark(data);
      return true;
    });
  }

  /** Takes what the console printed. */
  feed(bytes: Uint8Array): void {
    this.terminal.write(bytes, () => {
      this.isQuiet = false;
      clearTimeout(this.quietTimer);
      this.quietTimer = setTimeout(() => {
        this.isQuiet = true;
        this.answerWaiters();
      }, QUESTION_REST_MS);
      this.answerWaiters();
    });
  }

  /** Called just before a command and its Enter are typed: what is printed from now on belongs to it. */
  expectCommand(): void {
    this.outputStart?.dispose();
    this.state = 'typed';
  }

  /** Resolves at the next prompt. */
  async nextPrompt(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (seen: boolean): void => {
        clearTimeout(timer);
        this.promptWaiters.delete(onPrompt);
        resolve(seen);
      };
      const onPrompt = (): void => done(true);
      const timer = setTimeout(() => done(false), timeoutMs);
      this.promptWaiters.add(onPrompt);
    });
  }

  /** Resolves with the first of the wished events since {@link expectCommand}. */
  async waitFor(wish: TerminalWish, timeoutMs: number): Promise<TerminalEvent> {
    const now = this.eventFor(wish);
    if (now) return now;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        wish,
        resolve: (event) => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(event);
        },
      };
      const timer = setTimeout(() => waiter.resolve({ kind: 'timeout' }), timeoutMs);
      this.waiters.add(waiter);
    });
  }

  /** What the last command has printed, without what a full-screen program showed meanwhile. */
  async printedLines(): Promise<readonly PrintedLine[]> {
    await new Promise<void>((resolve) => this.terminal.write('', resolve));
    if (this.state === 'typed') return [];
    return printedLines(this.terminal.buffer.normal, this.firstLine());
  }

  /** What is visible now, line by line. */
  screen(): string {
    const { active } = this.terminal.buffer;
    return this.lines(active.baseY, active.baseY + this.terminal.rows).replace(/\s+$/, '');
  }

  dispose(): void {
    clearTimeout(this.quietTimer);
    for (const waiter of this.waiters) waiter.resolve({ kind: 'timeout' });
    this.terminal.dispose();
  }

  /** `A`: prompt, `C`: a command starts, `D;STATUS`: it has ended. */
  private readMark(data: string): void {
    const [mark, status] = data.split(';');
    if (mark === 'C') {
      this.state = 'running';
      this.outputStart = this.terminal.registerMarker(0);
    }
    if (mark === 'D') this.exit = Number(status ?? 0);
    if (mark === 'A') {
      // After `typed`, the prompt that was there before may still be on its way: only a command's own counts.
      if (this.state === 'running') this.state = 'prompt';
      for (const seen of [...this.promptWaiters]) seen();
    }
  }

  private answerWaiters(): void {
    for (const waiter of [...this.waiters]) {
      const event = this.eventFor(waiter.wish);
      if (event) waiter.resolve(event);
    }
  }

  private eventFor(wish: TerminalWish): TerminalEvent | null {
    // The text first: a program may print it and end at once.
    if (wish.text !== undefined && this.state !== 'typed' && this.printed().includes(wish.text))
      return { kind: 'text' };
    if (wish.end && this.state === 'prompt') return { kind: 'ended', exit: this.exit };
    if (wish.question && this.state === 'running' && this.isQuiet && this.asks()) return { kind: 'question' };
    return null;
  }

  /** What the last command has printed; in a full-screen program, the screen. */
  private printed(): string {
    const { active } = this.terminal.buffer;
    if (active.type === 'alternate') return this.lines(0, this.terminal.rows);
    return this.lines(this.firstLine(), active.length);
  }

  private firstLine(): number {
    return this.outputStart && !this.outputStart.isDisposed ? this.outputStart.line : 0;
  }

  /** The cursor stands behind a question. */
  private asks(): boolean {
    const { active } = this.terminal.buffer;
    const line =
      active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? '';
    return QUESTION.test(line);
  }

  /** Lines of the buffer as text; lines that were wrapped at the edge are put together again. */
  private lines(from: number, to: number): string {
    let text = '';
    const { active } = this.terminal.buffer;
    for (let index = from; index < to; index++) {
      const line = active.getLine(index);
      if (!line) break;
      if (index > from && !line.isWrapped) text = `${text.trimEnd()}\n`;
      text += line.translateToString(false);
    }
    return text.trimEnd();
  }
}
