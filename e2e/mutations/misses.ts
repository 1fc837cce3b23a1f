/** How trials compare with the misses that are known. Pure. */
import type { KnownMisses } from './known-misses.ts';
import type { Verdict } from './verdict.ts';

/** What of a trial is compared. */
interface Judged {
  readonly mutation: string;
  readonly verdict: Verdict;
}

export interface Comparison<Trial extends Judged> {
  /** The page is broken, and the check holds or speaks of something else, which nobody has listed. */
  readonly wrong: readonly Trial[];
  /** The check says no cause, which nobody has listed. */
  readonly unnamed: readonly Trial[];
  /** Listed, and named after all, or harmless. */
  readonly cured: readonly string[];
  /** Of those that broke the page, the part that was named; 1 when none did. */
  readonly namedShare: number;
}

/** Compares trials with the list of a guide. */
export function compare<Trial extends Judged>(
  trials: readonly Trial[],
  known: KnownMisses,
): Comparison<Trial> {
  const withVerdict = (...verdicts: readonly Verdict[]): readonly Trial[] =>
    trials.filter(({ verdict }) => verdicts.includes(verdict));
  const unlisted = (some: readonly Trial[]): readonly Trial[] =>
    some.filter(({ mutation }) => !(mutation in known));
  const broken = withVerdict('named', 'wrong', 'unnamed', 'false-pass');
  return {
    wrong: unlisted(withVerdict('wrong', 'false-pass')),
    unnamed: unlisted(withVerdict('unnamed')),
    cured: withVerdict('named', 'harmless')
      .map(({ mutation }) => mutation)
      .filter((mutation) => mutation in known),
    namedShare: broken.length === 0 ? 1 : withVerdict('named').length / broken.length,
  };
}

/** Names on the list that no mutation has. */
export function staleNames(known: KnownMisses, names: readonly string[]): readonly string[] {
  return Object.keys(known).filter((name) => !names.includes(name));
}
