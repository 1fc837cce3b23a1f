/** What people type, by mistake or out of curiosity. */
import { busySign, confirmReset, expect, note, paste, pressInText, seenIn, test } from './people.ts';

/** A command of the chapter that is quick and changes nothing. */
const NGINX_TEST = 'switch-the-site-on/2';
/** A command of the chapter that nothing here runs. */
const RESTART_NGINX = 'switch-the-site-on/3';

test('presses Ctrl+C at an empty prompt', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.press('Ctrl+C');
  await terminal.waitForText('^C');
  expect(await terminal.run('echo fine')).toBe('fine');
});

test('presses Ctrl+C in a program, and Ctrl+C again', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('sleep 100\n');
  await terminal.press('Ctrl+C');
  await terminal.press('Ctrl+C');
  // What is typed before the second is dealt with, a real terminal forgets too.
  await terminal.waitForText(/\^C[\s\S]*\^C\n[^\n]*\$ ?$/);
  expect(await terminal.run('echo fine')).toBe('fine');
});

test('presses Ctrl+Z instead of Ctrl+C, and finds fg', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('(echo be""gun; exec sleep 301)\n');
  await terminal.waitForText(/^begun$/m);
  await terminal.press('Ctrl+Z');
  await terminal.waitForText('Stopped');
  await terminal.waitForPrompt();
  expect(await terminal.run('jobs')).toMatch(/Stopped .*sleep 301/);
  await terminal.run('clear');
  await terminal.type('fg\n');
  await terminal.waitForText(/sleep 301 ?\)$/m);
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
  expect(await terminal.run('echo status $?')).toBe('status 130');
  expect(await terminal.run('jobs')).toBe('');
});

test('presses Ctrl+S as in an editor, and Ctrl+Q', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.press('Ctrl+S');
  await terminal.type('echo sa""ved\n');
  await terminal.press('Ctrl+Q');
  await terminal.waitForText(/^saved$/m);
});

test('presses Ctrl+C while Tab still completes, until the prompt is back', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('sudo apt-get ins');
  await terminal.press('Tab');
  await terminal.press('Ctrl+C');
  await expect
    .poll(
      async () => {
        const screen = await terminal.screen();
        // bash ends the completion, and maybe not the line.
        if (/install ?$/.test(screen)) await terminal.press('Ctrl+C');
        return screen;
      },
      { timeout: 30_000, intervals: [1000] },
    )
    .toMatch(/\^C\n[^\n]*\$ ?$/);
  expect(await terminal.run('echo fine')).toBe('fine');
});

test('presses Run while a program runs', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('sleep 101\n');
  await expect(busySign(page)).toBeVisible();
  await pressInText(chapterPage, NGINX_TEST, 'run');
  await expect(note(page)).toContainText('busy with “sleep 101”');
  expect(await terminal.buffer()).not.toContain('nginx');
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
});

test('presses Run right after Enter, and waits for the first command', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const atWork = busySign(page);
  await chapterPage.action(NGINX_TEST).hover();
  await terminal.type('sleep 102\n');
  await chapterPage
    .action(NGINX_TEST)
    .locator('button[data-run]')
    .evaluate((button: HTMLElement) => button.click());
  await expect(note(page)).toContainText('busy with “sleep 102”');
  // What it said of an earlier command stays in it while it is hidden.
  await expect(atWork).toBeVisible({ timeout: 20_000 });
  await expect(atWork).toContainText(/\d+ s/);
  expect(await terminal.buffer()).not.toContain('nginx');
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
  await expect(atWork).toBeHidden();
  await expect(page.locator('[data-announcer]')).toContainText('“sleep 102” has ended with exit status 130');
});

test('double-clicks on Run', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  const action = chapterPage.action(NGINX_TEST);
  await action.hover();
  await action.locator('button[data-run]').dblclick();
  await terminal.waitForText('test is successful');
  await terminal.waitForPrompt();
  expect(await terminal.run('echo fine')).toBe('fine');
  expect((await terminal.buffer()).match(/\$ sudo nginx -t/g)).toHaveLength(1);
  await expect(action).toHaveAttribute('data-status', 'done');
});

test('presses Run with half a command at the prompt', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('rm -rf ~/my');
  await terminal.waitForText('rm -rf ~/my');
  await pressInText(chapterPage, NGINX_TEST, 'run');
  await terminal.waitForText('test is successful');
  expect(await terminal.run('ls -d myproject')).toBe('myproject');
});

test('presses Run while a quotation mark is open', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('echo "never\n');
  await terminal.waitForText(/^> ?$/m);
  await pressInText(chapterPage, NGINX_TEST, 'run');
  await expect(note(page)).toContainText('in the middle of a command');
  expect(await terminal.buffer()).not.toContain('nginx');
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
});

test('presses Run while a job runs in the background', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('sleep 1000 & true');
  await pressInText(chapterPage, NGINX_TEST, 'run');
  await terminal.waitForText('test is successful');
  await terminal.run('kill %1');
});

test('becomes root with sudo -i, presses Run, and leaves again', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('sudo -i\n');
  await expect.poll(() => terminal.screen(), { timeout: 30_000 }).toMatch(/root@server:~# ?$/);
  await pressInText(chapterPage, NGINX_TEST, 'run');
  await expect(note(page)).toContainText('busy with “sudo -i”');
  await terminal.type('exit\n');
  await terminal.waitForPrompt();
  expect(await terminal.run('id -un')).toBe('sammy');
});

test('starts Python, and leaves it with Ctrl+D', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('python3\n');
  await terminal.waitForText(/^>>> ?$/m);
  await terminal.type('6 * 7\n');
  await terminal.waitForText(/^42$/m);
  await terminal.press('Ctrl+D');
  await terminal.waitForPrompt();
});

test('types cat without a file, and ends it with Ctrl+D', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('cat\nmeow\n');
  await terminal.waitForText(/^meow\nmeow$/m);
  await terminal.press('Ctrl+D');
  await terminal.waitForPrompt();
});

test('misspells a command', async ({ chapterPage }) => {
  expect(await chapterPage.terminal(1).run('sudo ngixn -t')).toContain('ngixn: command not found');
});

test('writes to a file that is not theirs', async ({ chapterPage }) => {
  expect(await chapterPage.terminal(1).run('echo mine > /etc/hostname')).toContain('Permission denied');
});

test('opens vim by mistake, types, and finds the way out', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('vim\n');
  await terminal.waitForText('VIM - Vi');
  await terminal.type('ohow do I leave');
  await terminal.waitForText(/how do I leave/);
  await terminal.press('Esc');
  await terminal.type(':q\n');
  await terminal.waitForText('E37');
  await terminal.type(':q!\n');
  await terminal.waitForPrompt();
  expect(await terminal.run('echo out')).toBe('out');
});

test('leaves nano without saving', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('nano draft.txt\n');
  await terminal.waitForText('GNU nano');
  await terminal.type('only a draft');
  await terminal.waitForText('only a draft');
  await terminal.press('Ctrl+X');
  await terminal.waitForText('Save modified buffer');
  await terminal.type('n');
  await terminal.waitForPrompt();
  expect(await terminal.run('ls draft.txt')).toContain('No such file');
});

test('opens a file of root’s in nano without sudo', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('nano /etc/nginx/nginx.conf\n');
  await terminal.waitForText('unwritable');
  await terminal.type('#');
  await terminal.press('Ctrl+O');
  await terminal.waitForText('File Name to Write');
  await terminal.press('Enter');
  await terminal.waitForText('Permission denied');
  await terminal.press('Ctrl+X');
  await terminal.waitForText('Save modified buffer');
  await terminal.type('n');
  await terminal.waitForPrompt();
});

test('reads a file in less, and searches in it', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('less /etc/passwd\n');
  await terminal.waitForText('root:x:0:0');
  await terminal.type('/^sammy\n');
  await expect.poll(() => terminal.screen()).toMatch(/^sammy:x:1000/);
  await terminal.type('q');
  await terminal.waitForPrompt();
});

test('pastes several lines, which wait for Enter', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await paste(chapterPage, 'echo one-""line\necho two-""lines');
  await terminal.waitForText('echo two-');
  expect(await terminal.buffer()).not.toMatch(/^one-line$/m);
  await terminal.press('Enter');
  await terminal.waitForText(/^one-line\ntwo-lines$/m);
});

test('pastes text that would end its own bracket', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await paste(chapterPage, 'echo harmless\x1b[201~\ntouch pas""ted\n');
  await terminal.waitForText('touch pas');
  await terminal.press('Ctrl+C');
  await terminal.waitForText('^C');
  expect(await terminal.run('ls pasted')).toContain('No such file');
});

test('prints a mark of the shell that is none', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  const command = 'sudo systemctl restart nginx';
  await terminal.run(`printf '\\e]133;C;cmdline=${command}\\a\\e]133;D;0\\a\\e]133;C;cmdline=${command}\\a'`);
  await expect(chapterPage.action(RESTART_NGINX)).not.toHaveAttribute('data-status', /running|done/);
  await expect(busySign(page)).toBeHidden();
});

test('prints a program, and mends the terminal with reset', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type("cat /usr/bin/head; printf '\\e(0\\e[?25l'\n");
  await terminal.waitForText('ELF');
  // Programs ask the terminal what it is, and the answers come to stand at the prompt.
  await terminal.press('Ctrl+C');
  await terminal.type('reset\n');
  await terminal.waitForPrompt();
  await terminal.run('clear');
  expect(await terminal.run('echo readable')).toBe('readable');
});

test('clears the terminal', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('seq 60');
  await terminal.type('clear\n');
  await expect.poll(() => terminal.buffer()).toMatch(/^sammy@server:[^\n]*\$ ?$/);
});

test('prints twenty thousand lines', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('seq 20000\n');
  await terminal.waitForText(/^20000$/m);
  await terminal.waitForPrompt();
  const numbers = (await terminal.buffer()).split('\n').filter((line) => /^\d+$/.test(line));
  expect(numbers.length).toBeGreaterThan(4000);
  expect(numbers).toEqual(numbers.map((_, index) => String(20_001 - numbers.length + index)));
  await terminal.run('clear');
});

test('prints without end, and stops it with Ctrl+C', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('yes flooded\n');
  await expect.poll(() => terminal.screen()).toMatch(/^(?:flooded\n){20}/m);
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt(2000);
  expect(await terminal.run('echo still here')).toBe('still here');
  await terminal.run('clear');
});

test('sends a packet that no name server expects', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('echo > /dev/udp/192.168.86.1/53');
  expect(await terminal.run('getent hosts example.org')).toContain('192.168.87.1');
});

for (const host of ['example.org', 'constructor']) {
  test(`asks for http://${host}/, which this internet does not have`, async ({ chapterPage }) => {
    const page = await chapterPage.terminal(1).run(`curl -sS http://${host}/ | head -n 20`);
    expect(page).toMatch(/internet/i);
    expect(page).toContain(host);
  });
}

test('asks for a page by HTTPS', async ({ chapterPage }) => {
  const page = await chapterPage.terminal(1).run('curl -sS https://example.org/');
  expect(page).toMatch(/^curl: \(\d+\)/);
});

test('installs a package that there is not, with apt and with pip', async ({ chapterPage }) => {
  test.setTimeout(180_000);
  const terminal = chapterPage.terminal(1);
  expect(await terminal.run('sudo apt-get install -y nosuchpackage')).toContain(
    'Unable to locate package nosuchpackage',
  );
  expect(await terminal.run('myproject/myprojectenv/bin/pip install nosuchpackage', 120_000)).toContain(
    'No matching distribution found for nosuchpackage',
  );
});

test('kills the agent, and checks', async ({ chapterPage, page }) => {
  await chapterPage.terminal(1).run('sudo pkill -x agent');
  await page.locator('[data-check-group="describe-the-site"] button[data-check-now]').click();
  await chapterPage.waitUntilIdle();
  await expect(chapterPage.check('describe-the-site/check-1')).toHaveAttribute('data-status', /pass|fail/);
});

test('stops the agent, and looks at another tab', async ({ chapterPage }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.run('sudo systemctl stop typealong-agent');
  await chapterPage.setVisibility('hidden');
  await chapterPage.waitForState('paused');
  await chapterPage.setVisibility('visible');
  await chapterPage.waitForState('running');
  expect(await terminal.run('echo awake')).toBe('awake');
  await terminal.run('sudo systemctl start typealong-agent');
});

test('logs out: with exit in one terminal, with Ctrl+D in another', async ({ chapterPage }) => {
  const [one, other] = [chapterPage.terminal(2), chapterPage.terminal(3)];
  const sizes = [await one.run('stty size'), await other.run('stty size')];
  for (const terminal of [one, other]) await terminal.run('cd /tmp; clear');
  await one.type('exit\n');
  await other.press('Ctrl+D');
  for (const [index, terminal] of [one, other].entries()) {
    await terminal.waitForText('login', 90_000);
    await terminal.waitForPrompt();
    await terminal.focus();
    expect(await terminal.run('stty size; pwd')).toBe(`${sizes[index] ?? ''}\n/home/sammy`);
  }
});

test('fills the disk', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  expect(await terminal.run('fallocate -l 3G huge')).toContain('No space left on device');
  await terminal.run('rm -f huge; fallocate -l $(($(df --output=avail -m . | tail -n 1) - 4))M large');
  expect(await terminal.run('dd if=/dev/zero of=rest bs=1M count=100')).toContain('No space left on device');
  await pressInText(chapterPage, 'describe-the-site/3', 'write');
  await expect(note(page)).toContainText(/could not be written: .*(?:space|full)/i);
  await terminal.run('rm large rest');
  await pressInText(chapterPage, 'describe-the-site/3', 'write');
  await expect(note(page)).toContainText('/etc/nginx/sites-available/myproject is written.');
  expect(await terminal.run('tail -n 1 /etc/nginx/sites-available/myproject')).toBe('}');
});

test('starts a fork bomb, and presses Reset', async ({ chapterPage, page }) => {
  const terminal = chapterPage.terminal(1);
  await terminal.type('touch ~/mine; :(){ :|:& };:\n');
  // Nobody knows for how long that answers; the page does.
  await chapterPage.terminal(2).type('echo still here?\n');
  const fetched = seenIn(page, 'fetching');
  await chapterPage.machineMenu('data-reset');
  await confirmReset(page);
  await fetched;
  await chapterPage.waitForState('running');
  await terminal.focus();
  expect(await terminal.run('ls ~/mine')).toContain('No such file');
});
