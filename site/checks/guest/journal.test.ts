import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { vassalLog } from '../testing/healthy-emperor-guest.ts';
import { hasWorkers, lastRun, lastStart, logLines, readLastStart } from './journal.ts';

const REQUEST =
  '[pid: 1047|app: 0|req: 1/1] 192.168.86.1 () {34 vars in 430 bytes} [Sat Nov 21 03:01:30 2026] GET / => generated 12 bytes in 14 msecs (HTTP/1.1 200)\n';

it.for([
  ['one start', `${vassalLog()}${REQUEST}`],
  ['a thousand requests since the last start', `${vassalLog()}${vassalLog()}${REQUEST.repeat(1000)}last\n`],
  ['bytes of no alphabet', `\0\u{fffd}\n${vassalLog()}${REQUEST.repeat(1000)}last\n`],
] as const)('reads a log with %s', async ([, text]) => {
  const folder = await mkdtemp(`${tmpdir()}/typealong-`);
  try {
    await writeFile(`${folder}/it's.log`, text);
    for (const shell of ['sh', 'bash']) {
      const { stdout, status } = spawnSync(shell, ['-c', readLastStart(`${folder}/it's.log`)], {
        encoding: 'utf8',
      });
      expect(status).toBe(0);
      expect(stdout.length).toBeLessThan(140_000);
      const { lines, at } = lastStart(stdout.split('\n'));
      expect(at).toBe('Sat Nov 21 03:00:03 2026');
      expect(lines.filter((line) => line.startsWith('WSGI app 0 '))).toHaveLength(1);
      expect(lines.at(-1)).toBe(text.trimEnd().split('\n').at(-1));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('reads a log that has no start, or is not there', () => {
  for (const file of ['/dev/null', '/nowhere/uwsgi.log']) {
    expect(spawnSync('sh', ['-c', readLastStart(file)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '\n',
      stderr: '',
    });
  }
});

it('cuts the lines of a log', () => {
  expect(logLines(`${'x'.repeat(100_000)}\nspawned`).map(({ length }) => length)).toEqual([4096, 7]);
});

describe('what a unit said since it last started', () => {
  const SERVING = [
    '*** Starting uWSGI 2.0.21',
    'WSGI app 0 ready',
    'spawned uWSGI worker 1 (pid: 814, cores: 1)',
  ];

  it('begins where systemd has started it', () => {
    const lines = [
      'Started app.service - App.',
      'old',
      'Stopped app.service - App.',
      'Started app.service - App.',
    ];
    expect(lastRun([...lines, ...SERVING])).toEqual(['Started app.service - App.', ...SERVING]);
  });

  it('begins with "Starting" when systemd has waited for it', () => {
    const lines = ['Starting app.service - App...', ...SERVING, 'Started app.service - App.', 'a request'];
    expect(lastRun(['of an earlier run', ...lines])).toEqual(lines);
    expect(hasWorkers(lastRun(lines))).toBe(true);
  });

  it('takes no start that failed for the beginning of the next', () => {
    const failed = ['Starting app.service - App...', 'no application', 'Failed to start app.service - App.'];
    expect(lastRun([...failed, 'Started app.service - App.', ...SERVING])).toEqual([
      'Started app.service - App.',
      ...SERVING,
    ]);
  });

  it('begins anew with a reload', () => {
    const broken = ['Starting app.service - App...', 'ImportError: x', 'Started app.service - App.'];
    const reload = ['binary reloading uWSGI...', ...SERVING];
    expect(lastRun([...broken, 'Reloading app.service - App...', ...reload])).toEqual(reload);
  });
});
