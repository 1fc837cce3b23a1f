/**
 * The mistakes that readers of this guide make, made on a real machine: each is recognised by its cause, and the
 * advice that the check gives, followed to the letter, mends it.
 */
import { describe, expect, it } from 'vitest';
import { GuideMachine } from './machine.ts';
import {
  expectToHold,
  testNginxFolderDeleted,
  testNotEnabled,
  testWrongTurns,
  wholeChain,
} from './wrong-turns.ts';

const APP = '/home/sammy/myproject/myproject.py';
const BLOCK = '/etc/nginx/sites-available/myproject';

const machine = new GuideMachine('ubuntu-16.04-flask');

testWrongTurns(machine, 'myproject');
testNginxFolderDeleted(machine);
testNotEnabled(machine, 'myproject');

it('a page out of a file does not pass for the application', async () => {
  const undo = await machine.edit(
    BLOCK,
    'location / {',
    'location = / { default_type text/html; return 200 "Hello There!"; }\n    location / {',
  );
  await machine.run('systemctl restart nginx');
  expect(await machine.check(wholeChain(machine))).toMatchObject({
    status: 'fail',
    cause: 'location-mismatch',
  });
  await undo();
  await machine.run('systemctl restart nginx');
  await expectToHold(machine, wholeChain(machine));
});

describe('a server in a terminal', () => {
  const flask = {
    kind: 'http',
    url: 'http://flask.example:5000/',
    contains: 'Hello There!',
    servedBy: 'flask',
  } as const;
  const start = async (): Promise<void> => {
    await machine.run(
      'systemd-run -q --unit=typed --uid=sammy -p WorkingDirectory=/home/sammy/myproject /home/sammy/myproject/myprojectenv/bin/python myproject.py',
    );
    await expectToHold(machine, { kind: 'port', port: 5000 });
  };
  const stop = async (): Promise<void> => {
    await machine.run('systemctl stop typed');
  };

  it('cannot be reached while port 5000 was never opened', async () => {
    await start();
    const result = await machine.check(flask);
    expect(result).toMatchObject({
      status: 'fail',
      cause: 'port-not-opened',
      advice: 'Allow it: `sudo ufw allow 5000`.',
    });
    await machine.run('sudo ufw allow 5000', { asReader: true });
    await expectToHold(machine, flask);
    await stop();
  });

  it('cannot be reached when the application is bound to 127.0.0.1', async () => {
    await machine.run('ufw allow 5000');
    const undo = await machine.edit(APP, "app.run(host='0.0.0.0')", 'app.run()');
    await start();
    const result = await machine.check(flask);
    expect(result).toMatchObject({ status: 'fail', cause: 'bound-to-localhost' });
    expect(result).toHaveProperty('advice', expect.stringContaining("app.run(host='0.0.0.0')"));
    await stop();
    await undo();
    await start();
    await expectToHold(machine, flask);
    await stop();
  });
});
