import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import { DEFAULT_BLOCK, dump, healthyGuest, SERVER_BLOCK } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

function check(declared: Check, ...scripts: readonly Script[]) {
  return runCheck(declared, scriptedGuest(healthyGuest, ...scripts));
}

describe('nginx-config', () => {
  const declared = {
    kind: 'nginx-config',
    serverName: 'flask.example',
    uwsgiPass: 'unix:/home/sammy/myproject/myproject.sock',
    loaded: true,
  } as const;
  const loading = (files: Readonly<Record<string, string>>): Script => ({
    answers: { 'nginx -T': dump(files) },
  });

  it('passes', async () => {
    expect(await check(declared)).toMatchObject({ status: 'pass' });
  });

  it('fails when the block is not linked, is another, or passes elsewhere', async () => {
    expect(
      await check(declared, loading({ '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK })),
    ).toMatchObject({
      cause: 'server-block-not-linked',
    });
    const enabled = '/etc/nginx/sites-enabled/myproject';
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace('flask.', 'flusk.') })),
    ).toMatchObject({
      cause: 'server-name-mismatch',
    });
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace('.sock', '.socket') })),
    ).toMatchObject({
      cause: 'socket-path-mismatch',
    });
    expect(
      await check(declared, loading({ [enabled]: SERVER_BLOCK.replace(/location[^}]*}/, '') })),
    ).toMatchObject({
      cause: 'uwsgi-pass-missing',
    });
  });

  it('fails when the running Nginx is older, unless it was reloaded by hand since', async () => {
    const changed: Script = { answers: { 'D=$(ls -d': '1795230400 /etc/nginx/sites-enabled/myproject' } };
    expect(await check(declared, changed)).toMatchObject({ cause: 'nginx-not-restarted' });
    const reloaded: Script = {
      answers: {
        'ps -C nginx':
          '    600 nginx: master process /usr/sbin/nginx\n     20 nginx: worker process\n1795230700',
      },
    };
    expect(await check(declared, changed, reloaded)).toMatchObject({ status: 'pass' });
  });
});
