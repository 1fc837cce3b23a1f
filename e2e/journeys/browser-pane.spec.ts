/** The browser pane shows what a browser would, and what it shows cannot touch the site. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, FIRST_CHAPTER, test } from '../fixtures.ts';
import { serveWith } from './guest-program.ts';

// What a hostile page tries, the browser refuses and says so. Each test looks at what came of it.
test.use({
  expectedErrors: /Content Security Policy|sandboxed|^Unsafe attempt to /,
});

test.beforeEach(async ({ chapterPage }) => {
  await chapterPage.open(FIRST_CHAPTER);
  await chapterPage.start();
});

test('a port is silent until ufw opens it, then refused, then answers', async ({ chapterPage, page }) => {
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

  // The buttons are the pane's: none of them reloads or leaves the page around it, and with it the machine.
  const questions: string[] = [];
  page.on('dialog', async (dialog) => {
    questions.push(dialog.message());
    await dialog.dismiss();
  });
  for (const [button, outcome] of [
    ['data-back', '200'],
    ['data-reload', '200'],
    ['data-forward', '404'],
  ] as const) {
    await browser.loaded(() => browser.element.locator(`button[${button}]`).click());
    expect(await browser.outcome(), button).toBe(outcome);
  }
  expect(questions).toEqual([]);
  await expect(chapterPage.workspace).toHaveAttribute('data-state', 'running');
});

test('redirects, cookies, forms and absolute paths work', async ({ chapterPage }) => {
  const { browser } = chapterPage;
  const terminal = chapterPage.terminal(1);
  await serveWith(terminal, 'polite-server.py');
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
  await serveWith(terminal, 'hostile-server.py', { environment: { SITE: site.origin } });

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

const RAW = 'http://flask.example:5001';

test('addresses of every form stay in the pane, and what leads outside ends there', async ({
  chapterPage,
}) => {
  const { browser } = chapterPage;
  const terminal = chapterPage.terminal(1);
  await serveWith(terminal, 'raw-server.py', { port: 5001 });
  const follow = async (path: string, id: string): Promise<void> => {
    await browser.visit(`${RAW}${path}`);
    await browser.loaded(() => browser.frame.locator(id).click());
  };

  await follow('/links', '#path');
  await expect(browser.address).toHaveValue(`${RAW}/landed?by=path`);
  await follow('/links', '#own-name');
  await expect(browser.address).toHaveValue('http://192.168.86.100:5001/landed?by=name');
  await follow('/links', '#climbing');
  await expect(browser.address).toHaveValue(`${RAW}/landed?by=climbing`);
  await follow('/links', '#post');
  await expect(browser.frame.locator('h1')).toHaveText('Form');
  await follow('/links', '#get');
  await expect(browser.frame.locator('h1')).toHaveText('Form');
  await follow('/silent', '#go');
  await expect(browser.frame.locator('h1')).toHaveText('Landed');
  await follow('/based', 'a');
  await expect(browser.frame.locator('h1')).toHaveText('Deep');

  await follow('/links', '#outside');
  expect(await browser.outcome()).toBe('unknown-host');
  // A link that only a second parser sees is not rewritten: the policies hold it, and our own page says so.
  await follow('/mutant', '#way-out');
  await expect(browser.status).toHaveAttribute('data-response-status', 'outside');
  await expect(browser.frame.locator('h1')).toHaveText('This sandbox’s internet ends here');
  // A refresh needs a frame with scripts.
  await browser.visit(`${RAW}/leave`);
  await expect(browser.frame.locator('h1')).toHaveText('Leave');
  await browser.visit(`${RAW}/to-mail`);
  expect(await browser.outcome()).toBe('outside');
  await browser.visit(`${RAW}/loop`);
  expect(await browser.outcome()).toBe('redirects');
  await browser.visit(`${RAW}/landed`);
  await expect(browser.frame.locator('h1')).toHaveText('Landed');

  const log = await terminal.buffer();
  const requests = (path: string): number => log.split('\n').filter((line) => line === `GET ${path}`).length;
  expect(requests('/leave')).toBe(1);
  expect(requests('/loop')).toBe(2);
  expect(requests('/other-application')).toBe(0);
  expect(log).toContain('GET /picture.png');
});

test('answers that are no page, or no page as usual, are shown for what they are', async ({
  chapterPage,
}) => {
  const { browser } = chapterPage;
  const connections: unknown[] = [];
  const listener = createServer((socket) => {
    connections.push(socket.remotePort);
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, 'localhost', resolve));
  const { port } = listener.address() as AddressInfo;
  await serveWith(chapterPage.terminal(1), 'raw-server.py', {
    port: 5001,
    environment: { LISTENER: String(port) },
  });
  const see = async (path: string): Promise<string> => {
    await browser.visit(`${RAW}${path}`);
    expect(await browser.outcome(), path).toBe('200');
    return browser.text();
  };
  try {
    expect(await see('/connect')).toContain('Connect');
    expect(await see('/connect-file')).toContain('A browser would save this file');
    for (const path of ['/connect-types', '/connect-xhtml', '/connect-xslt'])
      expect(await see(path), path).toContain('<link');
    for (const path of ['/drawing', '/picture']) {
      await see(path);
      await expect(browser.frame.locator('img'), path).toHaveJSProperty('naturalWidth', 100);
    }
    for (const path of ['/file', '/attachment'])
      expect(await see(path)).toContain('A browser would save this file');
    expect(await see('/gzip')).toBe('Unpacked');
    expect(await see('/brotli')).toContain('compressed as “br”');
    expect(await see('/large')).toContain('too large');
    expect(await see('/untyped')).toBe('Untyped');
    expect(await see('/claim')).toBe('not so');
    expect(await see('/old')).toContain('Café');
    const old = browser.frame.locator('html');
    expect(await old.evaluate(({ ownerDocument }) => ownerDocument.compatMode)).toBe('BackCompat');
    expect(await browser.frame.locator('#pre').evaluate((pre) => pre.textContent)).toBe('\none');
    expect(connections).toEqual([]);
  } finally {
    listener.close();
  }
});
