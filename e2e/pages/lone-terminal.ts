import { expect, type Locator, type Page } from '@playwright/test';

/** The workspace's first terminal, joined to the test instead of a machine: quick, and it prints what it is told to. */
export class LoneTerminal {
  readonly element: Locator;
  readonly search: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.element = page.locator('tl-terminal[data-terminal="1"]');
    this.search = this.element.locator('.terminal-search');
  }

  /** Joins it; the chapter's page must be open. */
  async open(): Promise<void> {
    await this.page.evaluate(async () => {
      const lone = (window.lone = {
        sent: '',
        links: [] as string[],
        sizes: [] as { cols: number; rows: number }[],
        data: new Set<(bytes: Uint8Array) => unknown>(),
        marks: new Set<(mark: object) => void>(),
      });
      const cover = document.querySelector<HTMLElement>('[data-cover]');
      if (cover) cover.hidden = true;
      document.querySelector('tl-workspace')?.setAttribute('data-state', 'running');
      const element = document.querySelector('tl-terminal[data-terminal="1"]') as unknown as {
        open(port: object, events: object): Promise<void>;
      };
      const nothing = (): void => {};
      await element.open(
        {
          onData: (listener: (bytes: Uint8Array) => unknown) => {
            lone.data.add(listener);
            return () => lone.data.delete(listener);
          },
          onMark: (listener: (mark: object) => void) => {
            lone.marks.add(listener);
            return () => lone.marks.delete(listener);
          },
          write: (data: string) => Promise.resolve(void (lone.sent += data)),
          resize: (cols: number, rows: number) => Promise.resolve(void lone.sizes.push({ cols, rows })),
        },
        {
          onMark: nothing,
          onOutput: nothing,
          onTyped: nothing,
          onLeave: nothing,
          onLink: (url: string) => lone.links.push(url),
        },
      );
    });
  }

  /** Prints text, and waits until the terminal has parsed it. */
  async print(text: string): Promise<void> {
    await this.page.evaluate(async (printed) => {
      const bytes = new TextEncoder().encode(printed);
      await Promise.all([...window.lone.data].map((listener) => listener(bytes)));
    }, text);
  }

  /** What a shell reports. */
  async mark(mark: object): Promise<void> {
    await this.page.evaluate((reported) => {
      for (const listener of window.lone.marks) listener(reported);
    }, mark);
  }

  /** What was typed since the last look. */
  async sent(): Promise<string> {
    return this.page.evaluate(() => {
      const { sent } = window.lone;
      window.lone.sent = '';
      return sent;
    });
  }

  async links(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.lone.links);
  }

  /** The sizes that the machine was told. */
  async sizes(): Promise<readonly { readonly cols: number; readonly rows: number }[]> {
    return this.page.evaluate(() => window.lone.sizes);
  }

  async focus(): Promise<void> {
    await this.element.locator('.xterm-helper-textarea').focus();
  }

  async screen(): Promise<string> {
    return this.element.evaluate((element) => (element as unknown as { screenText(): string }).screenText());
  }

  /** Middle of a cell on the screen, both counted from 0, in CSS pixels of the page. */
  async cell(column: number, row: number): Promise<{ readonly x: number; readonly y: number }> {
    const box = await this.element.locator('.xterm-screen').boundingBox();
    const size = (await this.sizes()).at(-1);
    expect(box !== null && size !== undefined).toBe(true);
    if (box === null || size === undefined) throw new Error('The terminal is not shown.');
    return {
      x: box.x + (box.width * (column + 0.5)) / size.cols,
      y: box.y + (box.height * (row + 0.5)) / size.rows,
    };
  }
}

declare global {
  interface Window {
    lone: {
      sent: string;
      links: string[];
      sizes: { cols: number; rows: number }[];
      data: Set<(bytes: Uint8Array) => unknown>;
      marks: Set<(mark: object) => void>;
    };
  }
}
