import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HttpOutcome, HttpRequest } from '../sandbox/types.ts';
import type { MachineStatus } from './machine-error.ts';
import { MESSAGE_VERSION } from './messages.ts';
import type { PaneAnswer, PaneReply, PaneRequest } from './messages.ts';
import { PaneServer } from './pane-server.ts';
import type { PageOutcome } from './pane-server.ts';

const ADDRESS = { host: 'flask.example', path: '/' };
const REQUEST: PaneRequest = {
  pane: 'p1',
  address: ADDRESS,
  method: 'GET',
  headers: [],
  body: null,
  referrer: '',
  isPage: true,
};

let worker: EventTarget;
let machine: MachineStatus;
let http: ((request: HttpRequest) => Promise<HttpOutcome>) | null;
let pages: PageOutcome[];
let outdated: number;
let server: PaneServer;
const listening = new AbortController();

beforeEach(() => {
  worker = Object.assign(new EventTarget(), { startMessages: () => {} });
  vi.stubGlobal('navigator', { serviceWorker: worker, userAgent: 'Test' });
  vi.stubGlobal('location', { origin: 'https://learn.example' });
  machine = 'running';
  http = () => Promise.resolve(response(200, [['Content-Type', 'text/plain']], 'hello'));
  pages = [];
  outdated = 0;
  server = new PaneServer({
    pane: 'p1',
    base: '/learn/',
    hosts: () => ['flask.example'],
    http: () => http,
    machine: () => machine,
    onAsked: () => {},
    onPage: (page) => pages.push(page),
    onOutdated: () => (outdated += 1),
  });
  server.listen(listening.signal);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function response(status: number, headers: readonly (readonly [string, string])[], body = ''): HttpOutcome {
  return { kind: 'response', status, statusText: '', headers, body: new TextEncoder().encode(body) };
}

/** Asks as the service worker does. */
async function ask(request: Partial<PaneRequest> = {}, version = MESSAGE_VERSION): Promise<PaneAnswer> {
  const { port1, port2 } = new MessageChannel();
  const back = new MessageChannel();
  const answered = new Promise<PaneAnswer>((resolve) => {
    back.port1.onmessage = ({ data }: MessageEvent<PaneAnswer>) => resolve(data);
    port1.onmessage = ({ data }: MessageEvent<PaneReply>) => {
      if (data.type === 'taken') port1.postMessage({ ...REQUEST, ...request }, [back.port2]);
    };
  });
  const call = { type: 'typealong:pane-call', version, pane: 'p1' };
  worker.dispatchEvent(Object.assign(new Event('message'), { data: call, ports: [port2] }));
  const answer = await answered;
  port1.close();
  back.port1.close();
  return answer;
}

const text = (answer: PaneAnswer): string => new TextDecoder().decode(answer.body);

test('an answer goes to the browser, and what came of it to the pane', async () => {
  expect(text(await ask())).toBe('hello');
  expect(pages).toMatchObject([{ address: ADDRESS, outcome: { status: 200 }, error: null }]);
});

test('a picture is no page', async () => {
  http = () => Promise.resolve(response(200, [['Content-Type', 'application/octet-stream']], 'bytes'));
  expect(text(await ask({ isPage: false }))).toBe('bytes');
  expect(pages).toEqual([]);
});

test('a file is described, with its own status', async () => {
  http = () => Promise.resolve(response(200, [['Content-Type', 'application/zip']], 'bytes'));
  const answer = await ask();
  expect(text(answer)).toContain('a file of 5 bytes');
  expect(answer.headers).toEqual([['Content-Type', 'text/html; charset=utf-8']]);
  expect(pages).toMatchObject([{ outcome: { status: 200 }, error: null }]);
});

const DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><a href="/x"/></svg>';

test('a drawing as a page stands in one of ours, as a picture; as a picture it stays as it is', async () => {
  http = () => Promise.resolve(response(200, [['Content-Type', 'image/svg+xml']], DRAWING));
  const page = await ask();
  expect(page.headers).toEqual([['Content-Type', 'text/html; charset=utf-8']]);
  expect(text(page)).toContain(`<img src="data:image/svg+xml;base64,${btoa(DRAWING)}"`);
  expect(text(page)).not.toContain('<svg');
  const picture = await ask({ isPage: false });
  expect(picture.headers).toEqual([['Content-Type', 'image/svg+xml']]);
  expect(text(picture)).toBe(DRAWING);
});

test('of XML as a page the source is shown', async () => {
  const source =
    '<html xmlns="http://www.w3.org/1999/xhtml"><link rel="preconnect" href="//127.0.0.1:9"/></html>';
  http = () => Promise.resolve(response(200, [['Content-Type', 'application/xhtml+xml']], source));
  const page = await ask();
  expect(page.headers).toEqual([['Content-Type', 'text/plain;charset=utf-8']]);
  expect(text(page)).toBe(source);
});

test('redirects lead on in the pane, also to hosts that it does not know', async () => {
  http = () => Promise.resolve(response(302, [['Location', 'https://elsewhere.example/x']]));
  expect((await ask()).redirect).toBe('/learn/pane/p1/elsewhere.example:443/x');
  await ask({ address: { host: 'elsewhere.example:443', path: '/x' } });
  expect(pages.at(-1)?.error?.kind).toBe('unknown-host');
});

test('a page that redirects to itself is asked twice, and again when the reader asks again', async () => {
  const asked = vi.fn(() => Promise.resolve(response(302, [['Location', '/']])));
  http = asked;
  for (let times = 0; times < 3; times++) await ask();
  expect(pages.at(-1)?.error?.kind).toBe('redirects');
  expect(asked).toHaveBeenCalledTimes(2);
  server.beginVisit(ADDRESS);
  await ask();
  expect(asked).toHaveBeenCalledTimes(3);
});

test('a slow page that is asked for many times at once has not redirected', async () => {
  const waiting: ((outcome: HttpOutcome) => void)[] = [];
  http = () => new Promise((resolve) => waiting.push(resolve));
  const asked = [ask(), ask(), ask(), ask()];
  await vi.waitFor(() => expect(waiting).toHaveLength(4));
  for (const answer of waiting) answer(response(200, [['Content-Type', 'text/plain']], 'at last'));
  expect((await Promise.all(asked)).map(text)).toEqual(['at last', 'at last', 'at last', 'at last']);
});

test('a redirect in UTF-8 means the bytes that it consists of, as in browsers', async () => {
  // As `http-message.ts` hands it on: a character for each byte.
  const location = String.fromCharCode(...new TextEncoder().encode('/Äpfel à?wo=über'));
  const urls: string[] = [];
  http = ({ url }) => {
    urls.push(url);
    return Promise.resolve(response(302, [['Location', location]]));
  };
  const { redirect } = await ask();
  expect(redirect).toBe('/learn/pane/p1/flask.example/%C3%84pfel%20%C3%A0?wo=%C3%BCber');
  // It is one chain, whatever the spelling.
  const address = { host: 'flask.example', path: '/%C3%84pfel%20%C3%A0?wo=%C3%BCber' };
  for (let times = 0; times < 3; times++) await ask({ address });
  expect(urls).toHaveLength(3);
  expect(pages.at(-1)?.error?.kind).toBe('redirects');
});

test.each([
  ['off', 'off'],
  ['fetching', 'starting'],
  ['booting', 'starting'],
  ['stopping', 'stopping'],
  ['failed', 'failed'],
  ['none', 'none'],
  ['paused', 'paused'],
  ['waiting', 'waiting'],
] as const)('a machine that is %s is not asked', async (status, kind) => {
  machine = status;
  http = null;
  await ask();
  expect(pages).toMatchObject([{ outcome: null, error: { kind } }]);
});

test('a machine that stops before it answers says nothing about its services', async () => {
  http = () => {
    machine = 'stopping';
    return Promise.resolve({ kind: 'refused' });
  };
  await ask();
  expect(pages.at(-1)?.error?.kind).toBe('stopping');
});

test('a page that led outside is not asked again before our own page is there', async () => {
  server.refuseNext({ kind: 'outside', address: ADDRESS, target: null });
  expect(text(await ask())).toContain('led somewhere outside');
  expect(text(await ask())).toBe('hello');
});

describe('a visit', () => {
  const TEXT: HttpOutcome = response(200, [['Content-Type', 'text/plain']], 'hello');
  const headers = [['Accept-Language', 'de']] as const;
  let asked: HttpRequest[];

  beforeEach(async () => {
    asked = [];
    http = (request) => {
      asked.push(request);
      return Promise.resolve(TEXT);
    };
    // From now on it is known what this browser sends along.
    await ask({ headers });
    asked.length = 0;
  });

  test('asks the machine before the browser does, and once', async () => {
    server.beginVisit(ADDRESS);
    expect(asked).toMatchObject([{ url: 'http://flask.example/', headers: { 'accept-language': 'de' } }]);
    expect(text(await ask({ headers }))).toBe('hello');
    expect(asked).toHaveLength(1);
    expect(pages).toHaveLength(2);
    await ask({ headers });
    expect(asked).toHaveLength(2);
  });

  test.each<[string, Partial<PaneRequest>]>([
    ['a form', { method: 'POST', headers }],
    ['another page', { address: { host: 'flask.example', path: '/x' }, headers }],
    ['a link of the guest', { referrer: 'https://learn.example/learn/pane/p1/flask.example/', headers }],
    ['a picture', { isPage: false, headers }],
    ['a browser whose language has changed', { headers: [['Accept-Language', 'en']] }],
  ])('is not what %s asks for', async (_, request) => {
    server.beginVisit(ADDRESS);
    await ask(request);
    expect(asked).toHaveLength(2);
  });

  test('is asked again with a cookie that has come meanwhile', async () => {
    server.beginVisit(ADDRESS);
    server.cookies.set('a=1', 'flask.example', '/');
    await ask({ headers });
    expect(asked.map(({ headers: sent }) => sent?.['cookie'])).toEqual([undefined, 'a=1']);
  });

  test('is asked again by a browser that comes late', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    server.beginVisit(ADDRESS);
    now.mockReturnValue(6001);
    await ask({ headers });
    now.mockRestore();
    expect(asked).toHaveLength(2);
  });

  test('asks nothing of a host that is not the guest’s, nor of a machine that does not run', () => {
    server.beginVisit({ host: 'elsewhere.example', path: '/' });
    server.beginVisit({ host: 'flask.example:443', path: '/' });
    http = null;
    server.beginVisit(ADDRESS);
    expect(asked).toEqual([]);
  });
});

test('who has taken a pane says so when it leaves the page', () => {
  const leaving = new AbortController();
  server.listen(leaving.signal);
  const port = { postMessage: vi.fn(), close: vi.fn(), onmessage: null };
  const call = { type: 'typealong:pane-call', version: MESSAGE_VERSION, pane: 'p1' };
  worker.dispatchEvent(Object.assign(new Event('message'), { data: call, ports: [port] }));
  expect(port.postMessage).not.toHaveBeenCalledWith({ type: 'left' });
  leaving.abort();
  expect(port.postMessage).toHaveBeenLastCalledWith({ type: 'left' });
  expect(port.close).toHaveBeenCalledTimes(1);
});

test('another pane’s requests are left to its owner', () => {
  const port = { postMessage: vi.fn() };
  const call = { type: 'typealong:pane-call', version: MESSAGE_VERSION, pane: 'p2' };
  worker.dispatchEvent(Object.assign(new Event('message'), { data: call, ports: [port] }));
  expect(port.postMessage).not.toHaveBeenCalled();
});

test('a service worker of another version makes the page say that it must be reloaded', async () => {
  await ask({}, MESSAGE_VERSION + 1);
  expect(outdated).toBe(1);
});

test('what goes wrong in the page itself is answered too, and told', async () => {
  // There is no DOMParser here, so HTML cannot be taken apart.
  http = () => Promise.resolve(response(200, [['Content-Type', 'text/html']], '<h1>Hello</h1>'));
  const answer = await ask();
  expect(new TextDecoder().decode(answer.body)).toContain('data-pane-error="broken"');
  expect(pages).toMatchObject([{ error: { kind: 'broken' } }]);
});
