/**
 * The answers of a guest after the whole Ubuntu 16.04 guide, for unit tests: nginx 1.22.1 and uWSGI 2.0.21 as they
 * print, systemd 252 as it shows. Tests lay their mistake over it.
 */
import { page, type Script } from './scripted-guest.ts';

export const SOCKET = '/home/sammy/myproject/myproject.sock';
export const UNIT_FILE = '/etc/systemd/system/myproject.service';
export const HELLO = "<h1 style='color:blue'>Hello There!</h1>";

export const INI = `[uwsgi]
module = wsgi:app

master = true
processes = 5

socket = myproject.sock
chmod-socket = 660
vacuum = true

die-on-term = true
`;

export const SERVER_BLOCK = `server {
    listen 80;
    server_name flask.example;

    location / {
        include uwsgi_params;
        uwsgi_pass unix:/home/sammy/myproject/myproject.sock;
    }
}
`;

export const DEFAULT_BLOCK = `server {
	listen 80 default_server;
	listen [::]:80 default_server;
	root /var/www/html;
	index index.html index.htm index.nginx-debian.html;
	server_name _;
	location / {
		# First attempt to serve request as file, then
		try_files $uri $uri/ =404;
	}
}
`;

/** `systemctl show` of the guide's unit, with some properties changed. */
export function unitShown(changes: Readonly<Record<string, string>> = {}): string {
  const properties = {
    Id: 'myproject.service',
    LoadState: 'loaded',
    ActiveState: 'active',
    UnitFileState: 'enabled',
    Result: 'success',
    ExecMainStatus: '0',
    MainPID: '812',
    User: 'sammy',
    Group: 'www-data',
    WorkingDirectory: '/home/sammy/myproject',
    ExecStart:
      '{ path=/home/sammy/myproject/myprojectenv/bin/uwsgi ; argv[]=/home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini ; ignore_errors=no ; start_time=[@1795230000] ; stop_time=[n/a] ; pid=812 ; code=(null) ; status=0/0 }',
    FragmentPath: UNIT_FILE,
    NeedDaemonReload: 'no',
    ExecMainStartTimestamp: '@1795230000',
    StateChangeTimestamp: '@1795230000',
    ...changes,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** `systemctl show` of Nginx's unit, with some properties changed. */
export function nginxShown(changes: Readonly<Record<string, string>> = {}): string {
  return unitShown({
    Id: 'nginx.service',
    MainPID: '900',
    User: '',
    Group: '',
    WorkingDirectory: '',
    ExecStart:
      '{ path=/usr/sbin/nginx ; argv[]=/usr/sbin/nginx -g daemon on; master_process on; ; ignore_errors=no ; }',
    FragmentPath: '/lib/systemd/system/nginx.service',
    ExecMainStartTimestamp: '@1795230100',
    StateChangeTimestamp: '@1795230100',
    ...changes,
  });
}

/** What `nginx -T` prints of these server blocks. */
export function dump(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, text]) => `# configuration file ${path}:\n${text}\n`)
    .join('');
}

const STARTUP = `Started myproject.service - uWSGI instance to serve myproject.
[uWSGI] getting INI configuration from myproject.ini
*** Starting uWSGI 2.0.21 (32bit) on [Sat Nov 21 02:56:37 2026] ***
current working directory: /home/sammy/myproject
uwsgi socket 0 bound to UNIX address myproject.sock fd 3
Python version: 3.11.2 (main, Apr 28 2025, 14:11:48) [GCC 12.2.0]
*** Operational MODE: preforking ***
`;

const SPAWNED = `*** uWSGI is running in multiple interpreter mode ***
spawned uWSGI master process (pid: 812)
spawned uWSGI worker 1 (pid: 814, cores: 1)
`;

/** The journal of a unit whose application was loaded, or of one for which `trouble` was printed instead. */
export function journal(trouble?: string): string {
  const loaded =
    "WSGI app 0 (mountpoint='') ready in 1 seconds on interpreter 0x5657 pid: 812 (default app)\n";
  return `${STARTUP}${trouble === undefined ? loaded : `${trouble}*** no app loaded. going in full dynamic mode ***\n`}${SPAWNED}`;
}

export const TUPLES = {
  port5000:
    '### tuple ### allow any 5000 0.0.0.0/0 any 0.0.0.0/0 in\n-A ufw-user-input -p tcp --dport 5000 -j ACCEPT\n',
  nginxFull:
    '### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Nginx%20Full - in\n-A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT\n',
};

const PROCESSES = `    812       1 sammy                            www-data                         0::/system.slice/myproject.service   /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini
    814     812 sammy                            www-data                         0::/system.slice/myproject.service   /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini
    815     812 sammy                            www-data                         0::/system.slice/myproject.service   /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini
    900       1 root                             root                             0::/system.slice/nginx.service       nginx: master process /usr/sbin/nginx -g daemon on; master_process on;
    901     900 www-data                         www-data                         0::/system.slice/nginx.service       nginx: worker process
    950       1 sammy                            sammy                            0::/user.slice/user-1000.slice/session-1.scope -bash
`;

const TCP = `LISTEN 0      511    0.0.0.0:80   0.0.0.0:* users:(("nginx",pid=901,fd=5),("nginx",pid=900,fd=5))
LISTEN 0      511       [::]:80      [::]:* users:(("nginx",pid=901,fd=6),("nginx",pid=900,fd=6))
`;

/** How a unit's log, in the journal, is asked for a request. */
const ASKS_JOURNAL = 'grep -F -- ';

/**
 * An answer that came through Nginx from a worker of the unit, and the line that the worker logs for it;
 * `app` is -1 when the worker had no application.
 */
export function servedByUnit(body = HELLO, status = 200, app = 0): Script {
  return servedThroughNginx(
    status,
    body,
    ASKS_JOURNAL,
    (query) =>
      `[pid: 814|app: ${app}|req: 1/1] 192.168.86.1 () {34 vars in 402 bytes} [Sat Nov 21 02:56:39 2026] GET /${query} => generated ${body.length} bytes in 2 msecs (HTTP/1.1 ${status}) 2 headers in 79 bytes (1 switches on core 0)`,
  );
}

/** An answer through Nginx; asked with `question`, uWSGI's log has `line` for the request. */
export function servedThroughNginx(
  status: number,
  body: string,
  question: string,
  line: (query: string) => string,
): Script {
  let query = '';
  return {
    http: (request) => {
      query = new URL(request.url).search;
      return page(status, body, 'nginx/1.22.1');
    },
    answers: { [question]: () => line(query) },
  };
}

/**
 * An answer of Nginx that no uWSGI had a part in, and what Nginx logged about it. `question`: how uWSGI's log is asked
 * for the request.
 */
export function fromNginxAlone(status: number, body: string, errorLog = '', question = ASKS_JOURNAL): Script {
  let query = '';
  return {
    http: (request) => {
      query = new URL(request.url).search;
      return page(status, body, 'nginx/1.22.1');
    },
    answers: {
      [question]: { code: 1, output: '' },
      'tail -n 40 /var/log/nginx/error.log': () => errorLog.replaceAll('?MARK', query),
    },
  };
}

/** What Nginx logs when it cannot connect to the socket, for the request of {@link fromNginxAlone}. */
export function connectFailed(reason: string, socket = SOCKET): string {
  return `2026/11/21 02:57:23 [crit] 901#901: *7 connect() to unix:${socket} failed (${reason}) while connecting to upstream, client: 192.168.86.1, server: flask.example, request: "GET /?MARK HTTP/1.1", upstream: "uwsgi://unix:${socket}:", host: "flask.example"\n`;
}

export const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n';

export const WELCOME =
  '<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>';

/** Everything but the HTTP answer. */
export const healthyGuest: Script = {
  answers: {
    'test -x': '',
    'test -d': '',
    'grep -ls uwsgi': '',
    'cut -d: -f1 /etc/passwd': 'root\nwww-data\nsammy\n--\nroot\nwww-data\nsammy\n',
    "head -c 65536 '/home/sammy/myproject/myproject.ini'": INI,
    "stat -L -c '%Y %n'":
      '1795229000 /home/sammy/myproject/myproject.ini\n1795228000 /home/sammy/myproject/myproject.py\n1795228500 /home/sammy/myproject/wsgi.py',
    "-- 'myproject.service'": unitShown(),
    "-- 'nginx.service'": nginxShown(),
    "-n 400 -u 'myproject.service'": journal(),
    "'^(def |from .+ import )?(app|application)":
      '/home/sammy/myproject/myproject.py:app\n/home/sammy/myproject/wsgi.py:from myproject import app\n',
    "grep -hsE '^[[:space:]]*user": 'user www-data;\n',
    'command -v nginx': '/usr/sbin/nginx',
    'nginx -t':
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful',
    'nginx -T': dump({
      '/etc/nginx/nginx.conf': 'user www-data;\nhttp {\n  include /etc/nginx/sites-enabled/*;\n}\n',
      '/etc/nginx/sites-enabled/default': DEFAULT_BLOCK,
      '/etc/nginx/sites-enabled/myproject': SERVER_BLOCK,
    }),
    'for f in /etc/nginx/nginx.conf': '',
    'for f in /etc/nginx/sites-available': dump({
      '/etc/nginx/sites-available/default': DEFAULT_BLOCK,
      '/etc/nginx/sites-available/myproject': SERVER_BLOCK,
    }),
    '[ -L "$f" ]': '',
    'D=$(ls -d':
      '1795220000 /etc/nginx/nginx.conf\n1795230050 /etc/nginx/sites-enabled\n1795230050 /etc/nginx/sites-enabled/myproject',
    'ps -C nginx': '    600 nginx: master process /usr/sbin/nginx\n    600 nginx: worker process\n1795230700',
    'tail -n 40 /var/log/nginx/error.log': '',
    'ps -ww': PROCESSES,
    'ss -Hltnp': TCP,
    'ss -Hlxnp':
      'u_str LISTEN 0      100    myproject.sock 108050 * 0 users:(("uwsgi",pid=814,fd=3),("uwsgi",pid=812,fd=3))\n',
    'ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\nDEFAULT_INPUT_POLICY="DROP"\n',
    'user.rules': `*filter\n${TUPLES.nginxFull}### END RULES ###\n`,
    'applications.d':
      '[Nginx HTTP]\ntitle=Web Server (Nginx, HTTP)\nports=80/tcp\n\n[Nginx Full]\ntitle=Web Server\nports=80,443/tcp\n',
    'grep -ls --': `${UNIT_FILE}\n`,
    'id -nG': 'www-data',
    "grep -hs '^Groups:'": 'Groups:\t33 \n',
    'cut -d: -f1,3': 'root:0\nwww-data:33\nsammy:1000\n',
    "stat -L -c '%a %U %G %n %F'":
      '755 root root / directory\n755 root root /home directory\n755 sammy sammy /home/sammy directory\n755 sammy sammy /home/sammy/myproject directory\n660 sammy www-data /home/sammy/myproject/myproject.sock socket',
  },
};
