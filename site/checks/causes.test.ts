import { expect, it } from 'vitest';
import { causesInWords } from './causes.ts';
import { PROGRAMS } from './words/index.ts';

it('has every cause once, in whole sentences that lack nothing', () => {
  const causes = causesInWords();
  const known = Object.values(PROGRAMS).flatMap((words) => Object.keys(words));
  expect(causes.map(({ cause }) => cause).sort()).toEqual(known.sort());
  const broken = causes.filter(({ found, advice }) =>
    [found, advice].some((words) => words.trim() === '' || /undefined|null|``|\[object/.test(words)),
  );
  expect(broken).toEqual([]);
  // Code stands in pairs of backticks.
  expect(causes.filter(({ found, advice }) => (`${found}${advice}`.split('`').length - 1) % 2 !== 0)).toEqual(
    [],
  );
});
