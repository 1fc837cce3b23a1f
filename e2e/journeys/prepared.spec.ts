/** What a page does ahead for a reader who has started a machine before, while the reader reads. */
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ChapterPage } from '../pages/chapter-page.ts';

const CHAPTER = 'ubuntu-16.04-flask/components';

/** How many chunks of the start the browser has not kept yet. */
async function missingChunks(page: Page): Promise<number> {
  return page.evaluate(async () => {
    interface File {
      readonly chunks: readonly string[];
    }
    const read = async (path: string): Promise<Record<string, File>> =>
      (await (await fetch(`/sandbox/ubuntu-16.04/${path}`)).json()) as Record<string, File>;
    const image = await read('image.json');
    const base = await read('snapshots/base.json');
    const own = await read('snapshots/ubuntu-16.04-flask--components.json');
    const files = [image['wasm'], image['bios'], image['vgaBios'], base['state'], own['state']];
    const cache = await caches.open('typealong-chunks-2 /sandbox/');
    const { prefetch, diskChanges } = own as unknown as {
      readonly prefetch: readonly number[];
      readonly diskChanges: Readonly<Record<string, string | null>>;
    };
    const disk = prefetch.map((index) => diskChanges[index] ?? image['disk']?.chunks[index] ?? null);
    const kept = await Promise.all(
      [...files.flatMap((file) => file?.chunks ?? []), ...disk.filter((hash) => hash !== null)].map((hash) =>
        cache.match(new URL(`/sandbox/chunks/${hash.slice(0, 2)}/${hash}.zst`, location.href)),
      ),
    );
    return kept.filter((answer) => answer === undefined).length;
  });
}

test('the second start takes nothing from the network', async ({ chapterPage, context }) => {
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  await expect.poll(() => missingChunks(chapterPage.page), { timeout: 60_000 }).toBe(0);
  // Another tab could only take this machine over.
  await chapterPage.machineMenu('data-power-off');
  await chapterPage.waitForState('off');

  const page = await context.newPage();
  const later = new ChapterPage(page);
  await later.open(CHAPTER);
  await expect(later.workspace).toHaveAttribute('data-prepared', '', { timeout: 60_000 });
  await expect(later.workspace).toHaveAttribute('data-state', 'off');

  await page.route('**/sandbox/**', (route) => route.abort());
  await later.start();
  expect(await later.terminal(1).run('hostname')).toBe('server');
  await page.close();
});
