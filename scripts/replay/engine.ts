/**
 * Plays chapters as a reader would: types each command and waits for it, writes the files, visits the pages,
 * and looks at the checks. It knows the chapter model and a {@link ReplayDriver}, nothing else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { splitKeys } from '../../site/chapter/keys.ts';
import { savedListing } from '../../site/chapter/listing.ts';
import type {
  Action,
  Chapter,
  CommandAction,
  FileAction,
  Guide,
  Step,
  VisitAction,
} from '../../site/chapter/model.ts';
import type { CheckResult } from '../../site/checks/model.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';
import type { ReplayDriver, TerminalEvent, VisitResult } from './driver.ts';
import { kernelTrouble } from './kernel-log.ts';
import { ReplayError, type ReplayPlace } from './replay-error.ts';
import { typeInNano } from './nano.ts';
import { describeMismatch, findMismatch, type Mismatch } from './shown-output.ts';
import { troubleIn } from './trouble.ts';

/**
 * How long services may settle: until a visit is answered, or a check turns green. After a real boot, on a busy
 * computer, an application's first import alone has taken 71 s.
 */
const SETTLE_MS = 300_000;

/** What a visit meets while the application behind the page still loads; 504 is Nginx's patience with it, a minute. */
const EARLY_OUTCOMES: readonly VisitResult['outcome'][] = ['refused', 'timeout', 502, 504];

/** What a command printed last may still be on its way when it has ended: the prompt comes behind the shell's mark. */
const PRINTED_MS = 3000;

export interface PlayOptions {
  /** `take` plays the first of several ways in place of the last. Default `skip`. */
  readonly alternatives?: 'skip' | 'take';
  /** Whether a file is typed in nano or put in place directly (nano is then only opened and closed). Default: never in nano. */
  readonly typesInNano?: (file: FileAction) => boolean;
  /** `at-step-end`: every check of a step must pass when its actions are done. Default. */
  readonly checks?: 'at-step-end' | 'skip';
  /** Before the first action, every check of the chapter must not pass. Default false. */
  readonly checksFailAtStart?: boolean;
  /**
   * The solution is played on a machine that has it already: a command may end as it likes, and a page that the
   * text cannot reach yet may be there. Default false.
   */
  readonly again?: boolean;
  /** Longest wait for one command. Default 180 000 ms. */
  readonly commandTimeoutMs?: number;
  /** Whether a command that restarts the machine is left out. Default `play`. */
  readonly reboots?: 'play' | 'skip';
  /** Longest wait for a real boot. Default 240 000 ms. */
  readonly rebootTimeoutMs?: number;
  /** How long services may settle. Default {@link SETTLE_MS}. */
  readonly settleMs?: number;
  /**
   * Called when the machine did not print what the chapter shows below a command; the replay goes on. Without it, the
   * replay stops there.
   */
  readonly onMismatch?: (place: ReplayPlace, mismatch: Mismatch) => void;
  /** How long a command's last lines may be on their way. Default {@link PRINTED_MS}. */
  readonly printedMs?: number;
  /** Called before every action and check, for progress. */
  readonly onProgress?: (place: ReplayPlace) => void;
}

/**
 * Waiting time of one command, from Enter to the prompt (or to the text that shows that it is ready); or of a page that
 * had to be asked for more than once.
 */
export interface CommandTiming {
  readonly chapter: string;
  readonly step: string;
  readonly action: string;
  readonly command: string;
  /** It is the time that keys took to end the command. */
  readonly keys: boolean;
  readonly waitedMs: number;
  /** The command restarted the machine: left out of the budget. */
  readonly reboot: boolean;
  /** `command` is the address of a page, which its service was not yet ready to give: left out of the budget. */
  readonly visit: boolean;
}

export interface ReplayReport {
  readonly timings: readonly CommandTiming[];
  /** Number of checks that passed at the end of their step. */
  readonly checksPassed: number;
}

/**
 * Plays a guide's chapters one after the other on one machine.
 * @throws {ReplayError} at the first thing that is not as written.
 */
export async function playGuide(
  guide: Guide,
  driver: ReplayDriver,
  options: PlayOptions & {
    /** Called after each chapter, before the next: the moment of the next chapter's snapshot. */
    readonly afterChapter?: (chapter: Chapter) => Promise<void>;
  } = {},
): Promise<ReplayReport> {
  const timings: CommandTiming[] = [];
  let checksPassed = 0;
  for (const chapter of guide.chapters) {
    const report = await playChapter(chapter, driver, options);
    timings.push(...report.timings);
    checksPassed += report.checksPassed;
    await options.afterChapter?.(chapter);
  }
  return { timings, checksPassed };
}

/**
 * Plays one chapter on a machine that stands at its start.
 * @throws {ReplayError} at the first thing that is not as written.
 */
export async function playChapter(
  chapter: Chapter,
  driver: ReplayDriver,
  options: PlayOptions = {},
): Promise<ReplayReport> {
  return new ChapterReplay(chapter, driver, options).play();
}

class ChapterReplay {
  private readonly chapter: Chapter;
  private readonly driver: ReplayDriver;
  private readonly options: PlayOptions;
  private readonly timings: CommandTiming[] = [];
  private checksPassed = 0;
  /** Commands that keep a terminal busy, by terminal. */
  private readonly foreground = new Map<number, CommandAction>();

  constructor(chapter: Chapter, driver: ReplayDriver, options: PlayOptions) {
    this.chapter = chapter;
    this.driver = driver;
    this.options = options;
  }

  async play(): Promise<ReplayReport> {
    if (this.options.checksFailAtStart) await this.expectNoCheckPasses();
    for (const step of this.chapter.steps) {
      await this.playActions(step);
      if (this.options.checks !== 'skip') await this.expectChecksPass(step);
    }
    const [left] = this.foreground.values();
    if (left) {
      throw new ReplayError(
        { chapter: this.chapter, action: left },
        'The chapter ends while this command still runs. End it with <Press keys="Ctrl+C" />.',
        await this.driver.screen(left.terminal),
      );
    }
    await this.expectNoTrouble();
    return { timings: this.timings, checksPassed: this.checksPassed };
  }

  /** The machine below the guest, and the page around it, are as they should be. */
  private async expectNoTrouble(): Promise<void> {
    const place = { chapter: this.chapter };
    const kernel = kernelTrouble(await this.driver.kernelLog());
    if (kernel.length > 0)
      throw new ReplayError(place, `The guest's kernel log tells of trouble:\n${kernel.join('\n')}`, '');
    const page = (await this.driver.pageTrouble?.()) ?? [];
    if (page.length > 0)
      throw new ReplayError(place, `The page says what it should not:\n${page.join('\n')}`, '');
  }

  private async playActions(step: Step): Promise<void> {
    const actions = chooseWays(step.actions, this.options.alternatives ?? 'skip');
    for (let index = 0; index < actions.length; index++) {
      const action = actions[index];
      if (!action) continue;
      const place = { chapter: this.chapter, step, action };
      this.options.onProgress?.(place);
      switch (action.kind) {
        case 'command': {
          const saved = savedListing(actions, action);
          // Only a whole listing says what to type.
          if (saved && !saved.place && (this.options.typesInNano?.(saved) ?? false)) {
            await this.typeListing(place, action, saved);
            index = actions.indexOf(saved);
          } else if (action.edits !== undefined) {
            await this.openAndCloseEditor(place, action);
          } else {
            await this.playCommand(place, action);
          }
          break;
        }
        case 'file':
          await this.writeListing(place, action);
          break;
        case 'press':
          await this.press(place, action.keys, action.terminal);
          break;
        case 'visit': {
          const result = await this.visitSettled(place, action);
          if ((this.options.again ?? false) && action.outcome !== 200) break;
          const problem = visitProblem(action.outcome, action.expect, result);
          if (problem) throw new ReplayError(place, problem, result.text);
          break;
        }
      }
    }
  }

  /** An application that systemd has just started may not listen or answer yet: as a reader would, asks again. */
  private async visitSettled(place: ReplayPlace, action: VisitAction): Promise<VisitResult> {
    const isEarly = ({ outcome }: VisitResult): boolean =>
      action.outcome === 200 && EARLY_OUTCOMES.includes(outcome);
    const started = performance.now();
    const deadline = this.settleDeadline();
    let result = await this.driver.visit(action);
    if (!isEarly(result)) return result;
    while (isEarly(result) && performance.now() < deadline) {
      await delay(500);
      result = await this.driver.visit(action);
    }
    this.recordTime(place, { command: action.url, started, visit: true });
    return result;
  }

  private settleDeadline(): number {
    return performance.now() + (this.options.settleMs ?? SETTLE_MS);
  }

  private async playCommand(place: ReplayPlace, action: CommandAction): Promise<void> {
    if (action.reboots && this.options.reboots === 'skip') return;
    const { terminal } = action;
    await this.expectFree(place, terminal);
    const started = await this.driver.startCommand(action);

    if (action.reboots) {
      const printed = await this.driver.waitForReboot(terminal, this.options.rebootTimeoutMs ?? 240_000);
      this.foreground.clear();
      this.record(place, action, started);
      await this.expectShown(place, action, async () => printed);
      await this.expectNoTroublePrinted(place, action, printed);
      return;
    }

    let event: TerminalEvent;
    if (action.answer !== undefined) {
      // A program that finds nothing to do asks nothing: then it just ends.
      event = await this.wait(terminal, { question: true, end: true });
      if (event.kind === 'question') {
        await this.driver.type(terminal, `${action.answer}\r`);
        event = await this.wait(terminal, wishOf(action));
      }
    } else {
      event = await this.wait(terminal, wishOf(action));
    }
    await this.judge(place, action, event);
    this.record(place, action, started);
    await this.judgePrinted(place, action);
    if (action.until !== undefined && event.kind === 'text') this.foreground.set(terminal, action);
  }

  private async judge(place: ReplayPlace, action: CommandAction, event: TerminalEvent): Promise<void> {
    const anyExit = this.options.again ?? false;
    if (event.kind === 'text') return;
    if (event.kind === 'ended') {
      if (action.until !== undefined && !anyExit) {
        const problem = `The command ended with status ${event.exit} before it printed "${action.until}".`;
        throw new ReplayError(place, problem, await this.driver.screen(action.terminal));
      }
      if (event.exit === action.exit || anyExit) return;
      const problem = `The command ended with status ${event.exit}; the text expects ${action.exit}.`;
      throw new ReplayError(place, problem, await this.driver.screen(action.terminal));
    }
    const awaited = action.until === undefined ? 'end' : `print "${action.until}"`;
    const seconds = (this.options.commandTimeoutMs ?? 180_000) / 1000;
    const problem = `The command did not ${awaited} within ${seconds} seconds.`;
    throw new ReplayError(place, problem, await this.driver.screen(action.terminal));
  }

  /** `isAll`: the command prints no more, so what the chapter shows must be there. */
  private async judgePrinted(
    place: ReplayPlace,
    action: CommandAction,
    isAll = action.until === undefined,
  ): Promise<void> {
    const read = (): Promise<readonly PrintedLine[]> => this.driver.printed(action.terminal);
    if (isAll) await this.expectShown(place, action, read);
    await this.expectNoTroublePrinted(place, action, await read());
  }

  /** What the chapter shows below a command is what `read` says that it printed. */
  private async expectShown(
    place: ReplayPlace,
    action: CommandAction,
    read: () => Promise<readonly PrintedLine[]>,
  ): Promise<void> {
    const mismatch = await this.mismatchOf(action, read);
    if (!mismatch) return;
    if (!this.options.onMismatch) {
      throw new ReplayError(place, describeMismatch(mismatch), await this.driver.screen(action.terminal));
    }
    this.options.onMismatch(place, mismatch);
  }

  /** Gives what is printed the time to be all there. */
  private async mismatchOf(
    action: CommandAction,
    read: () => Promise<readonly PrintedLine[]>,
  ): Promise<Mismatch | null> {
    if (action.output === '' || action.varies !== undefined || (this.options.again ?? false)) return null;
    const deadline = performance.now() + (this.options.printedMs ?? PRINTED_MS);
    let mismatch = findMismatch(action.output, await read());
    while (mismatch && performance.now() < deadline) {
      await delay(100);
      mismatch = findMismatch(action.output, await read());
    }
    return mismatch;
  }

  /** A reader takes red text and words of an error for trouble, whatever the exit status is. */
  private async expectNoTroublePrinted(
    place: ReplayPlace,
    action: CommandAction,
    printed: readonly PrintedLine[],
  ): Promise<void> {
    if (this.options.again ?? false) return;
    const trouble = troubleIn(printed, action);
    if (trouble === null) return;
    const problem = `The command printed what looks like trouble:\n${trouble}\nIf it is as it should be, show it below the command in the chapter.`;
    throw new ReplayError(place, problem, await this.driver.screen(action.terminal));
  }

  /** nano on a file whose listing is written for the reader: they look at it and leave. */
  private async openAndCloseEditor(place: ReplayPlace, action: CommandAction): Promise<void> {
    await this.expectFree(place, action.terminal);
    const started = await this.driver.startCommand(action);
    const opened = await this.wait(action.terminal, { text: 'GNU nano', end: true });
    if (opened.kind === 'text') await this.driver.press(action.terminal, 'Ctrl+X');
    const event = opened.kind === 'text' ? await this.wait(action.terminal, { end: true }) : opened;
    await this.judge(place, action, event);
    this.record(place, action, started);
    await this.judgePrinted(place, action);
  }

  private async typeListing(place: ReplayPlace, action: CommandAction, listing: FileAction): Promise<void> {
    await this.expectFree(place, action.terminal);
    const started = performance.now();
    const timeoutMs = this.options.commandTimeoutMs ?? 180_000;
    const event = await typeInNano(this.driver, action, listing.content, timeoutMs);
    await this.judge(place, action, event);
    this.record(place, action, started);
    await this.judgePrinted(place, action);
    await this.expectWritten(place, listing);
  }

  private async writeListing(place: ReplayPlace, action: FileAction): Promise<void> {
    await this.driver.writeFile(action);
    await this.expectWritten(place, action);
  }

  private async expectWritten(place: ReplayPlace, listing: FileAction): Promise<void> {
    const comparison = await this.driver.compareFile(listing);
    if (comparison === 'same') return;
    const found = comparison === 'missing' ? 'is not there' : 'holds something else';
    throw new ReplayError(place, `${listing.path} was written, but ${found}.`, await this.driver.screen(1));
  }

  private async press(place: ReplayPlace, keys: string, terminal: number): Promise<void> {
    const running = this.foreground.get(terminal);
    // A reader looks first: a server writes its line of a request when the visitor has had the answer.
    if (running) await this.mismatchOf(running, () => this.driver.printed(terminal));
    const started = performance.now();
    for (const key of splitKeys(keys)) await this.driver.press(terminal, key);
    if (!running) return;
    const event = await this.wait(terminal, { end: true });
    if (event.kind !== 'ended') {
      const problem = `${keys} did not end "${running.command}".`;
      throw new ReplayError(place, problem, await this.driver.screen(terminal));
    }
    this.foreground.delete(terminal);
    this.record(place, { ...running, command: `${keys} (ends ${running.command})` }, started);
    await this.judgePrinted({ ...place, action: running }, running, true);
  }

  private async expectChecksPass(step: Step): Promise<void> {
    for (const placed of step.checks) {
      const place = { chapter: this.chapter, step, line: placed.line };
      this.options.onProgress?.(place);
      const deadline = this.settleDeadline();
      let result = await this.driver.check(placed);
      while (result.status !== 'pass' && performance.now() < deadline) {
        await delay(500);
        result = await this.driver.check(placed);
      }
      if (result.status !== 'pass') {
        const problem = `After the step, the check "${placed.title}" does not pass. ${describeResult(result)}`;
        throw new ReplayError(place, problem, await this.driver.screen(1));
      }
      this.checksPassed++;
    }
  }

  private async expectNoCheckPasses(): Promise<void> {
    const early: string[] = [];
    for (const step of this.chapter.steps) {
      for (const placed of step.checks) {
        const result = await this.driver.check(placed);
        if (result.status === 'pass')
          early.push(`line ${placed.line}: "${placed.title}" passes (${result.found})`);
        if (result.status === 'error')
          early.push(`line ${placed.line}: "${placed.title}" broke: ${result.message}`);
      }
    }
    if (early.length === 0) return;
    const problem = `On the chapter's starting machine every check must fail, so that a tick means something:\n${early.join('\n')}`;
    throw new ReplayError({ chapter: this.chapter }, problem, '');
  }

  private async expectFree(place: ReplayPlace, terminal: number): Promise<void> {
    const running = this.foreground.get(terminal);
    if (!running) return;
    const problem = `Terminal ${terminal} is still busy with "${running.command}". End it with <Press keys="Ctrl+C" />, or use terminal=2.`;
    throw new ReplayError(place, problem, await this.driver.screen(terminal));
  }

  private wait(terminal: number, wish: Parameters<ReplayDriver['waitFor']>[1]): Promise<TerminalEvent> {
    return this.driver.waitFor(terminal, wish, this.options.commandTimeoutMs ?? 180_000);
  }

  private record(place: ReplayPlace, { command, reboots }: CommandAction, started: number): void {
    this.recordTime(place, { command, started, reboot: reboots });
  }

  private recordTime(
    place: ReplayPlace,
    {
      command,
      started,
      reboot = false,
      visit = false,
    }: { command: string; started: number; reboot?: boolean; visit?: boolean },
  ): void {
    this.timings.push({
      chapter: `${this.chapter.guide}/${this.chapter.slug}`,
      step: place.step?.id ?? '',
      action: place.action?.id ?? '',
      command,
      keys: place.action?.kind === 'press',
      waitedMs: performance.now() - started,
      reboot,
      visit,
    });
  }
}

function wishOf(action: CommandAction): { end: true; text?: string } {
  return action.until === undefined ? { end: true } : { end: true, text: action.until };
}

/**
 * Of commands that are several ways to the same end (all but the last marked `alternative`), the one to play:
 * the last, or with `take` the first.
 */
export function chooseWays(actions: readonly Action[], mode: 'skip' | 'take'): Action[] {
  const isAlternative = (action: Action | undefined): boolean =>
    action?.kind === 'command' && action.alternative;
  if (mode === 'skip') return actions.filter((action) => !isAlternative(action));
  const chosen: Action[] = [];
  for (let index = 0; index < actions.length; index++) {
    const action = actions[index];
    if (!action) continue;
    chosen.push(action);
    if (!isAlternative(action)) continue;
    while (isAlternative(actions[index + 1])) index++;
    if (actions[index + 1]?.kind === 'command') index++;
  }
  return chosen;
}

function visitProblem(
  outcome: number | 'timeout' | 'refused',
  expected: string | undefined,
  result: VisitResult,
): string | null {
  if (result.outcome !== outcome) return `The page answered ${result.outcome}; the text expects ${outcome}.`;
  if (expected !== undefined && !result.text.includes(expected))
    return `The page does not show "${expected}".`;
  return null;
}

function describeResult(result: CheckResult): string {
  if (result.status === 'error') return `The checker broke: ${result.message}`;
  if (result.status === 'pass') return `Found: ${result.found}`;
  const evidence = result.evidence === undefined ? '' : `\n${result.evidence}`;
  return `Expected: ${result.expected}. Found: ${result.found}. ${result.advice}${evidence}`;
}
