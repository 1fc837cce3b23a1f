/**
 * Every kind of file on the way to the machine, struck by every kind of fault. Within 15 seconds the reader is told and
 * has a way on; when the fault is over, that works. A sample of them in `npm test`, all with `--everything`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { EVERYTHING, sampleOf } from '../../scripts/sample.ts';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { chapterPath } from '../pages/chapter-page.ts';
import { type Fault, FaultyHost } from './faulty-host.ts';

const KINDS: Readonly<Record<string, RegExp>> = {
  'a script of the page': /\/_astro\/.*\.js$/,
  'the list of the image': /\/image\.json$/,
  'the list of the snapshot': /\/snapshots\/.*\.json$/,
  'a chunk': /\/chunks\//,
  'the list of the internet': /\/internet\.json$/,
};
const FAULTS: readonly Fault[] = ['cut', 'flapping', 404, 500, 'wrong', 'silent', 'stalled', 'slow'];
/** What passes by itself: nothing need be said. */
const PASSING: ReadonlySet<Fault> = new Set<Fault>(['flapping', 'slow']);
/** Part of what is tried, when not everything is. */
const SHARE = 1 / 8;
const LONGEST_SILENCE_MS = 15_000;
/** Longer than the page waits without a word. */
const SLOW_FOR_MS = 12_000;

const cases = Object.entries(KINDS).flatMap(([what, of]) =>
  FAULTS.map((fault) => ({ name: `${what}: ${fault}`, what, of, fault })),
);
const sample = sampleOf(
  'faults of the network',
  cases.map(({ name }) => name),
  SHARE,
);

// Scripts that do not arrive, or are none.
test.use({ expectedErrors: /./ });

for (const { name, what, of, fault } of cases) {
  if (!EVERYTHING && !sample.has(name)) continue;
  // The host says that there is no such file: the guest is told of a transfer that broke off, and says so itself.
  if (what === 'the list of the internet' && fault === 404) continue;
  test(name, async ({ chapterPage, page, baseURL }) => {
    const host = await FaultyHost.open(baseURL ?? '');
    const { workspace } = chapterPage;
    const start = workspace.locator('button[data-start]:visible').first();
    const cover = page.locator('[data-cover]');
    const isInternet = what === 'the list of the internet';
    try {
      await page.goto(`${host.address}${chapterPath(FIRST_CHAPTER)}`);
      await page.waitForLoadState('networkidle');
      if (isInternet) {
        await start.click();
        await chapterPage.waitForState('running');
      }
      host.strike(of, fault);
      if (isInternet) await chapterPage.terminal(1).type('sudo apt-get update; echo "en"-"ded-$?"\n');
      else await start.click();
      // The guest takes its time until it asks for the internet.
      await expect.poll(() => host.struck, { timeout: 60_000, intervals: [100] }).toBeGreaterThan(0);
      if (PASSING.has(fault)) {
        // What is slow is told of; what flaps need not even be told of.
        if (fault === 'slow') {
          await delay(SLOW_FOR_MS);
          host.heal();
        }
        // A script that has come meanwhile is found by the next press.
        const again = cover.locator('button[data-restart]');
        if ((await again.count()) > 0) await again.click();
      } else {
        await expect(workspace).toHaveAttribute('data-state', /^(?:waiting|failed)$/, {
          timeout: LONGEST_SILENCE_MS,
        });
        const told = await cover.innerText();
        host.heal();
        const again = cover.locator('button[data-retry], button[data-restart]');
        const reload = cover.locator('button[data-reload-page]');
        // What a browser waits for in vain is asked for anew by a new page; so is what is of another version.
        const needsReload = what === 'a script of the page' && (fault === 'silent' || fault === 'stalled');
        if ((await again.count()) > 0 && !needsReload) await again.first().click();
        else if ((await reload.count()) > 0) {
          await reload.click();
          await page.waitForLoadState('networkidle');
          await start.click();
        } else expect(told, 'without a button it goes on by itself').toContain('continues by itself');
      }
      await chapterPage.waitForState('running');
      if (isInternet) await chapterPage.terminal(1).waitForText('en-ded-0', 60_000);
      else expect(await chapterPage.terminal(1).run('echo alive')).toBe('alive');
    } finally {
      host.close();
    }
  });
}
