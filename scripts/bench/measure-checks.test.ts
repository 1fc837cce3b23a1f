import { expect, it } from 'vitest';
import { loadGuides } from '../../site/chapter/load.ts';
import { chapterWithMostChecks, checksOf } from './measure-checks.ts';

it('finds the chapter with the most checks among those that another follows', () => {
  const guides = loadGuides();
  const found = chapterWithMostChecks(guides);
  expect(found?.next.number).toBe((found?.chapter.number ?? 0) + 1);
  expect(found?.next.guide).toBe(found?.chapter.guide);
  const followed = guides.flatMap(({ chapters }) => chapters.slice(0, -1));
  expect(found && checksOf(found.chapter)).toBe(Math.max(...followed.map((chapter) => checksOf(chapter))));
  expect(chapterWithMostChecks([])).toBeUndefined();
});
