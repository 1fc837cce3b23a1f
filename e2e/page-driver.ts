/** The replay's driver for the page: it types with the keyboard, presses the page's buttons and looks at the page. */
import { expect } from '@playwright/test';
import type { ReplayDriver, TerminalEvent, TerminalWish, VisitResult } from '../scripts/replay/driver.ts';
import type { CommandAction, FileAction, PlacedCheck, VisitAction } from '../site/chapter/model.ts';
import type { CheckResult } from '../site/checks/model.ts';
import type { ChapterPage } from './pages/chapter-page.ts';

export class PageDriver implements ReplayDriver {
  private readonly chapterPage: ChapterPage;
  /** The command that was typed last, by terminal. */
  private readonly current = new Map<number, CommandAction>();

  constructor(chapterPage: ChapterPage) {
    this.chapterPage = chapterPage;
  }

  async startCommand(action: CommandAction): Promise<void> {
    this.current.set(action.terminal, action);
    await this.type(action.terminal, `${action.command}\r`);
  }

  async type(terminal: number, text: string): Promise<void> {
    await this.chapterPage.terminal(terminal).type(text);
  }

  async press(terminal: number, key: string): Promise<void> {
    await this.chapterPage.terminal(terminal).press(key);
  }

  /** A command has ended when the page says so beside it: that the page notices what is typed is tested with it. */
  async waitFor(terminal: number, wish: TerminalWish, timeoutMs: number): Promise<TerminalEvent> {
    const action = this.current.get(terminal);
    if (!action) throw new Error(`No command has been typed in terminal ${terminal}.`);
    const found = await this.chapterPage.page
      .waitForFunction(
        lookAtPage,
        { id: action.id, terminal, wish, until: action.until ?? '' },
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

  async writeFile(action: FileAction): Promise<void> {
    await this.chapterPage.action(action.id).locator('button[data-write]').click();
    await this.chapterPage.waitUntilIdle();
  }

  async compareFile(action: FileAction): Promise<'same' | 'different' | 'missing'> {
    const { page } = this.chapterPage;
    await this.chapterPage.action(action.id).locator('button[data-compare]').click();
    const dialog = page.locator('dialog[data-dialog="compare"]');
    // It opens when the result is there.
    await expect(dialog).toBeVisible();
    const comparison = await dialog.getAttribute('data-comparison');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    return comparison === 'same' || comparison === 'missing' ? comparison : 'different';
  }

  async visit(action: VisitAction): Promise<VisitResult> {
    const { browser } = this.chapterPage;
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

  async waitForReboot(timeoutMs: number): Promise<void> {
    await this.chapterPage.waitForState('booting');
    await this.chapterPage.waitForState('running', timeoutMs);
    await this.chapterPage.terminal(1).waitForPrompt();
  }
}

/** Runs in the page: which of the wishes has come true, if any. */
function lookAtPage({
  id,
  terminal,
  wish,
  until,
}: {
  id: string;
  terminal: number;
  wish: TerminalWish;
  until: string;
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
  if (wish.question && /[?:\])]$/.test(screen.trimEnd())) return 'question';
  return null;
}
