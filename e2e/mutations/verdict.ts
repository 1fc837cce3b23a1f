/** What a check makes of a mutation. */
import type { CheckResult } from '../../site/checks/model.ts';
import { mentions, type Mutation } from './mutation.ts';

/**
 * Of a page that is broken: `named`, the check says a cause, and speaks of what was mutated; `wrong`, it says a cause
 * and speaks of something else; `unnamed`, it says none, or broke itself; `false-pass`, it holds. Of a page that is
 * there: `harmless`, the check holds; `false-fail`, it does not.
 */
export type Verdict = 'named' | 'wrong' | 'unnamed' | 'false-pass' | 'harmless' | 'false-fail';

/** The verdict, and whether the check says just what it is, and not only in which file. */
export function judge(
  mutation: Pick<Mutation, 'about' | 'exactly'>,
  works: boolean,
  result: CheckResult,
): { readonly verdict: Verdict; readonly exact: boolean } {
  if (result.status === 'pass') return { verdict: works ? 'harmless' : 'false-pass', exact: false };
  const words = result.status === 'fail' ? withoutRequests(wordsOf(result)) : result.message;
  const exact = mutation.exactly.some((word) => mentions(words, word));
  if (works) return { verdict: 'false-fail', exact };
  if (result.status === 'error' || result.cause === undefined) return { verdict: 'unnamed', exact };
  const named = mutation.about.some((word) => mentions(words, word));
  return { verdict: named ? 'named' : 'wrong', exact: named && exact };
}

/** Nginx's log of a request names the socket and the host whatever the cause is. */
function withoutRequests(words: string): string {
  return words
    .split('\n')
    .filter((line) => !/, client: \S+, server: /.test(line))
    .join('\n');
}

/** Everything that a failed check says to the reader. */
export function wordsOf(result: Extract<CheckResult, { status: 'fail' }>): string {
  return [result.found, result.advice, result.evidence ?? ''].join('\n');
}
