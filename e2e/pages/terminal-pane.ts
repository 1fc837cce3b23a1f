import { expect, type Locator, type Page } from '@playwright/test';
import { browserKey } from '../../site/chapter/keys.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';

/** What the element offers to tests; see `site/workspace/README.md`. */
interface TerminalElement extends HTMLElement {
  screenText(): string;
  bufferText(): string;
  printedLines(): Promise<readonly PrintedLine[]>;
}

/** One of the reader's terminals, used as a person uses it: with the keyboard, and by looking. */
export class TerminalPane {
  readonly element: Locator;
  private readonly page: Page;
  private readonly number: number;

  /** `number` counts from 1. */
  constructor(page: Page, number: number) {
    this.page = page;
    this.number = number;
    this.element = page.locator(`tl-terminal[data-terminal="${number}"]`);
  }

  /** Brings the terminal to the front and puts the keyboard into it. */
  async focus(): Promise<void> {
    const tab = this.page.locator(`[role=tab][data-tab="terminal-${this.number}"]`);
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.element.locator('.xterm-helper-textarea').focus();
  }

  /** Types text key by key; a line's end is Enter. */
  async type(text: string): Promise<void> {
    await this.focus();
    const lines = text.split(/\r\n?|\n/);
    for (const [index, line] of lines.entries()) {
      if (index > 0) await this.page.keyboard.press('Enter');
      await this.page.keyboard.type(line);
    }
  }

  /** Presses one key by its name in the chapters: `Ctrl+C`, `Esc`, `Enter`, `y`. */
  async press(key: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.press(browserKey(key));
  }

  /** Clicks on a cell of the screen; columns and rows count from 0. `clickCount` 2 is the second click of two. */
  async clickCell(column: number, row: number, { clickCount = 1 } = {}): Promise<void> {
    const lines = await this.element.locator('.xterm-rows > div').count();
    const box = await this.element.locator('.xterm-screen').boundingBox();
    if (box === null || lines === 0) throw new Error(`Terminal ${this.number} is not shown.`);
    const height = box.height / lines;
    // A cell is about half as wide as it is high.
    await this.page.mouse.move(box.x + height * 0.5 * (column + 0.5), box.y + height * (row + 0.5));
    await this.page.mouse.down({ clickCount });
    await this.page.mouse.up({ clickCount });
  }

  /** The visible lines. */
  async screen(): Promise<string> {
    return this.element.evaluate((element: TerminalElement) => element.screenText());
  }

  /** All lines, with those that have been scrolled away. */
  async buffer(): Promise<string> {
    return this.element.evaluate((element: TerminalElement) => element.bufferText());
  }

  /** All lines as they were printed, with their red text. */
  async printedLines(): Promise<readonly PrintedLine[]> {
    return this.element.evaluate((element: TerminalElement) => element.printedLines());
  }

  async waitForText(text: string | RegExp, timeoutMs = 90_000): Promise<void> {
    const message = `terminal ${this.number} shows ${String(text)}`;
    const polled = expect.poll(() => this.buffer(), { message, timeout: timeoutMs });
    await (typeof text === 'string' ? polled.toContain(text) : polled.toMatch(text));
  }

  /** The last line is a prompt and nothing else. */
  async waitForPrompt(timeoutMs = 60_000): Promise<void> {
    const message = `terminal ${this.number} shows a prompt`;
    await expect.poll(() => this.screen(), { message, timeout: timeoutMs }).toMatch(/\$\s*$/);
  }

  /** Types a command, waits for the next prompt, and resolves with what it printed. */
  async run(command: string, timeoutMs = 60_000): Promise<string> {
    await this.waitForPrompt(timeoutMs);
    this.runs++;
    // The shell joins the two halves, so that the mark in what is typed is not the mark in what is printed.
    await this.type(`${command}; echo "end"-"${this.runs}-$?"\n`);
    const end = new RegExp(`^end-${this.runs}-(\\d+)$`, 'm');
    await this.waitForText(end, timeoutMs);
    await this.waitForPrompt();
    const buffer = await this.buffer();
    const typed = new RegExp(acrossLines(`"end"-"${this.runs}-$?"`), 'g');
    const start = [...buffer.matchAll(typed)].at(-1)?.index ?? 0;
    const output = buffer.slice(start).replace(typed, '').replace(/^\n/, '');
    return output.slice(0, output.search(end)).trimEnd();
  }

  private runs = 0;
}

/** A pattern for text that may be cut anywhere by the edge of the terminal. */
function acrossLines(text: string): string {
  return text
    .replace(/[$?]|./g, (character) => `${/[$?]/.test(character) ? '\\' : ''}${character}\\n?`)
    .replace(/\\n\?$/, '');
}
