import { describe, expect, it } from 'vitest';
import { addedLines, applyListing, compareListing, savedListing } from './listing.ts';
import type { Action, CommandAction, FileAction } from './model.ts';

describe('addedLines', () => {
  it('is empty for a first listing', () => {
    expect(addedLines(undefined, 'a\n')).toEqual([]);
  });
  it('counts lines in the middle and changed ones, but no blank ones', () => {
    expect(addedLines('a\nb\nc\n', 'a\n\nx\nb\nC\n')).toEqual([3, 5]);
  });
});

describe('compareListing', () => {
  const whole = { content: 'a\nb\n' };
  const part = { content: 'two\n', place: { where: 'after', anchor: 'one' } } as const;

  it.each([
    ['no file', null, 'missing'],
    ['the same', 'a\nb\n', 'same'],
    ['blanks at the ends of lines', 'a  \nb\t\n', 'same'],
    ['empty lines at the end, or no line end at all', 'a\nb\n\n', 'same'],
    ['no line end', 'a\nb', 'same'],
    ['blanks at the beginning of a line', ' a\nb\n', 'different'],
    ['a line more', 'a\nb\nc\n', 'different'],
    ['a line less', 'a\n', 'different'],
    ['nothing', '', 'different'],
  ])('%s', (_what, copy, expected) => {
    expect(compareListing(copy, whole)).toBe(expected);
  });

  it.each([
    ['the part in the whole', 'one\ntwo\nthree\n', 'same'],
    ['with blanks at the end', 'one\ntwo  \nthree\n', 'same'],
    ['only words of a longer line', 'one\ntwo and a half\n', 'different'],
  ])('a part: %s', (_what, copy, expected) => {
    expect(compareListing(copy, part)).toBe(expected);
  });

  it('what applyListing gives holds the listing', () => {
    const listing = { ...part, shownPath: '~/a' };
    expect(compareListing(applyListing('one\n', listing), listing)).toBe('same');
  });
});

describe('applyListing', () => {
  const part = (where: 'before' | 'after' | 'replaces', anchor = 'two') => ({
    shownPath: '~/a',
    content: 'new\n',
    place: { where, anchor },
  });
  it('is the listing itself when it is whole', () => {
    expect(applyListing('old\n', { shownPath: '~/a', content: 'new\n' })).toBe('new\n');
    expect(applyListing(null, { shownPath: '~/a', content: 'new\n' })).toBe('new\n');
  });
  it('puts a part where it goes', () => {
    const text = 'one\ntwo words\nthree\n';
    expect(applyListing(text, part('before'))).toBe('one\nnew\ntwo words\nthree\n');
    expect(applyListing(text, part('after'))).toBe('one\ntwo words\nnew\nthree\n');
    expect(applyListing(text, part('replaces'))).toBe('one\nnew\nthree\n');
  });
  it('leaves a file as it is that has the part already', () => {
    const text = 'one\nnew\nline\ntwo words\n';
    const twoLines = { ...part('before'), content: 'new\nline\n' };
    expect(applyListing('one\ntwo words\n', twoLines)).toBe(text);
    expect(applyListing(text, twoLines)).toBe(text);
    expect(applyListing(text, part('replaces', 'gone'))).toBe(text);
    expect(applyListing('one\nnew\ntwo words\n', twoLines)).toBe('one\nnew\nnew\nline\ntwo words\n');
  });
  it('says when there is no such place', () => {
    expect(() => applyListing('one\n', part('after'))).toThrow('~/a has no line with "two"');
    expect(() => applyListing(null, part('after'))).toThrow('~/a has no line');
  });
});

describe('savedListing', () => {
  const nano: CommandAction = {
    kind: 'command',
    id: 's/1',
    line: 1,
    command: 'nano ~/a',
    output: '',
    terminal: 1,
    exit: 0,
    alternative: false,
    edits: '/home/sammy/a',
    reboots: false,
  };
  const file = (content: string, path = '/home/sammy/a'): FileAction => ({
    kind: 'file',
    id: 's/2',
    line: 2,
    shownPath: '~/a',
    path,
    language: 'text',
    content,
    addedLines: [],
    asRoot: false,
  });
  const last = file('b\n');
  it.each<[string, Action[], FileAction | undefined]>([
    ['the last of a run', [nano, file('a\n'), last], last],
    ['none of another path', [nano, last, file('c\n', '/etc/b')], last],
    [
      'none after another action',
      [nano, last, { kind: 'visit', id: 's/3', line: 3, url: 'http://a/', outcome: 200 }, file('c\n')],
      last,
    ],
    ['nothing when nothing follows', [nano], undefined],
  ])('is %s', (_what, actions, expected) => {
    expect(savedListing(actions, nano)).toBe(expected);
  });
});
