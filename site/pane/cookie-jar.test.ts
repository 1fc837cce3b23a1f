import { expect, test } from 'vitest';
import { CookieJar } from './cookie-jar.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function jarWith(...headers: string[]): CookieJar {
  const jar = new CookieJar(() => NOW);
  for (const header of headers) jar.set(header, 'flask.example:5000', '/shop/cart?x=/y/z');
  return jar;
}

test('a cookie goes back to its host, whatever the port', () => {
  expect(jarWith('session=abc; HttpOnly; Path=/').header('flask.example', '/')).toBe('session=abc');
});

test('another host gets nothing', () => {
  const jar = jarWith('session=abc; Path=/');
  expect(jar.header('192.168.86.100', '/')).toBeNull();
  expect(jar.header('sub.flask.example', '/')).toBeNull();
  expect(jar.header('notflask.example', '/')).toBeNull();
});

test('a cookie for a domain goes to its subdomains; a foreign domain is refused', () => {
  expect(jarWith('a=1; Domain=.flask.example; Path=/').header('www.flask.example', '/')).toBe('a=1');
  expect(jarWith('a=1; Domain=other.example; Path=/').header('flask.example', '/')).toBeNull();
});

test('without a path it is for the folder that set it', () => {
  const jar = jarWith('a=1');
  expect(jar.header('flask.example', '/shop/list')).toBe('a=1');
  expect(jar.header('flask.example', '/shopping')).toBeNull();
  expect(jar.header('flask.example', '/')).toBeNull();
});

test('the longest path comes first', () => {
  expect(jarWith('a=1; Path=/', 'b=2; Path=/shop').header('flask.example', '/shop/x')).toBe('b=2; a=1');
});

test('the same name replaces, an expired one removes', () => {
  const jar = jarWith('a=1; Path=/', 'a=2; Path=/');
  expect(jar.header('flask.example', '/')).toBe('a=2');
  jar.set('a=; Path=/; Max-Age=0', 'flask.example', '/');
  expect(jar.header('flask.example', '/')).toBeNull();
});

test('it ends when it says', () => {
  let now = NOW;
  const jar = new CookieJar(() => now);
  jar.set('a=1; Path=/; Max-Age=60', 'flask.example', '/');
  jar.set('b=1; Path=/; Expires=Thu, 01 Jan 2026 00:02:00 GMT', 'flask.example', '/');
  now += 61_000;
  expect(jar.header('flask.example', '/')).toBe('b=1');
  now += 61_000;
  expect(jar.header('flask.example', '/')).toBeNull();
});

test('values keep their equals signs; nonsense and Secure are ignored', () => {
  const jar = jarWith('a=x=y; Path=/', 'nonsense', '=1', 's=1; Secure; Path=/');
  expect(jar.header('flask.example', '/')).toBe('a=x=y');
});

test('a host that sets cookies without end keeps the last fifty', () => {
  const many = Array.from({ length: 60 }, (_, index) => `c${index}=1; Path=/`);
  const sent =
    jarWith(...many)
      .header('flask.example', '/')
      ?.split('; ') ?? [];
  expect(sent).toHaveLength(50);
  expect(sent[0]).toBe('c10=1');
});

test('a cookie of more than 4 KiB is ignored', () => {
  expect(
    jarWith(`a=${'x'.repeat(4095)}`, `b=${'x'.repeat(4096)}`).header('flask.example', '/shop/cart'),
  ).toBe(`a=${'x'.repeat(4095)}`);
});

test('the bytes of a cookie stay, also those that Unicode has as blanks', () => {
  expect(jarWith('a = voil\xc3\xa0 \t; Path=/').header('flask.example', '/')).toBe('a=voil\xc3\xa0');
});

test('what is saved comes back, and only where it belongs', () => {
  const saved = jarWith('session=abc; HttpOnly; Path=/', 'a=1; Path=/shop').save();
  const later = new CookieJar(() => NOW);
  later.restore(saved);
  expect(later.header('flask.example', '/')).toBe('session=abc');
  expect(later.header('other.example', '/')).toBeNull();
});

test('what makes no sense of what was saved is left out', () => {
  const jar = new CookieJar(() => NOW);
  const [good = ''] = jarWith('session=abc; Path=/').save();
  jar.restore([
    '',
    'null',
    '[]',
    '{}',
    good.replace('"abc"', '5'),
    good.replace('abc', 'x'.repeat(5000)),
    good,
  ]);
  expect(jar.header('flask.example', '/')).toBe('session=abc');
});
