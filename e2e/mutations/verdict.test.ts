import { describe, expect, it } from 'vitest';
import type { Cause, CheckResult } from '../../site/checks/model.ts';
import { mentions } from './mutation.ts';
import { judge } from './verdict.ts';

const INI = '/home/sammy/myproject/myproject.ini';
const mutation = { about: [INI, 'myproject.ini', /`socket`/], exactly: [/`socket`/] };

describe('mentions', () => {
  it('finds a path whole', () => {
    expect(mentions('The folder /home/sammy is closed.', '/home/sammy')).toBe(true);
    expect(mentions('It ends in /home/sammy.', '/home/sammy')).toBe(true);
    expect(mentions('chmod 710 /home/sammy', '/home/sammy')).toBe(true);
    expect(mentions('/home/sammy/myproject is closed', '/home/sammy')).toBe(false);
    expect(mentions('/srv/home/sammy is closed', '/home/sammy')).toBe(false);
    expect(mentions('/home/sammy-old', '/home/sammy')).toBe(false);
  });

  it('finds the name of a file in a path and alone, and no part of a name', () => {
    expect(mentions(`look into ${INI}:3`, 'myproject.ini')).toBe(true);
    expect(mentions('look into `myproject.ini`', 'myproject.ini')).toBe(true);
    expect(mentions('look into myproject.ini.txt', 'myproject.ini')).toBe(false);
    expect(mentions('look into my-myproject.ini', 'myproject.ini')).toBe(false);
  });
});

describe('judge', () => {
  const pass: CheckResult = { status: 'pass', expected: '', found: '' };
  const fail = (found: string, cause?: Cause): CheckResult => ({
    status: 'fail',
    expected: '',
    found,
    advice: 'Mend it.',
    ...(cause !== undefined && { cause }),
  });

  it.each([
    ['harmless', true, pass],
    ['false-pass', false, pass],
    ['false-fail', true, fail(INI, 'socket-missing')],
    ['named', false, fail(`${INI} is wrong`, 'socket-missing')],
    ['wrong', false, fail('Nginx is wrong', 'socket-missing')],
    ['unnamed', false, fail(`${INI} may be wrong`)],
    ['unnamed', false, { status: 'error', message: 'The agent is silent.' }],
  ] as const)('%s', (verdict, works, result) => {
    expect(judge(mutation, works, result).verdict).toBe(verdict);
  });

  it('tells an exact answer from one that only names the file', () => {
    expect(judge(mutation, false, fail(`Line 3 of ${INI} has no \`socket\``, 'socket-missing')).exact).toBe(
      true,
    );
    expect(judge(mutation, false, fail(`${INI} is wrong`, 'socket-missing')).exact).toBe(false);
  });

  it("does not take Nginx's log of the request for an explanation", () => {
    const result: CheckResult = {
      status: 'fail',
      expected: '',
      found: 'Wrong.',
      advice: 'Mend it.',
      evidence: `connect() to unix:${INI} failed, client: 192.168.86.1, server: flask.example, request: "GET /"`,
      cause: 'socket-missing',
    };
    expect(judge(mutation, false, result).verdict).toBe('wrong');
  });

  it('takes what the advice and the evidence say as well', () => {
    const result: CheckResult = {
      status: 'fail',
      expected: '',
      found: 'Wrong.',
      advice: 'Mend it.',
      evidence: INI,
      cause: 'socket-missing',
    };
    expect(judge(mutation, false, result).verdict).toBe('named');
  });
});
