/** The browser pane shows what a browser would, and what it shows cannot touch the site. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import type { TerminalPane } from '../pages/terminal-pane.ts';

/** Puts a file of this folder into the guest, through the terminal. */
async function putFile(terminal: TerminalPane, name: string): Promise<void> {
  const content = await readFile(join(import.meta.dirname, 'guest', name));
  await terminal.run(`echo ${content.toString('base64')} | base64 -d > ${name}`);
}

test.beforeEach(async ({ chapterPage }) => {
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
});

test('a port is silent until ufw opens it, then refused, then answers', async ({ chapterPage }) => {
  const { browser } = chapterPage;
  const terminal = chapterPage.terminal(1);
  await browser.visit('http://flask.example:5000/');
  expect(await browser.outcome()).toBe('timeout');
  await terminal.run('sudo ufw allow 5000');
  await browser.visit('http://flask.example:5000/');
  expect(await browser.outcome()).toBe('refused');
  await terminal.run('mkdir public && echo "<h1>From the guest</h1>" > public/index.html');
  await terminal.type('python3 -m http.server --directory public 5000\n');
  await terminal.waitForText('Serving HTTP');
  await browser.visit('http://flask.example:5000/');
  expect(await browser.outcome()).toBe('200');
  await expect(browser.frame.locator('h1')).toHaveText('From the guest');
  await browser.visit('http://192.168.86.100:5000/nothing');
  expect(await browser.outcome()).toBe('404');
});

test('redirects, cookies, forms and absolute paths work', async ({ chapterPage }) => {
  const { browser } = chapterPage;
  const terminal = chapterPage.terminal(1);
  await putFile(terminal, 'polite-server.py');
  await terminal.run('sudo ufw allow 5000');
  await terminal.type('python3 polite-server.py\n');
  await terminal.waitForText('ready');
  await browser.visit('http://flask.example:5000/redirect');
  await expect(browser.frame.locator('h1')).toHaveText('Arrived at /landed');
  await expect(browser.address).toHaveValue('http://flask.example:5000/landed');
  // The style sheet is at an absolute path of the guest.
  await expect(browser.frame.locator('h1')).toHaveCSS('color', 'rgb(0, 0, 255)');
  await browser.visit('http://flask.example:5000/set-cookie');
  await browser.visit('http://flask.example:5000/show-cookie');
  await expect(browser.frame.locator('h1')).toHaveText('Cookie: flavour=oat');
  await browser.visit('http://flask.example:5000/form');
  await browser.frame.locator('input[name=word]').fill('hello');
  await browser.frame.locator('button').click();
  await expect(browser.frame.locator('h1')).toHaveText('Posted: word=hello');
});

test('a hostile page cannot touch the site', async ({ chapterPage, page, context, baseURL }) => {
  const { browser } = chapterPage;
  const terminal = chapterPage.terminal(1);
  const site = new URL(baseURL ?? '');
  await putFile(terminal, 'hostile-server.py');
  await terminal.run('sudo ufw allow 5000');
  await terminal.type(`SITE=${site.origin} python3 hostile-server.py\n`);
  await terminal.waitForText('ready');

  const address = page.url();
  const title = await page.title();
  const storage = await page.evaluate(() => JSON.stringify(localStorage));
  const popups: string[] = [];
  context.on('page', (popup) => popups.push(popup.url()));
  const topNavigations: string[] = [];
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) topNavigations.push(frame.url());
  });
  const posted: string[] = [];
  context.on('response', (response) => {
    // The pane's service worker answers such a form from the guest; the site's own server must never see it.
    const isForm = response.request().method() === 'POST' && new URL(response.url()).pathname === '/stolen';
    if (isForm && !response.fromServiceWorker()) posted.push(response.url());
  });

  await browser.visit('http://flask.example:5000/');
  await expect(browser.frame.locator('h1')).toHaveText('Hostile');
  // Each of these tries to leave the pane when a reader is lured into it.
  for (const id of ['top-link', 'blank-link', 'script-link', 'handler', 'top-form', 'site-form']) {
    await browser.visit('http://flask.example:5000/');
    await browser.frame.locator(`#${id}`).click();
  }
  await browser.visit('http://flask.example:5000/refresh');
  // A page of the guest that can be reached only after all of the above has had its chance.
  await browser.visit('http://flask.example:5000/last');
  await expect(browser.frame.locator('h1')).toHaveText('Last');

  expect(page.url()).toBe(address);
  expect(topNavigations).toEqual([]);
  expect(popups).toEqual([]);
  expect(posted).toEqual([]);
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe(storage);
  expect(await page.evaluate(() => document.cookie)).not.toContain('evil');
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('evil');
  expect(await page.evaluate(() => 'stolen' in window)).toBe(false);
  // And the site itself is still at work.
  await terminal.press('Ctrl+C');
  await terminal.waitForPrompt();
});
