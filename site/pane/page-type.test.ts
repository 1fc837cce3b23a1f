import { expect, test } from 'vitest';
import { pageType } from './page-type.ts';

const of = (type: string, body = '', disposition?: string): string =>
  pageType(
    [
      ...(type === '' ? [] : [['Content-type', type] as const]),
      ...(disposition === undefined ? [] : [['content-disposition', disposition] as const]),
    ],
    new TextEncoder().encode(body),
  ).kind;

test('pages are rewritten, whatever the spelling of their type', () => {
  expect(of('Text/HTML; charset=latin1')).toBe('html');
});

test.each(['text/plain', 'application/json', 'application/problem+json', 'image/png'])(
  '%s is shown',
  (type) => expect(of(type)).toBe('other'),
);

test.each([
  'application/octet-stream',
  'application/zip',
  'application/pdf',
  'text/csv',
  'font/woff2',
  'nonsense',
])('%s is saved', (type) => expect(of(type)).toBe('file'));

test('an attachment is saved, whatever its type', () => {
  expect(of('text/html', '<h1>x</h1>', 'Attachment; filename=x.html')).toBe('file');
  expect(of('text/html', '<h1>x</h1>', 'inline')).toBe('html');
});

test('an answer without a type is looked at', () => {
  expect(of('', '\n<!DOCTYPE html><title>x</title>')).toBe('html');
  expect(of('', '<h1>x</h1>')).toBe('html');
  expect(of('', 'hello')).toBe('other');
  expect(of('', 'PK\u0003\u0004')).toBe('file');
});

/** The type that the browser gets to see. */
const shownAs = (type: string, body = ''): string =>
  pageType([['Content-Type', type]], new TextEncoder().encode(body)).contentType;

test.each([
  'application/xhtml+xml',
  'Application/XML',
  'text/xml; charset=utf-8',
  'application/rss+xml',
  'application/mathml+xml',
])('XML may hold links as HTML does, so its source is shown: %s', (type) => {
  expect(of(type)).toBe('other');
  expect(shownAs(type)).toBe('text/plain;charset=utf-8');
});

test('XML is in the encoding of its header, or that of its first line', () => {
  expect(shownAs('text/xml; charset=koi8-r', '<?xml version="1.0" encoding="latin1"?>')).toBe(
    'text/plain;charset=koi8-r',
  );
  expect(shownAs('text/xml', '<?xml version="1.0" encoding="latin1"?>')).toBe(
    'text/plain;charset=windows-1252',
  );
  expect(shownAs('text/xml', '<?xml version="1.0" encoding="x, text/html"?>')).toBe(
    'text/plain;charset=utf-8',
  );
});

test('a drawing is shown as a picture', () => {
  expect(of('image/svg+xml')).toBe('drawing');
});

test('the browser sees one type, the one that was looked at', () => {
  expect(shownAs('text/plain; charset=latin1; x=y')).toBe('text/plain;charset=windows-1252');
  for (const type of ['text/plain;, text/html', 'text/plain; charset=x, text/html', 'image/png;x,text/html'])
    expect(shownAs(type)).toMatch(/^(?:text\/plain|image\/png)$/);
});
