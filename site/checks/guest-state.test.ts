import { describe, expect, it } from 'vitest';
import type { FileStat } from '../sandbox/types.ts';
import {
  dump,
  DEFAULT_BLOCK,
  healthyGuest,
  nginxShown,
  SERVER_BLOCK,
  SOCKET,
  unitShown,
} from './healthy-guest.ts';
import type { Check } from './model.ts';
import { runPlacedCheck } from './run.ts';
import { runCheck, scriptedGuest, type Script } from './scripted-guest.ts';

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

describe('port', () => {
  const on = (address: string): Script => ({
    answers: { 'ss -Hltnp': `LISTEN 0 128 ${address}:5000 0.0.0.0:* users:(("python",pid=7,fd=3))\n` },
  });

  it('passes and fails by what listens', async () => {
    expect(await check({ kind: 'port', port: 5000 }, on('0.0.0.0'))).toMatchObject({ status: 'pass' });
    expect(await check({ kind: 'port', port: 5000 }, { answers: { 'ss -Hltnp': '' } })).toMatchObject({
      cause: 'nothing-listens',
    });
    expect(await check({ kind: 'port', port: 500 }, on('0.0.0.0'))).toMatchObject({
      cause: 'nothing-listens',
    });
  });

  it('tells who has taken a port, from where, and whether it sleeps', async () => {
    const free = { kind: 'port', port: 5000, listening: false } as const;
    const of = (state: string): Script => ({
      answers: { 'readlink /proc/7/cwd': '/var/www/demoapp\n', '/proc/7/status': state },
    });
    expect(await check(free, on('0.0.0.0'), of('S (sleeping)\n'))).toMatchObject({
      cause: 'port-taken',
      found: 'python (process 7), started in /var/www/demoapp, still listens on port 5000.',
      advice: 'Go to the terminal in which it runs and press Ctrl+C.',
    });
    expect(await check(free, on('0.0.0.0'), of('T (stopped)\n'))).toMatchObject({
      cause: 'port-taken',
      advice: expect.stringContaining('`fg` brings it to the front') as unknown,
    });
    expect(await check(free, { answers: { 'ss -Hltnp': '' } })).toMatchObject({ status: 'pass' });
  });

  it.for(['0.0.0.0', '*', '[::]', '192.168.86.100%eth0'])('%s is open to the outside', async (address) => {
    expect(await check({ kind: 'port', port: 5000, address: 'any' }, on(address))).toMatchObject({
      status: 'pass',
    });
    expect(await check({ kind: 'port', port: 5000, address: 'local' }, on(address))).toMatchObject({
      cause: 'bound-to-all-addresses',
    });
  });

  it.for(['127.0.0.1', '[::1]', '127.0.0.53%lo'])('%s is not', async (address) => {
    expect(await check({ kind: 'port', port: 5000, address: 'any' }, on(address))).toMatchObject({
      cause: 'bound-to-localhost',
    });
    expect(await check({ kind: 'port', port: 5000, address: 'local' }, on(address))).toMatchObject({
      status: 'pass',
    });
  });
});

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

describe('nginx-config', () => {
  const declared = {
    kind: 'nginx-config',
    serverName: 'flask.example',
    uwsgiPass: 'unix:/home/sammy/myproject/myproject.sock',
    loaded: true,
  } as const;
  const loading = (files: Readonly<Record<string, string>>): Script => ({
    answers: { 'nginx -T': dump(files) },
  });

  it('passes', async () => {
    expect(await check(declared)).toMatchObject({ status: 'pass' });
  });

  it('fails when the block is not linked, is another, or passes elsewhere', async () => {
    expect(
      await check(declared, loading({ '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK })),
    ).toMatchObject({
      cause: 'server-block-not-linked',
    });
    const enabled = '/etc/nginx/sites-enabled/myproject';
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace('flask.', 'flusk.') })),
    ).toMatchObject({
      cause: 'server-name-mismatch',
    });
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace('.sock', '.socket') })),
    ).toMatchObject({
      cause: 'socket-path-mismatch',
    });
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace(/location[^}]*}/, '') })),
    ).toMatchObject({
      cause: 'uwsgi-pass-missing',
    });
  });

  it('fails when the running Nginx is older, unless it was reloaded by hand since', async () => {
    const changed: Script = { answers: { 'D=$(ls -d': '1795230400 /etc/nginx/sites-enabled/myproject' } };
    expect(await check(declared, changed)).toMatchObject({ cause: 'nginx-not-restarted' });
    const reloaded: Script = {
      answers: {
        'ps -C nginx':
          '    600 nginx: master process /usr/sbin/nginx\n     20 nginx: worker process\n1795230700',
      },
    };
    expect(await check(declared, changed, reloaded)).toMatchObject({ status: 'pass' });
  });
});

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
