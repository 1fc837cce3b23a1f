import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCheck, scriptedGuest, shellGuest, type Answer } from '../testing/scripted-guest.ts';

describe('a Debian package', () => {
  const check = { kind: 'package', manager: 'apt', name: 'nginx' } as const;

  it('passes with its version', async () => {
    const context = scriptedGuest({ answers: { 'dpkg-query': 'installed 1.22.1-9', 'apt/lists': '3' } });
    expect(await runCheck(check, context)).toMatchObject({
      status: 'pass',
      found: 'nginx 1.22.1-9 is installed.',
    });
  });

  it('fails when dpkg does not know it, and says whether the lists must be fetched first', async () => {
    const unknown = { code: 1, output: 'dpkg-query: no packages found matching nginx' };
    const fetched = scriptedGuest({ answers: { 'dpkg-query': unknown, 'apt/lists': '3' } });
    expect(await runCheck(check, fetched)).toMatchObject({
      cause: 'package-missing',
      advice: 'Install it: `sudo apt-get install nginx`. When apt asks whether to continue, answer y.',
    });
    const empty = scriptedGuest({
      answers: { 'dpkg-query': unknown, 'apt/lists': { code: 1, output: '0' } },
    });
    expect(await runCheck(check, empty)).toHaveProperty(
      'advice',
      expect.stringContaining('sudo apt-get update'),
    );
  });

  it('fails when it was removed again', async () => {
    const context = scriptedGuest({ answers: { 'dpkg-query': 'config-files 1.22.1-9', 'apt/lists': '3' } });
    expect(await runCheck(check, context)).toMatchObject({ cause: 'package-missing' });
  });

  it('fails when its installation was interrupted', async () => {
    const context = scriptedGuest({
      answers: { 'dpkg-query': 'half-configured 1.22.1-9', 'apt/lists': '3' },
    });
    expect(await runCheck(check, context)).toMatchObject({
      cause: 'package-half-installed',
      advice: expect.stringContaining('sudo dpkg --configure -a') as unknown,
    });
  });

  it('is an error where there is no dpkg', async () => {
    const context = scriptedGuest({ answers: { 'dpkg-query': { code: 127, output: '' }, 'apt/lists': '0' } });
    expect(await runCheck(check, context)).toMatchObject({ status: 'error' });
  });
});

describe('an RPM package', () => {
  const guest = (rpm: Answer, epel: boolean) =>
    scriptedGuest({
      answers: {
        'rpm -q': rpm,
        'command -v yum': `/usr/bin/yum\n${epel ? '/etc/yum.repos.d/epel.repo\n' : ''}`,
      },
    });
  const missing = { code: 1, output: 'package nginx is not installed' };
  const check = { kind: 'package', manager: 'rpm', name: 'nginx' } as const;

  it('passes with its version', async () => {
    expect(await runCheck(check, guest('nginx-1.22.1-1.i686', true))).toMatchObject({
      status: 'pass',
      found: 'nginx-1.22.1-1.i686 is installed.',
    });
  });

  it('is missing', async () => {
    expect(await runCheck(check, guest(missing, true))).toMatchObject({
      cause: 'package-missing',
      advice: 'Install it: `sudo yum install nginx`. When yum asks "Is this ok", answer y.',
    });
  });

  it.for(['nginx', 'python-pip', 'htop'])('%s cannot be found before EPEL is set up', async (name) => {
    expect(await runCheck({ ...check, name }, guest(missing, false))).toMatchObject({
      cause: 'epel-not-enabled',
      advice: `Set EPEL up, then install it: \`sudo yum install epel-release\`, then \`sudo yum install ${name}\`. When yum asks "Is this ok", answer y.`,
    });
  });

  it.for(['gcc', 'python-devel', 'epel-release'])('%s needs no EPEL', async (name) => {
    expect(await runCheck({ ...check, name }, guest(missing, false))).toMatchObject({
      cause: 'package-missing',
    });
  });

  it('is an error where there is no rpm', async () => {
    expect(await runCheck(check, guest({ code: 127, output: '' }, true))).toMatchObject({ status: 'error' });
  });
});

describe('a Python package in a virtual environment', () => {
  const check = {
    kind: 'package',
    manager: 'pip',
    name: 'uWSGI',
    environment: '~/myproject/myprojectenv',
  } as const;
  const guest = (own: string, system: string, environment = 0) =>
    scriptedGuest({
      answers: {
        'test -x': { code: environment, output: '' },
        'for d in /usr/local': system,
        "for d in '/home/sammy/myproject/myprojectenv'": own,
      },
    });

  it('passes whatever the spelling of its name', async () => {
    const result = await runCheck(check, guest('flask-2.2.2.dist-info\nuwsgi-2.0.21.dist-info\n', ''));
    expect(result).toMatchObject({ status: 'pass', found: expect.stringContaining('2.0.21') as unknown });
  });

  it('does not take a longer name for it', async () => {
    expect(await runCheck(check, guest('uwsgi_tools-1.0.dist-info\n', ''))).toMatchObject({
      cause: 'package-missing',
    });
  });

  it('tells an environment that is not there from one without the package', async () => {
    expect(await runCheck(check, guest('', '', 1))).toMatchObject({
      cause: 'environment-missing',
      advice:
        'Make it in the folder that it belongs to: `cd /home/sammy/myproject`, then `virtualenv myprojectenv`.',
    });
  });

  it('tells that it went into the system instead', async () => {
    expect(await runCheck(check, guest('', 'uWSGI-2.0.21.dist-info\n'))).toMatchObject({
      cause: 'installed-outside-environment',
    });
  });

  it('finds a package of the system when no environment is named', async () => {
    const system = { kind: 'package', manager: 'pip', name: 'virtualenv' } as const;
    expect(await runCheck(system, guest('', 'virtualenv-20.17.1.egg-info\n'))).toMatchObject({
      status: 'pass',
    });
    expect(await runCheck(system, guest('', ''))).toMatchObject({ cause: 'package-missing' });
  });
});

describe('a Python package in an environment that is root’s', () => {
  const environment = '/var/www/demoapp/venv';
  const check = { kind: 'package', manager: 'pip', name: 'greeting', environment } as const;
  const guest = (own: string, system: string, elsewhere?: string) =>
    scriptedGuest({
      answers: {
        'test -x': { code: elsewhere === undefined ? 0 : 1, output: '' },
        'for d in /usr/local': system,
        [`for d in '${environment}'`]: own,
        "'/var/www/venv/pyvenv.cfg'": elsewhere ?? '',
      },
    });

  it('passes for an egg, as `setup.py install` makes it', async () => {
    expect(await runCheck(check, guest('greeting-1.0-py3.11.egg\n', ''))).toMatchObject({
      status: 'pass',
      found: 'greeting 1.0 is installed in the virtual environment /var/www/demoapp/venv.',
    });
  });

  it('is installed by another Python, or not at all', async () => {
    expect(await runCheck(check, guest('', 'greeting-1.0-py3.11.egg\n'))).toMatchObject({
      cause: 'installed-outside-environment',
      advice: expect.stringContaining('`sudo /var/www/demoapp/venv/bin/python setup.py install`') as unknown,
    });
    expect(await runCheck(check, guest('', ''))).toMatchObject({
      cause: 'package-missing',
      advice: expect.stringContaining('`sudo /var/www/demoapp/venv/bin/pip install greeting`') as unknown,
    });
  });

  it('is missed because the environment was made without sudo, in the home', async () => {
    expect(await runCheck(check, guest('', '', '/home/sammy/venv/pyvenv.cfg\n'))).toMatchObject({
      cause: 'environment-wrong-place',
      found: 'There is no environment at /var/www/demoapp/venv, but there is one at /home/sammy/venv.',
      advice:
        'Make it where the application is: `cd /var/www/demoapp`, then `sudo virtualenv venv`. An environment cannot be moved; remove the other with `rm -r /home/sammy/venv`.',
    });
    expect(await runCheck(check, guest('', '', ''))).toMatchObject({
      cause: 'environment-missing',
      advice: expect.stringContaining('`sudo virtualenv venv`') as unknown,
    });
  });

  it('is not taken for the one of another project', async () => {
    const home = await mkdtemp(`${tmpdir()}/typealong-`);
    const make = async (folder: string): Promise<void> => {
      await mkdir(folder, { recursive: true });
      await writeFile(`${folder}/pyvenv.cfg`, '');
    };
    const wanted = { ...check, environment: '~/tea/typealong-venv' };
    try {
      await make(`${home}/demo/typealong-venv`);
      expect(await runCheck(wanted, shellGuest(home))).toMatchObject({ cause: 'environment-missing' });
      await make(`${home}/typealong-venv`);
      expect(await runCheck(wanted, shellGuest(home))).toMatchObject({
        cause: 'environment-wrong-place',
        found: expect.stringContaining(`there is one at ${home}/typealong-venv.`) as unknown,
      });
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
