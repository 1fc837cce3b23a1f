/** What a visitor sees when a link of the chain is broken, why, where it shows, and what mends it. */
import type { Link } from '../../checks/links.ts';

/** What the links are called on pages. */
export const LINK_NAMES: Readonly<Record<Link | 'browser', string>> = {
  browser: 'Browser',
  firewall: 'Firewall',
  nginx: 'Nginx',
  socket: 'Socket',
  uwsgi: 'uWSGI',
  application: 'Application',
};

export interface Failure {
  /** What the browser shows. */
  readonly shows: string;
  readonly because: string;
  /** The command that shows why. */
  readonly look: string;
  readonly mend: string;
}

export interface LinkFailures {
  readonly link: Link | 'browser';
  readonly failures: readonly Failure[];
}

export const FAILURES: readonly LinkFailures[] = [
  {
    link: 'browser',
    failures: [
      {
        shows: 'Name not found',
        because: 'no address belongs to the name',
        look: 'getent hosts NAME',
        mend: 'Correct the name in the address, or let its DNS entry lead to the server.',
      },
    ],
  },
  {
    link: 'firewall',
    failures: [
      {
        shows: 'Timed out',
        because: 'it drops what comes to the port',
        look: 'sudo ufw status',
        mend: "Let the port through: `sudo ufw allow 'Nginx Full'`.",
      },
      {
        shows: 'No route to host',
        because: 'it rejects what comes to the port',
        look: 'sudo firewall-cmd --list-all',
        mend: 'Let the service through: `sudo firewall-cmd --permanent --add-service=http`, then `--reload`.',
      },
    ],
  },
  {
    link: 'nginx',
    failures: [
      {
        shows: 'Refused',
        because: 'Nginx does not run, or listens at another port',
        look: 'sudo nginx -t',
        mend: 'Correct the line that it names, then `sudo systemctl restart nginx`.',
      },
      {
        shows: 'Default page, 404',
        because: 'another server block answers',
        look: 'sudo nginx -T | grep server_name',
        mend: 'Correct `server_name`, or the link to your file, then `sudo systemctl reload nginx`.',
      },
    ],
  },
  {
    link: 'socket',
    failures: [
      {
        shows: '502',
        because: 'it is missing, or Nginx may not reach it or write to it',
        look: 'sudo tail -n 1 /var/log/nginx/error.log',
        mend: 'No such file: start uWSGI, or write the same path on both sides. Permission denied: `namei -l` and the path show where; give Nginx’s account `x` on every directory and `w` on the socket.',
      },
    ],
  },
  {
    link: 'uwsgi',
    failures: [
      {
        shows: '502',
        because: 'it has ended, or speaks another protocol',
        look: 'sudo systemctl status UNIT',
        mend: 'Correct what its last lines complain of, then `sudo systemctl restart` and the unit.',
      },
      {
        shows: '504',
        because: 'no worker answers in time',
        look: 'sudo journalctl -u UNIT -n 30',
        mend: 'Look for what the application waits for; more `processes` help only against many visitors.',
      },
    ],
  },
  {
    link: 'application',
    failures: [
      {
        shows: '500',
        because: 'it could not be loaded, or stopped with an error',
        look: 'sudo journalctl -u UNIT -n 30',
        mend: 'The last line of the traceback names the mistake, the lines above it the place. Then restart the unit.',
      },
      {
        shows: '404',
        because: 'no function is made for this path',
        look: 'grep -n route FILE.py',
        mend: 'Add the route, or correct its path, then restart the unit.',
      },
    ],
  },
];
