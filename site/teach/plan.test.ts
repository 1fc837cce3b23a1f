import { expect, test } from 'vitest';
import { planOf } from './plan.ts';
import { CATALOG } from './testing/example.ts';

test('chapters add up', () => {
  expect(planOf(['flask/one', 'flask/two'], { per: 'check', each: 5 }, CATALOG)).toEqual({
    chapters: 2,
    minutes: 70,
    checks: 4,
    points: 20,
    outcomes: ['Install Nginx'],
    prerequisites: ['You know a shell.'],
  });
});

test('outcomes are those of the chosen chapters; points may be for chapters, or none', () => {
  const chosen = planOf(['flask/two', 'flask/gone'], { per: 'chapter', each: 10 }, CATALOG);
  expect(chosen).toMatchObject({ chapters: 1, points: 10, outcomes: [] });
  expect(planOf(['flask/two'], null, CATALOG).points).toBe(0);
});

test('nothing chosen, nothing planned', () => {
  expect(planOf([], null, CATALOG)).toMatchObject({
    chapters: 0,
    minutes: 0,
    outcomes: [],
    prerequisites: [],
  });
});
