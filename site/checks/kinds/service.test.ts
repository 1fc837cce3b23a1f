import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import { healthyGuest, nginxShown, unitShown } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

describe('service', () => {
  it('was started by the boot, or later', async () => {
    const began = (at: string): Script => ({
      answers: {
        'systemctl show -P ActiveEnterTimestampMonotonic': at,
        'systemctl show -P FinishTimestampMonotonic': '42000000\n',
      },
    });
    const nginx = { kind: 'service', unit: 'nginx', active: true, sinceBoot: true } as const;
    expect(await check(nginx, began('40000000\n'))).toMatchObject({ status: 'pass' });
    expect(await check(nginx, began('900000000\n'))).toMatchObject({
      cause: 'service-started-by-hand',
      advice: 'Restart the machine with `sudo reboot`, and start nothing by hand afterwards.',
    });
    expect(await check(nginx, began('0\n'))).toMatchObject({ cause: 'service-started-by-hand' });
  });

  const unit = (changes: Readonly<Record<string, string>>): Script => ({
    answers: { "-- 'myproject.service'": unitShown(changes) },
  });

  it('passes when it runs, is enabled and has its properties', async () => {
    const declared = {
      kind: 'service',
      unit: 'myproject',
      active: true,
      enabled: true,
      properties: { User: 'sammy', Group: 'www-data' },
    } as const;
    expect(await check(declared)).toMatchObject({
      status: 'pass',
      found: 'myproject is active and enabled.',
    });
  });

  it.for([
    ['uwsgi-not-started', { ActiveState: 'inactive', ExecMainStartTimestamp: '' }],
    [
      'unit-user-unknown',
      { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '217', User: 'samy' },
    ],
    ['daemon-not-reloaded', { NeedDaemonReload: 'yes' }],
    ['unit-file-invalid', { LoadState: 'bad-setting', ActiveState: 'inactive' }],
    ['unit-missing', { LoadState: 'not-found', ActiveState: 'inactive' }],
    ['unit-masked', { LoadState: 'masked', ActiveState: 'inactive' }],
    ['started-too-often', { ActiveState: 'failed', Result: 'start-limit-hit', ExecMainStatus: '1' }],
    ['service-failed', { ActiveState: 'failed', Result: 'signal', ExecMainStatus: '9' }],
  ] as const)('%s', async ([cause, changes]) => {
    expect(await check({ kind: 'service', unit: 'myproject', active: true }, unit(changes))).toMatchObject({
      status: 'fail',
      cause,
    });
  });

  it('says that a unit file was deleted, though systemd remembers it', async () => {
    const gone: Script = { answers: { 'test -e': { code: 1, output: '' } } };
    const result = await check(
      { kind: 'service', unit: 'myproject', active: true },
      unit({ NeedDaemonReload: 'yes' }),
      gone,
    );
    expect(result).toMatchObject({
      cause: 'unit-missing',
      found: expect.stringMatching(/myproject\.service is gone; systemd still goes by/) as unknown,
      advice: expect.stringContaining('sudo nano /etc/systemd/system/myproject.service') as unknown,
    });
  });

  it('tells a login that does not exist from another login', async () => {
    const declared = {
      kind: 'service',
      unit: 'myproject',
      active: true,
      properties: { User: 'sammy' },
    } as const;
    expect(
      await check(
        declared,
        unit({ User: 'samy', ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '217' }),
      ),
    ).toMatchObject({ cause: 'unit-user-unknown' });
    expect(await check(declared, unit({ User: 'root' }))).toMatchObject({ cause: 'unit-user-wrong' });
  });

  it('names a group that is missing', async () => {
    const declared = { kind: 'service', unit: 'myproject', properties: { Group: 'www-data' } } as const;
    expect(await check(declared, unit({ Group: '' }))).toMatchObject({ cause: 'unit-group-missing' });
  });

  it('is not enabled, or cannot be', async () => {
    const declared = { kind: 'service', unit: 'myproject', enabled: true } as const;
    expect(await check(declared, unit({ UnitFileState: 'disabled' }))).toMatchObject({
      cause: 'service-not-enabled',
      advice: 'Enable it: `sudo systemctl enable myproject`.',
    });
    expect(await check(declared, unit({ UnitFileState: 'static' }))).toMatchObject({
      cause: 'unit-install-section-missing',
    });
  });

  it("explains Nginx by Nginx's own words", async () => {
    const down: Script = {
      answers: {
        "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1' }),
        'nginx -t': {
          code: 1,
          output: 'nginx: [emerg] unknown directive "srver" in /etc/nginx/sites-enabled/myproject:1',
        },
      },
    };
    expect(await check({ kind: 'service', unit: 'nginx', active: true }, down)).toMatchObject({
      cause: 'nginx-unknown-directive',
    });
  });

  it('is an error when systemd does not answer', async () => {
    const silent: Script = {
      answers: { "-- 'myproject.service'": 'Failed to connect to bus: No such file or directory' },
    };
    expect(await check({ kind: 'service', unit: 'myproject', active: true }, silent)).toMatchObject({
      status: 'error',
    });
  });
});
