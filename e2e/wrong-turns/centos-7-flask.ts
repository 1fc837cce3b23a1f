/** The mistakes that readers of this guide make. */
import { flaskProjectTurns } from './flask-project.ts';
import { nginxConfTurns } from './nginx-conf.ts';
import type { WrongTurns } from './turn.ts';

const PROJECT = '/home/user/myproject';
const UNIT = '/etc/systemd/system/myproject.service';
const SOCKET = `${PROJECT}/myproject.sock`;
const RELOAD = 'systemctl daemon-reload; systemctl restart myproject';

export const CENTOS_FLASK: WrongTurns = {
  ...nginxConfTurns('flask.example', SOCKET),
  ...flaskProjectTurns(PROJECT),
  'the unit needs another one': {
    cause: 'unit-need-missing',
    edits: [[UNIT, 'After=network.target', 'Requires=postgresql.service']],
    run: 'systemctl stop myproject; systemctl daemon-reload; systemctl start myproject',
    fails: true,
    found: /names postgresql\.service, and this machine has no such unit/,
  },
  'the .ini goes to a folder that is not there': {
    cause: 'chdir-impossible',
    edits: [[`${PROJECT}/myproject.ini`, 'master = true', 'chdir = /home/user/my_project\nmaster = true']],
    run: 'systemctl restart myproject',
    found: /says `chdir = \/home\/user\/my_project`/,
  },
  'the unit runs as Nginx': {
    cause: 'unit-login-foreign',
    edits: [[UNIT, 'User=user', 'User=nginx']],
    run: `chmod 755 ${PROJECT}; ${RELOAD}`,
    found: /runs as nginx, and \/home\/user\/myproject belongs to user/,
  },
  'the home is left closed': {
    cause: 'directory-not-searchable',
    run: 'chmod 700 /home/user',
    found:
      /Nginx runs as nginx and may not pass through \/home\/user: it belongs to user:user and its permissions are 700, without an x/,
  },
  'the home is left closed, and Nginx is not in the group': {
    cause: 'directory-not-searchable',
    run: 'chmod 700 /home/user; gpasswd -d nginx user; systemctl restart nginx',
    found: /may not pass through \/home\/user/,
  },
  'Nginx is not in the group user': {
    cause: 'nginx-not-in-group',
    run: 'gpasswd -d nginx user; systemctl restart nginx',
    found: /the login nginx is not in the group user/,
  },
  'Nginx was started before it came into the group': {
    cause: 'nginx-older-than-group',
    run: 'gpasswd -d nginx user; systemctl restart nginx; usermod -a -G user nginx',
    found: /the running Nginx was started before that/,
  },
  // Nginx, being in the group user, would open this socket as well: only the unit itself shows the slip.
  'the unit misses the group nginx': {
    cause: 'unit-group-missing',
    edits: [[UNIT, 'Group=nginx\n', '']],
    check: () => ({ kind: 'service', unit: 'myproject', properties: { User: 'user', Group: 'nginx' } }),
    run: RELOAD,
    found: /sets no Group/,
  },
  'the socket has not the group nginx': {
    cause: 'unit-group-missing',
    edits: [[UNIT, 'Group=nginx\n', '']],
    check: () => ({ kind: 'socket', path: SOCKET, owner: 'user', group: 'nginx', mode: '660' }),
    run: RELOAD,
    found: /belongs to user:user, not to nginx/,
  },
  "the unit's user is misspelt": {
    cause: 'unit-user-unknown',
    edits: [[UNIT, 'User=user', 'User=usr']],
    run: RELOAD,
    found: /wants to run as "usr", and this machine has no such login/,
  },
};
