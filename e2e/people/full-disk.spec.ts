/** Who fills the machine's disk: the guest says so, the page lives, and there is a way back. */
import { expect, test } from './people.ts';

/** What a busy computer takes to fill what the disk has left. */
const FILLING_MS = 240_000;

test('fills the disk, and makes room again', async ({ chapterPage }) => {
  test.setTimeout(600_000);
  const terminal = chapterPage.terminal(1);
  expect(await terminal.run('fallocate -l 20G ~/too-large')).toMatch(
    /No space left on device|File too large/,
  );
  await terminal.run('rm -f ~/too-large; cd');
  // Not zeros: those take no room.
  const said = await terminal.run("tr '\\0' x < /dev/zero | dd of=large bs=1M", FILLING_MS);
  expect(said).toContain('No space left on device');
  await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
  expect(await terminal.run('echo still here')).toBe('still here');
  await terminal.run('rm large; sync', FILLING_MS);
  await terminal.run('echo room again > ~/note');
  expect(await terminal.run('cat ~/note')).toBe('room again');
  // What was written meanwhile is more than a save has room for, or is not: what is kept in the end is whole.
  await chapterPage.waitUntilSaved();
});
