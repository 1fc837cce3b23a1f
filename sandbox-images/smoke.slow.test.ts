/** The image as a machine: boots for real, restores, and is what a reader may expect of a healthy server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeSandbox, imageUrl } from '../scripts/node-sandbox.ts';
import type { LocalSandbox } from '../site/sandbox/local.ts';
import { loadGuides } from '../site/chapter/load.ts';
import { findLayer } from './layers/layers.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';
if (directory === '') throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');

/** Long: to look at every file of every package takes the emulator a minute and a half, and twice that beside other machines. */
const LONGEST_MS = 240_000;

async function output(sandbox: LocalSandbox, command: string): Promise<string> {
  const { code, stdout, stderr } = await sandbox.agent.exec(['sh', '-c', command], { timeoutMs: LONGEST_MS });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stdout}${stderr}`);
  return stdout.trim();
}

for (const name of new Set(loadGuides().map(({ image }) => image))) {
  describe(`${name}, booted`, () => {
    const sandbox = createNodeSandbox();
    beforeAll(() => sandbox.start({ imageUrl: imageUrl(directory, name), snapshot: null }));
    afterAll(() => sandbox.powerOff());

    it('runs, and nothing has failed', async () => {
      expect(await output(sandbox, 'systemctl is-system-running --wait')).toBe('running');
      expect(await output(sandbox, 'systemctl list-units --failed --no-legend')).toBe('');
    });

    it.runIf(findLayer(name).archive.kind === 'apt')('has packages in order', async () => {
      expect(await output(sandbox, 'dpkg --audit')).toBe('');
      await output(sandbox, 'apt-get check');
    });

    it.runIf(findLayer(name).archive.kind === 'yum')('has packages in order', async () => {
      // Every file as its package brought it; `yum check` says nothing when nothing is wrong.
      expect(await output(sandbox, 'rpm -Va')).toBe('');
      expect(await output(sandbox, 'yum --quiet check')).toBe('');
    });

    it('loads programs ahead, those that are installed and known', async () => {
      const warmUp = '/usr/lib/typealong/warm-up pip yum uwsgi no-such-program';
      const { archive } = findLayer(name);
      const modules = archive.kind === 'yum' ? 'pip._internal.commands.install\ndnf.cli.main' : '';
      expect(await output(sandbox, `runuser -u nobody -- ${warmUp}`)).toBe(modules);
    });

    it('follows a resize of the terminal', async () => {
      for (const [cols, rows] of [
        [91, 27],
        [120, 40],
      ] as const) {
        await sandbox.terminal(1).resize(cols, rows);
        expect(await output(sandbox, 'stty -F /dev/hvc1 size')).toBe(`${rows} ${cols}`);
      }
    });

    it('restarts and is well again', async () => {
      const rebooted = new Promise<void>((resolve) => {
        let booting = false;
        sandbox.onState(({ status }) => {
          if (status === 'booting') booting = true;
          if (booting && status === 'running') resolve();
        });
      });
      await sandbox.terminal(0).write('sudo reboot\r');
      await rebooted;
      expect(await output(sandbox, 'systemctl is-system-running --wait')).toBe('running');
    });
  });

  describe(`${name}, restored`, () => {
    /** What two machines from one snapshot must not share, and what they must both know. */
    async function restore(): Promise<{ random: string; clockErrorMs: number }> {
      const sandbox = createNodeSandbox();
      await sandbox.start({ imageUrl: imageUrl(directory, name), snapshot: 'base' });
      const asked = Date.now();
      const [guestMs, random = ''] = (
        await output(sandbox, 'date +%s%3N; head -c 32 /dev/urandom | od -An -tx1')
      ).split(/\n(.*)/s);
      const answered = Date.now();
      await sandbox.powerOff();
      const now = Number(guestMs);
      return { random, clockErrorMs: Math.max(asked - now, now - answered, 0) };
    }

    it('knows the time, and no two draw the same random bytes', async () => {
      const [first, second] = [await restore(), await restore()];
      expect(first.clockErrorMs).toBeLessThan(2000);
      expect(second.clockErrorMs).toBeLessThan(2000);
      expect(first.random).toMatch(/[0-9a-f]{2}/);
      expect(first.random).not.toBe(second.random);
    });
  });
}
