import { type FrameLocator, type Locator, type Page } from '@playwright/test';

/** The browser pane beside the terminals. */
export class BrowserPane {
  readonly element: Locator;
  readonly address: Locator;
  readonly status: Locator;
  readonly frame: FrameLocator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.element = page.locator('tl-browser-pane');
    this.address = this.element.locator('input[name=address]');
    this.status = this.element.locator('[data-response-status]');
    this.frame = this.element.frameLocator('iframe');
  }

  /** Types an address and Enter, and waits for what comes of it. */
  async visit(url: string): Promise<void> {
    const tab = this.page.locator('[role=tab][data-tab="browser"]');
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.address.fill(url);
    await this.loaded(() => this.address.press('Enter'));
  }

  /** Does what makes the pane load something, and waits until it has. A silent port takes some seconds. */
  async loaded(act: () => Promise<void>): Promise<void> {
    // The attribute comes and goes: it is watched from before the act, so that a quick answer is not missed.
    await this.element.evaluate((pane) => {
      const watch = { began: false };
      const observer = new MutationObserver((changes) => {
        // It was there before this change, or it is there now: either way something has begun to load.
        watch.began ||=
          changes.some(({ oldValue }) => oldValue !== null) || pane.hasAttribute('data-loading');
      });
      observer.observe(pane, {
        attributes: true,
        attributeOldValue: true,
        attributeFilter: ['data-loading'],
      });
      Object.assign(globalThis, { paneWatch: watch });
    });
    await act();
    await this.page.waitForFunction(
      () => {
        const { paneWatch } = globalThis as unknown as { paneWatch: { began: boolean } };
        const pane = document.querySelector('tl-browser-pane');
        return paneWatch.began && pane?.hasAttribute('data-loading') === false;
      },
      undefined,
      { timeout: 90_000 },
    );
  }

  /** `200`, `timeout`, `refused` … */
  async outcome(): Promise<string> {
    return (await this.status.getAttribute('data-response-status')) ?? '';
  }

  /** The text that is shown. */
  async text(): Promise<string> {
    return this.frame.locator('body').innerText();
  }
}
