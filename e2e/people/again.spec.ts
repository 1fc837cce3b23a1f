/** Who starts, resets and switches off again and again: nothing piles up, and there is always a way on. */
import { EVERYTHING } from '../../scripts/sample.ts';
import { Random } from '../../site/fuzz/fuzz.ts';
import type { ChapterPage } from '../pages/chapter-page.ts';
import { residentBytes, workerThreads } from '../renderers.ts';
import { confirmReset, expect, powerOff, pressStart, pressWhen, seenIn, test } from './people.ts';

const ROUNDS = EVERYTHING ? 100 : 8;
/** What the page holds is compared from here on: by then it has seen every kind of round. */
const SETTLED = 4;
/** A machine has 256 MB of memory; so much less than one may be left by all of the rounds, in bytes. */
const MOST_LEFT = 100_000_000;

type Round = (chapterPage: ChapterPage) => Promise<void>;

/** Each begins and ends with a machine that is off. */
const KINDS: Readonly<Record<string, Round>> = {
  'starts, and switches off': async (chapterPage) => {
    await startAfresh(chapterPage);
    await chapterPage.terminal(1).run('echo $((6 * 7))');
    await powerOff(chapterPage);
  },
  'switches off in the middle of a start': async (chapterPage) => {
    const pressed = pressWhen(chapterPage.page, 'restoring', ['[data-menu] [data-power-off]']);
    await pressStart(chapterPage);
    await pressed;
    await chapterPage.waitForState('off');
  },
  'resets a machine that runs': async (chapterPage) => {
    await startAfresh(chapterPage);
    const fetched = seenIn(chapterPage.page, 'fetching');
    await chapterPage.machineMenu('data-reset');
    await confirmReset(chapterPage.page);
    await fetched;
    await chapterPage.waitForState('running');
    await powerOff(chapterPage);
  },
  'resets in the middle of a start': async (chapterPage) => {
    const pressed = pressWhen(chapterPage.page, 'restoring', [
      '[data-menu] [data-reset]',
      'dialog[data-dialog="reset"] [data-confirm]',
    ]);
    await pressStart(chapterPage);
    await pressed;
    await chapterPage.waitForState('running');
    await powerOff(chapterPage);
  },
};

async function startAfresh(chapterPage: ChapterPage): Promise<void> {
  await pressStart(chapterPage);
  await chapterPage.waitForState('running');
}

test.use({ machine: 'off' });

test(`starts, resets and switches off, ${ROUNDS} times`, async ({ browser, chapterPage }) => {
  test.setTimeout(60_000 + ROUNDS * 60_000);
  const random = new Random(20261128);
  const names = Object.keys(KINDS);
  const held: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Each kind at first, and then in any order.
    const name = names[round] ?? random.pick(names);
    await test.step(name, async () => KINDS[name]?.(chapterPage));
    // Thread and memory are given back at once.
    await expect.poll(() => workerThreads(browser), { message: `${name}: no worker is left` }).toBe(0);
    held.push(await residentBytes(browser));
  }
  const before = Math.min(...held.slice(SETTLED - 1));
  console.log(
    `Started, reset and switched off ${ROUNDS} times; the pages held, in MB: ${held.map((bytes) => Math.round(bytes / 1e6)).join(', ')}.`,
  );
  expect(held.at(-1) ?? 0, 'memory that is left').toBeLessThan(before + MOST_LEFT);
  await startAfresh(chapterPage);
  expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
});
