import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { vassalLog } from '../testing/healthy-emperor-guest.ts';
import { settleVassal } from './settle-vassal.ts';
import type { VassalFacts } from './vassal-facts.ts';

it.for(['sh', 'bash'])('waits no longer than a vassal with many requests needs, in %s', async (shell) => {
  const folder = await mkdtemp(`${tmpdir()}/typealong-`);
  try {
    const facts = {
      file: `${folder}/demo.ini`,
      folder,
      logFile: `${folder}/demo.log`,
      emperorLogFile: '/nowhere',
    };
    const started = spawnSync('date', ['-d', '+10 seconds', '+%a %b %e %H:%M:%S %Y'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    }).stdout.trim();
    await writeFile(facts.file, '');
    await writeFile(
      facts.logFile,
      vassalLog().replace('Sat Nov 21 03:00:03 2026', started) + `${'GET / '.repeat(30)}\n`.repeat(1000),
    );
    const question = settleVassal(facts as VassalFacts);
    const { status, stdout } = spawnSync(shell, ['-c', question], { encoding: 'utf8', timeout: 4000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'waited\n' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
