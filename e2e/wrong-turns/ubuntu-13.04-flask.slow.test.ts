/**
 * The mistakes that readers of this guide make, made on a real machine: each is recognised by its cause, and the
 * advice that the check gives, followed to the letter, mends it.
 */
import { describe, expect, it } from 'vitest';
import type { Check } from '../../site/checks/model.ts';
import { EVERYTHING } from '../../scripts/sample.ts';
import { commandsOf, GuideMachine } from './machine.ts';
import { helloPage, NGINX_AND_FLASK, SECOND_APPLICATION } from './ubuntu-13.04-flask.ts';
import { testNginxFolderDeleted, testWrongTurns } from './wrong-turns.ts';

const INI = '/var/www/demoapp/demoapp_uwsgi.ini';

const machine = new GuideMachine('ubuntu-13.04-flask');

testWrongTurns(machine, 'uwsgi', {
  snapshot: SECOND_APPLICATION,
  chain: helloPage,
  server: 'demoapp_uwsgi.ini',
});
testNginxFolderDeleted(machine);

/** The checks of the guide's last step: all of them want what the boot has started. */
function sinceBoot(): readonly Check[] {
  return machine.guide.chapters
    .flatMap(({ steps }) => steps)
    .flatMap(({ checks }) => checks)
    .map(({ check }) => check)
    .filter((check) => 'sinceBoot' in check && check.sinceBoot === true);
}

describe('a restart', () => {
  it('brings back both services and both applications', async () => {
    await machine.restore('end');
    const checks = sinceBoot();
    expect(checks.length).toBeGreaterThanOrEqual(6);
    for (const check of checks)
      expect(await machine.check(check), JSON.stringify(check)).toMatchObject({ status: 'fail' });
    await machine.reboot();
    for (const check of checks)
      expect(await machine.check(check), JSON.stringify(check)).toMatchObject({ status: 'pass' });
  });

  it.runIf(EVERYTHING)('does not bring back a job that no line starts', async () => {
    await machine.restore('end');
    const undo = await machine.edit('/etc/init/uwsgi.conf', 'start on runlevel [2345]\n', '');
    await machine.reboot();
    const job = machine.declared('job', (check) => check.sinceBoot === true);
    expect(await machine.check(job)).toMatchObject({ status: 'fail', cause: 'job-not-running' });
    // What starts within ten seconds of it counts as the boot's; readers are slower than tests.
    await machine.run(
      'end=$(($(systemctl show -P FinishTimestampMonotonic) / 1000000 + 11)); ' +
        'until [ "$(cut -d. -f1 /proc/uptime)" -gt "$end" ]; do sleep 1; done; start uwsgi',
    );
    expect(await machine.check(job)).toMatchObject({ status: 'fail', cause: 'job-never-at-boot' });
    await undo();
    await machine.reboot();
    expect(await machine.check(job)).toMatchObject({ status: 'pass' });
  });
});

describe('uWSGI by hand', () => {
  const trial = { kind: 'vassal', ini: INI, loaded: true } as const;
  const start = `uwsgi --ini ${INI}`;

  it('has no folder for its log', async () => {
    await machine.restore(SECOND_APPLICATION);
    await machine.run('stop uwsgi; rm -r /var/log/uwsgi');
    await expect(machine.run(start)).rejects.toThrow();
    const result = await machine.check(trial);
    expect(result).toMatchObject({ status: 'fail', cause: 'log-folder-missing' });
    if (result.status !== 'fail') return;
    for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
    await machine.run(`${start} > /dev/null 2>&1 &`);
    await expect
      .poll(() => machine.check(trial), { timeout: 180_000, interval: 500 })
      .toMatchObject({ status: 'pass' });
  });
});

it('another program has port 81', async () => {
  const free = { kind: 'port', port: 81, listening: false } as const;
  await machine.restore(SECOND_APPLICATION);
  await machine.run(
    'systemd-run -q --unit=typed -p WorkingDirectory=/var/www/demoapp /var/www/demoapp/venv/bin/python hello.py',
  );
  await expect
    .poll(() => machine.check({ kind: 'port', port: 81 }), { timeout: 60_000, interval: 500 })
    .toMatchObject({ status: 'pass' });
  expect(await machine.check(free)).toMatchObject({
    status: 'fail',
    cause: 'port-taken',
    found: expect.stringMatching(
      /^python\d? \(process \d+\), started in \/var\/www\/demoapp, still/,
    ) as unknown,
  });
  await machine.run('systemctl stop typed');
  expect(await machine.check(free)).toMatchObject({ status: 'pass' });
});

it('the environment is made without sudo, in the home', async () => {
  const flask = machine.declared('package', ({ environment }) => environment === '/var/www/demoapp/venv');
  await machine.restore(NGINX_AND_FLASK);
  await machine.run('mkdir -p /var/www/demoapp');
  await machine.run('virtualenv venv', { asReader: true });
  const result = await machine.check(flask);
  expect(result).toMatchObject({ status: 'fail', cause: 'environment-wrong-place' });
  if (result.status !== 'fail') return;
  for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
  const next = await machine.check(flask);
  expect(next).toMatchObject({ status: 'fail', cause: 'package-missing' });
  if (next.status !== 'fail') return;
  for (const command of commandsOf(next.advice)) await machine.run(command, { asReader: true });
  expect(await machine.check(flask)).toMatchObject({ status: 'pass' });
});
