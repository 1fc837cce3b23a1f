/** The terminal is a real shell on a real tty. */
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';

test.beforeEach(async ({ chapterPage }) => {
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
});

test('Start brings a prompt, and the prompt answers', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await expect.poll(() => terminal.screen()).toContain('sammy@server:~$');
  expect(await terminal.run('ls -a')).toContain('.bashrc');
  expect(await terminal.run('sudo id -un')).toBe('root');
  expect(await terminal.run('systemctl is-system-running')).toBe('running');
});

test('Ctrl+C interrupts, Ctrl+Z stops, fg goes on', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('(echo be""gun; exec sleep 300)\n');
  await terminal.waitForText(/^begun$/m);
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
  expect(await terminal.run('echo status $?')).toContain('status 130');

  await terminal.run('clear');
  await terminal.type('(echo be""gun; exec sleep 301)\n');
  await terminal.waitForText(/^begun$/m);
  await terminal.press('Ctrl+Z');
  await terminal.waitForText('Stopped');
  expect(await terminal.run('jobs')).toMatch(/Stopped .*sleep 301/);
  await terminal.run('clear');
  await terminal.type('fg\n');
  await terminal.waitForText(/sleep 301 ?\)$/m);
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
  expect(await terminal.run('jobs')).toBe('');
});

test('Tab completes, and Up brings the last command back', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('cat /etc/hostn');
  await terminal.press('Tab');
  await terminal.waitForText('cat /etc/hostname');
  await terminal.press('Enter');
  await terminal.waitForText(/^server$/m);
  await terminal.run('clear');
  await terminal.press('Up');
  await terminal.press('Up');
  await terminal.waitForText('cat /etc/hostname');
  await terminal.press('Enter');
  await terminal.waitForText(/^server$/m);
});

test('vim edits a file, and less shows it', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('vim note.txt\n');
  await terminal.waitForText(/"note\.txt" \[New/);
  // As a person who looks: vim asks the terminal what it is, and the answers come between the first keys.
  await terminal.type('iwritten in vim');
  await terminal.waitForText(/^written in vim$/m);
  await terminal.press('Esc');
  await terminal.type(':wq');
  await terminal.waitForText(/^:wq$/m);
  await terminal.press('Enter');
  await terminal.waitForPrompt();
  expect(await terminal.run('cat note.txt')).toBe('written in vim');
  await terminal.type('less note.txt /etc/passwd\n');
  await terminal.waitForText('(file 1 of 2)');
  await terminal.press('q');
  await terminal.waitForPrompt();
});

test('htop can be installed and runs', async ({ chapterPage }) => {
  test.setTimeout(180_000);
  const terminal = chapterPage.terminal(1);
  await terminal.run('sudo apt-get update', 60_000);
  await terminal.run('sudo apt-get install -y htop', 120_000);
  await terminal.type('htop\n');
  await terminal.waitForText('Load average');
  await terminal.press('q');
  await terminal.waitForPrompt();
});

test('a package that is not there gets apt’s own error, and pip’s', async ({ chapterPage }) => {
  test.setTimeout(180_000);
  const terminal = chapterPage.terminal(1);
  expect(await terminal.run('sudo apt-get install -y nosuchpackage')).toContain(
    'Unable to locate package nosuchpackage',
  );
  await terminal.run('sudo apt-get update', 60_000);
  await terminal.run('sudo apt-get install -y python3-pip', 120_000);
  expect(await terminal.run('pip3 install nosuchpackage', 120_000)).toContain(
    'No matching distribution found for nosuchpackage',
  );
});

test('the guest follows the size of the terminal', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const size = async (): Promise<number[]> => (await terminal.run('stty size')).split(' ').map(Number);
  const [rows = 0, cols = 0] = await size();
  await page.setViewportSize({ width: 1100, height: 700 });
  await expect.poll(async () => (await size())[1]).toBeLessThan(cols);
  const [fewerRows = 0, fewerCols = 0] = await size();
  expect(fewerRows).toBeLessThan(rows);
  // A line of just that width fills one line of the screen and no more.
  await terminal.run('clear');
  await terminal.run(`printf '%${fewerCols}s\\n' x`);
  expect((await terminal.screen()).split('\n').filter((line) => line.endsWith('x'))).toHaveLength(1);
});

test('the three terminals are three shells', async ({ chapterPage }) => {
  const consoles = [];
  for (const number of [1, 2, 3]) {
    const terminal = chapterPage.terminal(number);
    await terminal.focus();
    consoles.push(await terminal.run('tty'));
  }
  expect(consoles).toEqual(['/dev/hvc0', '/dev/hvc1', '/dev/hvc2']);
});
