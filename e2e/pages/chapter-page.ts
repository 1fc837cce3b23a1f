import { expect, type Locator, type Page } from '@playwright/test';
import { BrowserPane } from './browser-pane.ts';
import { LoneTerminal } from './lone-terminal.ts';
import { TerminalPane } from './terminal-pane.ts';

/** A chapter's page and its workspace; hooks as in `site/workspace/README.md`. */
export class ChapterPage {
  readonly page: Page;
  readonly workspace: Locator;
  readonly browser: BrowserPane;
  /** The first terminal without a machine. */
  readonly lone: LoneTerminal;
  private readonly terminals: readonly TerminalPane[];

  constructor(page: Page) {
    this.page = page;
    this.workspace = page.locator('tl-workspace');
    this.browser = new BrowserPane(page);
    this.lone = new LoneTerminal(page);
    this.terminals = [1, 2, 3].map((number) => new TerminalPane(page, number));
  }

  /** Goes to a chapter by its place among the addresses of the site: `guide/chapter`. */
  async open(chapter: string): Promise<void> {
    await this.page.goto(chapterPath(chapter));
    await expect(this.workspace).toHaveAttribute('data-state', 'off');
  }

  /** Presses Start and waits for the first prompt. */
  async start(): Promise<void> {
    await this.workspace.locator('button[data-start]:visible').first().click();
    await this.waitForState('running');
    await this.terminal(1).waitForPrompt();
  }

  async waitForState(state: string, timeoutMs = 60_000): Promise<void> {
    await expect(this.workspace).toHaveAttribute('data-state', state, { timeout: timeoutMs });
  }

  /** Neither checks nor files are under way. */
  async waitUntilIdle(): Promise<void> {
    await expect(this.workspace).not.toHaveAttribute('data-busy', /.*/, { timeout: 180_000 });
  }

  /** A save holds everything that was done until now. */
  async waitUntilSaved(): Promise<void> {
    await expect(this.workspace).toHaveAttribute('data-saving', 'saved', { timeout: 60_000 });
    await expect(this.workspace).not.toHaveAttribute('data-unsaved', /.*/, { timeout: 60_000 });
  }

  terminal(number: number): TerminalPane {
    const terminal = this.terminals[number - 1];
    if (!terminal) throw new RangeError(`There is no terminal ${number}.`);
    return terminal;
  }

  /** An action in the text. */
  action(id: string): Locator {
    return this.page.locator(`[data-action-id="${id}"]`);
  }

  /** A check in the panel of checks. */
  check(id: string): Locator {
    return this.page.locator(`[data-check-id="${id}"]`);
  }

  /** Hides the page, as behind another tab, or shows it again. */
  async setVisibility(state: 'hidden' | 'visible'): Promise<void> {
    await this.page.evaluate((visibility) => {
      Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
      Object.defineProperty(document, 'hidden', { value: visibility === 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  }

  /** Presses a button of the machine's menu: `data-reset`, `data-pause` … */
  async machineMenu(button: string): Promise<void> {
    await this.workspace.locator('button[data-machine-menu]').click();
    await this.workspace.locator(`[data-menu] button[${button}]`).click();
  }
}

/** Address of a chapter's page below the site's base. */
export function chapterPath(chapter: string): string {
  return `guides/${chapter}/`;
}
