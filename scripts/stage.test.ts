import { describe, expect, it } from 'vitest';
import { settle } from './stage.ts';

describe('settle', () => {
  it('takes the exit status of a runner without a report', () => {
    expect(settle(0, { passed: 0, failed: 0 }, false)).toEqual({ passed: 1, failed: 0 });
    expect(settle(2, { passed: 0, failed: 0 }, false)).toEqual({ passed: 0, failed: 1 });
  });
  it('counts a runner that broke as a failure, whatever its report says', () => {
    expect(settle(1, { passed: 12, failed: 0 }, true)).toEqual({ passed: 12, failed: 1 });
    expect(settle(1, { passed: 12, failed: 3 }, true)).toEqual({ passed: 12, failed: 3 });
  });
  it('does not take a run without tests for a success', () => {
    expect(settle(0, { passed: 0, failed: 0 }, true)).toEqual({ passed: 0, failed: 1 });
  });
});
