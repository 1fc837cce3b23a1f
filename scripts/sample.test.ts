import { describe, expect, it } from 'vitest';
import { sampleOf } from './sample.ts';

const NAMES = Array.from({ length: 10 }, (_, index) => `name ${index}`);

describe('sampleOf', () => {
  it('takes so large a part, rounded up', () => {
    expect(sampleOf('kind', NAMES, 1 / 5).size).toBe(2);
    expect(sampleOf('kind', NAMES.slice(0, 7), 1 / 2).size).toBe(4);
    expect(sampleOf('kind', [], 1 / 2).size).toBe(0);
    for (const name of sampleOf('kind', NAMES, 1 / 2)) expect(NAMES).toContain(name);
  });

  it('is the same whatever the order, and another for another kind', () => {
    const sample = sampleOf('kind', NAMES, 1 / 2);
    expect(sampleOf('kind', NAMES.toReversed(), 1 / 2)).toEqual(sample);
    expect(sampleOf('another kind', NAMES, 1 / 2)).not.toEqual(sample);
  });
});
