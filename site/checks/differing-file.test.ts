import { expect, test } from 'vitest';
import { withDifferingFile } from './differing-file.ts';
import type { Check } from './model.ts';
import { scriptedGuest } from './testing/scripted-guest.ts';
import type { CheckResult } from './verdict.ts';

const CHAIN: Check = { kind: 'http', url: 'http://x/', servedBy: 'nginx+uwsgi', unit: 'myproject' };
const FILE: Check = { kind: 'file', path: '/home/sammy/app.py', contains: 'return "Hello"' };
const VAGUE: CheckResult = {
  status: 'fail',
  expected: 'A page.',
  found: 'The page says something else.',
  advice: 'Compare.',
  cause: 'page-differs',
};

const stat = { type: 'file', mode: 0o644, owner: 'sammy', group: 'sammy', sizeBytes: 9 } as const;
const guestWith = (content: string) => ({
  ...scriptedGuest({ files: { [FILE.path]: content }, stats: { [FILE.path]: stat } }),
  fileChecks: [FILE],
});

test('a failure of which little is known is explained by the file that differs', async () => {
  const result = await withDifferingFile(VAGUE, CHAIN, guestWith('return "Hallo"\n'));
  expect(result).toMatchObject({
    status: 'fail',
    expected: 'A page.',
    cause: 'file-line-differs',
    found: expect.stringMatching(
      /^The page says something else\. Line 1 of \/home\/sammy\/app\.py is/,
    ) as unknown,
    advice: expect.stringMatching(/`sudo systemctl restart myproject`\.$/) as unknown,
  });
});

test.for([
  ['all files are right', VAGUE, CHAIN, 'return "Hello"\n'],
  ['the cause is known', { ...VAGUE, cause: 'socket-path-mismatch' }, CHAIN, ''],
  ['the check is of another kind', VAGUE, { kind: 'port', port: 80 }, ''],
  ['it holds', { status: 'pass', expected: '', found: '' }, CHAIN, ''],
] as const satisfies readonly (readonly [string, CheckResult, Check, string])[])(
  'a result stays as it is when %s',
  async ([, result, check, content]) => {
    expect(await withDifferingFile(result, check, guestWith(content))).toBe(result);
  },
);
