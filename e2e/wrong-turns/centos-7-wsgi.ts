/** The mistakes that readers of this guide make. */
import { nginxConfTurns } from './nginx-conf.ts';
import type { WrongTurns } from './turn.ts';

const INI = '/home/user/myapp/myapp.ini';
const APP = '/home/user/myapp/wsgi.py';
const UNIT = '/etc/systemd/system/uwsgi.service';
const SOCKET = '/run/uwsgi/myapp.sock';
const RESTART = 'systemctl restart uwsgi';
const RELOAD = `systemctl daemon-reload; ${RESTART}`;

export const CENTOS_WSGI: WrongTurns = {
  ...nginxConfTurns('wsgi.example', SOCKET),
  'nobody makes /run/uwsgi': {
    cause: 'runtime-directory-missing',
    edits: [[UNIT, 'ExecStartPre=', '#ExecStartPre=']],
    run: 'systemctl daemon-reload; systemctl stop uwsgi; rm -rf /run/uwsgi; systemctl start uwsgi',
    found: /there is no folder \/run\/uwsgi/,
  },
  // With chown-socket, uWSGI makes its socket while it is still root; without, as the login that it works as.
  "/run/uwsgi is root's": {
    cause: 'runtime-directory-not-writable',
    edits: [
      [UNIT, 'chown user:nginx /run/uwsgi', 'chown root:root /run/uwsgi'],
      [INI, 'chown-socket = user:nginx\n', ''],
    ],
    run: RELOAD,
    found: /user may not write in the folder \/run\/uwsgi/,
  },
  'the socket lies in /tmp': {
    cause: 'socket-in-private-tmp',
    edits: [
      [INI, `socket = ${SOCKET}`, 'socket = /tmp/myapp.sock'],
      ['/etc/nginx/nginx.conf', `unix:${SOCKET}`, 'unix:/tmp/myapp.sock'],
    ],
    run: `${RESTART}; systemctl restart nginx`,
    found: /Nginx has a \/tmp of its own/,
  },
  'chown-socket names a group that is misspelt': {
    cause: 'chown-socket-unknown',
    edits: [[INI, 'chown-socket = user:nginx', 'chown-socket = user:ngnix']],
    run: RESTART,
    found: /to the group "ngnix", and this machine has no such group/,
  },
  'chown-socket names a login that is misspelt': {
    cause: 'chown-socket-unknown',
    edits: [[INI, 'chown-socket = user:nginx', 'chown-socket = usr:nginx']],
    run: RESTART,
    found: /to the user "usr", and this machine has no such user/,
  },
  'chown-socket is left out': {
    cause: 'chown-socket-missing',
    edits: [[INI, 'chown-socket = user:nginx\n', '']],
    run: RESTART,
    found: /belongs to user:root with the permissions 660; Nginx is in the group nginx/,
  },
  'uid is misspelt': {
    cause: 'ini-user-unknown',
    edits: [[INI, 'uid = user', 'uid = usr']],
    run: RESTART,
    found: /should work as "usr", and this machine has no such login/,
  },
  'the application returns text instead of bytes': {
    cause: 'body-not-bytes',
    edits: [[APP, 'return [b', 'return [']],
    run: RESTART,
    found: /returned text \(\/home\/user\/myapp\/wsgi\.py, line \d+\), and WSGI wants bytes/,
  },
  'the unit goes to a folder that is not there': {
    cause: 'working-directory-missing',
    edits: [[UNIT, 'cd /home/user/myapp;', 'cd /home/user/my_app;']],
    run: RELOAD,
    found: /is told to go to \/home\/user\/my_app, and there is no such folder/,
  },
  'the unit’s shell does not go to the project': {
    cause: 'environment-missing',
    edits: [[UNIT, 'cd /home/user/myapp; ', '']],
    run: RELOAD,
    found: /looks for myappenv in \/, where it starts/,
  },
  'the unit’s shell is another': {
    cause: 'exec-start-misspelt',
    edits: [[UNIT, 'ExecStart=/usr/bin/bash', 'ExecStart=/bin/sh']],
    run: RELOAD,
    found: /starts \/bin\/sh, which has no command `source`/,
  },
  'the unit enters an environment that is not there': {
    cause: 'environment-missing',
    edits: [[UNIT, 'source myappenv', 'source myenv']],
    run: RELOAD,
    found: /no virtual environment at \/home\/user\/myapp\/myenv/,
  },
  'the unit names another .ini': {
    cause: 'ini-not-found',
    edits: [[UNIT, '--ini myapp.ini', '--ini myap.ini']],
    run: RELOAD,
    found: /found no myap\.ini in its working directory, \/home\/user\/myapp/,
  },
  'the module has a wrong name': {
    cause: 'module-name-wrong',
    edits: [[INI, 'module = wsgi:', 'module = wsgii:']],
    run: RESTART,
    found: /looks for the module "wsgii", and there is no wsgii\.py/,
  },
  'the callable has a wrong name': {
    cause: 'callable-name-wrong',
    edits: [[INI, 'wsgi:application', 'wsgi:app']],
    run: RESTART,
    found: /nothing called `app` in it/,
  },
  'the application has a syntax error': {
    cause: 'app-syntax-error',
    edits: [[APP, 'start_response):', 'start_response)']],
    run: RESTART,
    found: /wsgi\.py, line \d+\): SyntaxError/,
  },
  'uWSGI was not started': {
    cause: 'uwsgi-not-started',
    run: 'systemctl stop uwsgi',
    found: /uwsgi is inactive/,
  },
  'the unit is not enabled': {
    cause: 'service-not-enabled',
    check: (machine) =>
      machine.declared('service', ({ unit, enabled }) => unit === 'uwsgi' && enabled === true),
    run: 'systemctl disable uwsgi',
    found: /does not start with the machine: it is disabled/,
  },
};
