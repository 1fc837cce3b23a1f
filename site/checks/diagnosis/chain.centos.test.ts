/** The chain and the other checks on the machine of the two CentOS 7 guides. */
import { describe, expect, it } from 'vitest';
import type { Check } from '../model.ts';
import {
  dumpConf,
  FLASK_BLOCK,
  FLASK_SOCKET,
  flaskGuest,
  flaskUnit,
  nginxConf,
  serverBlock,
  wayTo,
  WSGI_BLOCK,
  WSGI_INI,
  WSGI_SOCKET,
  WSGI_START,
  wsgiGuest,
  wsgiJournal,
  wsgiUnit,
} from '../testing/healthy-centos-guest.ts';
import {
  BAD_GATEWAY,
  connectFailed,
  fromNginxAlone,
  nginxShown,
  servedByUnit,
  WELCOME,
} from '../testing/healthy-guest.ts';
import { page, runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

const flaskChain: Check = {
  kind: 'http',
  url: 'http://flask.example/',
  contains: 'Hello There!',
  servedBy: 'nginx+uwsgi',
  unit: 'myproject',
  socket: '~/myproject/myproject.sock',
};
const wsgiChain: Check = { ...flaskChain, url: 'http://wsgi.example/', unit: 'uwsgi', socket: WSGI_SOCKET };

const FLASK = { guest: flaskGuest, chain: flaskChain, denied: denied(FLASK_SOCKET) } as const;
const WSGI = { guest: wsgiGuest, chain: wsgiChain, denied: denied(WSGI_SOCKET) } as const;

function denied(socket: string): Script {
  return fromNginxAlone(502, BAD_GATEWAY, connectFailed('13: Permission denied', socket));
}
const REFUSED = fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory', WSGI_SOCKET));

function answers(table: NonNullable<Script['answers']>): Script {
  return { answers: table };
}

function flaskWay(home: string, socket = '660 user nginx'): Script {
  return answers({
    "stat -L -c '%a %U %G %n %F'": wayTo({
      '/home/user': home,
      '/home/user/myproject': '755 user user',
      [FLASK_SOCKET]: socket,
    }),
  });
}
const NOT_MEMBER = answers({ 'id -nG': 'nginx', "grep -hs '^Groups:'": 'Groups:\t990 \n' });
const JOINED_LATER = answers({ "grep -hs '^Groups:'": 'Groups:\t990 \n' });

function wsgiSocket(is: string, ini = WSGI_INI): Script {
  return answers({
    "stat -L -c '%a %U %G %n %F'": wayTo({ '/run/uwsgi': '755 user nginx', [WSGI_SOCKET]: is }),
    "head -c 65536 '/home/user/myapp/myapp.ini'": ini,
  });
}

/** The unit of the WSGI guide has ended, with these last words. */
function wsgiFailed(words: string, status = '1', start?: string): Script {
  return answers({
    "-- 'uwsgi.service'": wsgiUnit(
      { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: status },
      start,
    ),
    "-n 400 -u 'uwsgi.service'": wsgiJournal(words),
  });
}

/** Nginx that refuses its configuration and is down. */
function brokenConf(text: string, complaint: string): Script {
  return {
    http: { kind: 'refused' },
    answers: {
      'nginx -t': {
        code: 1,
        output: `2026/11/21 02:57:51 [emerg] 263#263: ${complaint}\nnginx: configuration file /etc/nginx/nginx.conf test failed`,
      },
      'nginx -T': { code: 1, output: '' },
      'for f in /etc/nginx/nginx.conf': dumpConf(text),
      "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1' }),
    },
  };
}

const NOT_ALLOWED = (text: string): string =>
  `"server" directive is not allowed here in /etc/nginx/nginx.conf:${text.split('\n').findIndex((line) => /^\s*server \{/.test(line)) + 1}`;
const OUTSIDE = `${FLASK_BLOCK}${nginxConf('')}`;
const IN_EVENTS = nginxConf('').replace('events {', `events {\n${FLASK_BLOCK}`);

describe('the healthy guests', () => {
  it.for([FLASK, WSGI])('pass', async ({ guest, chain }) => {
    expect(await runCheck(chain, scriptedGuest(guest, servedByUnit()))).toMatchObject({ status: 'pass' });
  });
});

interface WrongTurn {
  readonly on: typeof FLASK | typeof WSGI;
  readonly cause: string;
  readonly mistakes: readonly Script[];
  readonly found: RegExp;
  readonly advice: RegExp;
}

const WRONG_TURNS: Readonly<Record<string, WrongTurn>> = {
  'home left at 700': {
    on: FLASK,
    cause: 'directory-not-searchable',
    mistakes: [FLASK.denied, flaskWay('700 user user')],
    found:
      /Nginx runs as nginx and may not pass through \/home\/user: it belongs to user:user and its permissions are 700, without an x for its group/,
    advice: /^Let its group pass through it: `sudo chmod 710 \/home\/user`\.$/,
  },
  'home left at 700, and Nginx not in the group': {
    on: FLASK,
    cause: 'directory-not-searchable',
    mistakes: [FLASK.denied, flaskWay('700 user user'), NOT_MEMBER],
    found: /may not pass through \/home\/user/,
    advice:
      /`sudo chmod 710 \/home\/user`.*`sudo usermod -a -G user nginx`, then `sudo systemctl restart nginx`/,
  },
  'Nginx not in the group of the home': {
    on: FLASK,
    cause: 'nginx-not-in-group',
    mistakes: [FLASK.denied, flaskWay('710 user user'), NOT_MEMBER],
    found: /the login nginx is not in the group user/,
    advice: /`sudo usermod -a -G user nginx`, then `sudo systemctl restart nginx`/,
  },
  'Nginx started before it came into the group': {
    on: FLASK,
    cause: 'nginx-older-than-group',
    mistakes: [FLASK.denied, flaskWay('710 user user'), JOINED_LATER],
    found: /nginx is in the group user now, but the running Nginx was started before that/,
    advice: /^Start it anew: `sudo systemctl restart nginx`\.$/,
  },
  'the group nginx missing in the unit, and in no other way open': {
    on: FLASK,
    cause: 'unit-group-missing',
    mistakes: [
      FLASK.denied,
      flaskWay('711 user user', '660 user user'),
      NOT_MEMBER,
      answers({ "-- 'myproject.service'": flaskUnit({ Group: '' }) }),
    ],
    found: /belongs to user:user with the permissions 660; Nginx is in the group nginx/,
    advice: /write `Group=nginx`/,
  },
  'Nginx not installed, before EPEL': {
    on: FLASK,
    cause: 'nginx-not-installed',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: {
          'command -v nginx': { code: 127, output: '' },
          'nginx -t': { code: 127, output: 'sh: nginx: not found' },
          "-- 'nginx.service'": nginxShown({ LoadState: 'not-found', ActiveState: 'inactive' }),
          'command -v yum': '/usr/bin/yum\n',
        },
      },
    ],
    found: /not installed/,
    advice: /^Install it: `sudo yum install epel-release`, then `sudo yum install nginx`\.$/,
  },
  'Nginx as its package leaves it': {
    on: FLASK,
    cause: 'nginx-not-running',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: {
          "-- 'nginx.service'": nginxShown({
            ActiveState: 'inactive',
            UnitFileState: 'disabled',
            ExecMainStartTimestamp: '',
          }),
        },
      },
    ],
    found: /its service is inactive/,
    advice: /`sudo systemctl start nginx`\. Then `sudo systemctl enable nginx`/,
  },
  'the server block before everything else': {
    on: FLASK,
    cause: 'server-block-outside-http',
    mistakes: [brokenConf(OUTSIDE, NOT_ALLOWED(OUTSIDE))],
    found: /line 1 of \/etc\/nginx\/nginx\.conf stands outside `http \{ … \}`/,
    advice: /into `http \{ … \}`, right above the server block.*sudo nginx -t/,
  },
  'the server block in events': {
    on: FLASK,
    cause: 'server-block-outside-http',
    mistakes: [brokenConf(IN_EVENTS, NOT_ALLOWED(IN_EVENTS))],
    found: /stands in `events \{ … \}`, not inside `http/,
    advice: /into `http/,
  },
  'the server block inside the one that was there': {
    on: FLASK,
    cause: 'server-block-nested',
    mistakes: [
      brokenConf(
        nginxConf('').replace(/( +)listen {7}80/, `${FLASK_BLOCK}$&`),
        '"server" directive is not allowed here in /etc/nginx/nginx.conf:18',
      ),
    ],
    found: /stands inside another one/,
    advice: /above the line `server \{`/,
  },
  'the last brace of the server block missing': {
    on: FLASK,
    cause: 'nginx-missing-brace',
    mistakes: [
      brokenConf(
        nginxConf(FLASK_BLOCK.replace(/\}\n$/, '')),
        '"server" directive is not allowed here in /etc/nginx/nginx.conf:25',
      ),
    ],
    found: /do not pair \(noticed in line 25\)/,
    advice: /^The block that begins in line \d+, `server \{`, seems to lack its `\}`/,
  },
  'a semicolon missing below a log_format of several lines': {
    on: FLASK,
    cause: 'nginx-missing-semicolon',
    mistakes: [
      brokenConf(
        nginxConf(FLASK_BLOCK.replace('example;', 'example')),
        'directive "server_name" is not terminated by ";" in /etc/nginx/nginx.conf:19',
      ),
    ],
    found: /Line 17 of \/etc\/nginx\/nginx\.conf, `server_name flask\.example`/,
    advice: /`server_name flask\.example;`/,
  },
  'no server block': {
    on: FLASK,
    cause: 'server-block-missing',
    mistakes: [fromNginxAlone(200, WELCOME), answers({ 'nginx -T': dumpConf(nginxConf('')) })],
    found: /None of Nginx's server blocks is for flask\.example/,
    advice: /sudo nano \/etc\/nginx\/nginx\.conf.* above the server block that begins in line 16/,
  },
  'another server_name in the same file': {
    on: FLASK,
    cause: 'server-name-mismatch',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      answers({ 'nginx -T': dumpConf(nginxConf(serverBlock('flask.exmaple', FLASK_SOCKET))) }),
    ],
    found:
      /\(\/etc\/nginx\/nginx\.conf, line 15\) has the name flask\.exmaple.*\(\/etc\/nginx\/nginx\.conf, line 25\)/,
    advice: /in the block that begins in line 15 of \/etc\/nginx\/nginx\.conf/,
  },
  'a wrong route': {
    on: FLASK,
    cause: 'route-missing',
    mistakes: [servedByUnit('<title>404 Not Found</title>', 404)],
    found: /knows no page \//,
    advice: /`@application\.route\("\/"\)`/,
  },
  'no /run/uwsgi': {
    on: WSGI,
    cause: 'runtime-directory-missing',
    mistakes: [REFUSED, wsgiFailed('bind(): No such file or directory [core/socket.c line 230]\n')],
    found: /\/run\/uwsgi\/myapp\.sock: there is no folder \/run\/uwsgi/,
    advice:
      /above `ExecStart=`, write `ExecStartPre=-\/usr\/bin\/bash -c 'mkdir -p \/run\/uwsgi; chown user:nginx \/run\/uwsgi'`/,
  },
  'the group of the socket changed': {
    on: WSGI,
    cause: 'socket-altered',
    mistakes: [WSGI.denied, wsgiSocket('660 user root')],
    found: /belongs to user:root .* line 9 of .*myapp\.ini says `chown-socket = user:nginx`\.$/,
    advice: /^Let uWSGI make it anew: `sudo systemctl restart uwsgi`\.$/,
  },
  "another folder in /run for uWSGI's socket": {
    on: WSGI,
    cause: 'socket-path-mismatch',
    mistakes: [
      REFUSED,
      answers({
        "head -c 65536 '/home/user/myapp/myapp.ini'": WSGI_INI.replace('/run/uwsgi', '/run/uswgi'),
      }),
      wsgiFailed('bind(): No such file or directory [core/socket.c line 230]\n'),
    ],
    found:
      /looks for the socket \/run\/uwsgi\/myapp\.sock, but uWSGI is told to listen on \/run\/uswgi\/myapp\.sock\.$/,
    advice: /myapp\.ini write `socket = \/run\/uwsgi\/myapp\.sock`\. Then `sudo systemctl restart uwsgi`/,
  },
  "/run/uwsgi is root's": {
    on: WSGI,
    cause: 'runtime-directory-not-writable',
    mistakes: [REFUSED, wsgiFailed('bind(): Permission denied [core/socket.c line 230]\n')],
    found: /user may not write in the folder \/run\/uwsgi/,
    advice: /chown user:nginx \/run\/uwsgi/,
  },
  'chown-socket with a misspelt group': {
    on: WSGI,
    cause: 'chown-socket-unknown',
    mistakes: [
      REFUSED,
      wsgiSocket('755 root root', WSGI_INI.replace('user:nginx', 'user:ngnix')),
      wsgiFailed('unable to find group ngnix\n'),
    ],
    found: /to the group "ngnix", and this machine has no such group/,
    advice: /In line 9 of .*myapp\.ini write `chown-socket = user:nginx`/,
  },
  'chown-socket with a misspelt login': {
    on: WSGI,
    cause: 'chown-socket-unknown',
    mistakes: [
      REFUSED,
      wsgiSocket('755 root root', WSGI_INI.replace('user:nginx', 'usr:nginx')),
      wsgiFailed('unable to find user usr\n'),
    ],
    found: /to the user "usr"/,
    advice: /write `chown-socket = user:nginx`/,
  },
  'a misspelt uid': {
    on: WSGI,
    cause: 'ini-user-unknown',
    mistakes: [
      REFUSED,
      wsgiSocket('660 user nginx', WSGI_INI.replace('uid = user', 'uid = usr')),
      wsgiFailed('user usr not found.\n'),
    ],
    found: /work as "usr", and this machine has no such login/,
    advice: /In line 7 of .*myapp\.ini write `uid = user`/,
  },
  'chown-socket left out': {
    on: WSGI,
    cause: 'chown-socket-missing',
    mistakes: [WSGI.denied, wsgiSocket('660 user root', WSGI_INI.replace('chown-socket = user:nginx\n', ''))],
    found: /belongs to user:root with the permissions 660; Nginx is in the group nginx/,
    advice: /Write `chown-socket = user:nginx` into \/home\/user\/myapp\/myapp\.ini/,
  },
  'chown-socket with another group': {
    on: WSGI,
    cause: 'chown-socket-wrong',
    mistakes: [WSGI.denied, wsgiSocket('660 user user', WSGI_INI.replace('user:nginx', 'user:user'))],
    found: /Line 9 of .* says `chown-socket = user:user`/,
    advice: /Change that line to `chown-socket = user:nginx`/,
  },
  'chown-socket misspelt': {
    on: WSGI,
    cause: 'ini-key-misspelt',
    mistakes: [WSGI.denied, wsgiSocket('660 user root', WSGI_INI.replace('chown-socket', 'chown-sokcet'))],
    found: /says `chown-sokcet`/,
    advice: /Change it to `chown-socket`/,
  },
  'an .ini that the shell does not find': {
    on: WSGI,
    cause: 'ini-not-found',
    mistakes: [
      REFUSED,
      answers({ "head -c 65536 '/home/user/myapp/myap.ini'": { code: 1, output: '' } }),
      wsgiFailed(
        'realpath() of myap.ini failed: No such file or directory [core/utils.c line 3662]\n',
        '1',
        WSGI_START.replace('myapp.ini', 'myap.ini'),
      ),
    ],
    found: /no myap\.ini in its working directory, \/home\/user\/myapp\.$/,
    advice: /the folder after `cd` and the name after `--ini`/,
  },
  'a folder that the shell does not find': {
    on: WSGI,
    cause: 'working-directory-missing',
    mistakes: [
      REFUSED,
      answers({ "head -c 65536 '/home/user/my_app/myapp.ini'": { code: 1, output: '' } }),
      wsgiFailed(
        '/usr/bin/bash: line 1: cd: /home/user/my_app: No such file or directory\n/usr/bin/bash: line 1: myappenv/bin/activate: No such file or directory\n/usr/bin/bash: line 1: uwsgi: command not found\n',
        '127',
        WSGI_START.replace('/myapp;', '/my_app;'),
      ),
    ],
    found: /told to go to \/home\/user\/my_app, and there is no such folder/,
    advice: /make `cd` name the folder/,
  },
  'a folder that the shell does not find, beside the one that is there': {
    on: WSGI,
    cause: 'working-directory-missing',
    mistakes: [
      REFUSED,
      answers({
        "head -c 65536 '/home/user/my_app/myapp.ini'": { code: 1, output: '' },
        '/bin/uwsgi 2>/dev/null; true': '/home/user/myapp/myappenv/bin/uwsgi\n',
        'dirname "$d"':
          "/home/user/my_app\n/home/user/myapp/myappenv/bin/activate:VIRTUAL_ENV='/home/user/myapp/myappenv'\n",
      }),
      wsgiFailed(
        '/usr/bin/bash: line 1: cd: /home/user/my_app: No such file or directory\n',
        '127',
        WSGI_START.replace('/myapp;', '/my_app;'),
      ),
    ],
    found: /told to go to \/home\/user\/my_app, and there is no such folder/,
    advice: /write `cd \/home\/user\/myapp`\. Then `sudo systemctl daemon-reload`/,
  },
  'an environment that the shell does not find': {
    on: WSGI,
    cause: 'environment-missing',
    mistakes: [
      REFUSED,
      wsgiFailed(
        '/usr/bin/bash: line 1: myenv/bin/activate: No such file or directory\n/usr/bin/bash: line 1: uwsgi: command not found\n',
        '127',
        WSGI_START.replace('myappenv', 'myenv'),
      ),
    ],
    found: /no virtual environment at \/home\/user\/myapp\/myenv\./,
    advice: /compare the path after `source`/,
  },
  'a shell that nothing takes to the project': {
    on: WSGI,
    cause: 'environment-missing',
    mistakes: [
      REFUSED,
      wsgiFailed(
        '/usr/bin/bash: line 1: myappenv/bin/activate: No such file or directory\n/usr/bin/bash: line 1: uwsgi: command not found\n',
        '127',
        WSGI_START.replace('cd /home/user/myapp; ', ''),
      ),
      answers({ '/bin/uwsgi 2>/dev/null; true': '/home/user/myapp/myappenv/bin/uwsgi\n' }),
    ],
    found: /looks for myappenv in \/, where it starts/,
    advice: /write `cd \/home\/user\/myapp;` before `source`/,
  },
  'a shell that has no `source`': {
    on: WSGI,
    cause: 'exec-start-misspelt',
    mistakes: [
      REFUSED,
      wsgiFailed(
        '/bin/sh: 1: source: not found\n/bin/sh: 1: uwsgi: not found\n',
        '127',
        WSGI_START.replace('/usr/bin/bash', '/bin/sh'),
      ),
    ],
    found: /starts \/bin\/sh, which has no command `source`/,
    advice: /begin with `\/usr\/bin\/bash`/,
  },
  'a quote of the shell’s line that is not closed': {
    on: WSGI,
    cause: 'unit-quote-open',
    mistakes: [
      REFUSED,
      answers({
        "-- 'uwsgi.service'": wsgiUnit({ LoadState: 'bad-setting', ActiveState: 'inactive' }, ''),
        "for f in '/etc/systemd": `# configuration file /etc/systemd/system/uwsgi.service:\n[Service]\nExecStart=/usr/bin/bash -c 'cd /home/user/myapp; source myappenv/bin/activate; uwsgi --ini myapp.ini\n`,
      }),
    ],
    found: /Line 2 of .* has a quotation mark that is not closed/,
    advice: /close it/,
  },
  'uWSGI not in the environment': {
    on: WSGI,
    cause: 'uwsgi-not-in-environment',
    mistakes: [REFUSED, wsgiFailed('/usr/bin/bash: line 1: uwsgi: command not found\n', '127')],
    found: /finds no program uwsgi/,
    advice: /`source \/home\/user\/myapp\/myappenv\/bin\/activate`, then `pip install uwsgi`/,
  },
  'uwsgi misspelt': {
    on: WSGI,
    cause: 'exec-start-misspelt',
    mistakes: [REFUSED, wsgiFailed('/usr/bin/bash: line 1: uwsgii: command not found\n', '127')],
    found: /knows no command uwsgii/,
    advice: /Compare the line `ExecStart=`/,
  },
  'bash misspelt': {
    on: WSGI,
    cause: 'exec-start-misspelt',
    mistakes: [
      REFUSED,
      wsgiFailed('', '203', WSGI_START.replace('bash', 'bahs')),
      answers({ 'test -x': { code: 1, output: '' }, false: { code: 1, output: '' } }),
    ],
    found: /There is no program \/usr\/bin\/bahs/,
    advice: /begin with `\/usr\/bin\/bash`/,
  },
  'a wrong module': {
    on: WSGI,
    cause: 'module-name-wrong',
    mistakes: [
      servedByUnit('Internal Server Error', 500, -1),
      wsgiSocket('660 user nginx', WSGI_INI.replace('wsgi:application', 'wsgii:application')),
      answers({
        "-n 400 -u 'uwsgi.service'": wsgiJournal(
          "ModuleNotFoundError: No module named 'wsgii'\nunable to load app 0 (mountpoint='') (callable not found or import error)\n*** no app loaded. going in full dynamic mode ***\nspawned uWSGI master process (pid: 812)\n",
        ),
      }),
    ],
    found: /there is no wsgii\.py in \/home\/user\/myapp/,
    advice: /`module = wsgi:application`/,
  },
  'a wrong name after the colon': {
    on: WSGI,
    cause: 'callable-name-wrong',
    mistakes: [
      servedByUnit('Internal Server Error', 500, -1),
      wsgiSocket('660 user nginx', WSGI_INI.replace('wsgi:application', 'wsgi:app')),
      answers({
        "-n 400 -u 'uwsgi.service'": wsgiJournal(
          "unable to load app 0 (mountpoint='') (callable not found or import error)\n*** no app loaded. going in full dynamic mode ***\nspawned uWSGI master process (pid: 812)\n",
        ),
      }),
    ],
    found: /nothing called `app` in it/,
    advice: /`module = wsgi:application`/,
  },
  'a file changed and uWSGI not restarted': {
    on: WSGI,
    cause: 'uwsgi-not-restarted',
    mistakes: [
      servedByUnit('', 200),
      answers({ "stat -L -c '%Y %n'": '1795230900 /home/user/myapp/wsgi.py' }),
    ],
    found: /\/home\/user\/myapp\/wsgi\.py changed/,
    advice: /sudo systemctl restart uwsgi/,
  },
  'text instead of bytes': {
    on: WSGI,
    cause: 'body-not-bytes',
    mistakes: [
      servedByUnit('', 200),
      answers({
        'grep -HnsE':
          '/home/user/myapp/wsgi.py:3:    return ["<h1 style=\'color:blue\'>Hello There!</h1>"]\n',
      }),
    ],
    found: /returned text \(\/home\/user\/myapp\/wsgi\.py, line 3\), and WSGI wants bytes/,
    advice: /`return \[b"<h1.*`\. Then `sudo systemctl restart uwsgi`/,
  },
  "text instead of bytes, by uWSGI's own words": {
    on: WSGI,
    cause: 'body-not-bytes',
    mistakes: [
      servedByUnit('', 200),
      answers({
        "-n 400 -u 'uwsgi.service'": wsgiJournal(
          '[ERROR] Unhandled object from iterator: "<h1>Hello There!</h1>" (0x7fef9d91cf90)\n',
        ),
      }),
    ],
    found: /returned text, and WSGI wants bytes/,
    advice: /Put a `b` before the string/,
  },
  'an empty page for another reason': {
    on: WSGI,
    cause: 'page-differs',
    mistakes: [servedByUnit('', 200)],
    found: /It says: \(nothing\)/,
    advice: /Compare the text/,
  },
  'an empty page of Flask, which returns text by right': {
    on: FLASK,
    cause: 'page-differs',
    mistakes: [
      servedByUnit('', 200),
      answers({
        'grep -HnsE': '/home/user/myproject/myproject.py:6:    return ""\n',
        "grep -lsE '^(from|import) flask'": '/home/user/myproject/myproject.py\n',
      }),
    ],
    found: /It says: \(nothing\)/,
    advice: /Compare the text/,
  },
  'a socket in /tmp, where Nginx has a folder of its own': {
    on: WSGI,
    cause: 'socket-in-private-tmp',
    mistakes: [
      fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory', '/tmp/myapp.sock')),
      answers({
        'nginx -T': dumpConf(nginxConf(serverBlock('wsgi.example', '/tmp/myapp.sock'))),
        "-- 'nginx.service'": nginxShown({ PrivateTmp: 'yes' }),
        'ss -Hlxnp': 'u_str LISTEN 0 100 /tmp/myapp.sock 108050 * 0 users:(("uwsgi",pid=814,fd=3))\n',
        "head -c 65536 '/home/user/myapp/myapp.ini'": WSGI_INI.replace(WSGI_SOCKET, '/tmp/myapp.sock'),
      }),
    ],
    found: /listens on \/tmp\/myapp\.sock, but Nginx has a \/tmp of its own/,
    advice: /write `\/run\/uwsgi\/myapp\.sock` after `socket =`/,
  },
  'another socket in the server block': {
    on: WSGI,
    cause: 'socket-path-mismatch',
    mistakes: [
      fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory', '/run/uwsgi/my.sock')),
      answers({ 'nginx -T': dumpConf(nginxConf(WSGI_BLOCK.replace('myapp.sock', 'my.sock'))) }),
    ],
    found: /looks for the socket \/run\/uwsgi\/my\.sock, but uWSGI listens on \/run\/uwsgi\/myapp\.sock/,
    advice: /In \/etc\/nginx\/nginx\.conf, line 21, write `uwsgi_pass unix:\/run\/uwsgi\/myapp\.sock;`/,
  },
};

describe.for(Object.entries(WRONG_TURNS))('%s', ([, { on, cause, mistakes, found, advice }]) => {
  it(`is recognised as ${cause}, without a word of another system`, async () => {
    const result = await runCheck(on.chain, scriptedGuest(on.guest, ...mistakes));
    expect(result).toMatchObject({ status: 'fail', cause });
    if (result.status !== 'fail') return;
    expect(result.found).toMatch(found);
    expect(result.advice).toMatch(advice);
    expect(result.found + result.advice).not.toMatch(/apt-get|ufw|www-data|sites-|sammy/);
  });
});

describe('the socket', () => {
  const path = '/run/uwsgi/myapp.sock';
  const declared = { kind: 'socket', path, owner: 'user', group: 'nginx', mode: '660' } as const;
  const is = (group: string): Script => ({
    stats: { [path]: { type: 'socket', mode: 0o660, owner: 'user', group, sizeBytes: 0 } },
  });

  it('passes', async () => {
    expect(await runCheck(declared, scriptedGuest(wsgiGuest, is('nginx')))).toMatchObject({ status: 'pass' });
  });

  it('has a group that the guide does not want, though Nginx may open it', async () => {
    const way = answers({ "stat -L -c '%a %U %G %n %F'": wayTo({ [FLASK_SOCKET]: '660 user user' }) });
    const unit = answers({
      "-- 'myproject.service'": flaskUnit({ Group: '' }),
      'readlink /proc/': '/home/user/myproject',
    });
    const stats = {
      [FLASK_SOCKET]: { type: 'socket', mode: 0o660, owner: 'user', group: 'user', sizeBytes: 0 },
    } as const;
    const result = await runCheck(
      { ...declared, path: '~/myproject/myproject.sock' },
      scriptedGuest(flaskGuest, way, unit, { stats }),
    );
    expect(result).toMatchObject({
      cause: 'unit-group-missing',
      advice: expect.stringContaining('`Group=nginx`') as unknown,
    });
  });

  it('is not there, and the unit does not name its folder', async () => {
    const unnamed = answers({
      'grep -ls --': '',
      "grep -ls 'ExecStart": '/etc/systemd/system/uwsgi.service\n',
    });
    const stopped = answers({ "-- 'uwsgi.service'": wsgiUnit({ ActiveState: 'inactive' }) });
    expect(await runCheck(declared, scriptedGuest(wsgiGuest, unnamed, stopped))).toMatchObject({
      cause: 'uwsgi-not-started',
    });
  });

  it('is not there because of /run/uwsgi', async () => {
    expect(
      await runCheck(
        declared,
        scriptedGuest(wsgiGuest, wsgiFailed('bind(): No such file or directory [x]\n')),
      ),
    ).toMatchObject({ cause: 'runtime-directory-missing' });
  });
});

describe('processes and services', () => {
  const workers = { kind: 'process', match: 'uwsgi --ini myapp.ini', user: 'user', unit: 'uwsgi' } as const;

  it('pass as the login of the .ini', async () => {
    expect(await runCheck(workers, scriptedGuest(wsgiGuest))).toMatchObject({ status: 'pass' });
  });

  it('do not take the shell that starts them for one of them', async () => {
    const shell = answers({
      'ps -ww': `    812       1 root root 0::/system.slice/uwsgi.service ${WSGI_START}
    813     812 user root 0::/system.slice/uwsgi.service uwsgi --ini myapp.ini
`,
    });
    expect(await runCheck(workers, scriptedGuest(wsgiGuest, shell))).toMatchObject({ status: 'pass' });
  });

  it('run as root when the .ini names no login', async () => {
    const root = answers({
      'ps -ww': '    812       1 root root 0::/system.slice/uwsgi.service uwsgi --ini myapp.ini\n',
    });
    expect(await runCheck(workers, scriptedGuest(wsgiGuest, root))).toMatchObject({
      cause: 'process-wrong-user',
      advice:
        'In /home/user/myapp/myapp.ini, under [uwsgi], write `uid = user`. Then `sudo systemctl restart uwsgi`.',
    });
  });

  it('are started, but not with the machine', async () => {
    expect(
      await runCheck(
        { kind: 'service', unit: 'uwsgi', active: true, enabled: true },
        scriptedGuest(wsgiGuest, answers({ "-- 'uwsgi.service'": wsgiUnit({ UnitFileState: 'disabled' }) })),
      ),
    ).toMatchObject({
      cause: 'service-not-enabled',
      advice: 'Enable it: `sudo systemctl enable uwsgi`.',
    });
  });

  it('know the command line of a unit with or without its quotes', async () => {
    const quoted = WSGI_START.replace('-c ', "-c '").concat("'");
    const shown = answers({ "-- 'uwsgi.service'": wsgiUnit({}, quoted) });
    expect(await runCheck(wsgiChain, scriptedGuest(wsgiGuest, shown, servedByUnit('', 200)))).toMatchObject({
      cause: 'page-differs',
    });
    expect(
      await runCheck(
        { kind: 'service', unit: 'uwsgi', properties: { ExecStart: WSGI_START } },
        scriptedGuest(wsgiGuest, shown),
      ),
    ).toMatchObject({ status: 'pass' });
    for (const ExecStart of [WSGI_START, quoted]) {
      expect(
        await runCheck(
          { kind: 'service', unit: 'uwsgi', properties: { ExecStart } },
          scriptedGuest(wsgiGuest),
        ),
      ).toMatchObject({ status: 'pass' });
    }
  });
});

describe('a program in a terminal', () => {
  const uwsgi = answers({
    'ss -Hltnp': 'LISTEN 0 100 0.0.0.0:8080 0.0.0.0:* users:(("uwsgi",pid=700,fd=3))\n',
  });
  const check: Check = {
    kind: 'http',
    url: 'http://wsgi.example:8080/',
    contains: 'Hello There!',
    servedBy: 'uwsgi',
  };

  it('answers with an empty page when it gives text', async () => {
    const source = answers({ 'grep -HnsE': '/home/user/myapp/wsgi.py:3:    return ["Hello"]\n' });
    expect(
      await runCheck(check, scriptedGuest(wsgiGuest, uwsgi, source, { http: page(200, '') })),
    ).toMatchObject({
      cause: 'body-not-bytes',
      advice: expect.stringContaining('Ctrl+C') as unknown,
    });
  });

  it('is started with the names of this guide', async () => {
    const down: Script = { http: { kind: 'refused' }, answers: { 'ss -Hltnp': '', 'python3 -I': '' } };
    expect(await runCheck(check, scriptedGuest(wsgiGuest, down))).toMatchObject({
      cause: 'nothing-listens',
      advice: expect.stringContaining('`uwsgi --socket 0.0.0.0:8080 --protocol=http -w wsgi`') as unknown,
    });
  });
});

it('has no firewall that could drop packets', async () => {
  const blocked = { kind: 'http', url: 'http://wsgi.example:8080/', status: 'blocked' } as const;
  expect(await runCheck(blocked, scriptedGuest(wsgiGuest, { http: { kind: 'refused' } }))).toMatchObject({
    cause: 'firewall-missing',
    advice: expect.not.stringContaining('ufw') as unknown,
  });
});
