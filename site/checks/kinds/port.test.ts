import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import { healthyGuest } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

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
