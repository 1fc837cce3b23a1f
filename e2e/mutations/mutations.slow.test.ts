/**
 * Mistakes made by the hundred, line by line, at the end of each guide: the check of the whole chain names what broke
 * the page. `npm test` takes a few of each guide, `--everything` all of them, which takes hours.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, sampleOf } from '../../scripts/sample.ts';
import { KNOWN_MISSES } from './known-misses.ts';
import { type Candidate, guidesWithChain, Laboratory, type Trial } from './laboratory.ts';
import { compare, staleNames } from './misses.ts';
import { describeTrial } from './report.ts';

/** So many of each guide, when not everything is tested: two minutes for all guides together. */
const SAMPLE = 2;
/** The least part of the mutations which broke the page that must be named. */
const NAMED_SHARE = 0.95;
/** All mutations of a guide, on a busy computer. */
const LONGEST_MS = 8 * 3_600_000;

describe.each(guidesWithChain().map(({ slug }) => slug))('%s', (slug) => {
  const laboratory = new Laboratory(slug);
  const known = KNOWN_MISSES[slug] ?? {};
  let candidates: readonly Candidate[] = [];
  beforeAll(async () => {
    await laboratory.start();
    candidates = await laboratory.candidates();
  });
  afterAll(() => laboratory.end());

  it('has all mutations that are listed as known misses', () => {
    const names = candidates.map(({ mutation }) => mutation.name);
    expect(new Set(names).size).toBe(names.length);
    expect(staleNames(known, names)).toEqual([]);
  });

  it('names what breaks the page', { timeout: LONGEST_MS }, async () => {
    const trials: Trial[] = [];
    for (const candidate of EVERYTHING ? candidates : sampled(slug, candidates)) {
      const trial = await laboratory.try(candidate);
      if (trial !== null) trials.push(trial);
    }
    const { wrong, unnamed, cured, namedShare } = compare(trials, known);
    expect(wrong.map(describeTrial)).toEqual([]);
    expect(cured, 'These are named now, or harmless: take them from the list of known misses').toEqual([]);
    if (EVERYTHING)
      expect(namedShare, unnamed.map(describeTrial).join('\n')).toBeGreaterThanOrEqual(NAMED_SHARE);
    else expect(unnamed.map(describeTrial)).toEqual([]);
  });
});

function sampled(slug: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const names = candidates.map(({ mutation }) => mutation.name);
  const sample = sampleOf(`mutations of ${slug}`, names, SAMPLE / names.length);
  return candidates.filter(({ mutation }) => sample.has(mutation.name));
}
