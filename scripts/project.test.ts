import { expect, test } from 'vitest';
import { sitePlace } from './project.ts';

test('the site is for the root of its host unless TYPEALONG_BASE says otherwise', () => {
  expect(sitePlace({}).base).toBe('/');
  expect(sitePlace({ TYPEALONG_BASE: '/learn/' }).base).toBe('/learn/');
  expect(sitePlace({ TYPEALONG_BASE: '/a/b.c/' }).base).toBe('/a/b.c/');
});

test.each(['', 'learn', '/learn', 'learn/', '//', '/a b/', 'http://host/learn/', '/learn/?x/'])(
  'TYPEALONG_BASE="%s" is refused in a sentence',
  (base) => {
    expect(() => sitePlace({ TYPEALONG_BASE: base })).toThrow(
      'begins and ends with a slash, such as /learn/',
    );
  },
);
