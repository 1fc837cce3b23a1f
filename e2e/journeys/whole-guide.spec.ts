/** A reader types a whole guide in one machine, and takes the machine along as a file. With `--everything`. */
import { stat } from 'node:fs/promises';
import { EVERYTHING } from '../../scripts/sample.ts';
import { loadGuides } from '../../site/chapter/load.ts';
import { expect, test } from '../fixtures.ts';
import { leaveForMachines } from '../pages/machines-page.ts';
import { playGuide } from '../whole-guide.ts';

/**
 * Of the file. The goal is 12 MB, so that it can be sent by e-mail; measured: 41 MB. Most of it is what programs that
 * have ended left in the guest's memory, and its page cache.
 */
const LARGEST_BYTES = 60_000_000;

for (const guide of EVERYTHING ? loadGuides() : []) {
  test(`${guide.slug}: typed from first to last, the machine is a file that can be sent`, async ({
    chapterPage,
    page,
  }) => {
    test.setTimeout(1_800_000);
    await playGuide(chapterPage, guide);
    const machines = await leaveForMachines(chapterPage);
    const coming = page.waitForEvent('download');
    await machines.page.locator('[data-act=download]').first().click();
    const { size } = await stat(await (await coming).path());
    console.log(`${guide.slug}: the machine as a file has ${(size / 1e6).toFixed(1)} MB.`);
    expect(size).toBeLessThan(LARGEST_BYTES);
  });
}
