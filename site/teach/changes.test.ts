import { expect, test } from 'vitest';
import type { Catalog, CatalogChapter } from './catalog.ts';
import { changeInWords, changesSince } from './changes.ts';
import { readLink, writeLink } from './link.ts';
import { ASSIGNMENT, CATALOG } from './testing/example.ts';

/** The site of a later release, in which the first chapter is another; `null` when it is gone. */
function released(change: (chapter: CatalogChapter) => CatalogChapter | null): Catalog {
  return {
    guides: CATALOG.guides.map((guide) => ({
      ...guide,
      chapters: guide.chapters.flatMap((chapter) =>
        chapter.slug === 'one' ? (change(chapter) ?? []) : [chapter],
      ),
    })),
  };
}

/** What a link that was made before says of the later release. */
function changes(later: Catalog): readonly string[] {
  const { assignment } = readLink(writeLink(ASSIGNMENT));
  return assignment ? changesSince(assignment, later).map(changeInWords) : ['unreadable'];
}

test('nothing has changed on the release on which it was made', () => {
  expect(changes(CATALOG)).toEqual([]);
});

test('a chapter that was moved and whose minutes are others is the same', () => {
  expect(changes(released((one) => ({ ...one, number: 3, minutes: 5, url: '/elsewhere/' })))).toEqual([]);
});

test('a chapter that is gone is named', () => {
  expect(changes(released(() => null))).toEqual(['The chapter “one” of “flask” is no longer on this site.']);
  expect(changes({ guides: [] })).toHaveLength(2);
});

test.each([
  ['changed', [1, 9, 3], ['A1', 'A2!', 'B1'], 'Changed: “A2!”.'],
  ['added', [1, 2, 9, 3], ['A1', 'A2', 'New', 'B1'], 'New: “New”.'],
  ['added at the end', [1, 2, 3, 9], ['A1', 'A2', 'B1', 'New'], 'New: “New”.'],
  ['gone', [1, 3], ['A1', 'B1'], 'One check is gone.'],
  ['gone at the beginning', [3], ['B1'], '2 checks are gone.'],
  [
    'changed, added and gone',
    [9, 8, 2],
    ['A1!', 'New', 'A2'],
    'Changed: “A1!”. New: “New”. One check is gone.',
  ],
  ['all gone', [], [], '3 checks are gone.'],
])('a check that is %s is named', (_, prints, titles, words) => {
  const checks = prints.map((print, index) => ({ id: `c${index}`, print, title: titles[index] ?? '' }));
  expect(changes(released((one) => ({ ...one, print: 12, checks })))).toEqual([
    `Chapter 1, “One”: its checks have changed. ${words}`,
  ]);
});

test('steps may change under the same checks', () => {
  expect(changes(released((one) => ({ ...one, print: 12 })))).toEqual([
    'Chapter 1, “One”: its steps have changed; its checks are the same.',
  ]);
});
