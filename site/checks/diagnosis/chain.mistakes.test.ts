/** Mistakes in uWSGI's configuration and in the application, as uWSGI 2.0.21 and Python 3.11 report them. */
import { describe, expect, it } from 'vitest';
import {
  BAD_GATEWAY,
  connectFailed,
  dump,
  fromNginxAlone,
  healthyGuest,
  INI,
  journal,
  nginxShown,
  SERVER_BLOCK,
  servedByUnit,
  unitShown,
} from '../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Answer, type Script } from '../testing/scripted-guest.ts';

const CHAIN = {
  kind: 'http',
  url: 'http://flask.example/',
  contains: 'Hello There!',
  servedBy: 'nginx+uwsgi',
  unit: 'myproject',
  socket: '/home/sammy/myproject/myproject.sock',
} as const;
const PROJECT = '/home/sammy/myproject';
const ASKS_INI = `head -c 65536 '${PROJECT}/myproject.ini'`;
const ASKS_JOURNAL = "-n 400 -u 'myproject.service'";
const ASKS_CODE = '(def|from|import)[[:space:]]|^';
const ASKS_OTHERS = '/../*.py';
const NO_APP = "unable to load app 0 (mountpoint='') (callable not found or import error)\n";

const check = (...scripts: readonly Script[]): ReturnType<typeof runCheck> =>
  runCheck(CHAIN, scriptedGuest(healthyGuest, ...scripts));
const answers = (more: Readonly<Record<string, Answer>>): Script => ({ answers: more });
const ini = (from: string, to: string): Script => {
  expect(INI).toContain(from);
  return answers({ [ASKS_INI]: INI.replace(from, to) });
};

/** uWSGI has ended by itself; `said` are its last words. */
function ended(said: string, unit: Readonly<Record<string, string>> = {}): Script {
  const changes = { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1', ...unit };
  return {
    ...fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory')),
    answers: {
      ...fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory')).answers,
      "-- 'myproject.service'": unitShown(changes),
      [ASKS_JOURNAL]: `Started myproject.service - uWSGI instance to serve myproject.
[uWSGI] getting INI configuration from myproject.ini
*** Starting uWSGI 2.0.21 (32bit) on [Sat Nov 21 02:56:37 2026] ***
${said}
myproject.service: Main process exited, code=exited, status=1/FAILURE
myproject.service: Failed with result 'exit-code'.
`,
    },
  };
}

/** uWSGI runs without an application. */
const withoutApplication = (said: string): Script => ({
  ...servedByUnit('Internal Server Error', 500, -1),
  answers: {
    ...servedByUnit('Internal Server Error', 500, -1).answers,
    [ASKS_JOURNAL]: journal(`${said}${said === '' ? '' : '\n'}${NO_APP}`),
  },
});

/** Where a function is defined cannot be seen. */
const NO_DEFINITION = { [ASKS_CODE]: '' };

/** The application has answered, and said this before. */
function answered(said: string, body: string, status: number): Script {
  const served = servedByUnit(body, status);
  let query = '';
  const line = (): string =>
    `[pid: 814|app: 0|req: 1/1] 192.168.86.1 () {34 vars in 402 bytes} [Sat Nov 21 02:56:39 2026] GET /${query} => generated ${body.length} bytes in 2 msecs (HTTP/1.1 ${status}) 0 headers in 19 bytes (0 switches on core 0)`;
  return {
    http: (request) => {
      query = new URL(request.url).search;
      if (typeof served.http !== 'function') throw new Error('The guest answers nothing.');
      return served.http(request);
    },
    answers: {
      ...served.answers,
      ...NO_DEFINITION,
      [ASKS_JOURNAL]: () => `${journal()}${said}\n${line()}\n`,
    },
  };
}

/** Nginx has got no answer that it understands. */
function brokenOff(said: string, line: string): Script {
  const alone = fromNginxAlone(
    502,
    BAD_GATEWAY,
    '2026/11/21 02:57:23 [error] 901#901: *7 upstream prematurely closed connection while reading response header from upstream, request: "GET /?MARK HTTP/1.1"\n',
  );
  return {
    ...alone,
    answers: { ...alone.answers, ...NO_DEFINITION, [ASKS_JOURNAL]: `${journal()}${said}${line}\n` },
  };
}

describe('a line of the .ini', () => {
  it.for([
    [
      'ini-value-malformed',
      'chmod-socket = 660',
      'chmod-socket = 660  # the group may write',
      'invalid chmod value: 660  # the group may write',
      /Write `chmod-socket = 660` in line 8/,
    ],
    [
      'ini-value-malformed',
      'chmod-socket = 660',
      'chmod-socket = "660"',
      'invalid chmod value: "660"',
      /takes quotes|Write `chmod-socket = 660`/,
    ],
    [
      'chmod-socket-invalid',
      'chmod-socket = 660',
      'chmod-socket = rw-rw----',
      'invalid chmod value: rw-rw----',
      /Write `chmod-socket = 660`/,
    ],
    [
      'login-needs-root',
      'vacuum = true',
      'vacuum = true\nuid = 33',
      'cannot setuid() as non-root user',
      /Take that line out of/,
    ],
    [
      'chown-socket-not-permitted',
      'vacuum = true',
      'vacuum = true\nchown-socket = www-data:www-data',
      'chown(): Operation not permitted [core/utils.c line 2657]\nVACUUM WARNING: unix socket myproject.sock changed inode. Skip removal',
      /Take line 10 out/,
    ],
    [
      'ini-byte-order-mark',
      '[uwsgi]',
      '\u{feff}[uwsgi]',
      `*** WARNING: Can't find section "uwsgi" in INI configuration file myproject.ini ***\nThe -s/--socket option is missing and stdin is not a socket.`,
      /sed -i '1s/,
    ],
    [
      'ini-section-misspelt',
      '[uwsgi]',
      '[ uwsgi ]',
      `*** WARNING: Can't find section "uwsgi" in INI configuration file myproject.ini ***\nThe -s/--socket option is missing and stdin is not a socket.`,
      /\[uwsgi\]/,
    ],
    [
      'home-missing',
      'vacuum = true',
      'vacuum = true\nhome = /home/sammy/myproject/myenv',
      "!!! Python Home is not a directory: /home/sammy/myproject/myenv !!!\nFatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding\nModuleNotFoundError: No module named 'encodings'",
      /Write `home = \/home\/sammy\/myproject\/myprojectenv`/,
    ],
    [
      'home-not-environment',
      'vacuum = true',
      'vacuum = true\nhome = /home/sammy/myproject',
      "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding\nModuleNotFoundError: No module named 'encodings'",
      /myprojectenv/,
    ],
    [
      'uwsgi-ended',
      'vacuum = true',
      'vacuum = true\ncheaper = 6',
      'invalid cheaper value: must be lower than processes',
      /Compare line 10 with the text/,
    ],
    [
      'uwsgi-ended',
      'vacuum = true',
      'vacuum = true\npidfile = /run/myproject.pid',
      'writing pidfile to /run/myproject.pid\nopen("/run/myproject.pid"): Permission denied [core/utils.c line 3624]\nunlink(): No such file or directory [core/uwsgi.c line 1617]',
      /Compare line 10/,
    ],
    [
      'chdir-impossible',
      '[uwsgi]',
      '[uwsgi]\nchdir = /home/sammy/my_project',
      'chdir(): No such file or directory [core/uwsgi.c line 1649]',
      /Write `chdir = \/home\/sammy\/myproject` in line 2/,
    ],
    [
      'socket-blocked',
      'socket = myproject.sock',
      'socket = /tmp/myproject.sock',
      'error removing unix socket, unlink(): Operation not permitted [core/socket.c line 198]\nbind(): Address already in use [core/socket.c line 230]',
      /sudo rm \/tmp\/myproject\.sock/,
    ],
  ] as const)('%s: %s → %s', async ([cause, from, to, said, advice]) => {
    const result = await check(ini(from, to), ended(said));
    expect(result).toMatchObject({ status: 'fail', cause });
    expect(result).toHaveProperty('advice', expect.stringMatching(advice));
  });

  it('says what uWSGI said last, and where its configuration says so', async () => {
    const result = await check(
      ini('vacuum = true', 'vacuum = true\nlogto = /var/log/my.log'),
      ended('open("/var/log/my.log"): Permission denied [core/logging.c line 288]'),
    );
    expect(result).toMatchObject({ cause: 'uwsgi-ended' });
    expect(result).toHaveProperty(
      'found',
      expect.stringMatching(/my\.log"\): Permission denied.*Line 10 of .* is `logto = /),
    );
  });

  it('takes the place in uWSGI’s own source for no value', async () => {
    const result = await check(
      ini('module = wsgi:app', 'module = wsgi'),
      ended('something went wrong [core/uwsgi.c line 1649]'),
    );
    expect(result).toMatchObject({ cause: 'uwsgi-ended' });
    expect(result).toHaveProperty('found', expect.not.stringContaining('module = wsgi'));
  });

  it.for([
    ['ini-value-malformed', 'socket = "myproject.sock"'],
    ['socket-is-http', 'http = :8080'],
    ['socket-is-http', 'http-socket = :5000'],
  ] as const)('%s: %s', async ([cause, line]) => {
    const result = await check(
      ini('socket = myproject.sock', line),
      fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory')),
    );
    expect(result).toMatchObject({ cause });
    expect(result).toHaveProperty(
      'advice',
      expect.stringContaining('Write `socket = myproject.sock` in line 7'),
    );
  });

  it.for([
    [
      'module-malformed',
      'module = wsgi.py',
      "ModuleNotFoundError: No module named 'wsgi.py'; 'wsgi' is not a package",
    ],
    [
      'module-malformed',
      'module = wsgi.py:app',
      "ModuleNotFoundError: No module named 'wsgi.py'; 'wsgi' is not a package",
    ],
    ['module-malformed', 'module = wsgi : app', "ModuleNotFoundError: No module named 'wsgi '"],
    [
      'module-malformed',
      'module = myproject/wsgi:app',
      "ModuleNotFoundError: No module named 'myproject/wsgi'",
    ],
    ['ini-value-malformed', 'module = "wsgi:app"', `ModuleNotFoundError: No module named '"wsgi'`],
    ['ini-value-malformed', 'module = wsgi:app  # the app', ''],
    ['ini-syntax-error', 'module: wsgi:app', null],
    ['wsgi-file-missing', 'wsgi-file = wsgi', 'failed to open python file wsgi'],
    ['callable-missing', 'wsgi-file = wsgi.py', ''],
    ['callable-name-wrong', 'module = wsgi', ''],
  ] as const)('%s: %s', async ([cause, line, said]) => {
    const guest = withoutApplication(said ?? '');
    const silent = said === null ? answers({ [ASKS_JOURNAL]: journal('') }) : {};
    expect(await check(ini('module = wsgi:app', line), guest, silent)).toMatchObject({ cause });
  });
});

it('says that the project is another login’s than the unit’s', async () => {
  const result = await check(
    ended('bind(): Permission denied [core/socket.c line 230]', { User: 'www-data' }),
  );
  expect(result).toMatchObject({
    cause: 'unit-login-foreign',
    found: expect.stringContaining(`it runs as www-data, and ${PROJECT} belongs to sammy`) as unknown,
    advice: expect.stringContaining('write `User=sammy`') as unknown,
  });
});

it('says which line keeps the application from its memory', async () => {
  const limited = ini('vacuum = true', 'vacuum = true\nlimit-as = 16');
  const said = `Traceback (most recent call last):\n  File "${PROJECT}/myproject.py", line 1, in <module>\n    from flask import Flask\nMemoryError`;
  expect(await check(limited, withoutApplication(said))).toMatchObject({
    cause: 'memory-limited',
    found: expect.stringContaining('Line 10 of') as unknown,
  });
});

it('says that uWSGI has no room for the request', async () => {
  const small = ini('vacuum = true', 'vacuum = true\nbuffer-size = 256');
  const guest = fromNginxAlone(
    502,
    BAD_GATEWAY,
    '2026/11/21 02:57:23 [error] 901#901: *7 recv() failed (104: Connection reset by peer) while reading response header from upstream, request: "GET /?MARK HTTP/1.1"\n',
  );
  const said = answers({
    [ASKS_JOURNAL]: `${journal()}invalid request block size: 402 (max 256)...skip\n`,
  });
  expect(await check(small, guest, said)).toMatchObject({
    cause: 'buffer-too-small',
    found: expect.stringMatching(/402 bytes .* room for 256.* Line 10 of/) as unknown,
    advice: expect.stringContaining('Take line 10 out') as unknown,
  });
  expect(await check(guest, said)).toMatchObject({
    cause: 'buffer-too-small',
    advice: expect.stringContaining('`buffer-size = 32768` into') as unknown,
  });
});

it.for([
  ['GET', 21573],
  ['HEAD', 16709],
  ['POST', 21327],
  ['DELETE', 19525],
] as const)('takes the letters of %s for no size', async ([, size]) => {
  const said = `invalid request block size: ${size} (max 4096)...skip\n`;
  expect(await check(brokenOff(said, ''))).toMatchObject({ cause: 'uwsgi-protocol-mismatch' });
});

it('takes no earlier request for this one', async () => {
  const guest = fromNginxAlone(502, BAD_GATEWAY, connectFailed('111: Connection refused'));
  const said = answers({
    [ASKS_JOURNAL]: `${journal()}invalid request block size: 5402 (max 4096)...skip\n`,
  });
  expect(await check(guest, said)).toMatchObject({ cause: 'socket-missing' });
});

it.for([
  ["-- 'myproject.service'", unitShown({ PrivateTmp: 'yes' }), /in a \/tmp of its own: the unit myproject/],
  ["-- 'nginx.service'", nginxShown({ PrivateTmp: 'yes' }), /Nginx has a \/tmp of its own/],
] as const)('says whose /tmp is its own: %s', async ([question, shown, found]) => {
  const result = await check(
    ini('socket = myproject.sock', 'socket = /tmp/myproject.sock'),
    fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory', '/tmp/myproject.sock')),
    answers({
      [question]: shown,
      'ss -Hlxnp': 'u_str LISTEN 0 100 /tmp/myproject.sock 108050 * 0 users:(("uwsgi",pid=814,fd=3))\n',
      'nginx -T': dump({ '/etc/nginx/sites-enabled/myproject': SERVER_BLOCK.replace(PROJECT, '/tmp') }),
    }),
  );
  expect(result).toMatchObject({
    cause: 'socket-in-private-tmp',
    found: expect.stringMatching(found) as unknown,
    advice: expect.stringContaining(`write \`${PROJECT}/myproject.sock\` after \`socket =\``) as unknown,
  });
});

describe('what the login may not read', () => {
  const way = (...parts: readonly string[]): Script =>
    answers({
      '/*.py 2>/dev/null | head -n 200; true': ['755 root root / directory', ...parts].join('\n'),
      [ASKS_OTHERS]: '',
    });

  it.for([
    [
      `700 root root ${PROJECT} directory`,
      { ExecMainStatus: '200' },
      /sudo chown sammy: \/home\/sammy\/myproject`.*chmod 755/,
    ],
    [
      `644 sammy sammy ${PROJECT} directory`,
      { ExecMainStatus: '200' },
      /sudo chmod a\+rx \/home\/sammy\/myproject`/,
    ],
    [`700 root root ${PROJECT} directory`, { ExecMainStatus: '203' }, /sudo chown sammy: /],
    [
      `600 root root ${PROJECT}/myproject.ini regular file`,
      {},
      /sudo chown sammy: \/home\/sammy\/myproject\/myproject\.ini/,
    ],
  ] as const)('%s', async ([part, unit, advice]) => {
    const said = 'open("myproject.ini"): Permission denied [core/io.c line 525]';
    const result = await check(ended(said, unit), way(part));
    expect(result).toMatchObject({ status: 'fail', cause: 'code-not-readable' });
    expect(result).toHaveProperty('advice', expect.stringMatching(advice));
  });
});

describe('a folder in /run', () => {
  it.for([
    ['', {}, /under \[Service\], write `RuntimeDirectory=myproject`\./],
    [
      'RuntimeDirectory=other',
      {},
      /Line 2 of .* makes another folder\. Write `RuntimeDirectory=myproject` in its place\./,
    ],
    ['RuntimeDirectory=myproject', {}, /should do it, and fails\./],
    [
      "ExecStartPre=-/usr/bin/bash -c 'mkdir -p /run/other; chown sammy:www-data /run/other'",
      {},
      /Line 2 of .* makes another folder/,
    ],
    [
      "ExecStartPre=-/usr/bin/bash -c 'mkdir -p /run/myproject; chown sammy:www-data /run/myproject'",
      {},
      /should do it, and fails\. Write `RuntimeDirectory=myproject` in its place\./,
    ],
    [
      "ExecStartPost=/usr/bin/bash -c 'mkdir -p /run/myproject'",
      { User: '' },
      /runs only after .*Write `ExecStartPre=-/,
    ],
  ] as const)('%s', async ([line, unit, advice]) => {
    const guest = scriptedGuest(
      healthyGuest,
      ini('socket = myproject.sock', 'socket = /run/myproject/myproject.sock'),
      ended('bind(): No such file or directory [core/socket.c line 230]', unit),
      answers({
        "for f in '/": `# configuration file /etc/systemd/system/myproject.service:\n[Service]\n${line}\n`,
      }),
    );
    const result = await runCheck({ ...CHAIN, socket: '/run/myproject/myproject.sock' }, guest);
    expect(result).toMatchObject({ cause: 'runtime-directory-missing' });
    expect(result).toHaveProperty('advice', expect.stringMatching(advice));
  });
});

describe('the application', () => {
  const TOP = `Traceback (most recent call last):\n  File "${PROJECT}/wsgi.py", line 1, in <module>\n    from myproject import app\n`;
  const files = (...names: readonly string[]): Script =>
    answers({ "stat -L -c '%Y %n'": names.map((name) => `1795228000 ${PROJECT}/${name}`).join('\n') });

  it.for([
    [
      'module-misplaced',
      `${TOP}ModuleNotFoundError: No module named 'myproject'`,
      ['wsgi.py'],
      /sudo mv \/home\/sammy\/myproject\.py \/home\/sammy\/myproject\//,
    ],
    [
      'module-misplaced',
      "ModuleNotFoundError: No module named 'wsgi'",
      ['myproject.py'],
      /sudo mv \/home\/sammy\/wsgi\.py/,
    ],
    [
      'package-not-in-environment',
      `${TOP}  File "${PROJECT}/myproject.py", line 1, in <module>\n    from flask import Flask\nModuleNotFoundError: No module named 'flask'`,
      ['myproject.py', 'wsgi.py'],
      /pip install flask/,
    ],
    [
      'import-name-wrong',
      `${TOP}  File "${PROJECT}/myproject.py", line 1, in <module>\n    from Flask import Flask\nModuleNotFoundError: No module named 'Flask'`,
      ['myproject.py', 'wsgi.py'],
      /Write `flask` in line 1/,
    ],
    [
      'module-unknown',
      `${TOP}  File "${PROJECT}/myproject.py", line 1, in <module>\n    import requests\nModuleNotFoundError: No module named 'requests'`,
      ['myproject.py', 'wsgi.py'],
      /save it as|take the line out/,
    ],
    [
      'file-hides-module',
      `${TOP}  File "${PROJECT}/myproject.py", line 1, in <module>\n    from flask import Flask\n  File "${PROJECT}/flask.py", line 1, in <module>\n    from flask import Flask\nImportError: cannot import name 'Flask' from partially initialized module 'flask' (most likely due to a circular import) (${PROJECT}/flask.py)`,
      ['flask.py', 'myproject.py', 'wsgi.py'],
      /sudo mv \/home\/sammy\/myproject\/flask\.py \/home\/sammy\/myproject\/my_flask\.py/,
    ],
    [
      'file-hides-module',
      `${TOP}  File "${PROJECT}/myprojectenv/lib/python3.11/site-packages/flask/json.py", line 3, in x\nAttributeError: module 'json' has no attribute 'dumps'`,
      ['json.py', 'myproject.py', 'wsgi.py'],
      /my_json\.py/,
    ],
    [
      'module-imports-itself',
      `Traceback (most recent call last):\n  File "${PROJECT}/wsgi.py", line 1, in <module>\n    from wsgi import app\nImportError: cannot import name 'app' from partially initialized module 'wsgi' (most likely due to a circular import) (${PROJECT}/wsgi.py)`,
      ['myproject.py', 'wsgi.py'],
      /Write `from myproject import app`/,
    ],
    [
      'imports-circular',
      `${TOP}  File "${PROJECT}/myproject.py", line 2, in <module>\n    from views import hello\n  File "${PROJECT}/views.py", line 1, in <module>\n    from myproject import app\nImportError: cannot import name 'app' from partially initialized module 'myproject' (most likely due to a circular import) (${PROJECT}/myproject.py)`,
      ['myproject.py', 'views.py', 'wsgi.py'],
      /move line 2 below the line that makes `app`/,
    ],
  ] as const)('%s', async ([cause, said, names, advice]) => {
    const result = await check(
      withoutApplication(said),
      files(...names),
      answers({
        [ASKS_OTHERS]: '/home/sammy/myproject.py\n/home/sammy/wsgi.py\n',
        [ASKS_CODE]: `${PROJECT}/myproject.py:2:from views import hello\n`,
      }),
    );
    expect(result).toMatchObject({ status: 'fail', cause });
    expect(result).toHaveProperty('advice', expect.stringMatching(advice));
  });

  it('may not be read by the login of the unit', async () => {
    const result = await check(
      withoutApplication(`PermissionError: [Errno 13] Permission denied: '${PROJECT}/wsgi.py'`),
      answers({
        '/*.py 2>/dev/null | head -n 200; true': `755 root root / directory\n755 sammy sammy ${PROJECT} directory\n600 root root ${PROJECT}/wsgi.py regular file\n`,
        [ASKS_OTHERS]: '',
      }),
    );
    expect(result).toMatchObject({ cause: 'code-not-readable' });
    expect(result).toHaveProperty('advice', expect.stringContaining(`sudo chown sammy: ${PROJECT}/wsgi.py`));
  });
});

describe('a request', () => {
  const IN_APP = `Traceback (most recent call last):\n  File "${PROJECT}/wsgi.py", line 2, in app\n    start_response('200 OK', {'Content-Type': 'text/html'})\n`;
  const line = (app: number, headers = '0 headers in 0 bytes'): string =>
    `[pid: 814|app: ${app}|req: 1/1] 192.168.86.1 () {34 vars in 402 bytes} [Sat Nov 21 02:56:39 2026] GET / => generated 0 bytes in 2 msecs (HTTP/1.1 500) ${headers} (0 switches on core 0)`;

  it.for([
    ['start-response-wrong', `${IN_APP}TypeError: http headers must be in a python list`],
    ['start-response-wrong', `${IN_APP}TypeError: http header must be defined in a tuple`],
    ['start-response-wrong', `${IN_APP}TypeError: start_response() takes at least 2 arguments`],
    ['view-returns-nothing', "TypeError: 'NoneType' object is not iterable"],
  ] as const)('%s, answered with an empty page', async ([cause, said]) => {
    expect(await check(answered(said, '', 200))).toMatchObject({ cause });
  });

  it.for([
    ['start-response-wrong', `${IN_APP}TypeError: http status must be a string\n`, line(0)],
    ['start-response-missing', '', line(0)],
    [
      'callable-is-factory',
      'TypeError: create_app() takes 0 positional arguments but 2 were given\n',
      line(0),
    ],
    ['app-not-callable', "TypeError: 'NoneType' object is not callable\n", line(0)],
    ['uwsgi-params-missing', 'Empty python request. skip.\n', line(-1)],
  ] as const)('%s, broken off', async ([cause, said, logged]) => {
    expect(await check(brokenOff(said, logged))).toMatchObject({ status: 'fail', cause });
  });

  it.for([
    [
      'view-returns-nothing',
      "TypeError: The view function for 'hello' did not return a valid response. The function either returned None or ended without a return statement.",
    ],
    ['uwsgi-params-missing', "KeyError: 'REQUEST_METHOD'"],
    [
      'name-not-defined',
      `Traceback (most recent call last):\n  File "${PROJECT}/myproject.py", line 6, in hello\n    return greting\nNameError: name 'greting' is not defined`,
    ],
  ] as const)('%s, answered with an error', async ([cause, said]) => {
    expect(await check(answered(said, '<h1>Internal Server Error</h1>', 500))).toMatchObject({ cause });
  });
});
