import { expect, test } from 'vitest';
import { GUIDES } from '../../e2e/wrong-turns/guides.ts';
import { loadGuides } from '../chapter/load.ts';
import { causesInWords } from '../checks/causes.ts';
import { chaptersOf, lessonMinutes, LESSONS } from './lessons.ts';
import type { Lesson } from './lessons.ts';

const guides = loadGuides();

test('each guide has its lessons, in the order of the guides', () => {
  expect(LESSONS.map(({ guide }) => guide)).toEqual(guides.map(({ slug }) => slug));
});

test('the minutes of a lesson are those of its chapters and of what is between them', () => {
  const lesson: Lesson = {
    minutes: 45,
    parts: [
      { together: 'Talk', minutes: 3 },
      { chapter: 'one' },
      { pause: 'Rest', minutes: 5 },
      { chapter: 'two' },
    ],
  };
  expect(lessonMinutes(lesson, (chapter) => (chapter === 'one' ? 10 : 20))).toBe(38);
  expect(chaptersOf([lesson, lesson])).toEqual(['one', 'two', 'one', 'two']);
});

for (const { guide: slug, whole, halves, misconceptions, questions } of LESSONS) {
  const guide = guides.find((one) => one.slug === slug);
  const chapters = guide?.chapters ?? [];
  const minutesOf = (chapter: string): number =>
    chapters.find((one) => one.slug === chapter)?.minutes ?? Number.NaN;

  test.each([
    ['90 minutes', [whole], [90]],
    ['twice 45 minutes', halves, [45, 45]],
  ] as const)(`${slug}: the plan for %s has chapters of the guide, in their order`, (_, plan, limits) => {
    expect(plan.map(({ minutes }) => minutes)).toEqual(limits);
    const planned = chaptersOf(plan);
    expect(planned.length).toBeGreaterThan(2);
    // None that is unknown, twice, or before an earlier one.
    expect(chapters.map((chapter) => chapter.slug).filter((one) => planned.includes(one))).toEqual(planned);
  });

  test.each([
    ['90 minutes', whole],
    ['the first 45 minutes', halves[0]],
    ['the second 45 minutes', halves[1]],
  ] as const)(`${slug}: the chapters fit into %s, and fill them`, (_, lesson) => {
    const minutes = lessonMinutes(lesson, minutesOf);
    expect(minutes).toBeLessThanOrEqual(lesson.minutes);
    expect(minutes).toBeGreaterThanOrEqual(lesson.minutes - 5);
  });

  test(`${slug}: 90 minutes have one pause, which is between two chapters`, () => {
    const kinds = whole.parts.map((part) =>
      'chapter' in part ? 'chapter' : 'pause' in part ? 'pause' : 'together',
    );
    expect(kinds.filter((kind) => kind === 'pause')).toHaveLength(1);
    expect(kinds.indexOf('pause')).toBeGreaterThan(kinds.indexOf('chapter'));
    expect(kinds.indexOf('pause')).toBeLessThan(kinds.lastIndexOf('chapter'));
    for (const half of halves) expect(half.parts.some((part) => 'pause' in part)).toBe(false);
  });

  test(`${slug}: each misconception is a wrong turn that is made on a machine, and has words`, () => {
    expect(misconceptions.length).toBeGreaterThanOrEqual(4);
    expect(misconceptions.length).toBeLessThanOrEqual(6);
    const made = new Set<string>(Object.values(GUIDES[slug] ?? {}).map(({ cause }) => cause));
    const inWords = new Set<string>(causesInWords().map(({ cause }) => cause));
    const causes = misconceptions.map(({ cause }) => cause);
    expect(causes.filter((cause) => !inWords.has(cause))).toEqual([]);
    expect(causes.filter((cause) => !made.has(cause))).toEqual([]);
    expect(new Set(causes).size).toBe(causes.length);
    for (const { chapter } of misconceptions) expect(minutesOf(chapter)).toBeGreaterThan(0);
  });

  test(`${slug}: two or three questions`, () => {
    expect(questions.length).toBeGreaterThanOrEqual(2);
    expect(questions.length).toBeLessThanOrEqual(3);
    for (const question of questions) expect(question.endsWith('?')).toBe(true);
  });
}
