import { describe, expect, test } from 'vitest';
import type { FileAction } from '../chapter/model.ts';
import { compareWithListing, reachedListings, writeListing } from './guest-files.ts';

function listing(content: string, more: Partial<FileAction> = {}): FileAction {
  return {
    kind: 'file',
    id: 'f',
    line: 1,
    shownPath: '~/a.ini',
    path: '/home/sammy/a.ini',
    language: 'ini',
    content,
    addedLines: [],
    asRoot: false,
    ...more,
  };
}

describe('compareWithListing', () => {
  test('no file is missing', () => {
    expect(compareWithListing(null, listing('a\n'))).toEqual({ result: 'missing' });
  });

  test('blanks and empty lines at the ends do not matter', () => {
    expect(compareWithListing('a  \nb\n\n', listing('a\nb\n')).result).toBe('same');
  });

  test('the difference says on whose side a line is', () => {
    expect(compareWithListing('a\nx\n', listing('a\nb\n'))).toEqual({
      result: 'different',
      lines: [
        { where: 'both', text: 'a' },
        { where: 'machine', text: 'x' },
        { where: 'listing', text: 'b' },
      ],
    });
  });

  test('a part is looked for in the whole', () => {
    const part = listing('new\n', { place: { where: 'after', anchor: 'one' } });
    expect(compareWithListing('one\nnew\ntwo\n', part).result).toBe('same');
    expect(compareWithListing('one\ntwo\n', part)).toMatchObject({
      lines: [{ text: 'one' }, { where: 'listing', text: 'new' }, { text: 'two' }],
    });
    expect(compareWithListing('other\n', part).result).toBe('different');
  });
});

test('a file that grows: as far as the copy goes', () => {
  const grows = [listing('a\n'), listing('a\nb\n'), listing('a\nb\nc\n')];
  expect(reachedListings('a\nb\n', grows)).toBe(2);
  expect(reachedListings('a\nB\n', grows)).toBe(0);
  expect(reachedListings(null, grows)).toBe(0);
});

test('writing belongs to whom the editor ran as, and a part goes into the copy', async () => {
  const written: unknown[] = [];
  const agent = {
    exec: () => Promise.reject(new Error('not asked for')),
    stat: () => Promise.reject(new Error('not asked for')),
    readFile: () => Promise.resolve('one\n'),
    writeFile: (...args: unknown[]) => Promise.resolve(void written.push(args)),
  };
  await writeListing(
    agent,
    listing('two\n', { place: { where: 'after', anchor: 'one' }, asRoot: true }),
    'sammy',
  );
  await writeListing(agent, listing('two\n'), 'sammy');
  expect(written).toEqual([
    ['/home/sammy/a.ini', 'one\ntwo\n', { owner: 'root:root', mode: 0o644 }],
    ['/home/sammy/a.ini', 'two\n', { owner: 'sammy:sammy', mode: 0o644 }],
  ]);
});
