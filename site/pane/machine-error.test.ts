import { expect, test } from 'vitest';
import { machineError } from './machine-error.ts';

test.each([
  ['running', null],
  ['off', 'off'],
  ['halted', 'off'],
  ['failed', 'off'],
  ['none', 'off'],
  ['fetching', 'starting'],
  ['stopping', 'restarting'],
  ['booting', 'restarting'],
  ['paused', 'paused'],
  ['waiting', 'waiting'],
] as const)('a machine that is %s: %s', (status, kind) => {
  expect(machineError(status)).toBe(kind);
});
