import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { FIND_NGINX_SCRIPT } from './nginx-service.ts';

const SCRIPT = '/etc/init.d/nginx';
const UNIT = '/lib/systemd/system/nginx.service';
const OWN_UNIT = '/etc/systemd/system/nginx.service';

it.for([
  [[SCRIPT], 0],
  [[SCRIPT, UNIT], 1],
  [[SCRIPT, OWN_UNIT], 1],
  [[SCRIPT, UNIT, OWN_UNIT], 1],
  [[UNIT], 1],
  [[], 1],
] as const)('of %j, the script is all that there is: %d', async ([files, status]) => {
  const root = await mkdtemp(`${tmpdir()}/typealong-`);
  try {
    for (const file of files) {
      await mkdir(`${root}${file}`.replace(/\/[^/]+$/, ''), { recursive: true });
      await writeFile(`${root}${file}`, '', { mode: 0o755 });
    }
    const question = FIND_NGINX_SCRIPT.replaceAll(/ \/(etc|lib)\//g, ` ${root}/$1/`);
    expect(spawnSync('sh', ['-c', question]).status).toBe(status);
  } finally {
    await rm(root, { recursive: true });
  }
});
