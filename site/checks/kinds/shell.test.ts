import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import { runPlacedCheck } from '../run.ts';
import { healthyGuest } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

describe('shell', () => {
  const declared = { kind: 'shell', command: 'false', advice: 'Do it again.' } as const;
  const ending = (code: number): Script => ({ exec: () => ({ code, stdout: 'one\ntwo\n', stderr: '' }) });

  it('passes with status 0, fails with another, and is an error when it does not end', async () => {
    expect(await check(declared, ending(0))).toMatchObject({ status: 'pass' });
    expect(await check(declared, ending(1))).toMatchObject({ status: 'fail', advice: 'Do it again.' });
    expect(await check(declared, ending(-1))).toMatchObject({ status: 'error' });
  });

  it('speaks to the reader in the words of its title, and shows the command as evidence', async () => {
    const context = scriptedGuest(healthyGuest, ending(100));
    expect(await runPlacedCheck({ check: declared, title: 'The package lists know Nginx' }, context)).toEqual(
      {
        status: 'fail',
        expected: 'The package lists know Nginx.',
        found: 'That is not the case yet.',
        advice: 'Do it again.',
        evidence: '$ false\none\ntwo\n(exit status 100)',
      },
    );
  });

  it('runs as the login that it names', async () => {
    const users: (string | undefined)[] = [];
    await check(
      { ...declared, user: 'sammy' },
      {
        exec: (_argv, options) => {
          users.push(options?.user);
          return { code: 0, stdout: '', stderr: '' };
        },
      },
    );
    expect(users).toEqual(['sammy']);
  });
});
