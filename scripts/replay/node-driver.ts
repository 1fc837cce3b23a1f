/** The replay's driver for a machine in this process: what `npm run replay` and the making of snapshots use. */
import { setTimeout as delay } from 'node:timers/promises';
import { bytesOfKeys } from '../../site/chapter/keys.ts';
import { compareListing, type ListingComparison } from '../../site/chapter/listing.ts';
import type { CommandAction, FileAction, Guide, PlacedCheck, VisitAction } from '../../site/chapter/model.ts';
import type { CheckResult } from '../../site/checks/model.ts';
import { runPlacedCheck } from '../../site/checks/run.ts';
import { TERMINAL_COUNT, type Sandbox, type SandboxState } from '../../site/sandbox/types.ts';
import { writeListing } from '../../site/workspace/guest-files.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';
import type { ReplayDriver, TerminalEvent, TerminalWish, VisitResult } from './driver.ts';
import { WatchedTerminal } from './watched-terminal.ts';

/** The size that snapshots are made with; the page sets its own after a restore. */
const COLS = 100;
const ROWS = 30;
/** Longest chain of redirects that a visit follows. */
const MAX_REDIRECTS = 5;

export class NodeDriver implements ReplayDriver {
  private readonly sandbox: Sandbox;
  private readonly guide: Pick<Guide, 'login' | 'home'>;
  private readonly terminals: readonly WatchedTerminal[];
  private readonly stopListening: (() => void)[] = [];

  private constructor(sandbox: Sandbox, guide: Pick<Guide, 'login' | 'home'>) {
    this.sandbox = sandbox;
    this.guide = guide;
    this.terminals = Array.from({ length: TERMINAL_COUNT }, (_, index) => {
      const terminal = new WatchedTerminal(COLS, ROWS);
      this.stopListening.push(sandbox.terminal(index).onData((bytes) => terminal.feed(bytes)));
      return terminal;
    });
  }

  /**
   * Takes over a machine that runs, and waits until the shell of its first terminal answers.
   * Call it right after `start()`: what the consoles printed before is not seen.
   */
  static async open(
    sandbox: Sandbox,
    guide: Pick<Guide, 'login' | 'home'>,
    promptTimeoutMs = 120_000,
  ): Promise<NodeDriver> {
    const driver = new NodeDriver(sandbox, guide);
    for (let index = 0; index < TERMINAL_COUNT; index++) await sandbox.terminal(index).resize(COLS, ROWS);
    await driver.untilPrompt(promptTimeoutMs);
    return driver;
  }

  /** Stops listening to the machine, which goes on. */
  close(): void {
    for (const stop of this.stopListening) stop();
    for (const terminal of this.terminals) terminal.dispose();
  }

  async startCommand({ terminal, command }: CommandAction): Promise<number> {
    this.watched(terminal).expectCommand();
    const entered = performance.now();
    await this.type(terminal, `${command}\r`);
    return entered;
  }

  async type(terminal: number, text: string): Promise<void> {
    await this.sandbox.terminal(terminal - 1).write(text);
  }

  async press(terminal: number, key: string): Promise<void> {
    await this.type(terminal, bytesOfKeys(key));
  }

  async waitFor(terminal: number, wish: TerminalWish, timeoutMs: number): Promise<TerminalEvent> {
    return this.watched(terminal).waitFor(wish, timeoutMs);
  }

  async screen(terminal: number): Promise<string> {
    return this.watched(terminal).screen();
  }

  async printed(terminal: number): Promise<readonly PrintedLine[]> {
    return this.watched(terminal).printedLines();
  }

  async writeFile(action: FileAction): Promise<void> {
    await writeListing(this.sandbox.agent, action, this.guide.login);
  }

  async compareFile(action: FileAction): Promise<ListingComparison> {
    return compareListing(await this.sandbox.agent.readFile(action.path), action);
  }

  async visit(action: VisitAction): Promise<VisitResult> {
    let { url } = action;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const outcome = await this.sandbox.http({ method: 'GET', url });
      if (outcome.kind !== 'response') {
        return { outcome: outcome.kind, text: outcome.kind === 'broken' ? outcome.message : '' };
      }
      const location = outcome.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
      if (location === undefined || outcome.status < 300 || outcome.status > 399) {
        return { outcome: outcome.status, text: new TextDecoder().decode(outcome.body) };
      }
      url = new URL(location, url).href;
    }
    return { outcome: 'broken', text: `${action.url} redirects more than ${MAX_REDIRECTS} times.` };
  }

  async check(placed: PlacedCheck): Promise<CheckResult> {
    const { agent } = this.sandbox;
    const { login, home } = this.guide;
    return runPlacedCheck(placed, { agent, http: (request) => this.sandbox.http(request), login, home });
  }

  async waitForReboot(terminal: number, timeoutMs: number): Promise<readonly PrintedLine[]> {
    // The shell that asked for it may still show a prompt before it ends: only the machine's state counts.
    const deadline = performance.now() + timeoutMs;
    await this.untilState('booting', timeoutMs);
    const printed = await this.printed(terminal);
    await this.untilState('running', deadline - performance.now());
    await this.untilPrompt(deadline - performance.now());
    await this.sandbox.agent.exec(['systemctl', 'is-system-running', '--wait'], {
      timeoutMs: deadline - performance.now(),
    });
    return printed;
  }

  async kernelLog(): Promise<string> {
    return (await this.sandbox.agent.exec(['dmesg'])).stdout;
  }

  private async untilState(status: SandboxState['status'], timeoutMs: number): Promise<void> {
    const timer = new AbortController();
    let stop = (): void => {};
    const reached = new Promise<true>((resolve) => {
      stop = this.sandbox.onState((state) => {
        if (state.status === status) resolve(true);
      });
    });
    const late = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false);
    const inTime = await Promise.race([reached, late]);
    timer.abort();
    stop();
    if (inTime) return;
    const now = this.sandbox.getState().status;
    throw new Error(`The machine is "${now}" and was not "${status}" within ${timeoutMs / 1000} seconds.`);
  }

  /**
   * A restored shell waits silently at a prompt printed long ago: Enter makes it print a new one. A machine
   * that boots has nobody to take the key yet, so it is pressed again until somebody answers.
   */
  private async untilPrompt(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const prompt = this.watched(1).nextPrompt(Math.min(deadline - performance.now(), 5000));
      await this.type(1, '\r');
      if (await prompt) return;
    }
    const screen = await this.screen(1);
    throw new Error(`No shell prompt within ${timeoutMs / 1000} seconds. Last screen:\n${screen}`);
  }

  private watched(terminal: number): WatchedTerminal {
    const watched = this.terminals[terminal - 1];
    if (!watched)
      throw new RangeError(`There is no terminal ${terminal}; they count from 1 to ${TERMINAL_COUNT}.`);
    return watched;
  }
}
