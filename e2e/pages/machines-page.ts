/** The page "Your machines". */
import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../accessible.ts';
import type { ChapterPage } from './chapter-page.ts';

export class MachinesPage {
  readonly page: Page;
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.locator('tl-machines [data-status]');
  }

  async open(): Promise<void> {
    await this.page.goto('machines/');
    await this.read();
  }

  async read(): Promise<void> {
    await expect(this.page.locator('tl-machines')).toHaveAttribute('data-read', '');
  }

  /** The entry of a machine with these words. */
  machine(words: string): Locator {
    return this.page.locator('[data-machine]', { hasText: words });
  }

  dialog(name: string): Locator {
    return this.page.locator(`dialog[data-dialog="${name}"]`);
  }

  async upload(bytes: Buffer): Promise<void> {
    const file = { name: 'a.typealong-machine', mimeType: 'application/octet-stream', buffer: bytes };
    await this.page.locator('tl-machines input[type=file]').setInputFiles(file);
  }

  async expectAccessible(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      await expectAccessible(this.page);
    }
  }
}

/** Waits for a save that holds everything, and goes to the page by the machine's menu. */
export async function leaveForMachines(chapterPage: ChapterPage): Promise<MachinesPage> {
  const { page, workspace } = chapterPage;
  await chapterPage.waitUntilSaved();
  await workspace.locator('button[data-machine-menu]').click();
  await workspace.getByRole('menuitem', { name: 'Your machines' }).click();
  const machines = new MachinesPage(page);
  await expect(page.getByRole('heading', { name: 'Your machines' })).toBeVisible({ timeout: 60_000 });
  await machines.read();
  return machines;
}
