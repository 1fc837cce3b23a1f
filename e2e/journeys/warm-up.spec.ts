/** While the reader reads, a new machine loads the programs of the chapter. */
import { expect, test } from '../fixtures.ts';

/** Its commands are pip and virtualenv. */
const CHAPTER = 'centos-7-wsgi/virtual-environment';
const PYTHON_PROCESSES = 'ps -o user=,cls= -C python3';

test('it gives way to the reader, ends by itself and leaves no process', async ({ chapterPage }) => {
  test.setTimeout(300_000);
  await chapterPage.open(CHAPTER);
  await chapterPage.start();
  const terminal = chapterPage.terminal(1);
  await expect.poll(() => terminal.run(PYTHON_PROCESSES), { timeout: 60_000 }).toMatch(/nobody +IDL/);
  await expect(chapterPage.workspace).toHaveAttribute('data-warm', '', { timeout: 180_000 });
  expect(await terminal.run(`${PYTHON_PROCESSES} || echo none`)).toContain('none');
});
