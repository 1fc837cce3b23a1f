/** A machine that boots without what the page needs of it is still its reader's. */
import { expect, it, onTestFinished } from 'vitest';
import { createNodeSandbox, imageUrl } from '../../scripts/node-sandbox.ts';
import type { LocalSandbox } from '../../site/sandbox/local.ts';
import type { SandboxState } from '../../site/sandbox/types.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';

async function started(): Promise<LocalSandbox> {
  const sandbox = createNodeSandbox();
  onTestFinished(() => sandbox.powerOff());
  await sandbox.start({ imageUrl: imageUrl(directory, 'ubuntu-16.04'), snapshot: 'base' });
  return sandbox;
}

/** Reboots, and resolves with the state in which the machine is given back to its reader. */
async function reboot(sandbox: LocalSandbox): Promise<SandboxState> {
  const settled = new Promise<SandboxState>((resolve) => {
    let booted = false;
    sandbox.onState((state) => {
      booted ||= state.status === 'booting';
      if (booted && (state.status === 'running' || state.status === 'failed')) resolve(state);
    });
  });
  await sandbox.agent.exec(['systemctl', 'reboot', '--no-block']).catch(() => null);
  return settled;
}

/** What the first terminal prints until `wanted` has been printed. */
async function printed(sandbox: LocalSandbox, typed: string, wanted: RegExp): Promise<string> {
  let text = '';
  const seen = new Promise<void>((resolve) => {
    sandbox.terminal(0).onData((bytes) => {
      text += new TextDecoder().decode(bytes);
      if (wanted.test(text)) resolve();
    });
  });
  await sandbox.terminal(0).write(typed);
  await seen;
  return text;
}

it('boots without its agent, and says what does not work', async () => {
  const sandbox = await started();
  await sandbox.agent.exec(['systemctl', 'disable', 'typealong-agent']);
  expect(await reboot(sandbox)).toMatchObject({ status: 'running', problem: { code: 'agent-silent' } });
  await printed(sandbox, 'echo al""ive\r', /alive/);
});

it('boots with a shell that writes no marks', async () => {
  const sandbox = await started();
  await sandbox.agent.exec(['chsh', '-s', '/bin/sh', 'sammy']);
  expect(await reboot(sandbox)).toEqual({ status: 'running' });
  await printed(sandbox, 'echo al""ive\r', /alive/);
});

it('says that a machine without a file system has crashed', async () => {
  const sandbox = await started();
  await sandbox.agent
    .exec([
      'sh',
      '-c',
      'mv /sbin/init /sbin/init.away; mv /lib/systemd/systemd /lib/systemd/away; rm /bin/sh /etc/init /bin/init',
    ])
    .catch(() => null);
  const failed = new Promise<SandboxState>((resolve) => {
    sandbox.onState((state) => state.status === 'failed' && resolve(state));
  });
  await sandbox.agent.exec(['/usr/bin/python3', '-c', REBOOT_AT_ONCE]).catch(() => null);
  expect(await failed).toMatchObject({ problem: { code: 'guest-crashed' } });
});

/** As the reset button would: nothing is asked to end. */
const REBOOT_AT_ONCE = 'open("/proc/sysrq-trigger", "w").write("b")';
