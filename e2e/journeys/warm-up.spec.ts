/** While the reader reads, a new machine loads the programs of the chapter. */
import { expect, test } from '../fixtures.ts';

/** Its commands are pip and virtualenv. */
const CHAPTER = 'centos-7-wsgi/virtual-environment';
const PROCESSES = 'ps -C python3 -o user=,cls=,stat=';
/** Runs until the program stands still. It may not have come as far as Python when this begins. */
const UNTIL_IT_RESTS = `timeout 10 sh -c 'until ${PROCESSES} | grep "nobody *IDL *T"; do :; done'`;

test('it stands still while a command runs, ends by itself and leaves no process', async ({
  chapterPage,
}) => {
  test.setTimeout(300_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  const terminal = chapterPage.terminal(1);
  await expect.poll(() => terminal.run(UNTIL_IT_RESTS), { timeout: 60_000 }).toContain('IDL');
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '', { timeout: 180_000 });
  expect(await terminal.run(`${PROCESSES} || echo none`)).toContain('none');
});
