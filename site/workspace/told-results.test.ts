import { expect, it } from 'vitest';
import type { CheckResult } from '../checks/model.ts';
import { ToldResults } from './told-results.ts';

const PASS: CheckResult = { status: 'pass', expected: '', found: '' };
const ERROR: CheckResult = { status: 'error', message: 'silent' };

function fail(cause?: 'app-too-slow' | 'uwsgi-holds-port'): CheckResult {
  return { status: 'fail', expected: '', found: '', advice: '', ...(cause && { cause }) };
}

it('a result that was asked for is told of, with its cause', () => {
  const told = new ToldResults();
  expect(told.tell('a', fail('app-too-slow'), false)).toEqual({
    ...{ kind: 'check', check: 'a', result: 'fail', cause: 'app-too-slow' },
  });
  expect(told.tell('a', fail('app-too-slow'), false)).not.toBeNull();
  expect(told.tell('a', fail(), false)).toEqual({ kind: 'check', check: 'a', result: 'fail' });
  expect(told.tell('a', ERROR, false)).toEqual({ kind: 'check', check: 'a', result: 'error' });
});

it('a second look counts when it sees something else', () => {
  const told = new ToldResults();
  told.tell('a', fail('app-too-slow'), false);
  told.tell('b', PASS, false);
  expect(told.tell('a', fail('app-too-slow'), true)).toBeNull();
  expect(told.tell('a', fail('uwsgi-holds-port'), true)).toMatchObject({ cause: 'uwsgi-holds-port' });
  expect(told.tell('a', PASS, true)).toMatchObject({ check: 'a', result: 'pass' });
});
