import { describe, expect, it } from 'vitest';
import { linkOfCause } from './link-of-cause.ts';
import { linkOf, linkStates, type Looked } from './link-states.ts';
import type { Check } from './model.ts';
import type { CheckResult } from './verdict.ts';
import { PROGRAMS, type Cause } from './words/index.ts';

const PASS: CheckResult = { status: 'pass', expected: '', found: '' };
const broken = (link?: 'nginx' | 'socket' | 'uwsgi' | 'application'): CheckResult => ({
  status: 'fail',
  expected: '',
  found: '',
  advice: '',
  ...(link === undefined ? {} : { link }),
});
const CHAIN: Check = { kind: 'http', url: 'http://flask.example/', servedBy: 'nginx+uwsgi' };
const FIREWALL: Check = { kind: 'firewall', rule: 'Nginx Full', allowed: true };
const SERVICE: Check = { kind: 'service', unit: 'myproject' };
const SITE: Check = { kind: 'file', path: '/etc/nginx/sites-available/myproject' };
const looked = (...pairs: readonly [Check, CheckResult | null][]): readonly Looked[] =>
  pairs.map(([check, result]) => ({ check, result }));

/** The link of most causes of a program. */
const USUAL: Readonly<Record<keyof typeof PROGRAMS, string | null>> = {
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

describe('linkStates', () => {
  it('knows nothing without results', () => {
    expect(linkStates(looked([CHAIN, null], [SERVICE, { status: 'error', message: '' }]))).toEqual({
      firewall: 'unknown',
      nginx: 'unknown',
      socket: 'unknown',
      uwsgi: 'unknown',
      application: 'unknown',
    });
  });

  it('takes each check for its own link', () => {
    const states = linkStates(looked([FIREWALL, PASS], [SERVICE, broken('uwsgi')], [SITE, PASS]));
    expect(states).toMatchObject({ firewall: 'whole', nginx: 'whole', socket: 'unknown', uwsgi: 'broken' });
  });

  it('keeps a link broken that another of its checks finds whole', () => {
    expect(linkStates(looked([SERVICE, broken()], [SERVICE, PASS])).uwsgi).toBe('broken');
    expect(linkStates(looked([SERVICE, PASS], [SERVICE, broken()])).uwsgi).toBe('broken');
  });

  it('believes a page that came all the way', () => {
    const states = linkStates(looked([SERVICE, broken('uwsgi')], [CHAIN, PASS]));
    expect(new Set(Object.values(states))).toEqual(new Set(['whole']));
  });

  it('shows the first link that is broken, and nothing behind it', () => {
    expect(linkStates(looked([SERVICE, PASS], [CHAIN, broken('socket')]))).toEqual({
      firewall: 'whole',
      nginx: 'whole',
      socket: 'broken',
      uwsgi: 'unknown',
      application: 'unknown',
    });
  });

  it('knows nothing of the socket when uWSGI does not run', () => {
    expect(linkStates(looked([CHAIN, broken('uwsgi')]))).toMatchObject({
      nginx: 'whole',
      socket: 'unknown',
      uwsgi: 'broken',
    });
    const socket: Check = { kind: 'socket', path: '/run/a.sock' };
    expect(linkStates(looked([socket, broken('socket')], [CHAIN, broken('uwsgi')])).socket).toBe('broken');
  });

  it('learns nothing from a chain that is broken somewhere', () => {
    expect(linkStates(looked([SERVICE, PASS], [CHAIN, broken()]))).toMatchObject({
      nginx: 'unknown',
      uwsgi: 'whole',
    });
  });
});

describe('linkOf', () => {
  it.each([
    [{ kind: 'file', path: '/var/www/demoapp/demoapp_nginx.conf' }, 'nginx'],
    [{ kind: 'file', path: '/home/sammy/myproject/myproject.ini' }, 'uwsgi'],
    [{ kind: 'file', path: '/etc/systemd/system/myproject.service' }, 'uwsgi'],
    [{ kind: 'file', path: '/home/sammy/myproject/wsgi.py' }, 'application'],
    [{ kind: 'file', path: '/home/sammy/myproject' }, null],
    [{ kind: 'service', unit: 'nginx' }, 'nginx'],
  ] satisfies [Check, string | null][])('%j is about %s', (check, link) => {
    expect(linkOf(check)).toBe(link);
  });
});

describe('linkOfCause', () => {
  it.each([
    ['nginx-not-running', 'nginx'],
    ['socket-path-mismatch', 'socket'],
    ['uwsgi-not-started', 'uwsgi'],
    ['app-exception', 'application'],
    ['firewall-denies', 'firewall'],
    ['file-missing', null],
  ] satisfies [Cause, string | null][])('%s breaks %s', (cause, link) => {
    expect(linkOfCause(cause)).toBe(link);
  });

  it('is said of each cause that stands apart from those of its program', () => {
    const links = Object.entries(PROGRAMS).map(([program, causes]) => [
      program,
      Object.fromEntries(
        (Object.keys(causes) as Cause[])
          .toSorted()
          .map((cause) => [cause, linkOfCause(cause)] as const)
          .filter(([, link]) => link !== USUAL[program as keyof typeof PROGRAMS]),
      ),
    ]);
    expect(Object.fromEntries(links)).toMatchSnapshot();
  });
});
