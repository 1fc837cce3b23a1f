/**
 * The guests after the two CentOS 7 guides, for unit tests, as differences from the one after the Ubuntu guide:
 * yum instead of apt-get and ufw, homes closed to others, one file for Nginx, and Nginx's own login.
 */
import { dump, healthyGuest, nginxShown, unitShown } from './healthy-guest.ts';
import type { Answer, Script } from './scripted-guest.ts';

/** Nginx's configuration as EPEL's package brings it, with a server block above the one that is there. */
export function nginxConf(block: string): string {
  const indented = block.replaceAll(/^(?=.)/gm, '    ');
  return `user nginx;
worker_processes auto;

events {
    worker_connections 1024;
}

http {
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

${indented}
    server {
        listen       80 default_server;
        server_name  _;
        root         /usr/share/nginx/html;

        location / {
        }
    }
}
`;
}

/** The guide's server block. */
export function serverBlock(name: string, socket: string): string {
  return `server {
    listen 80;
    server_name ${name};

    location / {
        include uwsgi_params;
        uwsgi_pass unix:${socket};
    }
}
`;
}

/** What `nginx -T` prints of one file. */
export function dumpConf(text: string): string {
  return dump({ '/etc/nginx/nginx.conf': text });
}

/** Permissions of what lies on the way to a socket, as `stat` prints them. */
export function wayTo(parts: Readonly<Record<string, string>>): string {
  return ['755 root root / directory', '755 root root /home directory', '755 root root /run directory']
    .concat(
      Object.entries(parts).map(
        ([path, is]) => `${is} ${path} ${path.endsWith('.sock') ? 'socket' : 'directory'}`,
      ),
    )
    .join('\n');
}

function renamed(text: string): string {
  return text.replaceAll('sammy', 'user').replaceAll('www-data', 'nginx');
}

function renamedAnswer(answer: Answer): Answer {
  if (typeof answer === 'string') return renamed(answer);
  return typeof answer === 'function'
    ? () => renamed(answer())
    : { ...answer, output: renamed(answer.output) };
}

const SAME_BUT_NAMES: Script = {
  login: 'user',
  answers: Object.fromEntries(
    Object.entries(healthyGuest.answers ?? {}).map(([part, answer]) => [
      renamed(part),
      renamedAnswer(answer),
    ]),
  ),
};

export const FLASK_SOCKET = '/home/user/myproject/myproject.sock';
const FLASK_INI = `[uwsgi]
module = wsgi

master = true
processes = 5

socket = myproject.sock
chmod-socket = 660
vacuum = true

die-on-term = true
`;
export const FLASK_BLOCK = serverBlock('flask.example', FLASK_SOCKET);

/** `systemctl show` of the Flask guide's unit, with some properties changed. */
export function flaskUnit(changes: Readonly<Record<string, string>> = {}): string {
  return `${renamed(unitShown())}\n${unitLines(changes)}`;
}

/** Everything but the HTTP answer, after the Flask guide. */
export const flaskGuest: Script = {
  login: 'user',
  answers: {
    ...SAME_BUT_NAMES.answers,
    'command -v yum': '/usr/bin/yum\n/etc/yum.repos.d/epel.repo\n',
    'ufw.conf': { code: 1, output: 'cat: /etc/ufw/ufw.conf: No such file or directory\n' },
    'user.rules': '',
    'applications.d': '',
    "head -c 65536 '/home/user/myproject/myproject.ini'": FLASK_INI,
    "'^(def |from .+ import )?(app|application)":
      '/home/user/myproject/myproject.py:application\n/home/user/myproject/wsgi.py:from myproject import application\n',
    "-- 'nginx.service'": nginxShown({ FragmentPath: '/usr/lib/systemd/system/nginx.service' }),
    'nginx -T': dumpConf(nginxConf(FLASK_BLOCK)),
    'for f in /etc/nginx/sites-available': '',
    'D=$(ls -d': '1795230050 /etc/nginx/nginx.conf',
    'id -nG': 'nginx user',
    "grep -hs '^Groups:'": 'Groups:\t990 1000 \n',
    'cut -d: -f1,3': 'root:0\nnginx:990\nuser:1000\n',
    "stat -L -c '%a %U %G %n %F'": wayTo({
      '/home/user': '710 user user',
      '/home/user/myproject': '755 user user',
      [FLASK_SOCKET]: '660 user nginx',
    }),
  },
};

export const WSGI_SOCKET = '/run/uwsgi/myapp.sock';
const WSGI_UNIT_FILE = '/etc/systemd/system/uwsgi.service';
export const WSGI_INI = `[uwsgi]
module = wsgi:application

master = true
processes = 5

uid = user
socket = /run/uwsgi/myapp.sock
chown-socket = user:nginx
chmod-socket = 660
vacuum = true

die-on-term = true
`;
export const WSGI_BLOCK = serverBlock('wsgi.example', WSGI_SOCKET);
export const WSGI_START =
  '/usr/bin/bash -c cd /home/user/myapp; source myappenv/bin/activate; uwsgi --ini myapp.ini';

/** `systemctl show` of the WSGI guide's unit, started with this command line. */
export function wsgiUnit(changes: Readonly<Record<string, string>> = {}, start = WSGI_START): string {
  return unitShown({
    Id: 'uwsgi.service',
    User: '',
    Group: '',
    WorkingDirectory: '',
    ExecStart: `{ path=/usr/bin/bash ; argv[]=${start} ; ignore_errors=no ; start_time=[@1795230000] ; stop_time=[n/a] ; pid=812 ; code=(null) ; status=0/0 }`,
    FragmentPath: WSGI_UNIT_FILE,
    ...changes,
  });
}

/** The journal of the WSGI guide's unit since its start. */
export function wsgiJournal(lines = ''): string {
  return `Starting uwsgi.service - uWSGI instance to serve myapp...
Started uwsgi.service - uWSGI instance to serve myapp.
[uWSGI] getting INI configuration from myapp.ini
*** Starting uWSGI 2.0.21 (32bit) on [Sat Nov 21 02:56:37 2026] ***
${lines}`;
}

/** Everything but the HTTP answer, after the plain WSGI guide. */
export const wsgiGuest: Script = {
  login: 'user',
  answers: {
    ...flaskGuest.answers,
    "-- 'uwsgi.service'": wsgiUnit(),
    "-n 400 -u 'uwsgi.service'": wsgiJournal(
      "WSGI app 0 (mountpoint='') ready in 1 seconds on interpreter 0x5657 pid: 812 (default app)\nspawned uWSGI master process (pid: 812)\nspawned uWSGI worker 1 (pid: 814, cores: 1)\n",
    ),
    "head -c 65536 '/home/user/myapp/myapp.ini'": WSGI_INI,
    "stat -L -c '%Y %n'": '1795229000 /home/user/myapp/myapp.ini\n1795228000 /home/user/myapp/wsgi.py',
    "'^(def |from .+ import )?(app|application)": '/home/user/myapp/wsgi.py:def application\n',
    'grep -HnsE': '',
    "grep -lsE '^(from|import) flask'": '',
    'grep -ls --': `${WSGI_UNIT_FILE}\n`,
    'nginx -T': dumpConf(nginxConf(WSGI_BLOCK)),
    'ps -ww': `    812       1 user root 0::/system.slice/uwsgi.service uwsgi --ini myapp.ini
    814     812 user root 0::/system.slice/uwsgi.service uwsgi --ini myapp.ini
    900       1 root root 0::/system.slice/nginx.service nginx: master process /usr/sbin/nginx
    901     900 nginx nginx 0::/system.slice/nginx.service nginx: worker process
`,
    'ss -Hlxnp':
      'u_str LISTEN 0 100 /run/uwsgi/myapp.sock 108050 * 0 users:(("uwsgi",pid=814,fd=3),("uwsgi",pid=812,fd=3))\n',
    'id -nG': 'nginx',
    "grep -hs '^Groups:'": 'Groups:\t990 \n',
    "stat -L -c '%a %U %G %n %F'": wayTo({
      '/run/uwsgi': '755 user nginx',
      [WSGI_SOCKET]: '660 user nginx',
    }),
  },
};

function unitLines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
