/** What is printed of trials. */
import type { Trial } from './laboratory.ts';
import type { Verdict } from './verdict.ts';
import { wordsOf } from './verdict.ts';

const HEAD = [
  'guide',
  'mutated',
  'broken',
  'named',
  'exactly',
  'wrong',
  'unnamed',
  'false pass',
  'false fail',
];

/** A line for each guide: how many mutations, how many broke the page, and what the check made of those. */
export function trialsTable(trials: readonly Trial[]): string {
  const guides = [...new Set(trials.map(({ guide }) => guide))];
  const rows = guides.map((guide) => {
    const own = trials.filter((trial) => trial.guide === guide);
    const count = (...verdicts: readonly Verdict[]): number =>
      own.filter(({ verdict }) => verdicts.includes(verdict)).length;
    const broken = count('named', 'wrong', 'unnamed', 'false-pass');
    const exact = own.filter(({ verdict, exact }) => verdict === 'named' && exact).length;
    const figures = [own.length, broken, count('named'), exact, count('wrong'), count('unnamed')];
    return [guide, ...[...figures, count('false-pass'), count('false-fail')].map(String)];
  });
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** One that is not as it should be, with everything that the check said. */
export function describeTrial({ guide, mutation, answer, verdict, result }: Trial): string {
  const said =
    result.status === 'fail'
      ? `${result.cause ?? 'no cause'}: ${wordsOf(result)}`
      : result.status === 'error'
        ? `the check broke: ${result.message}`
        : result.found;
  return `${verdict}: ${guide}: ${mutation}\n  answer: ${answer}\n  ${said.trim().replaceAll('\n', '\n  ')}`;
}

/** Those whose verdict has to be looked at. */
export function troubles(trials: readonly Trial[]): readonly Trial[] {
  return trials.filter(({ verdict }) => verdict !== 'named' && verdict !== 'harmless');
}
