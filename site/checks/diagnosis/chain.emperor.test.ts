/** The chain on the machine of the Ubuntu 13.04 guide: Nginx, Upstart's job, the Emperor and its vassal. */
import { describe, expect, it } from 'vitest';
import type { Check, CheckResult } from '../model.ts';
import {
  EMPEROR,
  emperorGuest,
  emperorLog,
  fromNginx,
  INI_FILE,
  JOB,
  jobDown,
  LINK,
  NGINX,
  PACKAGED_BLOCK,
  process,
  READS_INI,
  servedByVassal,
  SITE,
  SITE_BLOCK,
  SITE_LINK,
  sites,
  TRIAL,
  VASSAL,
  VASSAL_INI,
  VASSAL_SOCKET,
  vassalDied,
  vassalDown,
  vassalLog,
  way,
  WAY_TO_LOG,
  WAY_TO_SOCKET,
} from '../testing/healthy-emperor-guest.ts';
import { BAD_GATEWAY, connectFailed, dump, nginxShown, WELCOME } from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

const page: Check = {
  kind: 'http',
  url: 'http://flask.example/',
  contains: 'Hello World!',
  servedBy: 'nginx+uwsgi',
  job: 'uwsgi',
  vassal: INI_FILE,
  socket: VASSAL_SOCKET,
};
const vassal = { kind: 'vassal', ini: INI_FILE, job: 'uwsgi', linked: true, loaded: true } as const;

function check(wanted: Check, ...mistakes: readonly Script[]): Promise<CheckResult> {
  return runCheck(wanted, scriptedGuest(emperorGuest, ...mistakes));
}

function answers(table: NonNullable<Script['answers']>): Script {
  return { answers: table };
}

function withIni(text: string): Script {
  return answers({ [`head -c 65536 '${INI_FILE}'`]: text });
}

/** The vassal's file is not there. `more`: what else the guest says. */
function withoutIni(more: NonNullable<Script['answers']>): Script {
  return answers({ [`head -c 65536 '${INI_FILE}'`]: { code: 1, output: '' }, ...more });
}

function withJob(text: string): Script {
  return answers({ "head -c 65536 '/etc/init/uwsgi.conf'": text });
}

/** There is no folder of that path. */
const noEnvironmentAt = (place: string): Script =>
  answers({
    [`test -d '${place}'`]: { code: 1, output: '' },
    [`test -e '${place}/pyvenv.cfg'`]: { code: 1, output: '' },
  });
const MISSING_502 = fromNginx(502, BAD_GATEWAY, connectFailed('2: No such file or directory', VASSAL_SOCKET));
const REFUSED_502 = fromNginx(502, BAD_GATEWAY, connectFailed('111: Connection refused', VASSAL_SOCKET));
const DENIED_502 = fromNginx(502, BAD_GATEWAY, connectFailed('13: Permission denied', VASSAL_SOCKET));
const NO_APP_500 = servedByVassal('Internal Server Error', 500, 1047, -1);
const CANNOT_LOAD = "unable to load app 0 (mountpoint='') (callable not found or import error)\n";
const withLog = (text: string): Script =>
  answers({ "tail -c 4194304 '/var/log/uwsgi/demoapp_uwsgi.log'": text });
const NO_ENCODINGS = `Python version: 3.11.2 (main, Apr 28 2025, 14:11:48) [GCC 12.2.0]
!!! Python Home is not a directory: PLACE !!!
Set PythonHome to PLACE
Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding
ModuleNotFoundError: No module named 'encodings'
`;

describe('a page that the vassal made', () => {
  it('passes when one of its workers logged this very request', async () => {
    expect(await check(page, servedByVassal())).toEqual({
      status: 'pass',
      expected: 'http://flask.example/ answers 200 with "Hello World!" from uWSGI, through Nginx.',
      found: 'Nginx answered 200, and worker 1047 of demoapp_uwsgi.ini made the page.',
    });
  });

  it('does not believe a file with the right text', async () => {
    expect(await check(page, fromNginx(200, 'Hello World!'))).toMatchObject({
      cause: 'not-served-by-uwsgi',
      advice: expect.stringContaining('try_files') as unknown,
    });
  });

  it('does not believe a line of a process that is no vassal of the Emperor', async () => {
    const other = process(1047, 1, '/usr/local/bin/uwsgi --ini demoapp_uwsgi.ini');
    expect(await check(page, servedByVassal(), answers({ 'ps -ww': EMPEROR + other + NGINX }))).toMatchObject(
      { status: 'fail' },
    );
  });

  it('names its configuration by the home, where it likes', async () => {
    const home = '/var/www/demoapp';
    const ini = '~/demoapp_uwsgi.ini';
    const socket = { kind: 'socket', path: VASSAL_SOCKET, job: 'uwsgi', vassal: ini } as const;
    const stats = {
      [VASSAL_SOCKET]: { type: 'socket', mode: 0o666, owner: 'nginx', group: 'nginx', sizeBytes: 0 },
    } as const;
    const context = { ...scriptedGuest(emperorGuest, servedByVassal(), { stats }), home };
    expect(await runCheck({ ...page, vassal: ini }, context)).toMatchObject({ status: 'pass' });
    expect(await runCheck({ ...vassal, ini }, context)).toMatchObject({ status: 'pass' });
    expect(await runCheck({ ...socket, mode: '644' }, context)).toMatchObject({
      found: expect.stringContaining(`line 12 of ${INI_FILE} says`) as unknown,
    });
  });

  it('wants the job started by the boot, if it is asked to', async () => {
    expect(await check({ ...page, sinceBoot: true }, servedByVassal())).toMatchObject({
      cause: 'job-started-by-hand',
    });
    const booted = answers({ FinishTimestampMonotonic: '899000000\n' });
    expect(await check({ ...page, sinceBoot: true }, servedByVassal(), booted)).toMatchObject({
      status: 'pass',
    });
  });

  it('reads the times of the log in the zone of the guest', async () => {
    const east = answers({ 'date +%z': '+0100\n' });
    expect(await check({ ...vassal, current: true }, east)).toMatchObject({ cause: 'vassal-not-reloaded' });
    const early = withLog(vassalLog().replace('03:00:03', '04:00:03'));
    expect(await check({ ...vassal, current: true }, east, early)).toMatchObject({ status: 'pass' });
  });
});

describe('the vassal', () => {
  it('passes when the Emperor has spawned it and its log says that it is ready', async () => {
    expect(await check({ ...vassal, user: 'nginx', group: 'nginx', current: true })).toMatchObject({
      status: 'pass',
      found: 'The Emperor of uwsgi has spawned demoapp_uwsgi.ini: process 1045, nginx:nginx.',
    });
  });

  it('runs as the wrong login', async () => {
    const root =
      EMPEROR.replaceAll('nginx nginx', 'root root') + VASSAL.replaceAll('nginx nginx', 'root root');
    expect(await check({ ...vassal, user: 'nginx' }, answers({ 'ps -ww': root + NGINX }))).toMatchObject({
      cause: 'vassal-wrong-user',
      advice: expect.stringContaining('--uid nginx --gid nginx') as unknown,
    });
  });

  it('is a copy instead of a link', async () => {
    expect(await check(vassal, answers({ 'readlink -e "$f"': `${LINK}\t\t${LINK}\n` }))).toMatchObject({
      cause: 'vassal-copied',
      advice: `Put a link in its place: \`sudo rm ${LINK}\`, then \`sudo ln -s ${INI_FILE} /etc/uwsgi/vassals\`.`,
    });
  });

  it.for(['/srv', '/etc/uwsgi/vasals'])('is to be in %s, where there is no folder', async (folder) => {
    const job = withJob(JOB.replace('/etc/uwsgi/vassals', folder));
    const none = answers({ 'test -d': { code: 1, output: '' }, 'readlink -e "$f"': '' });
    expect(await check(vassal, job, none)).toMatchObject({
      cause: folder === '/srv' ? 'vassals-folder-missing' : 'vassals-folder-misspelt',
    });
  });

  it('is not one whose name only ends so', async () => {
    const other = process(700, 1, 'uwsgi --ini /srv/mydemoapp_uwsgi.ini', 'root', 'user.slice');
    expect(await check(vassal, vassalDown(''), answers({ 'ps -ww': EMPEROR + NGINX + other }))).toMatchObject(
      { cause: 'vassal-dies' },
    );
    const link = answers({ 'readlink -e "$f"': '/etc/uwsgi/vassals/my.ini\tmydemoapp_uwsgi.ini\t\n' });
    expect(await check(vassal, vassalDown(''), link)).toMatchObject({ cause: 'vassal-not-linked' });
  });

  it('is not started, and nobody knows why', async () => {
    expect(await check(vassal, vassalDown(vassalDied('')))).toMatchObject({ cause: 'vassal-dies' });
    const unseen = answers({ "tail -c 65536 '/var/log/uwsgi/emperor.log'": emperorLog() });
    expect(await check(vassal, vassalDown(''), unseen)).toMatchObject({ cause: 'vassal-not-spawned' });
  });
});

describe('uWSGI by hand, which has ended', () => {
  const trial = { kind: 'vassal', ini: INI_FILE, loaded: true } as const;
  const ended = answers({ 'ps -ww': NGINX });

  it('passes by its log', async () => {
    expect(await check(trial, ended)).toMatchObject({ status: 'pass' });
  });

  it('has never been started', async () => {
    expect(await check(trial, ended, withLog(''))).toMatchObject({
      cause: 'uwsgi-never-started',
      advice: expect.stringContaining(`sudo uwsgi --ini ${INI_FILE}`) as unknown,
    });
  });

  it('was started last with a mistake, after a start that was well', async () => {
    const log = `${vassalLog()}${vassalLog(CANNOT_LOAD)}`;
    const left = withIni(VASSAL_INI.replace('callable = app\n', ''));
    expect(await check(trial, ended, withLog(log), left)).toMatchObject({
      cause: 'callable-missing',
      advice:
        'Write `callable = app` into /var/www/demoapp/demoapp_uwsgi.ini. Save it, end uWSGI with Ctrl+C if it still runs, and start it again.',
    });
  });

  it('found no folder for its log', async () => {
    const noFolder = answers({ [WAY_TO_LOG]: way({ '/var/log': '755 root root' }) });
    expect(await check(trial, ended, withLog(''), noFolder)).toMatchObject({
      cause: 'log-folder-missing',
      advice: 'Make it: `sudo mkdir -p /var/log/uwsgi`. Then start uWSGI again.',
    });
  });

  it.for(['', '%(base', '%(a)'.repeat(2000), '[uwsgi]\na = %(b)%(b)\nb = %(a)%(a)\n'.repeat(500)])(
    'is not led astray by a hostile file, %#',
    async (text) => {
      expect((await check(trial, ended, withIni(text))).status).toBe('fail');
    },
  );
});

interface WrongTurn {
  readonly check?: Check;
  readonly cause: string;
  readonly mistakes: readonly Script[];
  readonly found: RegExp;
  readonly advice: RegExp;
}

const WRONG_TURNS: Readonly<Record<string, WrongTurn>> = {
  'default.conf not removed': {
    cause: 'default-site-kept',
    mistakes: [
      fromNginx(200, WELCOME),
      answers({
        'nginx -T': sites({ '/etc/nginx/conf.d/default.conf': PACKAGED_BLOCK, [SITE_LINK]: SITE_BLOCK }),
      }),
    ],
    found:
      /^\/etc\/nginx\/conf\.d\/default\.conf is still there\. Nginx reads it before demoapp_nginx\.conf, both have port 80 and the name localhost, and the first one answers/,
    advice:
      /^Remove it: `sudo rm \/etc\/nginx\/conf\.d\/default\.conf`\. Then `sudo nginx -t`.*`sudo \/etc\/init\.d\/nginx restart`\.$/,
  },
  'the link into conf.d missing': {
    cause: 'server-block-not-linked',
    mistakes: [{ http: { kind: 'refused' } }, answers({ 'nginx -T': sites({}), 'ss -Hltnp': '' })],
    found: /in \/var\/www\/demoapp\/demoapp_nginx\.conf, but nothing in \/etc\/nginx\/conf\.d leads to it/,
    advice: /`sudo ln -s \/var\/www\/demoapp\/demoapp_nginx\.conf \/etc\/nginx\/conf\.d`/,
  },
  'the link into conf.d relative and broken': {
    cause: 'server-block-link-broken',
    mistakes: [
      { http: { kind: 'refused' } },
      answers({
        'nginx -t': {
          code: 1,
          output: `2026/11/21 02:57:51 [emerg] 263#263: open() "${SITE_LINK}" failed (40: Too many levels of symbolic links) in /etc/nginx/nginx.conf:31\n`,
        },
        'nginx -T': { code: 1, output: '' },
        'for f in /etc/nginx/nginx.conf': sites({}),
        '[ -L "$f" ] && [ ! -e': `${SITE_LINK} demoapp_nginx.conf\n`,
        "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code' }),
      }),
    ],
    found:
      /is a link to "demoapp_nginx\.conf", where there is nothing\. Looked up in that folder, that is the link itself/,
    advice:
      /`sudo rm \/etc\/nginx\/conf\.d\/demoapp_nginx\.conf`, then `sudo ln -s \/var\/www\/demoapp\/demoapp_nginx\.conf \/etc\/nginx\/conf\.d`/,
  },
  "the file of the site deleted, and not Nginx's link": {
    cause: 'server-block-link-broken',
    mistakes: [
      { http: { kind: 'refused' } },
      answers({
        'nginx -t': {
          code: 1,
          output: `2026/11/21 02:57:51 [emerg] 263#263: open() "${SITE_LINK}" failed (2: No such file or directory) in /etc/nginx/nginx.conf:31\n`,
        },
        'nginx -T': { code: 1, output: '' },
        'for f in /etc/nginx/nginx.conf': sites({}),
        'for f in /etc/nginx/sites-available': '',
        '[ -L "$f" ] && [ ! -e': `${SITE_LINK} ${SITE}\n`,
        "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code' }),
      }),
    ],
    found: /is a link to "\/var\/www\/demoapp\/demoapp_nginx\.conf", where there is nothing\.$/,
    advice: /^Write that file, as the text shows it: `sudo nano \/var\/www\/demoapp\/demoapp_nginx\.conf`\./,
  },
  'callable left out': {
    cause: 'callable-missing',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('callable = app\n', '')),
      withLog(vassalLog(CANNOT_LOAD)),
    ],
    found: /imported hello and looked for `application`.*hello\.py calls it `app`/,
    advice:
      /^Write `callable = app` into .*demoapp_uwsgi\.ini\. Save the file, and the Emperor loads it again/,
  },
  'callable misspelt': {
    cause: 'ini-key-misspelt',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('callable', 'calable')),
      withLog(vassalLog(CANNOT_LOAD)),
    ],
    found: /Line 14 of .* says `calable`/,
    advice: /Change it to `callable`/,
  },
  'a comment behind the callable': {
    cause: 'ini-value-malformed',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('callable = app', 'callable = app # comment')),
      withLog(vassalLog(CANNOT_LOAD)),
    ],
    found: /says `callable = app # comment`\. uWSGI knows comments only in lines of their own/,
    advice: /^Write `callable = app` in line 14\. Save the file, and the Emperor loads it again/,
  },
  'another name as callable': {
    cause: 'callable-name-wrong',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('callable = app', 'callable = hello_app')),
      withLog(vassalLog(CANNOT_LOAD)),
    ],
    found: /Line 14 of .* says `callable = hello_app`, and there is nothing of that name in hello/,
    advice: /Write `callable = app`/,
  },
  'a wrong home': {
    cause: 'home-missing',
    mistakes: [
      REFUSED_502,
      withIni(VASSAL_INI.replace('/venv', '/vnev')),
      vassalDown(vassalDied(NO_ENCODINGS.replaceAll('PLACE', '/var/www/demoapp/vnev'))),
      noEnvironmentAt('/var/www/demoapp/vnev'),
    ],
    found:
      /Line 7 of .* says `home = %\(base\)\/vnev`, which is \/var\/www\/demoapp\/vnev\. There is no such folder/,
    advice: /Write `home = %\(base\)\/venv`\. The environment is \/var\/www\/demoapp\/venv\. Save the file/,
  },
  'a wrong base': {
    cause: 'home-missing',
    mistakes: [
      REFUSED_502,
      withIni(VASSAL_INI.replace('base = /var/www/demoapp', 'base = /var/www/demoap')),
      vassalDown(vassalDied(NO_ENCODINGS.replaceAll('PLACE', '/var/www/demoap/venv'))),
      noEnvironmentAt('/var/www/demoap/venv'),
    ],
    found: /which is \/var\/www\/demoap\/venv/,
    advice: /Write `base = \/var\/www\/demoapp` in line 2/,
  },
  'a relative home': {
    cause: 'home-relative',
    mistakes: [
      REFUSED_502,
      withIni(VASSAL_INI.replace('%(base)/venv', 'venv')),
      vassalDown(vassalDied(NO_ENCODINGS.replaceAll('PLACE', 'venv'))),
      noEnvironmentAt('/etc/uwsgi/vassals/venv'),
    ],
    found:
      /says `home = venv`, a relative path\. By hand it led from \/var\/www\/demoapp .*starts its vassals in \/etc\/uwsgi\/vassals, where there is no venv/,
    advice: /Write the full path, `home = %\(base\)\/venv`/,
  },
  'home left out': {
    cause: 'home-left-out',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('home = %(base)/venv\n', '')),
      withLog(
        vassalLog(
          `Traceback (most recent call last):\n  File "/var/www/demoapp/hello.py", line 1, in <module>\n    from flask import Flask\nModuleNotFoundError: No module named 'flask'\n${CANNOT_LOAD}`,
        ),
      ),
    ],
    found: /names no environment.*finds no "flask"/,
    advice: /Write `home = %\(base\)\/venv`/,
  },
  'the folder of the logs missing': {
    cause: 'log-folder-missing',
    mistakes: [
      REFUSED_502,
      vassalDown(
        '',
        'open("/var/log/uwsgi/demoapp_uwsgi.log"): No such file or directory [core/logging.c line 288]',
      ),
      answers({ [WAY_TO_LOG]: way({ '/var/log': '755 root root' }) }),
    ],
    found: /to \/var\/log\/uwsgi\/demoapp_uwsgi\.log, and there is no folder \/var\/log\/uwsgi/,
    advice: /`sudo mkdir -p \/var\/log\/uwsgi`\. Then `sudo chown -R nginx:nginx \/var\/log\/uwsgi\/`/,
  },
  "the logs still root's": {
    cause: 'log-folder-not-writable',
    mistakes: [
      REFUSED_502,
      vassalDown('', 'open("/var/log/uwsgi/demoapp_uwsgi.log"): Permission denied [core/logging.c line 288]'),
      answers({
        [WAY_TO_LOG]: way({
          '/var/log': '755 root root',
          '/var/log/uwsgi': '755 root root',
          '/var/log/uwsgi/demoapp_uwsgi.log': '640 root root',
        }),
      }),
    ],
    found:
      /runs as nginx and may not write to \/var\/log\/uwsgi\/demoapp_uwsgi\.log: it belongs to root:root, with the permissions 640/,
    advice: /`sudo chown -R nginx:nginx \/var\/log\/uwsgi\/`\. The Emperor tries again by itself/,
  },
  'the Emperor has another login, which may not write logs': {
    cause: 'log-folder-not-writable',
    mistakes: [
      REFUSED_502,
      withJob(JOB.replace('--uid nginx --gid nginx', '--uid ubuntu --gid ubuntu')),
      vassalDown(''),
    ],
    found:
      /runs as ubuntu and may not write to \/var\/log\/uwsgi\/demoapp_uwsgi\.log: it belongs to nginx:nginx/,
    advice:
      /^In \/etc\/init\/uwsgi\.conf, let the line `exec` have `--uid nginx --gid nginx`\. Then `sudo stop uwsgi` and/,
  },
  'the Emperor has another login, which may not make sockets': {
    cause: 'socket-folder-not-writable',
    mistakes: [
      REFUSED_502,
      withJob(JOB.replace('--uid nginx --gid nginx', '--uid ubuntu --gid ubuntu')),
      vassalDown(''),
      answers({ [WAY_TO_LOG]: way({ '/var/log': '755 root root', '/var/log/uwsgi': '777 root root' }) }),
    ],
    found: /runs as ubuntu and may not create its socket/,
    advice: /let the line `exec` have `--uid nginx --gid nginx`/,
  },
  "the logs still root's, and Nginx has another group": {
    cause: 'log-folder-not-writable',
    mistakes: [
      REFUSED_502,
      vassalDown(''),
      answers({
        "grep -hsE '^[[:space:]]*user": 'user nginx web;\n',
        [WAY_TO_LOG]: way({ '/var/log': '755 root root', '/var/log/uwsgi': '755 root root' }),
      }),
    ],
    found: /may not write to \/var\/log\/uwsgi/,
    advice: /`sudo chown -R nginx:web \/var\/log\/uwsgi\/`/,
  },
  '644 while uWSGI still runs by hand': {
    cause: 'socket-owner-root',
    mistakes: [
      DENIED_502,
      answers({
        'ps -ww': EMPEROR + VASSAL + NGINX + TRIAL,
        [WAY_TO_SOCKET]: way({
          '/var/www': '755 root root',
          '/var/www/demoapp': '755 root root',
          [VASSAL_SOCKET]: '644 root root',
        }),
      }),
    ],
    found:
      /belongs to root:root with the permissions 644\. Only its owner may write to it, and Nginx runs as nginx/,
    advice:
      /end the one in your terminal with Ctrl\+C, `sudo chown -R nginx:nginx \/var\/www\/demoapp\/`, then `sudo stop uwsgi` and `sudo start uwsgi`/,
  },
  'chmod-socket mended, and the job not started anew': {
    cause: 'socket-altered',
    mistakes: [
      DENIED_502,
      answers({
        [`head -c 65536 '${INI_FILE}'`]: VASSAL_INI.replace('644', '666'),
        [WAY_TO_SOCKET]: way({
          '/var/www': '755 root root',
          '/var/www/demoapp': '755 nginx nginx',
          [VASSAL_SOCKET]: '000 nginx nginx',
        }),
      }),
    ],
    found: /It is from before a change: line 12 of .*demoapp_uwsgi\.ini says `chmod-socket = 666`\.$/,
    advice: /^Let uWSGI make it anew: `sudo stop uwsgi`, then `sudo start uwsgi`\. A reload keeps/,
  },
  'the owner of the socket changed': {
    cause: 'socket-altered',
    mistakes: [
      DENIED_502,
      answers({
        [WAY_TO_SOCKET]: way({
          '/var/www': '755 root root',
          '/var/www/demoapp': '755 nginx nginx',
          [VASSAL_SOCKET]: '644 root nginx',
        }),
      }),
    ],
    found: /belongs to root:nginx .* the vassal runs as nginx, to whom a new socket would belong\.$/,
    advice: /^Let uWSGI make it anew: `sudo stop uwsgi`, then `sudo start uwsgi`/,
  },
  '644 before the owner was changed': {
    cause: 'socket-folder-not-writable',
    mistakes: [
      DENIED_502,
      vassalDown(
        vassalDied(
          'error removing unix socket, unlink(): Permission denied [core/socket.c line 198]\nbind(): Address already in use [core/socket.c line 230]\n',
        ),
      ),
      answers({
        [WAY_TO_SOCKET]: way({
          '/var/www': '755 root root',
          '/var/www/demoapp': '755 root root',
          [VASSAL_SOCKET]: '666 root root',
        }),
      }),
    ],
    found: /runs as nginx and may not create its socket in \/var\/www\/demoapp: it belongs to root:root/,
    advice: /`sudo chown -R nginx:nginx \/var\/www\/demoapp\/`/,
  },
  'a typo in the job file': {
    cause: 'job-stanza-unknown',
    mistakes: [
      MISSING_502,
      jobDown({ LoadState: 'not-found', ExecMainStartTimestamp: '' }),
      answers({
        "head -c 65536 '/etc/init/uwsgi.conf'": JOB.replace('respawn', 'respwan'),
        "init-checkconf '": {
          code: 1,
          output:
            'ERROR: File /etc/init/uwsgi.conf: syntax invalid:\n/etc/init/uwsgi.conf:4: Unknown stanza\n',
        },
        'initctl status': { code: 1, output: 'initctl: Unknown job: uwsgi\n' },
      }),
    ],
    found: /does not know the first word of line 4 of \/etc\/init\/uwsgi\.conf, `respwan`/,
    advice:
      /^Change line 4 to `respawn`\. `init-checkconf \/etc\/init\/uwsgi\.conf` should then say `syntax ok`\.$/,
  },
  "the job's exec broken over two lines": {
    cause: 'job-exec-broken',
    mistakes: [
      MISSING_502,
      jobDown({ LoadState: 'not-found', ExecMainStartTimestamp: '' }),
      answers({
        "head -c 65536 '/etc/init/uwsgi.conf'": JOB.replace(' --die-on-term', '\n--die-on-term'),
        "init-checkconf '": {
          code: 1,
          output:
            'ERROR: File /etc/init/uwsgi.conf: syntax invalid:\n/etc/init/uwsgi.conf:10: Unknown stanza\n',
        },
        'initctl status': { code: 1, output: 'initctl: Unknown job: uwsgi\n' },
      }),
    ],
    found:
      /Line 9 of \/etc\/init\/uwsgi\.conf begins the command with `exec`, and line 10 goes on with `--die-on-term.*a new line is a new instruction/,
    advice: /Join the two lines into one.*put the cursor at the end of line 9 and press Delete/,
  },
  'the job saved as uwsgi.config': {
    cause: 'job-misnamed',
    mistakes: [
      MISSING_502,
      jobDown({ LoadState: 'not-found', ExecMainStartTimestamp: '' }),
      answers({
        "head -c 65536 '/etc/init/uwsgi.conf'": { code: 1, output: '' },
        'ls -1d /etc/init/*': '/etc/init/uwsgi.config\n',
        'initctl status': { code: 1, output: 'initctl: Unknown job: uwsgi\n' },
      }),
    ],
    found:
      /There is no \/etc\/init\/uwsgi\.conf, but there is a uwsgi\.config in the same folder\. Upstart reads only names that end in \.conf/,
    advice: /^Rename it: `sudo mv \/etc\/init\/uwsgi\.config \/etc\/init\/uwsgi\.conf`\.$/,
  },
  'the folder of the application renamed': {
    cause: 'folder-renamed',
    mistakes: [
      MISSING_502,
      vassalDown(''),
      withoutIni({
        'dirname "$d"':
          "/var/www/demoapp\n/var/www/demoapp2/venv/bin/activate:VIRTUAL_ENV='/var/www/demoapp/venv'\n",
      }),
    ],
    found: /^There is no folder \/var\/www\/demoapp\. It is \/var\/www\/demoapp2 now/,
    advice: /`sudo mv \/var\/www\/demoapp2 \/var\/www\/demoapp`\. The Emperor then starts it again/,
  },
  "the folder of the application deleted, and Nginx's file with it": {
    cause: 'project-gone',
    mistakes: [
      MISSING_502,
      withoutIni({
        'dirname "$d"': '/var/www/demoapp\n',
        'nginx -t': {
          code: 1,
          output: `2026/11/21 02:57:51 [emerg] 263#263: open() "${SITE_LINK}" failed (2: No such file or directory) in /etc/nginx/nginx.conf:31\n`,
        },
        'nginx -T': { code: 1, output: '' },
        'for f in /etc/nginx/nginx.conf': sites({}),
        '[ -L "$f" ] && [ ! -e': `${SITE_LINK} ${SITE}\n`,
      }),
    ],
    found: /^There is no folder \/var\/www\/demoapp, where the application/,
    advice: /^Make it and everything that belongs in it/,
  },
  'the folder of the application deleted': {
    cause: 'project-gone',
    mistakes: [
      MISSING_502,
      vassalDown(''),
      withoutIni({
        'dirname "$d"': '/var/www/demoapp\n',
      }),
    ],
    found: /^There is no folder \/var\/www\/demoapp, where the application/,
    advice: /^Make it and everything that belongs in it/,
  },
  "the vassal's file with another ending": {
    cause: 'file-misnamed',
    mistakes: [
      MISSING_502,
      vassalDown(''),
      withoutIni({
        "ls -1d '/var/www/demoapp'/*.ini": `${INI_FILE}.txt\n`,
      }),
    ],
    found: /^There is no \S+, but there is a demoapp_uwsgi\.ini\.txt in the same folder/,
    advice: /`sudo mv \/var\/www\/demoapp\/demoapp_uwsgi\.ini\.txt /,
  },
  'the vassal not linked': {
    cause: 'vassal-not-linked',
    mistakes: [
      MISSING_502,
      vassalDown(''),
      answers({ 'readlink -e "$f"': '', "tail -c 65536 '/var/log/uwsgi/emperor.log'": emperorLog() }),
    ],
    found:
      /has no vassal for this application: nothing in \/etc\/uwsgi\/vassals leads to \/var\/www\/demoapp\/demoapp_uwsgi\.ini/,
    advice:
      /`sudo ln -s \/var\/www\/demoapp\/demoapp_uwsgi\.ini \/etc\/uwsgi\/vassals`\. The Emperor finds it/,
  },
  'the vassal linked with a relative path': {
    cause: 'vassal-link-broken',
    mistakes: [
      MISSING_502,
      vassalDown(''),
      answers({ 'readlink -e "$f"': `${LINK}\tdemoapp_uwsgi.ini\t\n` }),
    ],
    found: /is a link to "demoapp_uwsgi\.ini", where there is nothing but the link itself/,
    advice: /`sudo rm \/etc\/uwsgi\/vassals\/demoapp_uwsgi\.ini`, then `sudo ln -s/,
  },
  'the vassal linked under another name': {
    cause: 'vassal-renamed',
    mistakes: [
      MISSING_502,
      answers({
        'readlink -e "$f"': `/etc/uwsgi/vassals/demo.ini\t${INI_FILE}\t${INI_FILE}\n`,
        "tail -c 4194304 '/var/log/uwsgi/demo.log'": vassalLog(),
        'ps -ww': EMPEROR + VASSAL.replaceAll('demoapp_uwsgi.ini', 'demo.ini') + NGINX,
      }),
    ],
    found: /The vassal is called demo\.ini, so `%n` is "demo"/,
    advice: /`sudo mv \/etc\/uwsgi\/vassals\/demo\.ini \/etc\/uwsgi\/vassals\/demoapp_uwsgi\.ini`/,
  },
  'no folder of vassals': {
    cause: 'vassals-folder-missing',
    mistakes: [
      MISSING_502,
      jobDown({ Result: 'exit-code', ExecMainStatus: '1' }),
      answers({ "test -d '/etc/uwsgi/vassals'": { code: 1, output: '' }, 'readlink -e "$f"': '' }),
    ],
    found: /is to watch \/etc\/uwsgi\/vassals, and there is no such folder/,
    advice:
      /`sudo mkdir -p \/etc\/uwsgi\/vassals`, then `sudo ln -s .*demoapp_uwsgi\.ini \/etc\/uwsgi\/vassals`\. Then `sudo start uwsgi`\.$/,
  },
  'the folder of vassals misspelt': {
    cause: 'vassals-folder-misspelt',
    mistakes: [
      MISSING_502,
      withJob(JOB.replace('/vassals', '/vasals')),
      answers({ "test -d '/etc/uwsgi/vasals'": { code: 1, output: '' }, 'readlink -e "$f"': '' }),
    ],
    found: /is to watch \/etc\/uwsgi\/vasals, and there is no such folder/,
    advice:
      /^In line 9 of \/etc\/init\/uwsgi\.conf, change `\/etc\/uwsgi\/vasals` to `\/etc\/uwsgi\/vassals`\. Then `sudo stop uwsgi` and `sudo start uwsgi`\.$/,
  },
  'the job not started': {
    cause: 'job-not-running',
    mistakes: [REFUSED_502, jobDown({ ExecMainStartTimestamp: '' })],
    found: /The job uwsgi is not running: uwsgi stop\/waiting/,
    advice: /^Start it: `sudo start uwsgi`\.$/,
  },
  'the job stopped': {
    cause: 'job-not-running',
    mistakes: [REFUSED_502, jobDown({})],
    found: /is not running/,
    advice: /`sudo start uwsgi`/,
  },
  'the trial of milestone four still running': {
    cause: 'uwsgi-outside-job',
    mistakes: [
      servedByVassal('Hello World!', 200, 700),
      answers({ 'ps -ww': EMPEROR + VASSAL + NGINX + TRIAL }),
    ],
    found: /started by hand \(process 700\) runs as root/,
    advice: /^End it with Ctrl\+C in its terminal\. Then `sudo stop uwsgi` and `sudo start uwsgi`/,
  },
  'pythonpath left out': {
    cause: 'pythonpath-missing',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('pythonpath = %(base)\n', '')),
      withLog(vassalLog(`ModuleNotFoundError: No module named 'hello'\n${CANNOT_LOAD}`)),
    ],
    found: /looks for the module hello in \/etc\/uwsgi\/vassals, where it was started/,
    advice: /Write `pythonpath = %\(base\)` into/,
  },
  'an environment of another Python': {
    cause: 'environment-other-python',
    mistakes: [
      NO_APP_500,
      withLog(
        vassalLog(
          `Python version: 3.11.2 (main, Apr 28 2025, 14:11:48) [GCC 12.2.0]\nModuleNotFoundError: No module named 'hello'\n${CANNOT_LOAD}`,
        ),
      ),
      answers({ '/lib/python[0-9]*/': '/var/www/demoapp/venv/lib/python3.9/site-packages\n' }),
    ],
    found: /demoapp\/venv is one of Python 3\.9, and uWSGI runs Python 3\.11/,
    advice: /`sudo rm -r \/var\/www\/demoapp\/venv`, then .*`sudo virtualenv venv`/,
  },
  'a package that another Python has': {
    cause: 'package-not-installed',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('app = hello', 'app = greeting')),
      withLog(vassalLog(`ModuleNotFoundError: No module named 'greeting'\n${CANNOT_LOAD}`)),
      answers({ '/../*.py': '/home/demo/greeting/setup.py\n' }),
    ],
    found: /should import "greeting" .* not in the environment/,
    advice:
      /`cd \/home\/demo\/greeting`, then `sudo \/var\/www\/demoapp\/venv\/bin\/python setup\.py install`/,
  },
  'a wrong module': {
    cause: 'module-name-wrong',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('app = hello', 'app = helo')),
      withLog(vassalLog(`ModuleNotFoundError: No module named 'helo'\n${CANNOT_LOAD}`)),
    ],
    found: /looks for the module "helo", and there is no helo\.py in \/var\/www\/demoapp/,
    advice: /Write `app = hello` in line 4 of .*demoapp_uwsgi\.ini/,
  },
  'the file of the module renamed': {
    cause: 'module-misnamed',
    mistakes: [
      NO_APP_500,
      answers({ 'ls -1AF': 'demoapp_uwsgi.ini\nhello.py.txt\nvenv/\n', "stat -L -c '%Y %n'": '' }),
      withLog(vassalLog(`ModuleNotFoundError: No module named 'hello'\n${CANNOT_LOAD}`)),
    ],
    found:
      /^uWSGI looks for the module "hello", but its file in \/var\/www\/demoapp is called hello\.py\.txt\.$/,
    advice:
      /^Rename it: `sudo mv \/var\/www\/demoapp\/hello\.py\.txt \/var\/www\/demoapp\/hello\.py`\. Then touch/,
  },
  'the file of the module deleted': {
    cause: 'module-name-wrong',
    mistakes: [
      NO_APP_500,
      answers({ "stat -L -c '%Y %n'": '' }),
      withLog(vassalLog(`ModuleNotFoundError: No module named 'hello'\n${CANNOT_LOAD}`)),
    ],
    found: /there is no hello\.py in \/var\/www\/demoapp\.$/,
    advice: /^Write the file \/var\/www\/demoapp\/hello\.py, or name another module/,
  },
  'a placeholder misspelt': {
    cause: 'placeholder-unknown',
    mistakes: [
      REFUSED_502,
      withIni(VASSAL_INI.replace('home = %(base)', 'home = %(bse)')),
      vassalDown(vassalDied(NO_ENCODINGS.replaceAll('PLACE', '%(bse)/venv'))),
    ],
    found: /Line 7 of .* uses `%\(bse\)`, and no line gives that name a value/,
    advice: /Write `%\(base\)`, as line 2 calls it/,
  },
  'strict mode': {
    cause: 'strict-with-placeholders',
    mistakes: [
      REFUSED_502,
      withIni(`${VASSAL_INI}strict = true\n`),
      vassalDown('', '[strict-mode] unknown config directive: base'),
    ],
    found: /Line 17 of .* switches on strict mode.*`app` and `base` included|`base` and `app` included/,
    advice: /Take line 17, `strict = true`, out/,
  },
  'the code changed and the vassal not touched': {
    check: { ...vassal, current: true },
    cause: 'vassal-not-reloaded',
    mistakes: [
      answers({
        "stat -L -c '%Y %n' '/var/www/demoapp/demoapp_uwsgi.ini'": `1795229000 ${INI_FILE}\n1795230900 /var/www/demoapp/hello.py\n`,
      }),
    ],
    found: /hello\.py changed after uWSGI had read it/,
    advice: /`sudo touch \/var\/www\/demoapp\/demoapp_uwsgi\.ini`/,
  },
  'a package that imports in a circle': {
    cause: 'package-import-circular',
    mistakes: [
      NO_APP_500,
      withIni(VASSAL_INI.replace('app = hello', 'app = greeting')),
      withLog(
        vassalLog(
          `Traceback (most recent call last):\n  File "/x/greeting/__init__.py", line 2, in <module>\n    import greeting.views\nImportError: cannot import name 'app' from partially initialized module 'greeting' (most likely due to a circular import) (/x/greeting/__init__.py)\n${CANNOT_LOAD}`,
        ),
      ),
    ],
    found: /imports its pages before it has made what they need/,
    advice: /move the `import` of the pages to the end of the file.*sudo touch/,
  },
  'a syntax error in the code': {
    cause: 'app-syntax-error',
    mistakes: [
      NO_APP_500,
      withLog(
        vassalLog(
          `  File "/var/www/demoapp/hello.py", line 5\n    def hello()\n               ^\nSyntaxError: expected ':'\n${CANNOT_LOAD}`,
        ),
      ),
    ],
    found: /hello\.py, line 5\): SyntaxError/,
    advice: /Look at line 5 of .*`sudo touch/,
  },
  'Flask missing in the environment': {
    cause: 'package-not-in-environment',
    mistakes: [
      NO_APP_500,
      withLog(
        vassalLog(
          `Traceback (most recent call last):\n  File "/var/www/demoapp/hello.py", line 1, in <module>\n    from flask import Flask\nModuleNotFoundError: No module named 'flask'\n${CANNOT_LOAD}`,
        ),
      ),
    ],
    found: /imports "flask", and the environment .* does not have it/,
    advice: /`sudo \/var\/www\/demoapp\/venv\/bin\/pip install flask`.*sudo touch/,
  },
  'another site that comes first': {
    cause: 'default-site-shadowed',
    mistakes: [
      servedByVassal('The tea is ready.', 200, 99),
      answers({
        'nginx -T': sites({
          '/etc/nginx/conf.d/app2_nginx.conf': SITE_BLOCK.replaceAll('demoapp', 'teaapp').replace(
            'localhost',
            'tea.example',
          ),
          [SITE_LINK]: SITE_BLOCK,
        }),
      }),
    ],
    found:
      /No block is called flask\.example, so the first one that Nginx reads answers: \/etc\/nginx\/conf\.d\/app2_nginx\.conf/,
    advice: /`server_name flask\.example;` into \/etc\/nginx\/conf\.d\/demoapp_nginx\.conf/,
  },
  'the link into conf.d missing, while there is another site': {
    cause: 'server-block-not-linked',
    mistakes: [
      servedByVassal('The tea is ready.', 200, 99),
      answers({
        'nginx -T': sites({
          '/etc/nginx/conf.d/teaapp_nginx.conf': SITE_BLOCK.replaceAll('demoapp', 'teaapp').replace(
            'localhost',
            'tea.example',
          ),
        }),
      }),
    ],
    found: /in \/var\/www\/demoapp\/demoapp_nginx\.conf, but nothing in \/etc\/nginx\/conf\.d leads to it/,
    advice: /sudo ln -s/,
  },
  'the trial started once more, over the socket of the vassal': {
    cause: 'uwsgi-outside-job',
    mistakes: [
      DENIED_502,
      answers({
        'ps -ww': EMPEROR + VASSAL + NGINX + TRIAL,
        [WAY_TO_SOCKET]: way({
          '/var/www': '755 root root',
          '/var/www/demoapp': '755 nginx nginx',
          [VASSAL_SOCKET]: '644 root root',
        }),
      }),
    ],
    found: /belongs to root:root.*started by hand \(process 700\)/,
    advice: /`sudo stop uwsgi` and `sudo start uwsgi`/,
  },
  'Nginx not reloaded': {
    cause: 'nginx-not-restarted',
    mistakes: [
      fromNginx(200, WELCOME),
      answers({ 'D=$(ls -d': `1795220000 /etc/nginx/nginx.conf\n1795230400 ${SITE_LINK}` }),
    ],
    found: /demoapp_nginx\.conf changed after Nginx had read its configuration/,
    advice: /`sudo \/etc\/init\.d\/nginx restart`/,
  },
  'a socket elsewhere': {
    cause: 'socket-path-mismatch',
    mistakes: [
      MISSING_502,
      withIni(VASSAL_INI.replace('/var/www/demoapp/%n.sock', '/var/www/other/%n.sock')),
      answers({ [WAY_TO_SOCKET]: way({ '/var/www': '755 root root', '/var/www/other': '755 nginx nginx' }) }),
    ],
    found:
      /Nginx looks for the socket \/var\/www\/demoapp\/demoapp_uwsgi\.sock, but uWSGI listens on \/var\/www\/other\/demoapp_uwsgi\.sock/,
    advice:
      /write `socket = \/var\/www\/demoapp\/demoapp_uwsgi\.sock`\. Then `sudo stop uwsgi` and `sudo start uwsgi`: a reload keeps the old socket/,
  },
};

describe.for(Object.entries(WRONG_TURNS))(
  '%s',
  ([, { check: wanted = page, cause, mistakes, found, advice }]) => {
    it(`is recognised as ${cause}`, async () => {
      const result = await check(wanted, ...mistakes);
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'fail', cause });
      if (result.status !== 'fail') return;
      expect(result.found).toMatch(found);
      expect(result.advice).toMatch(advice);
    });
  },
);

it('shows what the vassal said before it had a log', async () => {
  const line = 'open("/var/log/uwsgi/demoapp_uwsgi.log"): Permission denied [core/logging.c line 288]';
  const closed = answers({
    [WAY_TO_LOG]: way({ '/var/log': '755 root root', '/var/log/uwsgi': '755 root root' }),
    "tail -c 65536 '/var/log/uwsgi/emperor.log'": emperorLog(READS_INI, line, READS_INI, line),
  });
  expect(await check(vassal, vassalDown(''), closed)).toMatchObject({
    cause: 'log-folder-not-writable',
    evidence: line,
  });
});

it('knows a site only where it is described', async () => {
  const none = answers({ 'nginx -T': sites({}), 'for f in /etc/nginx/sites-available': dump({}) });
  expect(await check(page, fromNginx(404, 'Not Found'), none)).toMatchObject({
    cause: 'server-block-missing',
    advice: expect.stringContaining('/etc/nginx/conf.d') as unknown,
  });
  expect(SITE).toMatch(/\.conf$/);
});

describe('the socket of a vassal', () => {
  const socket: Check = {
    kind: 'socket',
    path: VASSAL_SOCKET,
    owner: 'nginx',
    group: 'nginx',
    mode: '644',
    job: 'uwsgi',
    vassal: INI_FILE,
  };
  const stats = (owner: string, mode: number): Script => ({
    stats: { [VASSAL_SOCKET]: { type: 'socket', mode, owner, group: owner, sizeBytes: 0 } },
  });

  it('passes', async () => {
    expect(await check(socket, stats('nginx', 0o644))).toMatchObject({ status: 'pass' });
  });

  it('is open to others, because the configuration says so', async () => {
    const open = withIni(VASSAL_INI.replace('644', '666'));
    expect(await check(socket, stats('nginx', 0o666), open)).toMatchObject({
      cause: 'chmod-socket-differs',
      found: expect.stringContaining('line 12 of /var/www/demoapp/demoapp_uwsgi.ini says') as unknown,
      advice: expect.stringMatching(
        /`chmod-socket = 644`\. Then `sudo stop uwsgi` and `sudo start uwsgi`/,
      ) as unknown,
    });
  });

  it('is not there, because the job does not run', async () => {
    expect(await check(socket, jobDown({}))).toMatchObject({
      cause: 'job-not-running',
      found: expect.stringContaining(`There is no ${VASSAL_SOCKET}.`) as unknown,
    });
  });
});
