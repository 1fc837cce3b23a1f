/** What people press while the machine starts, rests or is off, and how often. */
import type { ChapterPage } from '../pages/chapter-page.ts';
import { workerThreads } from '../renderers.ts';
import {
  busySign,
  confirmReset,
  expect,
  holdChunks,
  powerOff,
  pressInText,
  pressStart,
  pressWhen,
  seenIn,
  test,
  typeBlindly,
} from './people.ts';

/**
 * Presses Start as on a first visit, with nothing kept or prepared, while no chunk comes; the terminal shows a picture of
 * its prompt. Returns what lets the chunks come.
 */
async function startWithoutChunks(chapterPage: ChapterPage): Promise<() => Promise<void>> {
  const { page } = chapterPage;
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.reload();
  await chapterPage.waitForState('off');
  const release = await holdChunks(page);
  await pressStart(chapterPage);
  await chapterPage.waitForState('fetching');
  await chapterPage.terminal(1).waitForPrompt();
  return release;
}

test.describe('with a machine that is off', () => {
  test.use({ machine: 'off' });

  test.afterEach(async ({ chapterPage }) => {
    // Whatever was pressed: in the end there is a machine, and it answers.
    if ((await chapterPage.workspace.getAttribute('data-state')) === 'off') await chapterPage.start();
    await chapterPage.waitForState('running');
    expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
  });

  test('double-clicks on Start', async ({ browser, chapterPage, page }) => {
    await chapterPage.workspace.locator('[data-cover] button[data-start]').dblclick();
    await chapterPage.waitForState('running');
    await chapterPage.terminal(1).waitForPrompt();
    expect(page.workers()).toHaveLength(1);
    expect(await workerThreads(browser)).toBe(1);
  });

  test('presses Power off, and goes on where they were', async ({ chapterPage, page }) => {
    await chapterPage.start();
    const terminal = chapterPage.terminal(1);
    await terminal.run('touch ~/mine');
    await chapterPage.machineMenu('data-power-off');
    await chapterPage.waitForState('off');
    await page.locator('[data-cover] button[data-go-on]').click();
    await chapterPage.waitForState('running');
    expect(await terminal.run('ls ~/mine')).toBe('/home/sammy/mine');
    await powerOff(chapterPage);
  });

  test('presses Start, Power off and Start in a row', async ({ chapterPage, page }) => {
    await page.evaluate(() => {
      for (const button of ['start', 'power-off', 'start'])
        document.querySelector<HTMLElement>(`[data-menu] [data-${button}]`)?.click();
    });
    await chapterPage.waitForState('running');
  });

  test('presses Power off while the machine is fetched, and then Start', async ({ chapterPage, page }) => {
    const release = await holdChunks(page);
    await pressStart(chapterPage);
    await chapterPage.waitForState('fetching');
    await powerOff(chapterPage);
    await release();
    await chapterPage.start();
  });

  test('presses Reset while the machine is fetched', async ({ chapterPage, page }) => {
    const release = await holdChunks(page);
    await pressStart(chapterPage);
    await chapterPage.waitForState('fetching');
    await chapterPage.machineMenu('data-reset');
    await confirmReset(page);
    await release();
    await chapterPage.waitForState('running');
  });

  test('presses Power off while the machine wakes up', async ({ browser, chapterPage, page }) => {
    const pressed = pressWhen(page, 'restoring', ['[data-menu] [data-power-off]']);
    await pressStart(chapterPage);
    await pressed;
    await chapterPage.waitForState('off');
    // Thread and memory are given back at once.
    await expect.poll(() => workerThreads(browser)).toBe(0);
  });

  test('presses Reset while the machine wakes up', async ({ chapterPage, page }) => {
    const pressed = pressWhen(page, 'restoring', [
      '[data-menu] [data-reset]',
      'dialog[data-dialog="reset"] [data-confirm]',
    ]);
    await pressStart(chapterPage);
    await pressed;
    await chapterPage.waitForState('running');
  });

  test('types while the machine is fetched and wakes up', async ({ chapterPage, page }) => {
    const release = await startWithoutChunks(chapterPage);
    const terminal = chapterPage.terminal(1);
    await terminal.type('echo typed-""too-earxx');
    for (let count = 0; count < 2; count++) await terminal.press('Backspace');
    await terminal.type('ly\n');
    await terminal.waitForText('echo typed-""too-early');
    expect(await terminal.buffer()).not.toContain('typed-too-early');
    const woken = pressWhen(page, 'restoring', []);
    await release();
    await woken;
    await terminal.type('echo waking-""up\n');
    await terminal.waitForText(/^typed-too-early$/m);
    await terminal.waitForText(/^waking-up$/m);
    await terminal.waitForPrompt();
    expect((await terminal.buffer()).match(/^typed-too-early$/gm)).toHaveLength(1);
  });

  test('types while the start has to wait for the network', async ({ chapterPage, page }) => {
    const release = await startWithoutChunks(chapterPage);
    const terminal = chapterPage.terminal(1);
    await terminal.type('echo be""fore');
    await chapterPage.waitForState('waiting');
    // The focus stays where it is.
    await page.keyboard.type('-and-after');
    await page.keyboard.press('Enter');
    await terminal.waitForText('echo be""fore-and-after');
    await release();
    await terminal.waitForText(/^before-and-after$/m);
  });

  test('types ahead, and presses Power off before the machine is there', async ({ chapterPage }) => {
    const release = await startWithoutChunks(chapterPage);
    await chapterPage.terminal(1).type('echo typed-""for-nobody\n');
    await powerOff(chapterPage);
    await release();
    await chapterPage.start();
    expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
    expect(await chapterPage.terminal(1).buffer()).not.toContain('nobody');
  });

  test('looks at another tab while the machine is fetched', async ({ chapterPage, page }) => {
    const release = await holdChunks(page);
    await pressStart(chapterPage);
    await chapterPage.waitForState('fetching');
    await chapterPage.setVisibility('hidden');
    await release();
    await chapterPage.waitForState('paused');
    await chapterPage.setVisibility('visible');
    await chapterPage.waitForState('running');
  });

  test('looks at another tab after Power off', async ({ chapterPage }) => {
    await chapterPage.setVisibility('hidden');
    await chapterPage.setVisibility('visible');
    await expect(chapterPage.workspace).toHaveAttribute('data-state', 'off');
  });

  test('presses Run while the machine is off', async ({ chapterPage }) => {
    await pressInText(chapterPage, 'switch-the-site-on/2', 'run');
    await chapterPage.waitForState('running');
    await chapterPage.terminal(1).waitForText('test is successful');
    await chapterPage.terminal(1).waitForPrompt();
  });
});

test('looks at another tab while a command runs', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('sleep 2; echo wo""ken\n');
  await chapterPage.setVisibility('hidden');
  await chapterPage.waitForState('paused');
  await chapterPage.setVisibility('visible');
  await chapterPage.waitForState('running');
  await terminal.waitForText(/^woken$/m);
});

test('sets the clock back, and looks at another tab', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  const wrongByMs = async (): Promise<number> =>
    Math.abs(Number(await terminal.run('date +%s%3N')) - Date.now());
  await terminal.run('kept=alive');
  await terminal.run("sudo date --set='-2 minutes'");
  expect(await wrongByMs()).toBeGreaterThan(60_000);
  await chapterPage.setVisibility('hidden');
  await chapterPage.waitForState('paused');
  await chapterPage.setVisibility('visible');
  await chapterPage.waitForState('running');
  // It is right as soon as the agent answers; the terminal's own way takes a while too.
  await expect.poll(wrongByMs, { timeout: 30_000 }).toBeLessThan(2000);
  expect(await terminal.run('echo $kept')).toBe('alive');
});

test('pauses the machine, types, and resumes it', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-pause');
  await chapterPage.waitForState('paused');
  await typeBlindly(chapterPage, 'echo pau""sed\n');
  await chapterPage.workspace.locator('[data-cover] button[data-resume]').click();
  await chapterPage.waitForState('running');
  await chapterPage.terminal(1).waitForText(/^paused$/m);
});

test('pauses the machine, and presses Run', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-pause');
  await chapterPage.waitForState('paused');
  await pressInText(chapterPage, 'switch-the-site-on/2', 'run');
  await chapterPage.waitForState('running');
  await chapterPage.terminal(1).waitForText('test is successful');
});

test('pauses the machine, looks at another tab, and is still to resume it', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-pause');
  await chapterPage.waitForState('paused');
  await chapterPage.setVisibility('hidden');
  await chapterPage.setVisibility('visible');
  await expect(chapterPage.workspace).toHaveAttribute('data-state', 'paused');
  await chapterPage.machineMenu('data-resume');
  await chapterPage.waitForState('running');
  expect(await chapterPage.terminal(1).run('hostname')).toBe('server');
});

test('asks for a Reset, and thinks better of it', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const dialog = page.locator('dialog[data-dialog="reset"]');
  await terminal.run('kept=alive');
  for (const thinkBetter of [
    () => page.keyboard.press('Escape'),
    () => dialog.locator('button[data-cancel]').click(),
  ]) {
    await chapterPage.machineMenu('data-reset');
    await expect(dialog).toBeVisible();
    await thinkBetter();
    await expect(dialog).toBeHidden();
  }
  expect(await terminal.run('echo $kept')).toBe('alive');
});

test('presses Reset in the middle of a command', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('touch ~/mine; sleep 1000\n');
  await expect(busySign(page)).toBeVisible();
  const fetched = seenIn(page, 'fetching');
  await chapterPage.machineMenu('data-reset');
  await confirmReset(page);
  await expect(page.locator('dialog[data-dialog="reset"]')).toBeHidden();
  await fetched;
  await chapterPage.waitForState('running');
  await terminal.waitForPrompt();
  await expect(busySign(page)).toBeHidden();
  expect(await terminal.run('ls ~/mine')).toContain('No such file');
  expect(await terminal.run('ls -a ~')).toContain('.bashrc');
});

test('pauses the machine, and presses Power off', async ({ chapterPage }) => {
  await chapterPage.machineMenu('data-pause');
  await chapterPage.waitForState('paused');
  await powerOff(chapterPage);
  await expect(chapterPage.workspace.locator('[data-cover] button[data-start]')).toBeVisible();
});
