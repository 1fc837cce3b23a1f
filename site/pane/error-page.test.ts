import { expect, test } from 'vitest';
import { errorPage } from './error-page.ts';
import type { PaneError, PaneNotice } from './error-page.ts';

const address = { host: 'flask.example:5000', path: '/<x>?"' };

test('what comes from the guest is text', () => {
  const page = errorPage({ kind: 'outside', address, target: 'https://x/<script>' });
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('/<x>');
});

const HOSTILE = '<link rel=preconnect href=//127.0.0.1:9>"&';

test.each<PaneError | PaneNotice>([
  { kind: 'file', address, contentType: `x/${HOSTILE}`, bytes: 1 },
  { kind: 'unreadable', address, message: HOSTILE },
  { kind: 'broken', address, message: HOSTILE },
  { kind: 'outside', address, target: HOSTILE },
  { kind: 'refused', address: { host: HOSTILE, path: `/${HOSTILE}` } },
  { kind: 'unknown-host', address: { host: HOSTILE, path: '/' }, known: [HOSTILE] },
])('whatever the guest or the reader puts into the page of “$kind” is text', (error) => {
  const page = errorPage(error);
  expect(page).not.toContain('<link');
  expect(page).toContain('&#60;link rel=preconnect href=//127.0.0.1:9&#62;&#34;&#38;');
});

test.each([
  // Also before it was ever on, so it is not “switched off”.
  ['off', 'flask.example is off'],
  ['failed', 'could not be started, or it broke down'],
  ['none', 'This copy of the site has no machine'],
  // Also after it was off, so it is not “restarting”.
  ['starting', 'flask.example is starting'],
  // What comes after that is not known here.
  ['stopping', 'flask.example is shutting down'],
  ['paused', 'flask.example is paused'],
  // Also while the network is slow, so nothing has failed.
  ['waiting', 'a file of this site that has not arrived yet'],
] as const)('what is said of a machine that is “%s” is true', (kind, words) => {
  expect(errorPage({ kind, address })).toContain(words);
});

test('only what asking again may help with can be asked again', () => {
  const retry = 'Try again';
  for (const kind of ['none', 'off', 'failed'] as const)
    expect(errorPage({ kind, address }), kind).not.toContain(retry);
  for (const kind of ['starting', 'waiting', 'refused'] as const)
    expect(errorPage({ kind, address }), kind).toContain(retry);
});

test('a refusal speaks of the port, not of the firewall', () => {
  const page = errorPage({ kind: 'refused', address });
  expect(page).toContain('port 5000');
  expect(page).not.toContain('firewall');
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1536, '1.5 KiB'],
  [5 * 1024 * 1024, '5.0 MiB'],
])('a file of %d bytes is %s long', (bytes, words) => {
  const page = errorPage({ kind: 'file', address, contentType: 'application/zip', bytes });
  expect(page).toContain(`a file of ${words}`);
  expect(page).toContain('application/zip');
});
