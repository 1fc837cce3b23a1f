/**
 * The mistakes that readers of this guide make. Most are made at the start of chapter 6: the Emperor runs, and has one
 * vassal, which says "Hello World!".
 */
import type { Check } from '../../site/checks/model.ts';
import type { GuideMachine } from './machine.ts';
import type { WrongTurns } from './turn.ts';

const APP = '/var/www/demoapp';
const INI = `${APP}/demoapp_uwsgi.ini`;
const CODE = `${APP}/hello.py`;
const SITE = `${APP}/demoapp_nginx.conf`;
const SOCKET = `${APP}/demoapp_uwsgi.sock`;
const SITE_LINK = '/etc/nginx/conf.d/demoapp_nginx.conf';
const VASSALS = '/etc/uwsgi/vassals';
const LINK = `${VASSALS}/demoapp_uwsgi.ini`;
const JOB = '/etc/init/uwsgi.conf';
const SOURCES = '/etc/apt/sources.list';
const LOG = '/var/log/uwsgi/demoapp_uwsgi.log';
const EMPEROR_LOG = '/var/log/uwsgi/emperor.log';
const RESTART_NGINX = '/etc/init.d/nginx restart';

const TOOLS = 'tools';
export const NGINX_AND_FLASK = 'nginx-and-flask';
export const SECOND_APPLICATION = 'second-application';

/** Where nothing else is said, the mistakes are made and found here. */
export const helloPage = (machine: GuideMachine): Check =>
  machine.declared(
    'http',
    ({ servedBy, contains }) => servedBy === 'nginx+uwsgi' && contains === 'Hello World!',
  );
const job = (machine: GuideMachine): Check =>
  machine.declared('job', ({ startsAtBoot }) => startsAtBoot === true);
const repository = (machine: GuideMachine): Check =>
  machine.declared('repository', ({ offers }) => offers !== undefined);

/** Waits, a minute at the most, until a command succeeds. */
function until(condition: string): string {
  return `for i in $(seq 120); do ${condition} && break; sleep 0.5; done; ${condition}`;
}

/** The vassal has read what its file now says, and has a worker. */
const RELOADED = until(
  `[ "$(date -d "$(sed -n 's/^[*]* Starting uWSGI .* on \\[\\(.*\\)\\] .*$/\\1/p' ${LOG} | tail -n 1)" +%s)" -ge "$(stat -c %Y ${INI})" ] && tail -n 3 ${LOG} | grep -q '^spawned uWSGI worker'`,
);

/** The Emperor has seen its vassal end since the time `since`, a shell's word. */
function cursed(since: string): string {
  return until(
    `c=$(grep -F '[emperor] curse the uwsgi instance demoapp_uwsgi.ini' ${EMPEROR_LOG} | tail -n 1 | cut -c 1-24); [ -n "$c" ] && [ "$(date -d "$c" +%s)" -ge "${since}" ]`,
  );
}
const CURSED = cursed(`$(stat -c %Y ${INI})`);

/** There is no vassal any more. */
const GONE = until("! pgrep -f '[u]wsgi --ini demoapp_uwsgi.ini' >/dev/null");

/** Restarted with this done in between, and the vassal has failed since. */
function failing(mistake: string): string {
  return `stop uwsgi; t=$(date +%s); ${mistake}; start uwsgi; ${cursed('$t')}`;
}

const ADD_LINES = `echo 'deb http://nginx.org/packages/ubuntu/ raring nginx' >> ${SOURCES}; echo 'deb-src http://nginx.org/packages/ubuntu/ raring nginx' >> ${SOURCES}`;
const ADD_KEY =
  'cd /root && wget -q http://nginx.org/keys/nginx_signing.key && apt-key add nginx_signing.key && rm nginx_signing.key';

export const UBUNTU_EMPEROR: WrongTurns = {
  "the repository's key is not added": {
    cause: 'repository-key-missing',
    at: TOOLS,
    check: repository,
    run: `${ADD_LINES}; apt-get update`,
    fails: true,
    found: /has no key for the signature of http:\/\/nginx\.org\/packages\/ubuntu raring/,
  },
  'the key is added, and the lists are not read again': {
    cause: 'repository-not-read',
    at: TOOLS,
    check: repository,
    run: `apt-get update && ${ADD_KEY} && ${ADD_LINES}`,
    found: /apt has not read that repository since the line was added/,
  },
  "the repository's release is misspelt": {
    cause: 'repository-line-misspelt',
    at: NGINX_AND_FLASK,
    check: repository,
    edits: [
      [
        SOURCES,
        'deb http://nginx.org/packages/ubuntu/ raring',
        'deb http://nginx.org/packages/ubuntu/ rarring',
      ],
    ],
    run: 'apt-get update',
    fails: true,
    found: /asks for the release "rarring" at nginx\.org/,
  },
  'default.conf is not removed': {
    cause: 'default-site-kept',
    run: `printf 'server {\\n    listen 80;\\n    server_name localhost;\\n    location / { root /usr/share/nginx/html; }\\n}\\n' > /etc/nginx/conf.d/default.conf; ${RESTART_NGINX}`,
    found: /default\.conf is still there\. Nginx reads it before demoapp_nginx\.conf/,
  },
  'the site is not linked': {
    cause: 'server-block-not-linked',
    run: `rm ${SITE_LINK}; ${RESTART_NGINX}`,
    found: /in \/var\/www\/demoapp\/demoapp_nginx\.conf, but nothing in \/etc\/nginx\/conf\.d leads to it/,
  },
  'the link of the site is relative': {
    cause: 'server-block-link-broken',
    check: (machine) => machine.declared('nginx-config', ({ serverName }) => serverName === 'localhost'),
    run: `ln -sfn demoapp_nginx.conf ${SITE_LINK}; ${RESTART_NGINX}`,
    fails: true,
    found:
      /is a link to "demoapp_nginx\.conf", where there is nothing\. Looked up in that folder, that is the link itself/,
  },
  'the server block passes to another socket': {
    cause: 'socket-path-mismatch',
    edits: [[SITE, 'demoapp_uwsgi.sock', 'demo.sock']],
    run: RESTART_NGINX,
    found:
      /Nginx looks for the socket \/var\/www\/demoapp\/demo\.sock, but uWSGI listens on \/var\/www\/demoapp\/demoapp_uwsgi\.sock/,
  },
  'Nginx was not restarted': {
    cause: 'nginx-not-restarted',
    // File systems and systemd are compared by whole seconds.
    run: `rm ${SITE_LINK}; ${RESTART_NGINX}; sleep 1.1; ln -s ${SITE} /etc/nginx/conf.d/`,
    found: /changed after Nginx had read its configuration/,
  },
  'Nginx is stopped': {
    cause: 'nginx-not-running',
    run: '/etc/init.d/nginx stop && ! pgrep -x nginx',
    found: /its service is inactive/,
  },
  'callable is left out': {
    cause: 'callable-missing',
    edits: [[INI, 'callable = app\n', '']],
    run: RELOADED,
    found: /looked for `application`.*hello\.py calls it `app`/,
  },
  'home is misspelt': {
    cause: 'home-missing',
    edits: [[INI, '%(base)/venv', '%(base)/vnev']],
    run: CURSED,
    found: /says `home = %\(base\)\/vnev`, which is \/var\/www\/demoapp\/vnev\. There is no such folder/,
  },
  'home is relative': {
    cause: 'home-relative',
    edits: [[INI, '%(base)/venv', 'venv']],
    run: CURSED,
    found: /says `home = venv`, a relative path.*starts its vassals in \/etc\/uwsgi\/vassals/,
  },
  'pythonpath is left out': {
    cause: 'pythonpath-missing',
    edits: [[INI, 'pythonpath = %(base)\n', '']],
    run: RELOADED,
    found: /looks for the module hello in \/etc\/uwsgi\/vassals/,
  },
  'the module has a wrong name': {
    cause: 'module-name-wrong',
    edits: [[INI, 'app = hello', 'app = helo']],
    run: RELOADED,
    found: /looks for the module "helo", and there is no helo\.py/,
  },
  'a placeholder is misspelt': {
    cause: 'placeholder-unknown',
    edits: [[INI, 'home = %(base)', 'home = %(bse)']],
    run: CURSED,
    found: /uses `%\(bse\)`, and no line gives that name a value/,
  },
  'strict mode is switched on': {
    cause: 'strict-with-placeholders',
    edits: [[INI, 'callable = app\n', 'callable = app\nstrict = true\n']],
    run: CURSED,
    found:
      /switches on strict mode, in which uWSGI refuses every key that it does not know, `base` and `app` included/,
  },
  "the logs are root's": {
    cause: 'log-folder-not-writable',
    run: failing('chown -R root:root /var/log/uwsgi'),
    found:
      /may not write to \/var\/log\/uwsgi\/demoapp_uwsgi\.log: it belongs to root:root, with the permissions 640/,
  },
  "the application's folder is root's": {
    cause: 'socket-folder-not-writable',
    run: failing(`chown -R root:root ${APP}`),
    found: /may not create its socket in \/var\/www\/demoapp: it belongs to root:root/,
  },
  'the owner is not changed all the way down': {
    cause: 'file-wrong-owner',
    check: (machine) => machine.declared('file', ({ recursive }) => recursive === true),
    run: `chown root:root ${CODE}`,
    found: /hello\.py belongs to root:root, not to nginx:nginx/,
  },
  'a word of the job is misspelt': {
    cause: 'job-stanza-unknown',
    at: SECOND_APPLICATION,
    check: job,
    edits: [[JOB, 'respawn', 'respwan']],
    run: 'stop uwsgi; start uwsgi',
    fails: true,
    found: /does not know the first word of line 4 of \/etc\/init\/uwsgi\.conf, `respwan`/,
  },
  'what the job does before its command fails': {
    cause: 'job-pre-start-failed',
    edits: [[JOB, 'respawn', 'respawn\npre-start exec mkdir /var/log/uwsgi']],
    // Times are compared by whole seconds.
    run: 'stop uwsgi; sleep 1.1; start uwsgi',
    fails: true,
    found: /It said: "mkdir: cannot create directory/,
  },
  "the job's command goes into the background": {
    cause: 'job-goes-away',
    edits: [[JOB, '--logto', '--daemonize']],
    run: `stop uwsgi; start uwsgi; ${until("initctl status uwsgi | grep -q 'stop/waiting'")}`,
    found: /has the option `--daemonize`/,
  },
  'the job waits for a process in the background': {
    cause: 'job-expects-fork',
    edits: [[JOB, 'respawn', 'respawn\nexpect daemon']],
    run: 'stop uwsgi; timeout 10 start uwsgi',
    fails: true,
    found: /makes Upstart wait until uWSGI leaves a process behind/,
  },
  "the job's exec is broken over two lines": {
    cause: 'job-exec-broken',
    at: SECOND_APPLICATION,
    check: job,
    edits: [[JOB, ' --die-on-term', '\n--die-on-term']],
    run: 'stop uwsgi; start uwsgi',
    fails: true,
    found: /Line 9 of .* begins the command with `exec`, and line 10 goes on with `--die-on-term/,
  },
  'the job is saved as uwsgi.config': {
    cause: 'job-misnamed',
    at: SECOND_APPLICATION,
    check: job,
    run: `stop uwsgi; mv ${JOB} /etc/init/uwsgi.config; start uwsgi`,
    fails: true,
    found: /There is no \/etc\/init\/uwsgi\.conf, but there is a uwsgi\.config in the same folder/,
  },
  'no line starts the job at boot': {
    cause: 'job-never-at-boot',
    check: job,
    edits: [[JOB, 'start on runlevel [2345]\n', '']],
    run: 'true',
    found: /no line of \/etc\/init\/uwsgi\.conf starts it at boot/,
  },
  'the job is stopped': {
    cause: 'job-not-running',
    run: 'stop uwsgi',
    found: /The job uwsgi is not running/,
  },
  'the vassal is not linked': {
    cause: 'vassal-not-linked',
    run: `rm ${LINK}; ${GONE}`,
    found: /nothing in \/etc\/uwsgi\/vassals leads to \/var\/www\/demoapp\/demoapp_uwsgi\.ini/,
  },
  'the link of the vassal is relative': {
    cause: 'vassal-link-broken',
    run: `ln -sfn demoapp_uwsgi.ini ${LINK}; ${GONE}`,
    found: /is a link to "demoapp_uwsgi\.ini", where there is nothing but the link itself/,
  },
  'the vassal has another name': {
    cause: 'vassal-renamed',
    run: `mv ${LINK} ${VASSALS}/demo.ini; ${GONE}; ${until(`[ -S ${APP}/demo.sock ]`)}`,
    found: /The vassal is called demo\.ini, so `%n` is "demo"/,
  },
  'the job is started before there is a folder of vassals': {
    cause: 'vassals-folder-missing',
    run: `stop uwsgi; rm -r ${VASSALS}; start uwsgi`,
    found: /is to watch \/etc\/uwsgi\/vassals, and there is no such folder/,
  },
  'the trial is started once more': {
    cause: 'uwsgi-outside-job',
    at: SECOND_APPLICATION,
    run: `systemd-run -q --unit=trial /usr/local/bin/uwsgi --ini ${INI}; ${until(`[ "$(stat -c %U ${SOCKET})" = root ]`)}`,
    found: /started by hand \(process \d+\) runs as root with the same file/,
  },
  'the code is changed, and the vassal not touched': {
    cause: 'vassal-not-reloaded',
    at: SECOND_APPLICATION,
    check: (machine) => machine.declared('http', ({ contains }) => contains === 'Served by a vassal.'),
    run: `sed -i 's/^if __name__.*/@app.route("\\/about")\\ndef about():\\n    return "Served by a vassal."\\n\\n&/' ${CODE}`,
    found: /hello\.py changed after uWSGI had read it/,
  },
};
