/** Which link of the chain a cause is about. */
import type { Link } from './links.ts';
import { PROGRAMS, type Cause } from './words/index.ts';

/** The link that a program's causes are about; `null` where they are about files and packages of any link. */
const OF_PROGRAM: Readonly<Record<keyof typeof PROGRAMS, Link | null>> = {
  CHAIN: 'application',
  FILES: null,
  FIREWALL: 'firewall',
  NGINX: 'nginx',
  PACKAGES: null,
  PYTHON: 'application',
  SYSTEMD: 'uwsgi',
  UPSTART: 'uwsgi',
  UWSGI: 'uwsgi',
};

/** Causes about another link than the others of their program. */
const EXCEPTIONS: Readonly<Partial<Record<Cause, Link | null>>> = {
  'nginx-bypassed': 'nginx',
  'nginx-outside-unit': 'nginx',
  'default-site-shadowed': 'nginx',
  'not-served-by-uwsgi': 'nginx',
  'uwsgi-holds-port': 'nginx',
  'nothing-listens': null,
  'bound-to-localhost': null,
  'bound-to-all-addresses': null,
  'port-taken': null,
  'answered-by-another-program': null,
  'uwsgi-protocol-mismatch': 'uwsgi',
  'uwsgi-outside-unit': 'uwsgi',
  'request-not-logged': 'uwsgi',
  'request-logged-otherwise': 'uwsgi',
  'protocol-http-missing': 'uwsgi',
  'nginx-folder-missing': 'nginx',
  'project-gone': 'uwsgi',
  'nginx-pass-outside-location': 'nginx',
  'python-run-at-margin': 'application',
  'ini-syntax-error': 'uwsgi',
  'socket-path-mismatch': 'socket',
  'nginx-older-than-group': 'socket',
  'sudo-lost': null,
  'unit-login-foreign': 'socket',
  'socket-blocked': 'socket',
  'socket-in-use': 'socket',
  'socket-is-http': 'socket',
  'chmod-socket-invalid': 'socket',
  'chown-socket-not-permitted': 'socket',
  'chown-socket-unknown': 'socket',
  'ini-socket-missing': 'socket',
  'socket-not-creatable': 'socket',
  'runtime-directory-missing': 'socket',
  'runtime-directory-not-writable': 'socket',
  'socket-in-private-tmp': 'socket',
  'socket-missing': 'socket',
  'socket-wrong-owner': 'socket',
  'directory-not-searchable': 'socket',
  'nginx-not-in-group': 'socket',
  'unit-group-missing': 'socket',
  'chown-socket-missing': 'socket',
  'chown-socket-wrong': 'socket',
  'chmod-socket-missing': 'socket',
  'chmod-socket-too-strict': 'socket',
  'chmod-socket-differs': 'socket',
  'socket-altered': 'socket',
  'socket-owner-root': 'socket',
  'socket-folder-missing': 'socket',
  'socket-folder-not-writable': 'socket',
};

const PROGRAM_NAMES = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[];

/** The link that a cause is about; `null` when it may be any. */
export function linkOfCause(cause: Cause): Link | null {
  const exception = EXCEPTIONS[cause];
  if (exception !== undefined) return exception;
  const program = PROGRAM_NAMES.find((name) => Object.hasOwn(PROGRAMS[name], cause));
  return program === undefined ? null : OF_PROGRAM[program];
}
