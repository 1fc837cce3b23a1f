import { expect, test } from 'vitest';
import { browserHeaders, guestPolicy, guestRequestHeaders } from './header-policy.ts';

const PLACE = 'https://learn.example/learn/pane/p1/';

test('nothing that a browser keeps or follows gets through', () => {
  const dangerous = [
    'Set-Cookie',
    'Service-Worker-Allowed',
    'Clear-Site-Data',
    'Refresh',
    'Link',
    'Location',
    'Strict-Transport-Security',
    'Access-Control-Allow-Origin',
    'Content-Disposition',
    'Report-To',
    'NEL',
    'SourceMap',
    'Alt-Svc',
    'Content-Encoding',
  ];
  const headers = browserHeaders(
    dangerous.map((name) => [name, 'x'] as const),
    PLACE,
  );
  expect(dangerous.filter((name) => headers.has(name))).toEqual([]);
});

test('the type of the answer stays, whatever its spelling', () => {
  expect(browserHeaders([['content-TYPE', 'text/css; charset=utf-8']], PLACE).get('Content-Type')).toBe(
    'text/css; charset=utf-8',
  );
});

test('a policy of the guest cannot replace ours', () => {
  const headers = browserHeaders(
    [
      ['Content-Security-Policy', "script-src 'unsafe-inline'"],
      ['Referrer-Policy', 'unsafe-url'],
      ['X-DNS-Prefetch-Control', 'on'],
    ],
    PLACE,
  );
  expect(headers.get('Content-Security-Policy')).toBe(guestPolicy(PLACE));
  expect(headers.get('X-DNS-Prefetch-Control')).toBe('off');
  expect(headers.get('Referrer-Policy')).toBe('same-origin');
});

test('the policy takes scripts away and keeps frames and forms in the pane', () => {
  const policy = guestPolicy(PLACE);
  expect(policy).toContain("script-src 'none'");
  expect(policy).toContain(`form-action ${PLACE};`);
  expect(policy).toContain(`frame-src ${PLACE};`);
  expect(policy).not.toMatch(/allow-(scripts|top-navigation|popups|modals|downloads)/);
});

test('a value that no header can hold is left out', () => {
  expect(browserHeaders([['Content-Type', 'text/html\u0000']], PLACE).get('Content-Type')).toBeNull();
});

test('the guest sees the pane’s cookie and referrer, not the site’s', () => {
  const headers = guestRequestHeaders(
    [
      ['Cookie', 'site=secret'],
      ['Referer', 'https://example.org/guides/'],
      ['Sec-Fetch-Mode', 'navigate'],
      ['Accept', 'text/html'],
      ['Range', 'bytes=0-'],
      ['Content-Type', 'text/plain'],
    ],
    { cookie: 'a=1', referrer: 'http://flask.example/', userAgent: 'Test' },
  );
  expect(headers).toEqual({
    accept: 'text/html',
    'content-type': 'text/plain',
    'user-agent': 'Test',
    'accept-encoding': 'identity',
    cookie: 'a=1',
    referer: 'http://flask.example/',
  });
});
