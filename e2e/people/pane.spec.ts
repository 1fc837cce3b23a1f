/** What people ask the browser pane for. */
import { serveWith } from '../journeys/guest-program.ts';
import { expect, powerOff, pressInText, test } from './people.ts';

test('opens a port at which nothing listens', async ({ chapterPage }) => {
  await chapterPage.browser.visit('http://flask.example:5000/');
  expect(await chapterPage.browser.outcome()).toBe('refused');
  expect(await chapterPage.browser.text()).toContain('nothing is listening on port 5000');
});

test('opens a port that the firewall keeps closed', async ({ chapterPage }) => {
  await chapterPage.browser.visit('http://flask.example/');
  expect(await chapterPage.browser.outcome()).toBe('timeout');
  expect(await chapterPage.browser.text()).toContain('firewall');
});

test('writes https in front of the address', async ({ chapterPage }) => {
  await chapterPage.browser.visit('https://flask.example/');
  expect(await chapterPage.browser.outcome()).toBe('https');
  expect(await chapterPage.browser.text()).toContain('There is no HTTPS here');
});

test('opens a page of the real internet', async ({ chapterPage }) => {
  await chapterPage.browser.visit('www.python.org/downloads');
  expect(await chapterPage.browser.outcome()).toBe('unknown-host');
  expect(await chapterPage.browser.text()).toContain('www.python.org is not among its names');
});

test('asks the address bar a question', async ({ chapterPage, page }) => {
  const { browser } = chapterPage;
  await page.locator('[role=tab][data-tab="browser"]').click();
  await browser.address.fill('what is nginx?');
  await browser.address.press('Enter');
  await expect(browser.element.locator('[data-pane-problem]')).toContainText(
    '“what is nginx?” is not an address',
  );
  await browser.visit('http://flask.example:5000/');
  await expect(browser.element.locator('[data-pane-problem]')).toBeHidden();
});

test.describe('with a site on port 5000', () => {
  test.beforeEach(async ({ chapterPage }) => {
    const terminal = chapterPage.terminal(2);
    if (!(await terminal.buffer()).includes('ready'))
      await serveWith(terminal, 'small-site.py', { port: null });
    await chapterPage.browser.visit('flask.example:5000');
    await expect(chapterPage.browser.frame.locator('h1')).toHaveText('Home');
  });

  test('leaves http out of the address', async ({ chapterPage }) => {
    expect(await chapterPage.browser.outcome()).toBe('200');
    await expect(chapterPage.browser.address).toHaveValue('http://flask.example:5000/');
  });

  test('follows a link, and goes back, forward, and loads again', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    const heading = browser.frame.locator('h1');
    const press = (button: string) =>
      browser.loaded(() => browser.element.locator(`[data-${button}]`).click());
    await browser.loaded(() => browser.frame.locator('#two').click());
    await expect(heading).toHaveText('Two');
    await press('back');
    await expect(heading).toHaveText('Home');
    await press('forward');
    await expect(heading).toHaveText('Two');
    await press('reload');
    await expect(heading).toHaveText('Two');
    await expect(browser.address).toHaveValue('http://flask.example:5000/two');
    await expect(browser.element.locator('[data-forward]')).toBeDisabled();
  });

  test('opens a page that is not there', async ({ chapterPage }) => {
    await chapterPage.browser.visit('http://flask.example:5000/nothing');
    expect(await chapterPage.browser.outcome()).toBe('404');
    expect(await chapterPage.browser.text()).toContain('Not here');
  });

  test('follows a link that leads outside', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    await browser.loaded(() => browser.frame.locator('#outside').click());
    expect(await browser.outcome()).toBe('unknown-host');
    await browser.loaded(() => browser.element.locator('[data-back]').click());
    await expect(browser.frame.locator('h1')).toHaveText('Home');
  });

  test('downloads a file', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    await browser.loaded(() => browser.frame.locator('#file').click());
    expect(await browser.text()).toContain('A browser would save this file');
  });

  test('runs into a redirect without end', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    await browser.loaded(() => browser.frame.locator('#circle').click());
    expect(await browser.outcome()).toBe('redirects');
  });

  test('pauses the machine, loads again, and resumes it', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    await chapterPage.machineMenu('data-pause');
    await chapterPage.waitForState('paused');
    await browser.visit('http://flask.example:5000/two');
    expect(await browser.outcome()).toBe('paused');
    await chapterPage.machineMenu('data-resume');
    await expect(browser.frame.locator('h1')).toHaveText('Two');
  });

  test('stops the program, and loads again', async ({ chapterPage }) => {
    const { browser } = chapterPage;
    const terminal = chapterPage.terminal(2);
    await terminal.press('Ctrl+C');
    await terminal.waitForPrompt();
    await terminal.run('clear');
    await chapterPage.page.locator('[role=tab][data-tab="browser"]').click();
    await browser.loaded(() => browser.element.locator('[data-reload]').click());
    expect(await browser.outcome()).toBe('refused');
  });
});

test('presses Power off while a page is on its way, and starts the machine from there', async ({
  chapterPage,
  page,
}) => {
  const { browser } = chapterPage;
  const start = browser.element.locator('[data-start-machine]');
  await page.locator('[role=tab][data-tab="browser"]').click();
  await browser.address.fill('http://flask.example/');
  await browser.address.press('Enter');
  await expect(browser.element).toHaveAttribute('data-loading', '');
  await powerOff(chapterPage);
  await expect(browser.status).toHaveAttribute('data-response-status', 'off');
  await expect(browser.element).not.toHaveAttribute('data-loading', '');
  await browser.visit('http://flask.example/');
  expect(await browser.outcome()).toBe('off');
  // What is wrong with an address is said above the page, beside what is said of the machine.
  await browser.address.fill('no address');
  await browser.address.press('Enter');
  const bottom = (selector: string): Promise<number> =>
    browser.element.locator(selector).evaluate((part) => part.getBoundingClientRect().bottom);
  expect(await bottom('[data-machine-off]')).toBeGreaterThan(await bottom('.pane-bar'));
  expect(await bottom('[data-pane-problem]')).toBeGreaterThan(await bottom('.pane-bar'));
  expect(await bottom('[data-pane-problem]')).toBeLessThan(await bottom('.pane-view'));
  await start.click();
  await expect(browser.status).toHaveAttribute('data-response-status', 'timeout', { timeout: 60_000 });
  await expect(start).toBeHidden();
});

test.describe('with a machine that is off', () => {
  test.use({ machine: 'off' });

  test('presses Open, which starts the machine first', async ({ chapterPage, page }) => {
    await pressInText(chapterPage, 'see-the-page/1', 'visit');
    await chapterPage.waitForState('running');
    await expect(page.locator('[role=tab][data-tab="browser"]')).toHaveAttribute('aria-selected', 'true');
    await expect(chapterPage.browser.status).toHaveAttribute('data-response-status', 'timeout');
  });
});
