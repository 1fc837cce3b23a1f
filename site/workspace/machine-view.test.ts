import { expect, test } from 'vitest';
import { failureHeading } from './machine-view.ts';

test('a machine that never ran has not stopped', () => {
  for (const code of ['fetch-failed', 'no-worker', 'wrong-version'] as const)
    expect(failureHeading(code)).toBe('The machine could not be started');
  for (const code of ['guest-crashed', 'internal', 'out-of-memory'] as const)
    expect(failureHeading(code)).toBe('The machine has stopped');
});
