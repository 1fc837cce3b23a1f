import { describe, expect, it } from 'vitest';
import { runChecks } from './run.ts';
import { runCheck, scriptedGuest } from './testing/scripted-guest.ts';

const placed = (id: string, command: string) => ({
  id,
  title: id,
  check: { kind: 'shell', command, advice: 'Again.' } as const,
});

const guest = scriptedGuest({
  exec: (argv) => ({ code: argv[2] === 'true' ? 0 : 1, stdout: '', stderr: '' }),
});

describe('runChecks', () => {
  it('runs all in order and tells each', async () => {
    const told: string[] = [];
    const results = await runChecks(
      [placed('a', 'false'), placed('b', 'true')],
      guest,
      ({ id }, { status }) => {
        told.push(`${id} ${status}`);
      },
    );
    expect(told).toEqual(['a fail', 'b pass']);
    expect(results.map(({ status }) => status)).toEqual(['fail', 'pass']);
  });

  const port80 = (id: string) => ({ id, title: id, check: { kind: 'port', port: 80 } as const });
  const open80 = 'LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n';

  it('asks the guest once what two checks want to know', async () => {
    let asked = 0;
    const context = scriptedGuest({ answers: { 'ss -Hltnp': () => (asked++, open80) } });
    const results = await runChecks([port80('a'), port80('b')], context);
    expect(results.map(({ status }) => status)).toEqual(['pass', 'pass']);
    expect(asked).toBe(1);
    await runChecks([port80('a')], context);
    expect(asked).toBe(2);
  });

  it('asks anew after it has waited for something', async () => {
    const seen = ['', open80];
    const context = scriptedGuest({
      answers: { 'ss -Hltnp': () => seen.shift() ?? '', 'is-system-running': 'waited\n' },
    });
    expect(await runChecks([port80('a')], context)).toMatchObject([{ status: 'pass' }]);
    expect(seen).toEqual([]);
  });

  it('stops when it is told to, with the reason', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const run = runChecks(
      [placed('a', 'true'), placed('b', 'true')],
      { ...guest, signal: stop.signal },
      ({ id }) => {
        told.push(id);
        stop.abort(new Error('The reader went on.'));
      },
    );
    await expect(run).rejects.toThrow('The reader went on.');
    expect(told).toEqual(['a']);
  });
});

it('what the checker throws is an error, never a failure', async () => {
  const broken = { ...guest, agent: { ...guest.agent, exec: () => Promise.reject(new Error('gone')) } };
  expect(await runCheck({ kind: 'port', port: 80 }, broken)).toEqual({ status: 'error', message: 'gone' });
});

describe('a check that comes too early', () => {
  const stopped = 'LISTEN 0 128 127.0.0.1:22 0.0.0.0:*\n';
  const started = 'LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n';

  it('looks again when the machine was still starting', async () => {
    const seen = [stopped, started];
    const context = scriptedGuest({
      answers: { 'ss -Hltnp': () => seen.shift() ?? '', 'is-system-running': 'waited\n' },
    });
    expect(await runCheck({ kind: 'port', port: 80 }, context)).toMatchObject({ status: 'pass' });
    expect(seen).toEqual([]);
  });

  it('does not look again when there was nothing to wait for', async () => {
    const seen = [stopped, started];
    const context = scriptedGuest({
      answers: { 'ss -Hltnp': () => seen.shift() ?? '', 'is-system-running': '' },
    });
    expect(await runCheck({ kind: 'port', port: 80 }, context)).toMatchObject({ status: 'fail' });
    expect(seen).toEqual([started]);
  });

  let seen: string[] = [];
  const silent = (): string => {
    throw new Error('The machine took longer than 60 seconds to answer.');
  };

  it.for([
    ['the wait', { 'ss -Hltnp': stopped, 'is-system-running': silent }],
    [
      'the second look',
      {
        'ss -Hltnp': (): string => seen.shift() ?? silent(),
        'is-system-running': 'waited\n',
      },
    ],
  ] as const)('keeps what it found first when %s takes too long', async ([, answers]) => {
    seen = [stopped];
    expect(await runCheck({ kind: 'port', port: 80 }, scriptedGuest({ answers }))).toMatchObject({
      status: 'fail',
    });
  });
  it('stops during the wait when it is told to', async () => {
    const stop = new AbortController();
    const context = scriptedGuest({
      answers: {
        'ss -Hltnp': stopped,
        'is-system-running': () => {
          stop.abort(new Error('The reader went on.'));
          return 'waited\n';
        },
      },
    });
    await expect(runCheck({ kind: 'port', port: 80 }, { ...context, signal: stop.signal })).rejects.toThrow(
      'The reader went on.',
    );
  });
});
