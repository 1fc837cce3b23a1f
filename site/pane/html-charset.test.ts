import { expect, test } from 'vitest';
import { decodeHtml } from './html-charset.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the header says it', () => {
  expect(decodeHtml(utf8('é'), 'text/html; charset="UTF-8"')).toEqual({ text: 'é', charset: 'utf-8' });
  expect(decodeHtml(Uint8Array.of(0xe9), 'text/html;charset=iso-8859-1').text).toBe('é');
});

test('else the page says it', () => {
  expect(decodeHtml(utf8('<meta charset=utf-8>é'), 'text/html').text).toContain('é');
  const long = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">é';
  expect(decodeHtml(utf8(long), 'text/html').text).toContain('é');
  expect(decodeHtml(utf8('<!-- <meta charset=koi8-r> --><p>'), 'text/html').charset).toBe('windows-1252');
});

test('a byte order mark comes before both', () => {
  const page = Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9);
  expect(decodeHtml(page, 'text/html; charset=koi8-r')).toEqual({ text: 'é', charset: 'utf-8' });
});

test('nobody says it, or something that no browser knows', () => {
  expect(decodeHtml(Uint8Array.of(0xe9), 'text/html').text).toBe('é');
  expect(decodeHtml(Uint8Array.of(0xe9), 'text/html; charset=klingon').charset).toBe('windows-1252');
});
