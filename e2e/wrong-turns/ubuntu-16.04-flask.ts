/** The mistakes that readers of this guide make. */
import { flaskProjectTurns } from './flask-project.ts';
import { NGINX_SITES } from './nginx-sites.ts';
import { STOP_NGINX, type WrongTurns } from './turn.ts';
import { uwsgiProjectTurns } from './uwsgi-project.ts';

const PROJECT = '/home/sammy/myproject';
const INI = `${PROJECT}/myproject.ini`;
const UNIT = '/etc/systemd/system/myproject.service';
const BLOCK = '/etc/nginx/sites-available/myproject';
const RELOAD = 'systemctl daemon-reload; systemctl restart myproject';
/** systemd keeps running what it has started, whatever is in the file. */
const STOP_AND_START = 'systemctl stop myproject; systemctl daemon-reload; systemctl start myproject';

export const UBUNTU_FLASK: WrongTurns = {
  ...flaskProjectTurns(PROJECT),
  ...NGINX_SITES,
  ...uwsgiProjectTurns(PROJECT, 'sammy'),
  'the server block passes to another socket': {
    cause: 'socket-path-mismatch',
    edits: [[BLOCK, 'myproject/myproject.sock', 'myproject/my.sock']],
    run: 'systemctl restart nginx',
    found:
      /Nginx looks for the socket \/home\/sammy\/myproject\/my\.sock, but uWSGI listens on \/home\/sammy\/myproject\/myproject\.sock/,
  },
  'the server block misses a semicolon': {
    cause: 'nginx-missing-semicolon',
    edits: [[BLOCK, 'flask.example;', 'flask.example']],
    run: 'systemctl restart nginx',
    fails: true,
    found:
      /Line 3 of \/etc\/nginx\/sites-enabled\/myproject, `server_name flask\.example`, does not end in a semicolon/,
  },
  'the server block is not linked': {
    cause: 'server-block-not-linked',
    run: 'rm /etc/nginx/sites-enabled/myproject; systemctl restart nginx',
    found: /nothing in \/etc\/nginx\/sites-enabled leads to it/,
  },
  'the link has a relative target': {
    cause: 'server-block-link-broken',
    run: 'cd /etc/nginx/sites-available && ln -sf myproject ../sites-enabled; systemctl restart nginx',
    fails: true,
    found: /is a link to "myproject", where there is nothing/,
  },
  'the server block has another name': {
    cause: 'server-name-mismatch',
    edits: [[BLOCK, 'flask.example', 'flask.exmaple']],
    run: 'systemctl restart nginx',
    found: /goes to another block \(\/etc\/nginx\/sites-enabled\/default\)/,
  },
  'Nginx was not restarted': {
    cause: 'nginx-not-restarted',
    // File systems and systemd are compared by whole seconds.
    run: 'rm /etc/nginx/sites-enabled/myproject; systemctl restart nginx; sleep 1.1; ln -s /etc/nginx/sites-available/myproject /etc/nginx/sites-enabled',
    found: /sites-enabled\/myproject changed after Nginx had read its configuration/,
  },
  'Nginx is stopped': {
    cause: 'nginx-not-running',
    run: STOP_NGINX,
    found: /its service is inactive/,
  },
  'the firewall is still closed for Nginx': {
    cause: 'nginx-not-allowed',
    run: "ufw delete allow 'Nginx Full'",
    found: /No rule of ufw lets "Nginx Full" in/,
  },
  'a rule of the firewall denies the port': {
    cause: 'firewall-denies',
    run: 'ufw insert 1 deny 80/tcp',
    found: /A rule of ufw turns "Nginx Full" away/,
  },
  'the folder of the logs is deleted': {
    cause: 'nginx-log-folder-missing',
    run: 'rm -r /var/log/nginx; systemctl restart nginx',
    fails: true,
    found: /cannot write its log \/var\/log\/nginx\/error\.log/,
  },
  'port 5000 was left open': {
    cause: 'rule-not-deleted',
    check: (machine) => machine.declared('firewall', ({ rule, allowed }) => rule === '5000' && !allowed),
    run: 'ufw allow 5000',
    found: /A rule still lets port 5000 in/,
  },
  'the home is closed to Nginx': {
    cause: 'directory-not-searchable',
    run: 'chmod 700 /home/sammy',
    found: /may not pass through \/home\/sammy: it belongs to sammy:sammy and its permissions are 700/,
  },
  "the unit's user is misspelt": {
    cause: 'unit-user-unknown',
    edits: [[UNIT, 'User=sammy', 'User=samy']],
    run: RELOAD,
    found: /wants to run as "samy", and this machine has no such login/,
  },
  'the working directory is wrong': {
    cause: 'working-directory-missing',
    edits: [[UNIT, 'WorkingDirectory=/home/sammy/myproject', 'WorkingDirectory=/home/sammy/my_project']],
    run: RELOAD,
    found: /working directory, \/home\/sammy\/my_project, is not there/,
  },
  'the virtual environment has no uWSGI at that path': {
    cause: 'uwsgi-not-in-environment',
    edits: [
      [
        UNIT,
        'ExecStart=/home/sammy/myproject/myprojectenv/bin/uwsgi',
        'ExecStart=/home/sammy/myproject/myenv/bin/uwsgi',
      ],
    ],
    run: RELOAD,
    found: /There is no program \/home\/sammy\/myproject\/myenv\/bin\/uwsgi/,
  },
  'the working directory has a comment behind it': {
    cause: 'unit-value-comment',
    edits: [[UNIT, 'Directory=/home/sammy/myproject', 'Directory=/home/sammy/myproject # the project']],
    run: RELOAD,
    found: /Line 8 of .*a comment needs a line of its own/,
  },
  'the working directory stands in quotes': {
    cause: 'unit-value-quoted',
    edits: [[UNIT, 'Directory=/home/sammy/myproject', 'Directory="/home/sammy/myproject"']],
    run: STOP_AND_START,
    fails: true,
    found: /takes the quotation marks as a part of the value/,
  },
  "the unit's user stands in quotes": {
    cause: 'unit-value-quoted',
    edits: [[UNIT, 'User=sammy', 'User="sammy"']],
    run: RELOAD,
    found: /Line 6 of .*takes the quotation marks as a part of the value/,
  },
  'a section of the unit is misspelt': {
    cause: 'unit-section-unknown',
    edits: [[UNIT, '[Service]', '[Sevice]']],
    run: STOP_AND_START,
    fails: true,
    found: /Line 5 of .* is `\[Sevice\]`/,
  },
  "the unit's command is broken over two lines": {
    cause: 'unit-line-broken',
    edits: [[UNIT, ' --ini', '\n--ini']],
    run: RELOAD,
    found: /Line 11 of .*, `--ini myproject\.ini`, should belong to `ExecStart=` in line 10/,
  },
  "the unit's command has no whole path": {
    cause: 'unit-exec-relative',
    edits: [[UNIT, 'ExecStart=/home/sammy/myproject/', 'ExecStart=']],
    run: STOP_AND_START,
    fails: true,
    found: /wants the whole path of a program/,
  },
  'the unit starts two programs': {
    cause: 'unit-exec-twice',
    edits: [[UNIT, 'ExecStart=', 'ExecStart=/usr/bin/uwsgi --ini myproject.ini\nExecStart=']],
    run: STOP_AND_START,
    fails: true,
    found: /more than once \(lines 10 and 11\)/,
  },
  "the unit's group is a word that systemd does not know": {
    cause: 'unit-key-unknown',
    edits: [[UNIT, 'Group=', 'Gruop=']],
    run: RELOAD,
    found: /says `Gruop=`, which systemd does not know/,
  },
  'the unit is saved in another folder': {
    cause: 'unit-misplaced',
    run: `systemctl stop myproject; mv ${UNIT} /etc/systemd/; systemctl daemon-reload`,
    found: /there is a \/etc\/systemd\/myproject\.service, where systemd does not look/,
  },
  'the unit is saved without its ending': {
    cause: 'unit-misnamed',
    run: `systemctl stop myproject; mv ${UNIT} /etc/systemd/system/myproject; systemctl daemon-reload`,
    found: /there is a \/etc\/systemd\/system\/myproject/,
  },
  'a drop-in overrides the unit': {
    cause: 'unit-overridden',
    run: `mkdir -p ${UNIT}.d; printf '[Service]\\nUser=www\\n' > ${UNIT}.d/override.conf; ${RELOAD}`,
    found: /sets User to `www`, and it counts more/,
  },
  'the login may not enter its own home': {
    cause: 'unit-path-closed',
    run: `chmod 610 /home/sammy; ${RELOAD}`,
    found: /sammy may not enter \/home\/sammy/,
  },
  'the program of the unit may not be executed': {
    cause: 'unit-exec-failed',
    run: `chmod a-x ${PROJECT}/myprojectenv/bin/uwsgi; ${RELOAD}`,
    found: /its permissions let nobody execute it/,
  },
  "the unit's target is misspelt": {
    cause: 'unit-wanted-by-wrong',
    edits: [[UNIT, 'multi-user.target', 'multi-user.traget']],
    check: (machine) =>
      machine.declared('service', ({ unit, enabled }) => unit === 'myproject' && enabled === true),
    run: 'systemctl disable myproject; systemctl daemon-reload; systemctl enable myproject',
    fails: true,
    found: /says `WantedBy=multi-user\.traget`/,
  },
  "the unit's section Install is misspelt": {
    cause: 'unit-section-unknown',
    edits: [[UNIT, '[Install]', '[Instal]']],
    check: (machine) =>
      machine.declared('service', ({ unit, enabled }) => unit === 'myproject' && enabled === true),
    run: 'systemctl disable myproject; systemctl daemon-reload; systemctl enable myproject; true',
    found: /Line 12 of .* is `\[Instal\]`/,
  },
  'there is a comment behind the command of the unit': {
    cause: 'unit-value-comment',
    edits: [[UNIT, '--ini myproject.ini', '--ini myproject.ini # the project']],
    run: `${RELOAD}; sleep 2`,
    found: /Line 10 of .*a comment needs a line of its own/,
  },
  'the unit file is empty': {
    cause: 'unit-empty',
    edits: [[UNIT, '[Unit]', '[Unit]']],
    run: `systemctl stop myproject; : > ${UNIT}; systemctl daemon-reload`,
    found: /is empty, so systemd takes the unit myproject as one that must never start/,
  },
  'uWSGI is killed': {
    cause: 'service-killed',
    run: 'systemctl kill -s KILL myproject; sleep 1',
    found: /ended by the signal SIGKILL/,
  },
  'the unit waits for a second program': {
    cause: 'unit-type-mismatch',
    edits: [[UNIT, '[Service]', '[Service]\nType=forking']],
    run: 'systemctl daemon-reload; systemctl restart --no-block myproject; sleep 3',
    found: /says `Type=forking`/,
  },
  'the unit file is another than systemd has read': {
    cause: 'daemon-not-reloaded',
    check: (machine) =>
      machine.declared('service', ({ unit, active }) => unit === 'myproject' && active === true),
    run: `touch ${UNIT}`,
    found: /still goes by the old text/,
  },
  'the unit wants a file of variables': {
    cause: 'unit-environment-file-missing',
    edits: [[UNIT, '[Service]', `[Service]\nEnvironmentFile=${PROJECT}/.env`]],
    run: RELOAD,
    fails: true,
    found: /Line 6 of .*`EnvironmentFile=\/home\/sammy\/myproject\/\.env`/,
  },
  'the unit hides the homes': {
    cause: 'unit-folder-protected',
    edits: [[UNIT, '[Service]', '[Service]\nProtectHome=true']],
    run: RELOAD,
    found: /hides \/home from the service/,
  },
  'the unit has a /tmp of its own': {
    cause: 'socket-in-private-tmp',
    edits: [
      [INI, 'socket = myproject.sock', 'socket = /tmp/myproject.sock'],
      [BLOCK, `unix:${PROJECT}/`, 'unix:/tmp/'],
      [UNIT, '[Service]', '[Service]\nPrivateTmp=true'],
    ],
    run: `${RELOAD}; systemctl restart nginx`,
    found: /in a \/tmp of its own: the unit myproject has `PrivateTmp=true`/,
  },
  'a uWSGI that was started by hand has taken the socket': {
    cause: 'uwsgi-outside-unit',
    run: `${RELOAD}; cd ${PROJECT}; setsid systemd-run --scope -q --uid=sammy --gid=sammy ${PROJECT}/myprojectenv/bin/uwsgi --ini myproject.ini >/dev/null 2>&1 & until [ "$(stat -c %G ${PROJECT}/myproject.sock)" = sammy ]; do sleep 1; done`,
    found: /started by hand \(process \d+\) has replaced the one/,
  },
  'the application may have too little memory': {
    cause: 'memory-limited',
    edits: [[INI, 'vacuum = true', 'vacuum = true\nlimit-as = 16']],
    run: 'systemctl restart myproject',
    found: /no more than 16 MB/,
  },
  'uWSGI has no room for the request': {
    cause: 'buffer-too-small',
    edits: [[INI, 'vacuum = true', 'vacuum = true\nbuffer-size = 256']],
    run: 'systemctl restart myproject',
    found: /room for 256/,
  },
  'the unit misses the group www-data': {
    cause: 'unit-group-missing',
    edits: [[UNIT, 'Group=www-data\n', '']],
    run: RELOAD,
    found: /belongs to sammy:sammy with the permissions 660; Nginx is in the group www-data/,
  },
  'a key of the .ini is misspelt': {
    cause: 'ini-key-misspelt',
    edits: [[INI, 'socket = my', 'sokcet = my']],
    run: 'systemctl restart myproject',
    found: /says `sokcet`, which uWSGI does not know/,
  },
  'uWSGI listens on another socket': {
    cause: 'socket-path-mismatch',
    edits: [[INI, 'socket = myproject.sock', 'socket = my_project.sock']],
    run: 'systemctl restart myproject',
    found: /but uWSGI listens on \/home\/sammy\/myproject\/my_project\.sock/,
  },
  'the callable has a wrong name': {
    cause: 'callable-name-wrong',
    edits: [[INI, 'wsgi:app', 'wsgi:application']],
    run: 'systemctl restart myproject',
    found: /nothing called `application` in it/,
  },
};
