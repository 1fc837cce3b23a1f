import { expect, test } from 'vitest';
import { guideProgressInWords } from './guide-progress.ts';
import { ProgressStore } from './store.ts';

const CHAPTERS = { one: ['a', 'b'], two: ['c'] };

test('chapters count when all their steps are done', () => {
  const progress = new ProgressStore(null, 'progress');
  const words = (): string => guideProgressInWords(progress, 'g', CHAPTERS);
  expect(words()).toBe('');
  progress.finishStep('g', 'one', 'a');
  expect(words()).toBe('0 of 2 chapters done');
  progress.finishStep('g', 'one', 'b');
  expect(words()).toBe('1 of 2 chapters done');
  progress.finishStep('g', 'two', 'c');
  expect(words()).toBe('Done');
});
