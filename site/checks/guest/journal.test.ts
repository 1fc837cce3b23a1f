import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { vassalLog } from '../testing/healthy-emperor-guest.ts';
import { lastStart, readLastStart } from './journal.ts';

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
