import { expect, test } from 'vitest';
import { browserHeaders, GUEST_POLICY, guestRequestHeaders } from './header-policy.ts';

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
  const headers = browserHeaders(dangerous.map((name) => [name, 'x'] as const));
  expect(dangerous.filter((name) => headers.has(name))).toEqual([]);
});

test('the type of the answer stays, whatever its spelling', () => {
  expect(browserHeaders([['content-TYPE', 'text/css; charset=utf-8']]).get('Content-Type')).toBe(
    'text/css; charset=utf-8',
  );
});

test('a policy of the guest cannot replace ours', () => {
  const headers = browserHeaders([
    ['Content-Security-Policy', "script-src 'unsafe-inline'"],
    ['Referrer-Policy', 'unsafe-url'],
  ]);
  expect(headers.get('Content-Security-Policy')).toBe(GUEST_POLICY);
  expect(headers.get('Referrer-Policy')).toBe('same-origin');
});

test('the policy takes scripts away and keeps forms here', () => {
  expect(GUEST_POLICY).toContain("script-src 'none'");
  expect(GUEST_POLICY).toContain("form-action 'self'");
  expect(GUEST_POLICY).not.toMatch(/allow-(scripts|top-navigation|popups|modals|downloads)/);
});

test('a value that no header can hold is left out', () => {
  expect(browserHeaders([['Content-Type', 'text/html\u0000']]).get('Content-Type')).toBeNull();
});

test('the guest sees the pane’s cookie and referrer, not the site’s', () => {
  const headers = guestRequestHeaders(
    [
      ['Cookie', 'site=secret'],
      ['Referer', 'https://example.org/guides/'],
      ['Sec-Fetch-Mode', 'navigate'],
      ['Accept', 'text/html'],
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
