import { describe, expect, it } from 'vitest';
import { alignColumns, figuresTable, median, medians, missed } from './figures.ts';

describe('median', () => {
  it('is the value in the middle, or between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([])).toBeUndefined();
  });
});

describe('medians', () => {
  it('leaves out what was not measured', () => {
    expect(medians([{ coldStartMs: 100 }, { coldStartMs: 300, requestMs: 8 }])).toEqual({
      coldStartMs: 200,
      requestMs: 8,
    });
  });
});

describe('missed', () => {
  const met = {
    coldShownMs: 1,
    coldStartMs: 3000,
    warmShownMs: 1,
    warmStartMs: 1,
    slowStartMs: 1,
    startBytes: 1,
    longestTaskMs: 1,
    floodMs: 1,
    floodTaskMs: 1,
    outputRate: 200,
    requestMs: 1,
    pipMs: 1,
    saveStillMs: 1,
    saveTaskMs: 1,
    saveBytes: 1,
    goOnMs: 1,
  };
  const plain = { coldStartMs: 3900, warmStartMs: 2 };

  it('names what is over its target, and what has a target and was not measured', () => {
    expect(missed(met, plain)).toEqual([]);
    expect(missed({ ...met, coldStartMs: 3001 }, { ...plain, coldStartMs: 9000 })).toEqual(['coldStartMs']);
    const unmeasured = Object.fromEntries(Object.entries(met).filter(([figure]) => figure !== 'requestMs'));
    expect(missed(unmeasured, plain)).toEqual(['requestMs']);
    expect(missed(unmeasured, plain, new Set(['start', 'screen']))).toEqual([]);
  });

  it('names a rate that is too low, and what is not enough better than the plain embedding', () => {
    expect(missed({ ...met, outputRate: 199 }, plain)).toEqual(['outputRate']);
    expect(missed(met, { ...plain, coldStartMs: 3899 })).toEqual(['coldStartMs']);
    expect(missed(met, {})).toEqual(['coldStartMs', 'warmStartMs']);
  });
});

it('the table shows targets and ratios', () => {
  const table = figuresTable(
    { coldStartMs: 4000, memoryBytes: 5e8, outputRate: 300 },
    { coldStartMs: 8000, memoryBytes: 6e8, outputRate: 150 },
  );
  expect(table).toMatch(/empty cache\s+4000 ms\s+≤ 3000 ms\s+MISSED\s+8000 ms\s+2\.00\s+≥ 1\.30\s+met/);
  expect(table).toMatch(/1 MB of output.*300 KB\/s\s+≥ 200 KB\/s\s+met\s+150 KB\/s\s+2\.00$/m);
  expect(table).toMatch(/Peak memory of the tab\s+500\.0 MB\s+600\.0 MB\s+1\.20/);
});

it('columns are as wide as their widest cell, and only the first stands to the left', () => {
  expect(
    alignColumns([
      ['a', '1', ''],
      ['bcd', '100', ''],
    ]),
  ).toBe('a      1\nbcd  100');
});
