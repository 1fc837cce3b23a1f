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

test.each(['text/plain', 'image/svg+xml', 'application/json', 'application/problem+json', 'image/png'])(
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
