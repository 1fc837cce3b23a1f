import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import { healthyGuest, unitShown } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

describe('process', () => {
  const workers = {
    kind: 'process',
    match: 'uwsgi --ini myproject.ini',
    user: 'sammy',
    group: 'www-data',
    unit: 'myproject',
    count: 3,
  } as const;

  it('passes with user, group, unit and number', async () => {
    expect(await check(workers)).toMatchObject({ status: 'pass' });
  });

  it('fails for each of them', async () => {
    expect(await check({ ...workers, count: 6 })).toMatchObject({
      cause: 'too-few-processes',
      found: '3 of them run; 6 should.',
    });
    expect(await check({ ...workers, user: 'root' })).toMatchObject({ cause: 'process-wrong-user' });
    expect(await check({ ...workers, group: 'sammy' })).toMatchObject({
      cause: 'process-wrong-group',
      advice: expect.stringContaining('`Group=sammy`') as unknown,
    });
    expect(await check({ ...workers, unit: 'nginx' })).toMatchObject({ cause: 'process-outside-unit' });
  });

  it('says why the unit has none', async () => {
    const stopped: Script = {
      answers: { 'ps -ww': '', "-- 'myproject.service'": unitShown({ ActiveState: 'inactive' }) },
    };
    expect(await check(workers, stopped)).toMatchObject({ cause: 'uwsgi-not-started' });
    expect(await check({ kind: 'process', match: 'python myproject.py' }, stopped)).toMatchObject({
      cause: 'process-missing',
    });
  });

  it('is an error without ps', async () => {
    expect(await check(workers, { answers: { 'ps -ww': { code: 127, output: '' } } })).toMatchObject({
      status: 'error',
    });
  });
});
