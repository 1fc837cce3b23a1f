import { describe, expect, test } from 'vitest';
import {
  belongsTo,
  guestUrl,
  hostName,
  panePath,
  parsePaneUrl,
  parseTypedAddress,
  paneTarget,
} from './address.ts';
import type { PaneLocation } from './address.ts';

const ORIGIN = 'https://example.org';
const HERE: PaneLocation = { pane: 'p1', address: { host: 'flask.example:5000', path: '/shop/list?page=2' } };

describe('what the reader types', () => {
  test.each([
    ['flask.example', 'http://flask.example/'],
    ['  http://flask.example:5000  ', 'http://flask.example:5000/'],
    ['http://flask.example:80/a', 'http://flask.example/a'],
    ['192.168.86.100:5000/x?y=1', 'http://192.168.86.100:5000/x?y=1'],
    ['FLASK.Example/Path', 'http://flask.example/Path'],
  ])('%s is a page', (typed, expected) => {
    const parsed = parseTypedAddress(typed);
    expect(parsed.kind === 'page' && guestUrl(parsed.address)).toBe(expected);
  });

  test('https is told apart, with its port', () => {
    expect(parseTypedAddress('https://flask.example/a')).toEqual({
      kind: 'https',
      address: { host: 'flask.example:443', path: '/a' },
    });
  });

  test.each([
    '',
    'how do I',
    'javascript://alert',
    'file:///etc/passwd',
    'http://a:b@flask.example/',
    'http://',
  ])('%j is no address', (typed) => {
    expect(parseTypedAddress(typed).kind).toBe('invalid');
  });

  test('the port is no part of the name', () => {
    expect(hostName('flask.example:5000')).toBe('flask.example');
    expect(hostName('flask.example')).toBe('flask.example');
  });
});

describe.each(['/', '/learn/typealong/'])('under the base %s', (base) => {
  test('a page and its place in the site are the same thing', () => {
    const path = panePath(base, HERE.pane, HERE.address);
    expect(path).toBe(`${base}pane/p1/flask.example:5000/shop/list?page=2`);
    expect(parsePaneUrl(`${ORIGIN}${path}#part`, ORIGIN, base)).toEqual(HERE);
  });

  test('what is no pane is no pane', () => {
    expect(parsePaneUrl(`${ORIGIN}${base}guides/`, ORIGIN, base)).toBeNull();
    expect(parsePaneUrl(`${ORIGIN}${base}pane/p1`, ORIGIN, base)).toBeNull();
    expect(parsePaneUrl(`https://elsewhere.example${base}pane/p1/flask.example/`, ORIGIN, base)).toBeNull();
    expect(parsePaneUrl(`${ORIGIN}${base}pane/p1/exa%20mple/`, ORIGIN, base)).toBeNull();
  });

  test('an absolute path means the same host', () => {
    expect(belongsTo(`${ORIGIN}/static/style.css?v=1`, HERE, ORIGIN, base)).toEqual({
      pane: 'p1',
      address: { host: 'flask.example:5000', path: '/static/style.css?v=1' },
    });
  });

  test('a relative path already has the prefix', () => {
    expect(
      belongsTo(`${ORIGIN}${base}pane/p1/flask.example:5000/shop/2`, HERE, ORIGIN, base)?.address.path,
    ).toBe('/shop/2');
  });

  test('a page of one pane cannot ask in the name of another', () => {
    expect(belongsTo(`${ORIGIN}${base}pane/p2/flask.example/secret`, HERE, ORIGIN, base)).toEqual({
      pane: 'p1',
      address: { host: 'flask.example:5000', path: `${base}pane/p2/flask.example/secret` },
    });
  });

  test('other origins are not the pane’s', () => {
    expect(belongsTo('https://elsewhere.example/x', HERE, ORIGIN, base)).toBeNull();
  });

  test.each([
    ['/login', 'flask.example:5000/login'],
    ['next?x=1', 'flask.example:5000/shop/next?x=1'],
    ['//flask.example/', 'flask.example/'],
    ['http://192.168.86.100/a#b', '192.168.86.100/a#b'],
    ['https://flask.example/', 'flask.example:443/'],
    ['http://elsewhere.example/', 'elsewhere.example/'],
    ['../../../x', 'flask.example:5000/x'],
  ])('a redirect to %s stays in the pane', (location, expected) => {
    expect(paneTarget(location, HERE, base)).toBe(`${base}pane/p1/${expected}`);
  });

  test.each(['mailto:a@flask.example', 'javascript:alert(1)', 'data:text/html,x'])(
    'a redirect to %s leads out',
    (location) => {
      expect(paneTarget(location, HERE, base)).toBeNull();
    },
  );
});
