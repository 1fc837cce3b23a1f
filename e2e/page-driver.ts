/** The replay's driver for the page: it types with the keyboard, presses the page's buttons and looks at the page. */
import { expect } from '@playwright/test';
import {
  QUESTION,
  QUESTION_REST_MS,
  type ReplayDriver,
  type TerminalEvent,
  type TerminalWish,
  type VisitResult,
} from '../scripts/replay/driver.ts';
import type { ListingComparison } from '../site/chapter/listing.ts';
import type { CommandAction, FileAction, PlacedCheck, VisitAction } from '../site/chapter/model.ts';
import type { CheckResult } from '../site/checks/model.ts';
import type { PrintedLine } from '../site/workspace/printed-lines.ts';
import { kernelLog } from './guest.ts';
import { pageWords, troubleInWords, watchPageWords } from './page-words.ts';
import type { ChapterPage } from './pages/chapter-page.ts';

/** How many lines an error quotes. */
const LAST_LINES = 15;
/** A guest that is busy may take so long to read a file for a comparison, milliseconds. */
const COMPARE_MS = 15_000;

export class PageDriver implements ReplayDriver {
  private readonly chapterPage: ChapterPage;
  /** The command that was typed last, by terminal. */
  private readonly current = new Map<number, CommandAction>();
  /** Ids of the actions that the page must show as done in the end. */
  private readonly played = new Set<string>();
  /** Notes that the page shows for what has been done. */
  private readonly notes = new Set<string>();
  private restarts = false;

  private constructor(chapterPage: ChapterPage) {
    this.chapterPage = chapterPage;
  }

  /** Takes over a chapter's page whose machine runs, and begins to watch what the page says. */
  static async open(chapterPage: ChapterPage): Promise<PageDriver> {
    await watchPageWords(chapterPage.page);
    return new PageDriver(chapterPage);
  }

  async startCommand(action: CommandAction): Promise<number> {
    this.current.set(action.terminal, action);
    this.played.add(action.id);
    await this.type(action.terminal, action.command);
    const entered = performance.now();
    await this.press(action.terminal, 'Enter');
    return entered;
  }

  async type(terminal: number, text: string): Promise<void> {
    await this.chapterPage.terminal(terminal).type(text);
  }

  async press(terminal: number, key: string): Promise<void> {
    await this.chapterPage.terminal(terminal).press(key);
  }

  /** A command has ended when the page says so beside it: that the page notices what is typed is tested with it. */
  async waitFor(terminal: number, wish: TerminalWish, timeoutMs: number): Promise<TerminalEvent> {
    const action = this.commandOf(terminal);
    const found = await this.chapterPage.page
      .waitForFunction(
        lookAtPage,
        {
          id: action.id,
          terminal,
          wish,
          until: action.until ?? '',
          question: QUESTION.source,
          questionRestMs: QUESTION_REST_MS,
        },
        {
          timeout: timeoutMs,
          polling: 50,
        },
      )
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'TimeoutError') return null;
        throw error;
      });
    const kind = found === null ? 'timeout' : await found.jsonValue();
    if (kind === 'done') return { kind: 'ended', exit: action.exit };
    // The page knows only that it was another status than the text's.
    if (kind === 'failed') return { kind: 'ended', exit: -1 };
    return { kind: kind === 'text' || kind === 'question' ? kind : 'timeout' };
  }

  async screen(terminal: number): Promise<string> {
    return this.chapterPage.terminal(terminal).screen();
  }

  /** The page keeps no mark of where a command's output begins: it is what follows the line that it was typed in. */
  async printed(terminal: number): Promise<readonly PrintedLine[]> {
    const lines = await this.chapterPage.terminal(terminal).printedLines();
    const { command } = this.commandOf(terminal);
    const typed = lines.findLastIndex(({ text }) => text.endsWith(`$ ${command}`));
    if (typed === -1) {
      const last = lines.slice(-LAST_LINES).map(({ text }) => JSON.stringify(text));
      throw new Error(
        `Terminal ${terminal} does not show where "${command}" was typed. It shows:\n${last.join('\n')}`,
      );
    }
    return lines.slice(typed + 1);
  }

  async writeFile(action: FileAction): Promise<void> {
    this.played.add(action.id);
    this.notes.add(`${action.shownPath} is written.`);
    await this.chapterPage.action(action.id).locator('button[data-write]').click();
    await this.chapterPage.waitUntilIdle();
  }

  async compareFile(action: FileAction): Promise<ListingComparison> {
    const { page } = this.chapterPage;
    await this.chapterPage.action(action.id).locator('button[data-compare]').click();
    const dialog = page.locator('dialog[data-dialog="compare"]');
    // It opens when the result is there.
    await expect(dialog).toBeVisible({ timeout: COMPARE_MS });
    const comparison = await dialog.getAttribute('data-comparison');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    return comparison === 'same' || comparison === 'missing' ? comparison : 'different';
  }

  async visit(action: VisitAction): Promise<VisitResult> {
    const { browser } = this.chapterPage;
    this.played.add(action.id);
    await browser.loaded(() => this.chapterPage.action(action.id).locator('button[data-visit]').click());
    const outcome = await browser.outcome();
    return {
      outcome: outcome === 'timeout' || outcome === 'refused' ? outcome : Number(outcome) || 'broken',
      text: await browser.text(),
    };
  }

  /** The page runs a step's checks by itself when the step's commands have ended; asked again, it runs them again. */
  async check(placed: PlacedCheck): Promise<CheckResult> {
    const { page } = this.chapterPage;
    const check = this.chapterPage.check(placed.id);
    await this.chapterPage.waitUntilIdle();
    if ((await check.getAttribute('data-status')) !== 'pass') {
      await page
        .locator(`[data-check-group="${placed.id.split('/')[0] ?? ''}"] button[data-check-now]`)
        .click();
      await expect(check).toHaveAttribute('data-status', /pass|fail|error/, { timeout: 60_000 });
      await this.chapterPage.waitUntilIdle();
    }
    // All at once: the page may look again by itself, and then these words are replaced.
    const { status, expected, found, advice, evidence } = await check.evaluate((element) => {
      const text = (part: string): string =>
        element.querySelector(`[data-${part}]`)?.textContent.trim() ?? '';
      return {
        status: element.getAttribute('data-status'),
        expected: text('expected'),
        found: text('found'),
        advice: text('advice'),
        evidence: text('evidence'),
      };
    });
    if (status === 'pass') return { status, expected, found };
    if (status === 'fail') return { status, expected, found, advice, evidence };
    return { status: 'error', message: found };
  }

  async waitForReboot(terminal: number, timeoutMs: number): Promise<readonly PrintedLine[]> {
    this.restarts = true;
    const printed = await this.printedUntilBoot(terminal, timeoutMs);
    await this.chapterPage.waitForState('running', timeoutMs);
    await this.chapterPage.terminal(1).waitForPrompt();
    return printed;
  }

  async kernelLog(): Promise<string> {
    return kernelLog(this.chapterPage.page);
  }

  async pageTrouble(): Promise<readonly string[]> {
    // Its last words may be on their way.
    await this.chapterPage.waitUntilIdle();
    const { played, notes, restarts } = this;
    return troubleInWords(await pageWords(this.chapterPage.page), { played, notes, restarts });
  }

  private commandOf(terminal: number): CommandAction {
    const action = this.current.get(terminal);
    if (!action) throw new Error(`No command has been typed in terminal ${terminal}.`);
    return action;
  }

  /** The page clears its terminals when the machine boots: looks again and again, and keeps what it saw last. */
  private async printedUntilBoot(terminal: number, timeoutMs: number): Promise<readonly PrintedLine[]> {
    let printed: readonly PrintedLine[] = [];
    await expect
      .poll(
        async () => {
          const state = await this.chapterPage.workspace.getAttribute('data-state');
          // It may be cleared between the two looks: then there is no line with the command.
          if (state !== 'booting') printed = await this.printed(terminal).catch(() => printed);
          return state;
        },
        { message: 'the machine restarts', timeout: timeoutMs, intervals: [50] },
      )
      .toBe('booting');
    return printed;
  }
}

/** Runs in the page: which of the wishes has come true, if any. */
function lookAtPage({
  id,
  terminal,
  wish,
  until,
  question,
  questionRestMs,
}: {
  id: string;
  terminal: number;
  wish: TerminalWish;
  until: string;
  question: string;
  questionRestMs: number;
}): string | null {
  const status = document.querySelector(`[data-action-id="${id}"]`)?.getAttribute('data-status');
  const element = document.querySelector<HTMLElement & { screenText(): string }>(
    `tl-terminal[data-terminal="${terminal}"]`,
  );
  const screen = element?.screenText() ?? '';
  if (wish.text !== undefined) {
    const shown = wish.text === until ? status === 'ready' : screen.includes(wish.text);
    if (shown) return 'text';
  }
  if (wish.end && (status === 'done' || status === 'failed')) return status;
  if (wish.question && new RegExp(question).test(screen)) {
    // A line that is half printed may look like one: it must stand for a while.
    const page = globalThis as { askedBy?: { readonly screen: string; readonly since: number } };
    if (page.askedBy?.screen !== screen) page.askedBy = { screen, since: performance.now() };
    else if (performance.now() - page.askedBy.since > questionRestMs) return 'question';
  }
  return null;
}
