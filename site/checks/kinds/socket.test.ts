import { describe, expect, it } from 'vitest';
import type { FileStat } from '../../sandbox/types.ts';
import type { Check } from '../model.ts';
import { healthyGuest, SOCKET, unitShown } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

describe('socket', () => {
  const declared = {
    kind: 'socket',
    path: '~/myproject/myproject.sock',
    owner: 'sammy',
    group: 'www-data',
    mode: '660',
  } as const;
  const there = (changes: Partial<FileStat> = {}): Script => ({
    stats: {
      [SOCKET]: { type: 'socket', mode: 0o660, owner: 'sammy', group: 'www-data', sizeBytes: 0, ...changes },
    },
    answers: { 'readlink /proc/': '/home/sammy/myproject\n' },
  });

  it('passes when the unit listens on it, by a relative name', async () => {
    expect(await check(declared, there())).toMatchObject({
      status: 'pass',
      found: 'uwsgi (process 814) listens on it; it is sammy:www-data, 660.',
    });
  });

  it('does not take a socket of the same name in another folder for it', async () => {
    const elsewhere: Script = { answers: { 'readlink /proc/': '/home/sammy/other\n' } };
    expect(await check(declared, there(), elsewhere)).toMatchObject({ status: 'fail' });
  });

  it('finds the unit that has systemd make its folder in /run', async () => {
    const run = { kind: 'socket', path: '/run/app/app.sock' } as const;
    const stopped: Script = {
      answers: {
        "grep -ls 'ExecStart": '',
        "grep -lsE '^ *RuntimeDirectory *=(.* )?app( |$)'": '/etc/systemd/system/myproject.service\n',
        "-- 'myproject.service'": unitShown({ ActiveState: 'inactive' }),
      },
    };
    expect(await check(run, stopped)).toMatchObject({ cause: 'uwsgi-not-started' });
  });

  it('says why it is not there', async () => {
    const stopped: Script = { answers: { "-- 'myproject.service'": unitShown({ ActiveState: 'inactive' }) } };
    expect(await check(declared, stopped)).toMatchObject({ cause: 'uwsgi-not-started' });
  });

  it('tells a socket that was left behind', async () => {
    const stopped: Script = {
      answers: { 'ss -Hlxnp': '', "-- 'myproject.service'": unitShown({ ActiveState: 'inactive' }) },
    };
    const result = await check(declared, there(), stopped);
    expect(result).toHaveProperty('found', expect.stringContaining('left behind'));
    expect(result).toMatchObject({ cause: 'uwsgi-not-started' });
  });

  it('explains a wrong group and a wrong mode', async () => {
    const parts = (line: string): Script => ({ answers: { "stat -L -c '%a %U %G %n %F'": line } });
    expect(
      await check(declared, there({ group: 'sammy' }), parts(`660 sammy sammy ${SOCKET} socket`), {
        answers: { "-- 'myproject.service'": unitShown({ Group: '' }) },
      }),
    ).toMatchObject({ cause: 'unit-group-missing' });
    expect(
      await check(declared, there({ mode: 0o755 }), parts(`755 sammy www-data ${SOCKET} socket`), {
        answers: {
          "head -c 65536 '/home/sammy/myproject/myproject.ini'": '[uwsgi]\nsocket = myproject.sock\n',
        },
      }),
    ).toMatchObject({ cause: 'chmod-socket-missing' });
  });
});
