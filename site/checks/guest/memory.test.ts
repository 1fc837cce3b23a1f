import { expect, it } from 'vitest';
import { Memory } from './memory.ts';

const READING = { code: 0, output: 'x' };

it('knows what it was told, for ten seconds', () => {
  let now = 0;
  const memory = new Memory(() => now);
  expect(memory.recall('ps')).toBeUndefined();
  memory.keep('ps', READING);
  now = 10_000;
  expect(memory.recall('ps')).toBe(READING);
  expect(memory.recall('ss')).toBeUndefined();
  now = 10_001;
  expect(memory.recall('ps')).toBeUndefined();
});

it('forgets everything', () => {
  const memory = new Memory();
  memory.keep('ps', READING);
  memory.forget();
  expect(memory.recall('ps')).toBeUndefined();
});
