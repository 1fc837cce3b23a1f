import { expect, it } from 'vitest';
import { compare, staleNames } from './misses.ts';
import type { Verdict } from './verdict.ts';

const trial = (mutation: string, verdict: Verdict) => ({ mutation, verdict });

it('tells what is listed from what is not', () => {
  const trials = [
    trial('one', 'named'),
    trial('two', 'wrong'),
    trial('three', 'false-pass'),
    trial('four', 'unnamed'),
    trial('five', 'harmless'),
    trial('six', 'false-fail'),
  ];
  expect(compare(trials, {})).toEqual({
    wrong: [trials[1], trials[2]],
    unnamed: [trials[3]],
    cured: [],
    namedShare: 1 / 4,
  });
  const known = { one: 'was hard', two: 'hard', three: 'hard', four: 'hard', five: 'was hard' };
  expect(compare(trials, known)).toMatchObject({ wrong: [], unnamed: [], cured: ['one', 'five'] });
});

it('is content when nothing was broken', () => {
  expect(compare([trial('one', 'harmless')], {}).namedShare).toBe(1);
});

it('finds names that no mutation has', () => {
  expect(staleNames({ one: 'hard', two: 'hard' }, ['two', 'three'])).toEqual(['one']);
});
