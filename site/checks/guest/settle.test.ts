import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { scriptedGuest } from '../testing/scripted-guest.ts';
import type { CheckContext } from './context.ts';
import { settle } from './settle.ts';

const SPAWNED = 'spawned uWSGI worker 1 (pid: 814, cores: 1)';
const RELOADING = '...gracefully killing workers...';

/**
 * Asks of a unit that was started and last changed its state so many seconds ago. Of its log there is `said`, and after
 * the first look `later`.
 */
async function waits(seconds: { started: number; changed: number }, said: string[], later: string[] = []) {
  const folder = await mkdtemp(`${tmpdir()}/typealong-`);
  try {
    const now = Math.floor(Date.now() / 1000);
    await writeFile(`${folder}/log`, `${said.join('\n')}\n`);
    await writeFile(`${folder}/looks`, '');
    const programs = `
systemctl() {
  case "$*" in
    *is-system-running*) echo running;;
    *-P*) echo '{ path=/srv/app/venv/bin/uwsgi }';;
    *) echo ActiveState=active; echo ExecMainStartTimestamp=@${now - seconds.started};
       echo StateChangeTimestamp=@${now - seconds.changed}; echo InvocationID=0a;;
  esac
}
journalctl() { cat ${folder}/log; echo look >> ${folder}/looks; ${later.map((line) => `echo '${line}' >> ${folder}/log`).join('; ') || ':'}; }
sleep() { :; }
`;
    const agent = {
      exec: ([, , script = '']: readonly string[]) => {
        const { stdout, status } = spawnSync('sh', ['-c', programs + script], { encoding: 'utf8' });
        return Promise.resolve({ code: status ?? -1, stdout, stderr: '' });
      },
    };
    const context = { ...scriptedGuest(), agent } as unknown as CheckContext;
    const again = await settle('app', context);
    const looks = (await readFile(`${folder}/looks`, 'utf8')).split('\n').length - 1;
    return { again, looks };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('does not wait for a unit that has long been up', async () => {
  expect(await waits({ started: 600, changed: 600 }, [SPAWNED])).toEqual({ again: false, looks: 0 });
});

it('waits for the workers of a unit that was just started', async () => {
  expect(await waits({ started: 3, changed: 3 }, ['*** Starting uWSGI'], [SPAWNED])).toEqual({
    again: true,
    looks: 2,
  });
});

it('waits for the workers of a unit that was just reloaded, and has had some before', async () => {
  expect(await waits({ started: 600, changed: 2 }, [SPAWNED, RELOADING], [SPAWNED])).toEqual({
    again: true,
    looks: 2,
  });
});
