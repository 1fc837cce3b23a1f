import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../model.ts';
import {
  BAD_GATEWAY,
  connectFailed,
  DEFAULT_BLOCK,
  dump,
  fromNginxAlone,
  healthyGuest,
  HELLO,
  INI,
  journal,
  nginxShown,
  servedByUnit,
  SERVER_BLOCK,
  SOCKET,
  TUPLES,
  UNIT_FILE,
  unitShown,
  WELCOME,
} from '../testing/healthy-guest.ts';
import { page, runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';

const ENABLED = '/etc/nginx/sites-enabled/myproject';
const REFUSED_502 = fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory'));
const DENIED_502 = fromNginxAlone(502, BAD_GATEWAY, connectFailed('13: Permission denied'));
const NO_APP_500 = servedByUnit('Internal Server Error', 500, -1);

function checkChain(...mistakes: readonly Script[]): Promise<CheckResult> {
  return runCheck(
    {
      kind: 'http',
      url: 'http://flask.example/',
      contains: 'Hello There!',
      servedBy: 'nginx+uwsgi',
      unit: 'myproject',
      socket: '~/myproject/myproject.sock',
    },
    scriptedGuest(healthyGuest, ...mistakes),
  );
}

function withIni(text: string): Script {
  return { answers: { "head -c 65536 '/home/sammy/myproject/myproject.ini'": text } };
}

function withServerBlock(text: string): Script {
  return {
    answers: {
      'nginx -T': dump({ '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK, [ENABLED]: text }),
    },
  };
}

/** Nginx that refuses its configuration and is down. */
function withBrokenBlock(text: string, complaint: string): Script {
  return {
    http: { kind: 'refused' },
    answers: {
      'nginx -t': {
        code: 1,
        output: `2026/11/21 02:57:51 [emerg] 26324#26324: ${complaint}\nnginx: configuration file /etc/nginx/nginx.conf test failed`,
      },
      'nginx -T': { code: 1, output: '' },
      'for f in /etc/nginx/nginx.conf': dump({ [ENABLED]: text }),
      "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1' }),
    },
  };
}

/** The unit has ended with this status. `answers`: what else the guest says; `shown`: what else systemd does. */
function unitEnded(
  status: string,
  answers: NonNullable<Script['answers']> = {},
  shown: Readonly<Record<string, string>> = {},
): Script {
  const ended = { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: status, ...shown };
  return { answers: { "-- 'myproject.service'": unitShown(ended), ...answers } };
}

function withJournal(trouble: string): Script {
  return { answers: { "-n 400 -u 'myproject.service'": journal(trouble) } };
}

const CANNOT_LOAD = "unable to load app 0 (mountpoint='') (callable not found or import error)\n";

describe('a page through Nginx and uWSGI', () => {
  it('passes when a worker of the unit logged this very request', async () => {
    expect(await checkChain(servedByUnit())).toEqual({
      status: 'pass',
      expected: 'http://flask.example/ answers 200 with "Hello There!" from uWSGI, through Nginx.',
      found: 'Nginx answered 200, and worker 814 of myproject made the page.',
    });
  });

  it('asks with a mark that no file can contain beforehand', async () => {
    const urls: string[] = [];
    const noting: Script = {
      http: (request) => {
        urls.push(request.url);
        return page(200, HELLO, 'nginx/1.22.1');
      },
      answers: { 'grep -F -- ': { code: 1, output: '' } },
    };
    await checkChain(noting);
    await checkChain(noting);
    expect(urls[0]).toMatch(/^http:\/\/flask\.example\/\?typealong-check=[0-9a-f-]{36}$/);
    expect(urls[0]).not.toBe(urls[1]);
  });

  it('does not believe a file with the right text', async () => {
    const result = await checkChain(fromNginxAlone(200, HELLO));
    expect(result).toMatchObject({ status: 'fail', cause: 'not-served-by-uwsgi' });
  });

  it('does not believe a program that takes the place of Nginx', async () => {
    const result = await checkChain({
      http: page(200, HELLO, 'Werkzeug/2.2.2 Python/3.11.2'),
      answers: {
        'ss -Hltnp': 'LISTEN 0      128    0.0.0.0:80 0.0.0.0:* users:(("python3",pid=26617,fd=5))\n',
      },
    });
    expect(result).toMatchObject({ status: 'fail', cause: 'nginx-bypassed' });
    expect(result).toHaveProperty('found', 'Not Nginx but python3 (process 26617) answers on port 80.');
  });

  it('takes a program that was started from a terminal for no service', async () => {
    const result = await checkChain({
      http: page(200, HELLO, 'SimpleHTTP/0.6 Python/3.11.2'),
      answers: {
        'ss -Hltnp':
          'LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("python3",pid=861,fd=3),("python3",pid=860,fd=3))\n',
        'ps -ww': `    860       1 root root 0::/system.slice/system-serial\\x2dgetty.slice/serial-getty@hvc0.service python3 -m http.server 80
    861     860 root root 0::/system.slice/system-serial\\x2dgetty.slice/serial-getty@hvc0.service python3 -m http.server 80
`,
      },
    });
    expect(result).toMatchObject({
      cause: 'nginx-bypassed',
      advice:
        'End that program with Ctrl+C in its terminal, or with `sudo kill 860`. Then `sudo systemctl restart nginx`.',
    });
  });

  it('does not believe the uWSGI of another unit', async () => {
    const result = await checkChain(fromNginxAlone(200, HELLO), {
      answers: {
        'output=json': '{"MESSAGE":"[pid: 1201|app: 0|req: 1/1] GET /","_SYSTEMD_UNIT":"flask.service"}',
      },
    });
    expect(result).toMatchObject({
      cause: 'uwsgi-outside-unit',
      advice: expect.stringContaining('`sudo systemctl stop flask.service`') as unknown,
    });
  });

  it.for(['logto = my.log', 'disable-logging = true'])('cannot see who made the page: %s', async (line) => {
    const result = await checkChain(fromNginxAlone(200, HELLO), withIni(`${INI}${line}\n`));
    expect(result).toMatchObject({
      cause: 'request-not-logged',
      found: expect.stringContaining(`with \`${line}\` (line 12 of`) as unknown,
    });
  });

  it.for(['log-format = %(method)', 'logformat = %(uri)'])(
    'cannot read who made the page: %s',
    async (line) => {
      const result = await checkChain(fromNginxAlone(200, HELLO), withIni(`${INI}${line}\n`));
      expect(result).toMatchObject({
        cause: 'request-logged-otherwise',
        found: expect.stringMatching(/with `log-?format = %\(\w+\)` \(line 12 of .* another form/) as unknown,
        advice: expect.stringMatching(/^Take line 12 out\./) as unknown,
      });
    },
  );

  it('does not believe a uWSGI that somebody started by hand', async () => {
    const result = await checkChain(fromNginxAlone(200, HELLO), {
      answers: {
        'output=json': '{"MESSAGE":"[pid: 1201|app: 0|req: 1/1] GET /","_SYSTEMD_UNIT":"session-1.scope"}',
      },
    });
    expect(result).toMatchObject({ status: 'fail', cause: 'uwsgi-outside-unit' });
  });

  it.for([
    ['a long text', `<p>Hello${' and so on'.repeat(30)}</p>`, `Hello${' and so on'.repeat(11)} and`],
    ['several lines', '<h1>\n</h1>\nHello Thre!\nGood-bye!', 'Hello Thre!'],
    ['a NUL', 'Hello\0Thre!', 'Hello'],
  ] as const)('looks in the code for what stands there: %s', async ([, body, searched]) => {
    const place = { [`-e '${searched}' '`]: '/home/sammy/myproject/myproject.py:6:\n' };
    expect(await checkChain(servedByUnit(body), { answers: place })).toMatchObject({
      cause: 'page-differs',
      advice: expect.stringContaining('Compare line 6 of') as unknown,
    });
  });

  it('does not look in the code for an empty page', async () => {
    const place = { 'grep -HnsF -e': '/home/sammy/myproject/myproject.py:6:\n' };
    expect(await checkChain(servedByUnit('<p>\0\n</p>'), { answers: place })).toMatchObject({
      cause: 'page-differs',
      advice: expect.stringContaining('Compare the text that your function returns') as unknown,
    });
  });

  it('is an error, not a failure, when the agent is silent', async () => {
    const context = scriptedGuest(servedByUnit());
    const result = await runCheck(
      { kind: 'http', url: 'http://flask.example/', servedBy: 'nginx+uwsgi', unit: 'myproject' },
      {
        ...context,
        agent: { ...context.agent, exec: () => Promise.reject(new Error('The agent is silent.')) },
      },
    );
    expect(result).toEqual({ status: 'error', message: 'The agent is silent.' });
  });
});

interface WrongTurn {
  readonly cause: string;
  readonly mistakes: readonly Script[];
  readonly found: RegExp;
  readonly advice: RegExp;
}

/** uWSGI has found no configuration in the project, which is there. */
const NO_INI = unitEnded('1', {
  "head -c 65536 '/home/sammy/myproject/myproject.ini'": { code: 1, output: '' },
  '/bin/uwsgi 2>/dev/null; true': '/home/sammy/myproject/myprojectenv/bin/uwsgi\n',
  "-n 400 -u 'myproject.service'":
    'Started myproject.service - uWSGI instance to serve myproject.\nrealpath() of myproject.ini failed: No such file or directory [core/utils.c line 3662]\n',
});

const WRONG_TURNS: Readonly<Record<string, WrongTurn>> = {
  'a socket path that does not match, in the server block': {
    cause: 'socket-path-mismatch',
    mistakes: [
      fromNginxAlone(
        502,
        BAD_GATEWAY,
        connectFailed('2: No such file or directory', '/home/sammy/myproject/my.sock'),
      ),
      withServerBlock(SERVER_BLOCK.replace('myproject.sock', 'my.sock')),
    ],
    found:
      /Nginx looks for the socket \/home\/sammy\/myproject\/my\.sock, but uWSGI listens on \/home\/sammy\/myproject\/myproject\.sock/,
    advice: /line 7, write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;`/,
  },
  'a socket path that does not match, in the .ini, beside an old socket': {
    cause: 'socket-path-mismatch',
    mistakes: [DENIED_502, withIni(INI.replace('myproject.sock', 'my_project.sock'))],
    found: /uWSGI listens on \/home\/sammy\/myproject\/my_project\.sock/,
    advice: /myproject\.ini write `socket = myproject\.sock`/,
  },
  'the group www-data missing in the unit': {
    cause: 'unit-group-missing',
    mistakes: [
      DENIED_502,
      {
        answers: {
          "-- 'myproject.service'": unitShown({ Group: '' }),
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n660 sammy sammy ${SOCKET} socket`,
        },
      },
    ],
    found: /belongs to sammy:sammy with the permissions 660; Nginx is in the group www-data/,
    advice: /under \[Service\], write `Group=www-data`\. Then `sudo systemctl daemon-reload`/,
  },
  'a uWSGI started by hand that has replaced the unit’s socket with its own': {
    cause: 'uwsgi-outside-unit',
    mistakes: [
      DENIED_502,
      {
        answers: {
          'ps -ww': `    812       1 sammy www-data 0::/system.slice/myproject.service /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini
    960     950 sammy sammy 0::/user.slice/user-1000.slice/session-1.scope myprojectenv/bin/uwsgi --ini myproject.ini
    900       1 root root 0::/system.slice/nginx.service nginx: master process /usr/sbin/nginx
    901     900 www-data www-data 0::/system.slice/nginx.service nginx: worker process
`,
          'ss -Hlxnp':
            'u_str LISTEN 0 100 myproject.sock 108050 * 0 users:(("uwsgi",pid=812,fd=3))\nu_str LISTEN 0 100 myproject.sock 108061 * 0 users:(("uwsgi",pid=960,fd=3))\n',
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n660 sammy sammy ${SOCKET} socket`,
        },
      },
    ],
    found: /belongs to sammy:sammy .* started by hand \(process 960\) has replaced the one/,
    advice: /`sudo kill -INT 960`\. Then .*`sudo systemctl restart myproject`/,
  },
  'a socket that a uWSGI started by hand has left behind': {
    cause: 'uwsgi-outside-unit',
    mistakes: [
      DENIED_502,
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n660 root root ${SOCKET} socket`,
        },
      },
    ],
    found: /belongs to root:root .* The unit myproject runs with the group www-data/,
    advice: /make it anew: `sudo systemctl restart myproject`/,
  },
  'the group in the unit, which was not restarted': {
    cause: 'uwsgi-not-restarted',
    mistakes: [
      DENIED_502,
      {
        answers: {
          'ps -ww': `    812       1 sammy sammy 0::/system.slice/myproject.service /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini
    900       1 root root 0::/system.slice/nginx.service nginx: master process /usr/sbin/nginx
    901     900 www-data www-data 0::/system.slice/nginx.service nginx: worker process
`,
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n660 sammy sammy ${SOCKET} socket`,
        },
      },
    ],
    found: /myproject\.service changed after uWSGI had read it/,
    advice: /`sudo systemctl restart myproject`/,
  },
  'chmod-socket left out': {
    cause: 'chmod-socket-missing',
    mistakes: [
      DENIED_502,
      withIni(INI.replace('chmod-socket = 660\n', '')),
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n755 sammy www-data ${SOCKET} socket`,
        },
      },
    ],
    found: /permissions 755: its group, to which Nginx belongs, may not write/,
    advice: /Write `chmod-socket = 660` into \/home\/sammy\/myproject\/myproject\.ini/,
  },
  'chmod-socket misspelt': {
    cause: 'ini-key-misspelt',
    mistakes: [
      DENIED_502,
      withIni(INI.replace('chmod-socket', 'chmod-sokcet')),
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n755 sammy www-data ${SOCKET} socket`,
        },
      },
    ],
    found: /Line 8 of .*myproject\.ini says `chmod-sokcet`/,
    advice: /Change it to `chmod-socket`/,
  },
  'chmod-socket too strict': {
    cause: 'chmod-socket-too-strict',
    mistakes: [
      DENIED_502,
      withIni(INI.replace('660', '600')),
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n600 sammy www-data ${SOCKET} socket`,
        },
      },
    ],
    found: /line 8 of .* says `chmod-socket = 600`/,
    advice: /Change that line to `chmod-socket = 660`/,
  },
  'a socket whose permissions were changed': {
    cause: 'socket-altered',
    mistakes: [
      DENIED_502,
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n644 sammy www-data ${SOCKET} socket`,
        },
      },
    ],
    found:
      /permissions 644, so Nginx may not write to it\. It was changed after uWSGI had made it: line 8 of .*myproject\.ini says `chmod-socket = 660`\.$/,
    advice: /^Let uWSGI make it anew: `sudo systemctl restart myproject`\.$/,
  },
  'a home that Nginx may not pass through': {
    cause: 'directory-not-searchable',
    mistakes: [
      DENIED_502,
      {
        answers: {
          "stat -L -c '%a %U %G %n %F'": `755 root root / directory\n755 root root /home directory\n700 sammy sammy /home/sammy directory\n755 sammy sammy /home/sammy/myproject directory\n660 sammy www-data ${SOCKET} socket`,
        },
      },
    ],
    found: /may not pass through \/home\/sammy: it belongs to sammy:sammy and its permissions are 700/,
    advice: /sudo chmod o\+x \/home\/sammy/,
  },
  'a semicolon missing after listen': {
    cause: 'nginx-missing-semicolon',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace('listen 80;', 'listen 80'),
        `invalid parameter "server_name" in ${ENABLED}:3`,
      ),
    ],
    found: /Line 2 of .*, `listen 80`, does not end in a semicolon/,
    advice: /Write `listen 80;` in line 2/,
  },
  'a semicolon missing after server_name': {
    cause: 'nginx-missing-semicolon',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace('example;', 'example'),
        `directive "server_name" is not terminated by ";" in ${ENABLED}:5`,
      ),
    ],
    found: /Line 3/,
    advice: /`server_name flask\.example;`/,
  },
  'a semicolon missing after uwsgi_pass': {
    cause: 'nginx-missing-semicolon',
    mistakes: [withBrokenBlock(SERVER_BLOCK.replace('.sock;', '.sock'), `unexpected "}" in ${ENABLED}:8`)],
    found: /Line 7/,
    advice: /myproject\.sock;` in line 7/,
  },
  'a brace missing': {
    cause: 'nginx-missing-brace',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace(/}\n$/, ''),
        `unexpected end of file, expecting "}" in ${ENABLED}:9`,
      ),
    ],
    found: /The braces of .* do not pair/,
    advice: /^The block that begins in line 1, `server \{`, seems to lack its `\}`/,
  },
  'a directive misspelt': {
    cause: 'nginx-unknown-directive',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace('uwsgi_pass', 'uwsgi_pas'),
        `unknown directive "uwsgi_pas" in ${ENABLED}:7`,
      ),
    ],
    found: /no directive "uwsgi_pas" \(line 7/,
    advice: /Change it to `uwsgi_pass`/,
  },
  'the whole configuration deleted': {
    cause: 'nginx-main-file-missing',
    mistakes: [withBrokenBlock('', 'open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)')],
    found: /^\/etc\/nginx\/nginx\.conf, the file with which Nginx begins, is gone\.$/,
    advice: /--reinstall/,
  },
  'the main file renamed': {
    cause: 'nginx-main-file-missing',
    mistakes: [
      withBrokenBlock('', 'open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)'),
      { answers: { 'grep -lsd skip': dump({ '/etc/nginx/nginx.conf.txt': SERVER_BLOCK }) } },
    ],
    found: /is gone, but there is a \/etc\/nginx\/nginx\.conf\.txt\.$/,
    advice: /rename it: `sudo mv \/etc\/nginx\/nginx\.conf\.txt \/etc\/nginx\/nginx\.conf`/,
  },
  'uwsgi_params misspelt': {
    cause: 'nginx-include-missing',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace('uwsgi_params', 'uwsgi_param'),
        `open() "/etc/nginx/uwsgi_param" failed (2: No such file or directory) in ${ENABLED}:6`,
      ),
    ],
    found: /includes \/etc\/nginx\/uwsgi_param/,
    advice: /`include uwsgi_params;`/,
  },
  'unix: left out': {
    cause: 'uwsgi-pass-malformed',
    mistakes: [
      withBrokenBlock(
        SERVER_BLOCK.replace('unix:', ''),
        `invalid host in upstream "${SOCKET}" in ${ENABLED}:7`,
      ),
    ],
    found: /takes for the name of a host/,
    advice: /Write `uwsgi_pass unix:\/home\/sammy\/myproject\/myproject\.sock;` there/,
  },
  'a link with a relative target': {
    cause: 'server-block-link-broken',
    mistakes: [
      withBrokenBlock(
        '',
        `open() "${ENABLED}" failed (40: Too many levels of symbolic links) in /etc/nginx/nginx.conf:60`,
      ),
      { answers: { '[ -L "$f" ]': `${ENABLED} myproject\n` } },
    ],
    found: /is a link to "myproject", where there is nothing/,
    advice: /sudo rm .*sudo ln -s \/etc\/nginx\/sites-available\/myproject \/etc\/nginx\/sites-enabled/,
  },
  'the link and its target misspelt alike': {
    cause: 'server-block-link-broken',
    mistakes: [
      withBrokenBlock(
        '',
        `open() "${ENABLED.replace('project', 'projct')}" failed (2: No such file or directory) in /etc/nginx/nginx.conf:60`,
      ),
      {
        answers: {
          '[ -L "$f" ]': `${ENABLED.replace('project', 'projct')} /etc/nginx/sites-available/myprojct\n`,
        },
      },
    ],
    found: /where there is nothing, but there is a \/etc\/nginx\/sites-available\/myproject\.$/,
    advice:
      /sudo rm \/etc\/nginx\/sites-enabled\/myprojct`, then `sudo ln -s \/etc\/nginx\/sites-available\/myproject \/etc\/nginx\/sites-enabled`/,
  },
  'the server block not linked': {
    cause: 'server-block-not-linked',
    mistakes: [
      fromNginxAlone(404, '<h1>404 Not Found</h1>'),
      { answers: { 'nginx -T': dump({ '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK }) } },
    ],
    found:
      /is in \/etc\/nginx\/sites-available\/myproject, but nothing in \/etc\/nginx\/sites-enabled leads to it/,
    advice: /sudo ln -s \/etc\/nginx\/sites-available\/myproject \/etc\/nginx\/sites-enabled/,
  },
  'no server block at all': {
    cause: 'server-block-missing',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      {
        answers: {
          'nginx -T': dump({ '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK }),
          'for f in /etc/nginx/sites-available': '',
        },
      },
    ],
    found: /None of Nginx's server blocks is for flask\.example/,
    advice: /sites-available/,
  },
  'another server_name, so that the default site answers': {
    cause: 'server-name-mismatch',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      withServerBlock(SERVER_BLOCK.replace('flask.example', 'flask.exmaple')),
    ],
    found:
      /has the name flask\.exmaple, so a request for flask\.example goes to another block \(\/etc\/nginx\/sites-enabled\/default\)/,
    advice: /`server_name flask\.example;`/,
  },
  'Nginx not restarted': {
    cause: 'nginx-not-restarted',
    mistakes: [
      fromNginxAlone(200, WELCOME),
      { answers: { 'D=$(ls -d': `1795220000 /etc/nginx/nginx.conf\n1795230400 ${ENABLED}` } },
    ],
    found: /sites-enabled\/myproject changed after Nginx had read its configuration/,
    advice: /sudo systemctl restart nginx/,
  },
  'Nginx stopped': {
    cause: 'nginx-not-running',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: { "-- 'nginx.service'": nginxShown({ ActiveState: 'inactive' }) },
      },
    ],
    found: /its service is inactive/,
    advice: /sudo systemctl start nginx/,
  },
  'Nginx masked': {
    cause: 'nginx-masked',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: { "-- 'nginx.service'": nginxShown({ LoadState: 'masked', ActiveState: 'inactive' }) },
      },
    ],
    found: /^The unit nginx\.service is masked/,
    advice: /`sudo systemctl unmask nginx`, then `sudo systemctl start nginx`/,
  },
  'Nginx started too often': {
    cause: 'started-too-often',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: { "-- 'nginx.service'": nginxShown({ ActiveState: 'failed', Result: 'start-limit-hit' }) },
      },
    ],
    found: /given up on Nginx/,
    advice: /sudo systemctl reset-failed nginx`, then `sudo systemctl start nginx/,
  },
  'Nginx not installed': {
    cause: 'nginx-not-installed',
    mistakes: [
      {
        http: { kind: 'refused' },
        answers: {
          'command -v nginx': { code: 127, output: '' },
          'nginx -t': { code: 127, output: 'sh: nginx: not found' },
          "-- 'nginx.service'": nginxShown({ LoadState: 'not-found', ActiveState: 'inactive' }),
        },
      },
    ],
    found: /not installed/,
    advice: /sudo apt-get install nginx/,
  },
  'the firewall still closed for Nginx': {
    cause: 'nginx-not-allowed',
    mistakes: [{ http: { kind: 'timeout', phase: 'connect' }, answers: { 'user.rules': TUPLES.port5000 } }],
    found: /No rule of ufw lets "Nginx Full" in/,
    advice: /sudo ufw allow 'Nginx Full'/,
  },
  'uWSGI not started': {
    cause: 'uwsgi-not-started',
    mistakes: [
      REFUSED_502,
      {
        answers: {
          "-- 'myproject.service'": unitShown({
            ActiveState: 'inactive',
            ExecMainStartTimestamp: '',
            UnitFileState: 'disabled',
          }),
        },
      },
    ],
    found: /has not been started since this machine came up/,
    advice: /sudo systemctl start myproject.*sudo systemctl enable myproject/,
  },
  'no unit': {
    cause: 'unit-missing',
    mistakes: [
      REFUSED_502,
      {
        answers: { "-- 'myproject.service'": unitShown({ LoadState: 'not-found', ActiveState: 'inactive' }) },
      },
    ],
    found: /there is no \/etc\/systemd\/system\/myproject\.service/,
    advice: /sudo nano \/etc\/systemd\/system\/myproject\.service/,
  },
  'a unit with another name': {
    cause: 'unit-misnamed',
    mistakes: [
      REFUSED_502,
      {
        answers: {
          "-- 'myproject.service'": unitShown({ LoadState: 'not-found', ActiveState: 'inactive' }),
          'grep -ls uwsgi': '/etc/systemd/system/my-project.service\n',
        },
      },
    ],
    found: /but there is a \/etc\/systemd\/system\/my-project\.service/,
    advice: /sudo mv \/etc\/systemd\/system\/my-project\.service \/etc\/systemd\/system\/myproject\.service/,
  },
  'a unit that systemd has not read again': {
    cause: 'daemon-not-reloaded',
    mistakes: [
      REFUSED_502,
      { answers: { "-- 'myproject.service'": unitShown({ NeedDaemonReload: 'yes' }) } },
    ],
    found: /still goes by the old text/,
    advice: /sudo systemctl daemon-reload/,
  },
  'the login misspelt in the unit': {
    cause: 'unit-user-unknown',
    mistakes: [
      REFUSED_502,
      unitEnded(
        '217',
        {
          "-n 400 -u 'myproject.service'":
            'Started myproject.service - uWSGI instance to serve myproject.\nmyproject.service: Failed to determine user credentials: No such process\nmyproject.service: Main process exited, code=exited, status=217/USER\n',
        },
        { User: 'samy' },
      ),
    ],
    found: /wants to run as "samy", and this machine has no such login/,
    advice: /write `User=sammy`/,
  },
  'the group misspelt in the unit': {
    cause: 'unit-group-unknown',
    mistakes: [REFUSED_502, unitEnded('216', {}, { Group: 'wwwdata' })],
    found: /wants the group "wwwdata"/,
    advice: /write `Group=www-data`/,
  },
  'a working directory that is not there': {
    cause: 'working-directory-missing',
    mistakes: [
      REFUSED_502,
      unitEnded(
        '200',
        {
          "head -c 65536 '/home/sammy/my_project/myproject.ini'": { code: 1, output: '' },
          'test -d': { code: 1, output: '' },
        },
        { WorkingDirectory: '/home/sammy/my_project' },
      ),
    ],
    found: /\/home\/sammy\/my_project, is not there/,
    advice: /`WorkingDirectory=`/,
  },
  'a virtual environment without uWSGI': {
    cause: 'uwsgi-not-in-environment',
    mistakes: [
      REFUSED_502,
      unitEnded('203', {
        'test -x': { code: 1, output: '' },
      }),
    ],
    found: /There is no program \/home\/sammy\/myproject\/myprojectenv\/bin\/uwsgi/,
    advice: /source \/home\/sammy\/myproject\/myprojectenv\/bin\/activate`, then `pip install uwsgi`/,
  },
  'a virtual environment whose uWSGI has lost its program': {
    cause: 'uwsgi-not-in-environment',
    mistakes: [
      REFUSED_502,
      unitEnded('203', {
        'test -x': { code: 1, output: '' },
        '/site-packages/[uU]':
          '/home/sammy/myproject/myprojectenv/lib/python3.11/site-packages/uWSGI-2.0.21.dist-info\n',
      }),
    ],
    found: /pip has installed uWSGI in that environment, but its program is gone\.$/,
    advice: /`pip install --force-reinstall uwsgi`/,
  },
  'an .ini that is not in the working directory': {
    cause: 'ini-not-found',
    mistakes: [
      REFUSED_502,
      unitEnded('1', {
        "head -c 65536 '/home/sammy/myproject/myproject.ini'": { code: 1, output: '' },
        "-n 400 -u 'myproject.service'":
          'Started myproject.service - uWSGI instance to serve myproject.\nrealpath() of myproject.ini failed: No such file or directory [core/utils.c line 3662]\n',
      }),
    ],
    found: /found no myproject\.ini in its working directory, \/home\/sammy\/myproject\.$/,
    advice: /`--ini`/,
  },
  'the key socket misspelt': {
    cause: 'ini-key-misspelt',
    mistakes: [
      REFUSED_502,
      withIni(INI.replace('socket = my', 'sokcet = my')),
      unitEnded('1', {
        "-n 400 -u 'myproject.service'":
          'Started myproject.service - uWSGI instance to serve myproject.\nThe -s/--socket option is missing and stdin is not a socket.\n',
      }),
    ],
    found: /Line 7 of .* says `sokcet`/,
    advice: /Change it to `socket`/,
  },
  'an .ini that is not there': {
    cause: 'ini-not-found',
    mistakes: [REFUSED_502, NO_INI],
    found: /found no myproject\.ini in its working directory, \/home\/sammy\/myproject\.$/,
    advice: /^If the file is missing, write it: `nano \/home\/sammy\/myproject\/myproject\.ini`\./,
  },
  'an .ini that an editor has named': {
    cause: 'ini-not-found',
    mistakes: [REFUSED_502, NO_INI, { answers: { 'ls -1AF': 'myproject.ini.txt\nmyproject.py\n' } }],
    found: /, but there is a myproject\.ini\.txt\.$/,
    advice:
      /^Rename it: `mv \/home\/sammy\/myproject\/myproject\.ini\.txt \/home\/sammy\/myproject\/myproject\.ini`\. Then `sudo systemctl restart myproject`\.$/,
  },
  'an .ini of nearly that name': {
    cause: 'ini-not-found',
    mistakes: [REFUSED_502, NO_INI, { answers: { 'ls -1AF': 'my_project.ini\nmyproject.py\n' } }],
    found: /, but there is a my_project\.ini\.$/,
    advice: /^If that is the one, write `--ini my_project\.ini` in \/etc/,
  },
  'the section misspelt': {
    cause: 'ini-section-misspelt',
    mistakes: [REFUSED_502, withIni(INI.replace('[uwsgi]', '[uwsg]')), unitEnded('1')],
    found: /is called \[uwsg\]/,
    advice: /Write `\[uwsgi\]` in the first line/,
  },
  'a comment behind the section': {
    cause: 'ini-section-misspelt',
    mistakes: [REFUSED_502, withIni(INI.replace('[uwsgi]', '[uwsgi] # uWSGI')), unitEnded('1')],
    found: /^Line 1 of .*myproject\.ini is `\[uwsgi\] # uWSGI`, which uWSGI does not read/,
    advice: /^Change line 1 to `\[uwsgi\]`\./,
  },
  'protocol = http in the .ini': {
    cause: 'uwsgi-protocol-mismatch',
    mistakes: [
      fromNginxAlone(
        502,
        BAD_GATEWAY,
        '2026/11/21 03:06:09 [error] 901#901: *67 upstream prematurely closed connection while reading response header from upstream, request: "GET /?MARK HTTP/1.1"',
      ),
      withIni(`${INI}protocol = http\n`),
    ],
    found: /says `protocol = http`/,
    advice: /Take that line out/,
  },
  'a wrong module name': {
    cause: 'module-name-wrong',
    mistakes: [
      NO_APP_500,
      withIni(INI.replace('wsgi:app', 'wsgii:app')),
      withJournal(`ModuleNotFoundError: No module named 'wsgii'\n${CANNOT_LOAD}`),
    ],
    found: /looks for the module "wsgii", and there is no wsgii\.py in \/home\/sammy\/myproject/,
    advice: /`module = wsgi:app`/,
  },
  'a wrong name after the colon': {
    cause: 'callable-name-wrong',
    mistakes: [NO_APP_500, withIni(INI.replace('wsgi:app', 'wsgi:application')), withJournal(CANNOT_LOAD)],
    found: /nothing called `application` in it/,
    advice: /`module = wsgi:app`/,
  },
  'the key module misspelt': {
    cause: 'ini-key-misspelt',
    mistakes: [NO_APP_500, withIni(INI.replace('module', 'modul')), withJournal('')],
    found: /says `modul`/,
    advice: /Change it to `module`/,
  },
  'a syntax error in the application': {
    cause: 'app-syntax-error',
    mistakes: [
      NO_APP_500,
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/wsgi.py", line 1, in <module>
    from myproject import app
  File "/home/sammy/myproject/myproject.py", line 5
    def hello()
               ^
SyntaxError: expected ':'
${CANNOT_LOAD}`),
    ],
    found: /\/home\/sammy\/myproject\/myproject\.py, line 5\): SyntaxError: expected ':'/,
    advice: /Look at line 5 of \/home\/sammy\/myproject\/myproject\.py/,
  },
  'a syntax error in the very file that uWSGI imports': {
    cause: 'app-syntax-error',
    mistakes: [
      NO_APP_500,
      withJournal(`*** Operational MODE: preforking ***
  File "/home/sammy/myproject/wsgi.py", line 2
    def app()
             ^
SyntaxError: expected ':'
${CANNOT_LOAD}`),
    ],
    found: /\/home\/sammy\/myproject\/wsgi\.py, line 2\): SyntaxError: expected ':'/,
    advice: /Look at line 2 of \/home\/sammy\/myproject\/wsgi\.py/,
  },
  'a wrong import': {
    cause: 'import-name-wrong',
    mistakes: [
      NO_APP_500,
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/wsgi.py", line 1, in <module>
    from myprojct import app
ModuleNotFoundError: No module named 'myprojct'
${CANNOT_LOAD}`),
    ],
    found: /Line 1 of \/home\/sammy\/myproject\/wsgi\.py imports "myprojct"/,
    advice: /import from `myproject`/,
  },
  'the file of an import renamed': {
    cause: 'module-misnamed',
    mistakes: [
      NO_APP_500,
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/wsgi.py", line 1, in <module>
    from myproject import app
ModuleNotFoundError: No module named 'myproject'
${CANNOT_LOAD}`),
      { answers: { 'ls -1AF': 'myproject.ini\nmyproject.py.txt\nwsgi.py\n' } },
    ],
    found:
      /^Line 1 of \S+\/wsgi\.py looks for the module "myproject", but its file in \S+ is called myproject\.py\.txt\.$/,
    advice: /^Rename it: `sudo mv \/home\/sammy\/myproject\/myproject\.py\.txt /,
  },
  'Flask missing in the environment': {
    cause: 'package-not-in-environment',
    mistakes: [
      NO_APP_500,
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/wsgi.py", line 1, in <module>
    from myproject import app
  File "/home/sammy/myproject/myproject.py", line 1, in <module>
    from flask import Flask
ModuleNotFoundError: No module named 'flask'
${CANNOT_LOAD}`),
    ],
    found: /imports "flask", and the environment in which uWSGI runs does not have it/,
    advice: /pip install flask/,
  },
  'an import missing': {
    cause: 'name-not-defined',
    mistakes: [
      servedByUnit('Internal Server Error', 500, -1),
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/wsgi.py", line 1, in <module>
    from myproject import app
  File "/home/sammy/myproject/myproject.py", line 1, in <module>
    app = Flask(__name__)
          ^^^^^
NameError: name 'Flask' is not defined
${CANNOT_LOAD}`),
    ],
    found:
      /^Line 1 of \/home\/sammy\/myproject\/myproject\.py uses the name `Flask`, but nothing before it imports or defines that name\.$/,
    advice:
      /either `Flask` is misspelt there, or the line that imports or defines it is missing\. Then `sudo systemctl restart myproject`\.$/,
  },
  'a name for which Python knows another': {
    cause: 'name-not-defined',
    mistakes: [
      servedByUnit('Internal Server Error', 500, -1),
      withJournal(`Traceback (most recent call last):
  File "/home/sammy/myproject/myproject.py", line 2, in <module>
    app = Flask(__nmae__)
                ^^^^^^^^
NameError: name '__nmae__' is not defined. Did you mean: '__name__'?
${CANNOT_LOAD}`),
    ],
    found: /Line 2 of .* uses the name `__nmae__`, .* Python suggests `__name__`\.$/,
    advice: /^Compare line 2 /,
  },
  'an application that fails while it answers': {
    cause: 'app-exception',
    mistakes: [
      servedByUnit('<title>500 Internal Server Error</title>', 500),
      {
        answers: {
          "-n 400 -u 'myproject.service'": `${journal()}[2026-11-21 02:57:51,424] ERROR in app: Exception on / [GET]
Traceback (most recent call last):
  File "/home/sammy/myproject/myprojectenv/lib/python3.11/site-packages/flask/app.py", line 2525, in wsgi_app
    response = self.full_dispatch_request()
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/home/sammy/myproject/myproject.py", line 6, in hello
    return 1 + "<h1 style='color:blue'>Hello There!</h1>"
           ~~^~~
TypeError: unsupported operand type(s) for +: 'int' and 'str'
`,
        },
      },
    ],
    found: /myproject\.py, line 6\): TypeError: unsupported operand type\(s\) for \+: 'int' and 'str'\./,
    advice: /Fix line 6/,
  },
  'a file changed and uWSGI not restarted': {
    cause: 'uwsgi-not-restarted',
    mistakes: [
      NO_APP_500,
      { answers: { "stat -L -c '%Y %n'": '1795230900 /home/sammy/myproject/myproject.py' } },
    ],
    found: /myproject\.py changed after uWSGI had read it/,
    advice: /sudo systemctl restart myproject/,
  },
  'another text on the page': {
    cause: 'page-differs',
    mistakes: [servedByUnit('<h1>Hello Thre!</h1>')],
    found: /does not say "Hello There!"\. It says: Hello Thre!/,
    advice: /Compare the text/,
  },
  'another text on the page, in a line that is found': {
    cause: 'page-differs',
    mistakes: [
      servedByUnit('<h1>Hello Thre!</h1>'),
      {
        answers: {
          "-e 'Hello Thre!'": '/home/sammy/myproject/myproject.py:6:    return "<h1>Hello Thre!</h1>"\n',
        },
      },
    ],
    found: /It says: Hello Thre!/,
    advice: /^Compare line 6 of \/home\/sammy\/myproject\/myproject\.py, where that text stands, with/,
  },
  'another route': {
    cause: 'route-missing',
    mistakes: [servedByUnit('<title>404 Not Found</title>', 404)],
    found: /knows no page \//,
    advice: /@app\.route\("\/"\)/,
  },
};

describe.for(Object.entries(WRONG_TURNS))('%s', ([, { cause, mistakes, found, advice }]) => {
  it(`is recognised as ${cause}`, async () => {
    const result = await checkChain(...mistakes);
    expect(result).toMatchObject({ status: 'fail', cause });
    if (result.status !== 'fail') return;
    expect(result.found).toMatch(found);
    expect(result.advice).toMatch(advice);
  });
});

describe('the evidence', () => {
  it("is Nginx's line about this very request", async () => {
    const result = await checkChain(DENIED_502, {
      answers: { "stat -L -c '%a %U %G %n %F'": `755 sammy www-data ${SOCKET} socket` },
    });
    expect(result).toHaveProperty(
      'evidence',
      expect.stringMatching(/13: Permission denied.*typealong-check=/),
    );
  });

  it('is the traceback of an application that does not load', async () => {
    const result = await checkChain(
      NO_APP_500,
      withJournal(`ModuleNotFoundError: No module named 'wsgii'\n${CANNOT_LOAD}`),
    );
    expect(result).toHaveProperty('evidence', "ModuleNotFoundError: No module named 'wsgii'");
  });
});

describe('a program in a terminal', () => {
  const check = {
    kind: 'http',
    url: 'http://flask.example:5000/',
    contains: 'Hello There!',
    servedBy: 'flask',
  } as const;
  const listening = (address: string, program: string): Script => ({
    answers: {
      'ss -Hltnp': `LISTEN 0      128    ${address}:5000 0.0.0.0:* users:(("${program}",pid=700,fd=3))\n`,
    },
  });
  const open: Script = { answers: { 'user.rules': TUPLES.port5000 } };

  it("passes when Flask's own server answers", async () => {
    const context = scriptedGuest(healthyGuest, open, listening('0.0.0.0', 'python'), {
      http: page(200, HELLO),
    });
    expect((await runCheck(check, context)).status).toBe('pass');
  });

  it('tells that port 5000 was never opened', async () => {
    const context = scriptedGuest(healthyGuest, listening('0.0.0.0', 'python'), {
      http: { kind: 'timeout', phase: 'connect' },
    });
    expect(await runCheck(check, context)).toMatchObject({
      cause: 'port-not-opened',
      advice: 'Allow it: `sudo ufw allow 5000`.',
    });
  });

  it('tells that the application is bound to 127.0.0.1', async () => {
    const context = scriptedGuest(healthyGuest, open, listening('127.0.0.1', 'python'), {
      http: { kind: 'refused' },
    });
    const result = await runCheck(check, context);
    expect(result).toMatchObject({ cause: 'bound-to-localhost' });
    expect(result).toHaveProperty('advice', expect.stringContaining("app.run(host='0.0.0.0')"));
  });

  it('tells that nothing runs, or that Python cannot read a file', async () => {
    const refused: Script = { http: { kind: 'refused' }, answers: { 'ss -Hltnp': '', 'python3 -I': '' } };
    expect(await runCheck(check, scriptedGuest(healthyGuest, open, refused))).toMatchObject({
      cause: 'nothing-listens',
    });
    const unreadable: Script = {
      answers: {
        'python3 -I': {
          code: 1,
          output:
            'Traceback (most recent call last):\n  File "<string>", line 2, in <module>\n  File "/home/sammy/myproject/myproject.py", line 5\n    def hello()\n               ^\nSyntaxError: expected \':\'\n',
        },
      },
    };
    expect(await runCheck(check, scriptedGuest(healthyGuest, open, refused, unreadable))).toMatchObject({
      cause: 'python-syntax-error',
      found: "Python cannot read /home/sammy/myproject/myproject.py: line 5: SyntaxError: expected ':'.",
    });
  });

  it('tells uWSGI from Flask', async () => {
    const context = scriptedGuest(healthyGuest, open, listening('0.0.0.0', 'python'), {
      http: page(200, HELLO),
    });
    expect(await runCheck({ ...check, servedBy: 'uwsgi' }, context)).toMatchObject({
      cause: 'answered-by-another-program',
    });
  });

  it('tells that uWSGI speaks its own protocol', async () => {
    const context = scriptedGuest(healthyGuest, open, listening('0.0.0.0', 'uwsgi'), {
      http: { kind: 'broken', message: 'The connection ended.' },
    });
    expect(await runCheck({ ...check, servedBy: 'uwsgi' }, context)).toMatchObject({
      cause: 'protocol-http-missing',
    });
  });
});

describe('a port that must be closed', () => {
  const check = { kind: 'http', url: 'http://flask.example:5000/', status: 'blocked' } as const;

  it('passes only when nothing comes back', async () => {
    expect(
      await runCheck(check, scriptedGuest({ http: { kind: 'timeout', phase: 'connect' } })),
    ).toMatchObject({ status: 'pass' });
    expect(await runCheck(check, scriptedGuest(healthyGuest, { http: { kind: 'refused' } }))).toMatchObject({
      cause: 'port-still-open',
    });
  });
});

it('names the unit file in its advice', async () => {
  const result = await checkChain(DENIED_502, {
    answers: {
      "-- 'myproject.service'": unitShown({ Group: 'sammy' }),
      "stat -L -c '%a %U %G %n %F'": `660 sammy sammy ${SOCKET} socket`,
    },
  });
  expect(result).toHaveProperty('advice', expect.stringContaining(UNIT_FILE));
});
