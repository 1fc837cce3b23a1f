/** The image as a machine: boots for real, restores, and is what a reader may expect of a healthy server. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../scripts/sample.ts';
import { createNodeSandbox, imageUrl } from '../scripts/node-sandbox.ts';
import { chunkPath } from '../site/sandbox/chunk-store.ts';
import { snapshotPath, type SnapshotManifest } from '../site/sandbox/image.ts';
import type { LocalSandbox } from '../site/sandbox/local.ts';
import { loadGuides } from '../site/chapter/load.ts';
import { runProgram } from './build/run-program.ts';
import { findLayer } from './layers/layers.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';
if (directory === '') throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');

/** Long: to look at every file of every package takes the emulator a minute and a half, and twice that beside other machines. */
const LONGEST_MS = 240_000;

const SLOW_CLOCK = `
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int gettimeofday(void *time, void *zone) {
  struct timespec pause = {.tv_nsec = 20000000};
  nanosleep(&pause, NULL);
  return (int)syscall(SYS_gettimeofday, time, zone);
}`;

async function output(sandbox: LocalSandbox, command: string): Promise<string> {
  const { code, stdout, stderr } = await sandbox.agent.exec(['sh', '-c', command], { timeoutMs: LONGEST_MS });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** A library that makes each look at the clock take 20 ms, for `LD_PRELOAD` in the guest; Base64. */
async function slowClock(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'slow-clock-'));
  try {
    const [source, library] = [path.join(directory, 'slow-clock.c'), path.join(directory, 'slow-clock.so')];
    await writeFile(source, SLOW_CLOCK);
    await runProgram(['gcc', '-m32', '-shared', '-fPIC', '-o', library, source]);
    return await readFile(library, 'base64');
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A way to shut down: what is typed, what the machine does then, and what it says. */
const SHUTDOWNS = [
  ['sudo reboot', 'restart', 'reboot'],
  ['sudo poweroff', 'power-off', 'power off'],
  ['sudo systemctl reboot', 'restart', 'reboot'],
  ['sudo shutdown -r now', 'restart', 'reboot'],
  ['sudo shutdown -h now', 'power-off', 'power off'],
  ['sudo halt', 'power-off', 'halt'],
] as const;
const images = [...new Set(loadGuides().map(({ image }) => image))];

for (const [index, name] of images.entries()) {
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
      // Every file as its package brought it; of all packages that takes minutes.
      const packages = EVERYTHING ? '-a' : 'bash coreutils systemd python3';
      expect(await output(sandbox, `rpm -V ${packages}`)).toBe('');
      // It says nothing when nothing is wrong.
      expect(await output(sandbox, 'yum --quiet check')).toBe('');
    });

    it('loads programs ahead, those that are installed and known', async () => {
      const warmUp = '/usr/lib/typealong/warm-up pip yum uwsgi no-such-program';
      const { archive } = findLayer(name);
      const modules = archive.kind === 'yum' ? 'pip._internal.commands.install\ndnf.cli.main' : '';
      expect(await output(sandbox, `runuser -u nobody -- ${warmUp}`)).toBe(modules);
    });

    it('has room for a reader, and says when it is full', async () => {
      expect(Number(await output(sandbox, 'df --output=avail -BM / | tail -1 | tr -dc 0-9'))).toSatisfy(
        (megabytes: number) => megabytes >= 300 && megabytes <= 500,
      );
      const { stderr } = await sandbox.agent.exec(['fallocate', '-l', '600M', '/too-large']);
      expect(stderr).toContain('No space left on device');
      await output(sandbox, 'rm -f /too-large');
      expect(await output(sandbox, 'dumpe2fs -h /dev/sda 2>&1 | grep "^Reserved block count"')).toMatch(
        / 0$/,
      );
    });

    it('makes its disk read-only at the first error', async () => {
      expect(await output(sandbox, 'cat /proc/fs/ext4/sda/options')).toContain('errors=remount-ro');
    });

    it('leaves Vim at once, however slow the machine is', async () => {
      // A look at the clock that takes 20 ms: by itself that comes about when a page of Vim's is read from the disk.
      await sandbox.agent.exec(['sh', '-c', 'base64 -d > /tmp/slow-clock.so'], { stdin: await slowClock() });
      await sandbox.terminal(1).write('LD_PRELOAD=/tmp/slow-clock.so vim /tmp/hello.txt\r');
      await sandbox.terminal(1).write('ihello\x1b:wq\r');
      await expect
        .poll(() => output(sandbox, 'cat /tmp/hello.txt; pidof vim || echo left'), { timeout: 60_000 })
        .toBe('hello\nleft');
    });

    it('gives its first console a size before anybody tells it one', async () => {
      expect(await output(sandbox, 'stty -F /dev/hvc0 size')).toBe('24 80');
    });

    it('starts logind only for those who ask for it', async () => {
      expect(await output(sandbox, 'systemctl show -P ActiveState systemd-logind')).toBe('inactive');
      await output(sandbox, 'loginctl list-seats');
      expect(await output(sandbox, 'systemctl show -P ActiveState systemd-logind')).toBe('active');
    });

    it('gives the key of the marks to the shells of its reader, and to nobody else', async () => {
      const { login } = findLayer(name);
      const file = '/run/typealong/mark-key';
      expect(await output(sandbox, `stat -c '%U:%G:%a' ${file}`)).toBe(`root:${login}:640`);
      expect(await output(sandbox, `runuser -u ${login} -- cat ${file}`)).toMatch(/^[0-9a-f]{32}$/);
      const { code } = await sandbox.agent.exec(['cat', file], { user: 'nobody' });
      expect(code).toBe(1);
    });

    it('keeps an agent that answers while a program waits for the disk, and answers for that program', async () => {
      const stuck = sandbox.agent.exec(['sh', '-c', 'fsfreeze --freeze /; exec touch /frozen'], {
        timeoutMs: 1000,
      });
      expect((await stuck).code).toBe(-1);
      await output(sandbox, 'fsfreeze --unfreeze /');
      await output(sandbox, 'rm -f /frozen');
    });

    it('has an agent again when it was killed or stopped, and calls neither a shutdown', async () => {
      const states: string[] = [];
      const stopListening = sandbox.onState(({ status }) => states.push(status));
      for (const command of ['pkill -x agent', 'systemctl restart typealong-agent']) {
        const before = await output(sandbox, 'pidof agent');
        await sandbox.terminal(0).write(`sudo ${command}\r`);
        await expect.poll(() => output(sandbox, 'pidof agent'), { timeout: 60_000 }).not.toBe(before);
      }
      stopListening();
      expect(states).toEqual(['running']);
    });

    it('keeps the size of a terminal when its reader logs out', async () => {
      await sandbox.terminal(2).resize(91, 27);
      const shell = (): Promise<string> => output(sandbox, 'pgrep -t hvc2 -x bash');
      const before = await shell();
      await sandbox.terminal(2).write('exit\r');
      await expect.poll(shell, { timeout: 60_000 }).not.toBe(before);
      await expect.poll(() => output(sandbox, 'stty -F /dev/hvc2 size')).toBe('27 91');
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

  describe(`${name}, shut down`, () => {
    /** The lines that a terminal has printed, without the shell's marks, titles and colours. */
    function linesOf(printed: string): string[] {
      const plain = printed.replaceAll(/\u001b\][^\u0007]*\u0007|\u001b\[[0-9;?]*[A-Za-z]/g, '');
      return plain.split(/[\r\n]+/).filter((line) => line.trim() !== '');
    }

    // The images have the base's systemd: one of them is enough for all ways.
    it.each(EVERYTHING || index === 0 ? SHUTDOWNS : SHUTDOWNS.slice(0, 2))(
      '%s tells the page, prints nothing wrong, and does it',
      async (command, then, said) => {
        const sandbox = createNodeSandbox();
        await sandbox.start({ imageUrl: imageUrl(directory, name), snapshot: 'base' });
        let printed = '';
        const decoder = new TextDecoder();
        sandbox.terminal(1).onData((bytes) => {
          printed += decoder.decode(bytes, { stream: true });
        });
        const states: string[] = [];
        const over = new Promise<void>((resolve) => {
          sandbox.onState((state) => {
            states.push(state.status === 'stopping' ? `stopping: ${state.then}` : state.status);
            if (state.status === 'booting' || state.status === 'halted') resolve();
          });
        });
        await sandbox.terminal(1).write(`${command}\r`);
        await over;
        await sandbox.powerOff();

        const [, ...after] = [...new Set(states)];
        expect(after.slice(0, 2)).toEqual([`stopping: ${then}`, then === 'restart' ? 'booting' : 'halted']);
        const { login } = findLayer(name);
        const isPrompt = (line: string): boolean => line.includes(`${login}@server`) && /[$] *$/.test(line);
        const rest = linesOf(printed).filter((line) => !line.endsWith(command) && !isPrompt(line));
        expect(rest[0]).toMatch(/^Broadcast message from root@server/);
        expect(rest.slice(1)).toEqual([`The system will ${said} now!`]);
      },
    );
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

    it('has nothing left to do', async () => {
      const manifest = await readFile(path.join(directory, name, snapshotPath('base')), 'utf8');
      const [first = ''] = (JSON.parse(manifest) as SnapshotManifest).state.chunks;
      const encoded = zstdDecompressSync(await readFile(path.join(directory, chunkPath(first))));
      // As `site/sandbox/state.ts` writes it: what v86 saves, without the memory, from the 12th byte.
      expect(isHalted(encoded.subarray(12))).toBe(true);
    });
  });
}

/** Whether the processor waits for an interrupt in a state of v86: entry 17 of what its `cpu.js` keeps. */
function isHalted(state: Uint8Array): boolean {
  const infoBytes = new DataView(state.buffer, state.byteOffset).getUint32(12, true);
  const info = JSON.parse(new TextDecoder().decode(state.subarray(16, 16 + infoBytes))) as {
    state: unknown[];
  };
  return info.state[17] === 1;
}
