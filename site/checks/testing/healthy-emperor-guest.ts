/**
 * The answers of a guest after the Ubuntu 13.04 guide, for unit tests: Upstart's job runs uWSGI's Emperor, which has
 * spawned one vassal. As differences from the guest after the Ubuntu 16.04 guide.
 */
import {
  dump,
  fromNginxAlone,
  healthyGuest,
  nginxShown,
  servedThroughNginx,
  unitShown,
} from './healthy-guest.ts';
import type { Script } from './scripted-guest.ts';

export const INI_FILE = '/var/www/demoapp/demoapp_uwsgi.ini';
const VASSALS = '/etc/uwsgi/vassals';
export const LINK = `${VASSALS}/demoapp_uwsgi.ini`;
export const VASSAL_SOCKET = '/var/www/demoapp/demoapp_uwsgi.sock';
export const SITE = '/var/www/demoapp/demoapp_nginx.conf';
export const SITE_LINK = '/etc/nginx/conf.d/demoapp_nginx.conf';

export const VASSAL_INI = `[uwsgi]
base = /var/www/demoapp

app = hello
module = %(app)

home = %(base)/venv
pythonpath = %(base)

socket = /var/www/demoapp/%n.sock

chmod-socket    = 644

callable = app

logto = /var/log/uwsgi/%n.log
`;

export const JOB = `description "uWSGI"
start on runlevel [2345]
stop on runlevel [06]
respawn

env UWSGI=/usr/local/bin/uwsgi
env LOGTO=/var/log/uwsgi/emperor.log

exec $UWSGI --master --emperor /etc/uwsgi/vassals --die-on-term --uid nginx --gid nginx --logto $LOGTO
`;

export const SITE_BLOCK = `server {
    listen      80;
    server_name localhost;
    charset     utf-8;
    client_max_body_size 75M;

    location / { try_files $uri @yourapplication; }
    location @yourapplication {
        include uwsgi_params;
        uwsgi_pass unix:/var/www/demoapp/demoapp_uwsgi.sock;
    }
}
`;

export const PACKAGED_BLOCK = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
`;

const NGINX_CONF = 'user  nginx;\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n';

/** What `nginx -T` prints with these files in conf.d. */
export function sites(files: Readonly<Record<string, string>>): string {
  return dump({ '/etc/nginx/nginx.conf': NGINX_CONF, ...files });
}

const COMMAND =
  '/usr/local/bin/uwsgi --master --emperor /etc/uwsgi/vassals --die-on-term --uid nginx --gid nginx --logto /var/log/uwsgi/emperor.log';

/** A line of `ps`; in the job's unit unless another is named. */
export function process(
  pid: number,
  parent: number,
  command: string,
  login = 'nginx',
  unit = 'system.slice/uwsgi.service',
): string {
  return `${pid} ${parent} ${login} ${login} 0::/${unit} ${command}\n`;
}

export const EMPEROR = process(1042, 1, COMMAND) + process(1044, 1042, COMMAND);
export const VASSAL =
  process(1045, 1044, '/usr/local/bin/uwsgi --ini demoapp_uwsgi.ini') +
  process(1047, 1045, '/usr/local/bin/uwsgi --ini demoapp_uwsgi.ini');
export const NGINX = `900 1 root root 0::/system.slice/nginx.service nginx: master process /usr/sbin/nginx
901 900 nginx nginx 0::/system.slice/nginx.service nginx: worker process
`;
/** The trial of milestone 4, in a terminal. */
export const TRIAL = process(
  700,
  699,
  `uwsgi --ini ${INI_FILE}`,
  'root',
  'user.slice/user-1000.slice/session-1.scope',
);

/** `systemctl show` of the unit that a job has become. */
export function jobShown(changes: Readonly<Record<string, string>> = {}): string {
  return unitShown({
    Id: 'uwsgi.service',
    MainPID: '1042',
    User: '',
    Group: '',
    WorkingDirectory: '/',
    UnitFileState: 'static',
    ExecStart: '{ path=/bin/sh ; argv[]=/bin/sh -e -c exec $UWSGI --master ; ignore_errors=no ; }',
    FragmentPath: '/run/systemd/system/uwsgi.service',
    ActiveEnterTimestampMonotonic: '900000000',
    ...changes,
  });
}

/** A job that was never started, or that has been stopped. */
export function jobDown(changes: Readonly<Record<string, string>>, words = ''): Script {
  return {
    answers: {
      'initctl status': 'uwsgi stop/waiting\n',
      '-- "$u"': jobShown({ ActiveState: 'inactive', MainPID: '0', ...changes }),
      'ps -ww': NGINX,
      'tail -c 8192': `1795230000\n${words}`,
    },
  };
}

const STARTUP = `*** Starting uWSGI 2.0.21 (32bit) on [Sat Nov 21 03:00:03 2026] ***
compiled with version: 12.2.0 on 21 November 2026 02:00:00
current working directory: /etc/uwsgi/vassals
detected binary path: /usr/local/bin/uwsgi
`;
const BOUND = 'uwsgi socket 0 bound to UNIX address /var/www/demoapp/demoapp_uwsgi.sock fd 3\n';
const SPAWNED = `*** uWSGI is running in multiple interpreter mode ***
spawned uWSGI master process (pid: 1045)
spawned uWSGI worker 1 (pid: 1047, cores: 1)
`;

/** The log of a vassal whose application was loaded, or of one for which `trouble` was printed instead. */
export function vassalLog(trouble?: string): string {
  const loaded =
    "WSGI app 0 (mountpoint='') ready in 2 seconds on interpreter 0x8a3f0c8 pid: 1045 (default app)\n";
  return `${STARTUP}${BOUND}${trouble === undefined ? loaded : `${trouble}*** no app loaded. going in full dynamic mode ***\n`}${SPAWNED}`;
}

/** The log of a vassal that ended with these words. */
export function vassalDied(words: string): string {
  return `${STARTUP}${words}`;
}

/** The Emperor's log with what was said of the vassal before its own log was open, line by line. */
export function emperorLog(...lines: readonly string[]): string {
  return [
    '*** Starting uWSGI 2.0.21 (32bit) on [Sat Nov 21 03:00:00 2026] ***',
    '*** starting uWSGI Emperor ***',
    ...lines,
    '',
  ].join('\n');
}

export const READS_INI = '[uWSGI] getting INI configuration from demoapp_uwsgi.ini';
const READY = [
  'Sat Nov 21 03:00:05 2026 - [emperor] vassal demoapp_uwsgi.ini has been spawned',
  'Sat Nov 21 03:00:05 2026 - [emperor] vassal demoapp_uwsgi.ini is ready to accept requests',
];

/** Permissions of what lies on the way to a path, as `stat` prints them. */
export function way(parts: Readonly<Record<string, string>>): string {
  const folders = ['755 root root / directory', '755 root root /var directory'];
  return folders
    .concat(
      Object.entries(parts).map(
        ([path, is]) =>
          `${is} ${path} ${/\.log$/.test(path) ? 'regular file' : path.endsWith('.sock') ? 'socket' : 'directory'}`,
      ),
    )
    .join('\n');
}

export const WAY_TO_LOG = "stat -L -c '%a %U %G %n %F' '/' '/var' '/var/log'";
export const WAY_TO_SOCKET = "stat -L -c '%a %U %G %n %F' '/' '/var' '/var/www'";

/** The vassal is gone, and this is said. */
export function vassalDown(log: string, ...emperor: readonly string[]): Script {
  return {
    answers: {
      'ps -ww': EMPEROR + NGINX,
      "tail -c 4194304 '/var/log/uwsgi/demoapp_uwsgi.log'": log,
      "tail -c 65536 '/var/log/uwsgi/emperor.log'": emperorLog(READS_INI, ...emperor),
    },
  };
}

/** Everything but the HTTP answer. */
export const emperorGuest: Script = {
  login: 'ubuntu',
  answers: {
    ...healthyGuest.answers,
    '[ -x /etc/init.d/nginx ]': '',
    'ufw.conf': { code: 1, output: 'cat: /etc/ufw/ufw.conf: No such file or directory\n' },
    'user.rules': '',
    'applications.d': '',
    'cut -d: -f1 /etc/passwd': 'root\nubuntu\nnginx\n--\nroot\nubuntu\nnginx\n',
    "grep -hsE '^[[:space:]]*user": 'user  nginx;\n',
    'id -nG': 'nginx',
    "grep -hs '^Groups:'": 'Groups:\t990 \n',
    'cut -d: -f1,3': 'root:0\nnginx:990\nubuntu:1000\n',
    "-- 'nginx.service'": nginxShown({ FragmentPath: '/run/systemd/generator.late/nginx.service' }),
    'nginx -T': sites({ [SITE_LINK]: SITE_BLOCK }),
    'for f in /etc/nginx/sites-available': dump({ [SITE]: SITE_BLOCK }),
    'D=$(ls -d': `1795220000 /etc/nginx/nginx.conf\n1795230050 /etc/nginx/conf.d\n1795230050 ${SITE_LINK}`,
    'ps -ww': EMPEROR + VASSAL + NGINX,
    'ss -Hlxnp': `u_str LISTEN 0 100 ${VASSAL_SOCKET} 108050 * 0 users:(("uwsgi",pid=1047,fd=3),("uwsgi",pid=1045,fd=3))\n`,
    'date +%z': '+0000\n',
    // The job.
    "head -c 65536 '/etc/init/uwsgi.conf'": JOB,
    'ls -1d /etc/init/*': '/etc/init/uwsgi.conf\n',
    "init-checkconf '": 'File /etc/init/uwsgi.conf: syntax ok\n',
    'initctl status': 'uwsgi start/running, process 1042\n',
    'initctl check-config': '',
    '-- "$u"': jobShown(),
    FinishTimestampMonotonic: '42000000\n',
    "head -c 65536 '/etc/init/uwsgi.override'": '',
    "tail -c 65536 '/var/log/upstart/uwsgi.log'": '',
    'tail -c 8192': '',
    'journalctl -q -k': '',
    'stat -c %Y -- ': '1795229000\n',
    // The vassal.
    "test -d '/etc/uwsgi/vassals'": '',
    'readlink -e "$f"': `${LINK}\t${INI_FILE}\t${INI_FILE}\n`,
    "head -c 65536 '/var/www/demoapp/demoapp_uwsgi.ini'": VASSAL_INI,
    "ls -1d '/var/www/demoapp'/*.ini": `${INI_FILE}\n`,
    "tail -c 65536 '/var/log/uwsgi/emperor.log'": emperorLog(READS_INI, ...READY),
    "tail -c 4194304 '/var/log/uwsgi/demoapp_uwsgi.log'": vassalLog(),
    [WAY_TO_LOG]: way({
      '/var/log': '755 root root',
      '/var/log/uwsgi': '755 nginx nginx',
      '/var/log/uwsgi/demoapp_uwsgi.log': '640 nginx nginx',
    }),
    [WAY_TO_SOCKET]: way({
      '/var/www': '755 root root',
      '/var/www/demoapp': '755 nginx nginx',
      [VASSAL_SOCKET]: '644 nginx nginx',
    }),
    "test -d '/var/www/demoapp/venv'": '',
    "test -e '/var/www/demoapp/venv/pyvenv.cfg'": '',
    "ls -1d '/var/www/demoapp'/*/pyvenv.cfg": '/var/www/demoapp/venv/pyvenv.cfg\n',
    "stat -L -c '%Y %n' '/var/www/demoapp/demoapp_uwsgi.ini'": `1795229000 ${INI_FILE}\n1795228000 /var/www/demoapp/hello.py\n`,
    "'^(def |from .+ import )?(app|application)": '/var/www/demoapp/hello.py:app\n',
  },
};

/** How a vassal's log, a file, is asked for a request. */
const ASKS_LOG_FILE = 'grep -aF -- ';

/** An answer that came through Nginx from the process `pid`, and the line that it logs for it. */
export function servedByVassal(body = 'Hello World!', status = 200, pid = 1047, app = 0): Script {
  return servedThroughNginx(
    status,
    body,
    ASKS_LOG_FILE,
    (query) =>
      `[pid: ${pid}|app: ${app}|req: 1/1] 192.168.86.1 () {34 vars in 430 bytes} [Sat Nov 21 03:01:30 2026] GET /${query} => generated ${body.length} bytes in 14 msecs (HTTP/1.1 ${status}) 2 headers in 79 bytes (1 switches on core 0)`,
  );
}

/** An answer of Nginx's that no vassal had a part in, and what Nginx logged about it. */
export function fromNginx(status: number, body: string, errorLog = ''): Script {
  return fromNginxAlone(status, body, errorLog, ASKS_LOG_FILE);
}
