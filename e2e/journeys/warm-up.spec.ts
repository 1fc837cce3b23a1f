/** While the reader reads, a new machine loads the programs of the chapter. */
import { expect, test } from '../fixtures.ts';

/** Its commands are pip and virtualenv. */
const CHAPTER = 'centos-7-wsgi/virtual-environment';
const PROCESSES = 'ps -C python3 -o user=,cls=,stat=';
const RESTING = 'nobody *IDL *T';
/** Runs until the program stands still. It may not have come as far as Python when this begins. */
const UNTIL_IT_RESTS = `timeout 10 sh -c 'until ${PROCESSES} | grep "${RESTING}"; do :; done'`;
/** Tells in the background when the program goes on, and when it stands still after that. */
const WATCH =
  `{ (until ${PROCESSES} | grep IDL | grep -v "${RESTING}"; do sleep .2; done; echo goes"-"on; ` +
  `until ${PROCESSES} | grep "${RESTING}"; do sleep .2; done; echo stands"-"still) & }`;

test.beforeEach(async ({ chapterPage }) => {
  test.setTimeout(300_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
});

test('it stands still while a command runs, ends by itself and leaves no process', async ({
  chapterPage,
}) => {
  const terminal = chapterPage.terminal(1);
  await expect.poll(() => terminal.run(UNTIL_IT_RESTS), { timeout: 60_000 }).toContain('IDL');
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '', { timeout: 180_000 });
  expect(await terminal.run(`${PROCESSES} || echo none`)).toContain('none');
});

test('it stands still while checks run, and goes on afterwards', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run(WATCH);
  await terminal.waitForText('goes-on');
  await page.locator('[data-check-all]').click();
  await terminal.waitForText('stands-still');
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '', { timeout: 180_000 });
});
