import { expect, test } from 'vitest';
import { machineError } from './machine-error.ts';

test.each([
  ['running', null],
  ['off', 'off'],
  ['halted', 'off'],
  ['failed', 'failed'],
  ['none', 'none'],
  ['fetching', 'starting'],
  ['restoring', 'starting'],
  ['booting', 'starting'],
  ['stopping', 'stopping'],
  ['paused', 'paused'],
  ['waiting', 'waiting'],
] as const)('a machine that is %s: %s', (status, kind) => {
  expect(machineError(status)).toBe(kind);
});
