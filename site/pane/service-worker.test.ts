/** The service worker with pages of the site that are played here. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MESSAGE_VERSION } from './messages.ts';
import type { PaneAnswer, PaneCall, PaneRequest } from './messages.ts';

const ORIGIN = 'https://learn.example';
const ANSWER: PaneAnswer = {
  status: 200,
  statusText: 'OK',
  headers: [['Content-Type', 'text/html']],
  body: new TextEncoder().encode('hello'),
  redirect: null,
};

/** A page of the site. It owns the pane `p1`, and answers what it is asked for. */
class Page {
  readonly url = `${ORIGIN}/guides/`;
  readonly asked: PaneRequest[] = [];
  calls = 0;
  answers = true;
  port: MessagePort | null = null;
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  postMessage(call: PaneCall, [port]: [MessagePort]): void {
    this.calls++;
    if (call.pane !== 'p1') return;
    this.port = port;
    port.onmessage = ({ data, ports: [back] }: MessageEvent<PaneRequest>) => {
      this.asked.push(data);
      if (this.answers) back?.postMessage(ANSWER);
    };
    port.postMessage({ type: 'taken', version: MESSAGE_VERSION });
  }
}

let pages: Page[];
let onFetch: (event: unknown) => void;

beforeEach(async () => {
  pages = [new Page('a')];
  vi.stubGlobal('__TYPEALONG_BASE__', '/');
  vi.stubGlobal('location', { origin: ORIGIN });
  vi.stubGlobal('clients', {
    matchAll: () => Promise.resolve([...pages]),
    get: (id: string) => Promise.resolve(pages.find((page) => page.id === id)),
  });
  vi.stubGlobal('addEventListener', (type: string, listener: typeof onFetch) => {
    if (type === 'fetch') onFetch = listener;
  });
  vi.resetModules();
  await import('./service-worker.ts');
});
afterEach(() => {
  for (const { port } of pages) port?.close();
  vi.unstubAllGlobals();
});

/** The text that a frame of the pane gets. */
async function open(path: string): Promise<string> {
  let response: Promise<Response> = Promise.reject(new Error('left to the browser'));
  response.catch(() => {});
  onFetch({
    request: {
      url: `${ORIGIN}/pane/p1/flask.example${path}`,
      mode: 'navigate',
      destination: 'iframe',
      method: 'GET',
      referrer: `${ORIGIN}/guides/`,
      headers: new Headers(),
      signal: new AbortController().signal,
    },
    respondWith: (answer: Promise<Response>) => (response = answer),
  });
  return (await response).text();
}

test('looks for the owner of a pane once', async () => {
  const [page] = pages;
  expect(await open('/a')).toBe('hello');
  expect(await open('/b')).toBe('hello');
  expect(page?.calls).toBe(1);
  expect(page?.asked.map(({ address }) => address.path)).toEqual(['/a', '/b']);
});

test('looks again when the owner has left', async () => {
  const [page] = pages;
  await open('/a');
  page?.port?.postMessage({ type: 'left' });
  await vi.waitFor(async () => {
    await open('/b');
    expect(page?.calls).toBe(2);
  });
});

test('says that there is no owner when its page was closed', async () => {
  const [page] = pages;
  await open('/a');
  if (page) page.answers = false;
  pages = [];
  expect(await open('/b')).toContain('data-pane-error="no-owner"');
  page?.port?.close();
});
