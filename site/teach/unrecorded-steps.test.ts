import { expect, it } from 'vitest';
import type { CheckSummary } from '../evidence/summary.ts';
import { CATALOG } from './testing/example.ts';
import { unrecordedSteps } from './unrecorded-steps.ts';

const [one, two] = CATALOG.guides[0]?.chapters ?? [];
if (!one || !two) throw new Error('two chapters');

function recorded(...passed: readonly string[]): { readonly checks: readonly CheckSummary[] } {
  return {
    checks: ['a1', 'a2', 'b1', 'c1'].map((id) => ({
      ...{ id, attempts: 1, causes: {} },
      firstPassMs: passed.includes(id) ? 1_800_000_000_000 : null,
    })),
  };
}

it('a finished step is in the record when all of its checks have passed there', () => {
  const unrecorded = (passed: readonly string[], done: readonly string[]): readonly string[] =>
    unrecordedSteps(one, recorded(...passed), new Set(), (step) => done.includes(step)).map(({ id }) => id);
  expect(unrecorded([], [])).toEqual([]);
  expect(unrecorded([], ['a', 'b'])).toEqual(['a', 'b']);
  expect(unrecorded(['a1', 'b1'], ['a', 'b'])).toEqual(['a']);
  expect(unrecorded(['a1', 'a2'], ['a', 'b'])).toEqual(['b']);
  expect(unrecorded(['a1', 'a2', 'b1'], ['a', 'b'])).toEqual([]);
});

it('one without checks is when it was opened', () => {
  const unrecorded = (opened: readonly string[]): readonly string[] =>
    unrecordedSteps(two, recorded('c1'), new Set(opened), () => true).map(({ id }) => id);
  expect(unrecorded([])).toEqual(['d']);
  expect(unrecorded(['d'])).toEqual([]);
});
