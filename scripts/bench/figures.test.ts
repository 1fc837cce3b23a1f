import { describe, expect, it } from 'vitest';
import { figuresTable, median, medians, missed } from './figures.ts';

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
  it('names what is over its target, and what has a target and was not measured', () => {
    const met = {
      coldStartMs: 3000,
      warmStartMs: 1,
      startBytes: 1,
      longestTaskMs: 1,
      floodMs: 1,
      floodTaskMs: 1,
      requestMs: 1,
      pipMs: 1,
    };
    expect(missed(met)).toEqual([]);
    expect(missed({ ...met, coldStartMs: 3001 })).toEqual(['coldStartMs']);
    const unmeasured = Object.fromEntries(Object.entries(met).filter(([figure]) => figure !== 'requestMs'));
    expect(missed(unmeasured)).toEqual(['requestMs']);
    expect(missed(unmeasured, new Set(['start', 'screen']))).toEqual([]);
  });
});

it('the table shows targets and ratios', () => {
  const table = figuresTable(
    { coldStartMs: 4000, memoryBytes: 5e8 },
    { coldStartMs: 8000, memoryBytes: 6e8 },
  );
  expect(table).toMatch(/empty cache\s+4000 ms\s+≤ 3000 ms\s+MISSED\s+8000 ms\s+2\.00/);
  expect(table).toMatch(/Peak memory of the tab\s+500\.0 MB\s+600\.0 MB\s+1\.20/);
});
