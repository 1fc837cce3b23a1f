import { describe, expect, it } from 'vitest';
import { fromPlaywright, fromVitest, GUEST_RECORD, settle } from './stage.ts';

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

describe('what failed', () => {
  it('is read from the report of vitest, also where a file could not be read', () => {
    const passed = { fullName: 'a passes', status: 'passed', failureMessages: [] };
    const failed = {
      fullName: 'a fails',
      status: 'failed',
      failureMessages: ['\u001b[31m1 is not 2\u001b[39m'],
    };
    const outcome = fromVitest({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { name: 'a.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
        { name: 'b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
        { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [passed] },
      ],
    });
    expect(outcome).toEqual({
      passed: 1,
      failed: 1,
      failures: [
        { test: 'a.test.ts › a fails', message: '1 is not 2', records: [] },
        { test: 'b.test.ts', message: 'Cannot find module', records: [] },
      ],
    });
  });

  it('is read from the report of Playwright, at any depth', () => {
    const spec = (title: string, messages: string[]): unknown => ({
      title,
      file: 'a.spec.ts',
      ok: messages.length === 0,
      tests: [
        {
          results: [
            {
              errors: messages.map((message) => ({ message })),
              attachments: [
                { name: 'screenshot' },
                { name: GUEST_RECORD, path: `/of/${messages.join()}.txt` },
              ],
            },
          ],
        },
      ],
    });
    const outcome = fromPlaywright({
      stats: { expected: 1, unexpected: 2, flaky: 0 },
      suites: [
        {
          specs: [spec('at the top', ['one'])],
          suites: [{ specs: [spec('well', []), spec('within', ['two', 'three'])] }],
        },
      ],
    });
    expect(outcome).toEqual({
      passed: 1,
      failed: 2,
      failures: [
        { test: 'a.spec.ts › at the top', message: 'one', records: ['/of/one.txt'] },
        { test: 'a.spec.ts › within', message: 'two\nthree', records: ['/of/two,three.txt'] },
      ],
    });
  });
});
