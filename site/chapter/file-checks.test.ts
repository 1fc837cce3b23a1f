import { expect, test } from 'vitest';
import type { Check } from '../checks/model.ts';
import { fileChecksUpTo } from './file-checks.ts';
import { exampleChapter } from './model-examples.ts';

const file = (path: string, contains: string): Check => ({ kind: 'file', path, contains });

const owner: Check = { kind: 'file', path: '/c', owner: 'root' };

function chapterWith(number: number, ...checks: readonly Check[]) {
  const placed = checks.map((check, index) => ({ id: `c${index}`, title: '', line: 1, check }));
  return { ...exampleChapter([], placed), number };
}

test('the last chapter that speaks of a file counts, and no later one', () => {
  const [first, second, third] = [
    chapterWith(1, file('/a', 'one'), file('/b', 'b'), owner, { kind: 'port', port: 80 }),
    chapterWith(2, file('/a', 'two'), file('/a', 'three')),
    chapterWith(3, file('/b', 'later')),
  ];
  const guide = { chapters: [first, second, third] };
  expect(fileChecksUpTo(guide, first)).toEqual([file('/a', 'one'), file('/b', 'b')]);
  expect(fileChecksUpTo(guide, second)).toEqual([file('/a', 'two'), file('/a', 'three'), file('/b', 'b')]);
  expect(fileChecksUpTo(guide, third)).toContainEqual(file('/b', 'later'));
});
