/** A repository of apt's: its line, its key, its lists, what comes from it. */
import { describe, expect, it } from 'vitest';
import type { Check, CheckResult } from '../model.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';
import { processorMs } from '../testing/processor-time.ts';

const LINE = 'deb http://nginx.org/packages/ubuntu/ raring nginx';
const SOURCE_LINE = `deb-src ${LINE.slice('deb '.length)}`;
const OWN = 'deb [signed-by=/usr/share/keyrings/a.gpg] http://archive.ubuntu.com/ubuntu raring main';
const KEY_URL = 'http://nginx.org/keys/nginx_signing.key';

const POLICY = `nginx:
  Installed: (none)
  Candidate: 1.22.1-9+deb12u1~10~raring
  Version table:
     1.22.1-9+deb12u1~10~raring 500
        500 http://nginx.org/packages/ubuntu raring/nginx i386 Packages
     1.22.1-9 500
        500 http://archive.ubuntu.com/ubuntu raring/main i386 Packages
`;

function sources(...lines: readonly string[]): Script {
  return {
    answers: {
      "grep -nHsE '^[[:space:]]*[^#": lines
        .map((line, index) => `/etc/apt/sources.list:${index + 1}:${line}`)
        .join('\n'),
    },
  };
}

const HEALTHY: Script = {
  login: 'ubuntu',
  answers: {
    ...sources(OWN, LINE, SOURCE_LINE).answers,
    "grep -nHsE '^[[:space:]]*#'": '',
    'trusted.gpg': '',
    "ls -1d '/home/ubuntu/nginx_signing.key'": '',
    '/var/lib/apt/lists/': '',
    'apt-cache': POLICY,
  },
};

const NO_KEY: Script = { answers: { 'trusted.gpg': { code: 1, output: '' } } };
const NOT_READ: Script = { answers: { '/var/lib/apt/lists/': { code: 2, output: '' } } };

function check(more: object, ...mistakes: readonly Script[]): Promise<CheckResult> {
  const wanted = {
    kind: 'repository',
    url: 'http://nginx.org/packages/ubuntu/',
    suite: 'raring',
    component: 'nginx',
    keyOwner: 'nginx.org',
    keyUrl: KEY_URL,
    ...more,
  } as Check;
  return runCheck(wanted, scriptedGuest(HEALTHY, ...mistakes));
}

describe('a healthy repository', () => {
  it.for([{ listed: true, source: true }, { trusted: true }, { read: true }, { offers: 'nginx' }])(
    'passes: %j',
    async (more) => {
      expect(await check(more)).toMatchObject({ status: 'pass' });
    },
  );

  it.for([
    'deb http://nginx.org/packages/ubuntu raring nginx',
    '  deb   http://nginx.org/packages/ubuntu/   raring main nginx',
    'deb [arch=i386] http://nginx.org/packages/ubuntu/ raring nginx',
  ])('takes %s', async (line) => {
    expect(await check({ listed: true }, sources(OWN, line))).toMatchObject({ status: 'pass' });
  });

  it('asks for its list by the name that apt gives it', async () => {
    let asked = '';
    const context = scriptedGuest(HEALTHY);
    await runCheck(
      {
        kind: 'repository',
        url: 'http://nginx.org/packages/ubuntu/',
        suite: 'raring',
        component: 'nginx',
        read: true,
      },
      {
        ...context,
        agent: {
          ...context.agent,
          exec: (argv, options) => {
            asked += argv.join(' ');
            return context.agent.exec(argv, options);
          },
        },
      },
    );
    expect(asked).toContain("'/var/lib/apt/lists/nginx.org_packages_ubuntu_dists_raring_nginx_'");
  });
});

describe('its line', () => {
  it('is missing', async () => {
    expect(await check({ listed: true }, sources(OWN))).toMatchObject({
      cause: 'repository-line-missing',
      advice: `Append it: \`echo "${LINE}" | sudo tee -a /etc/apt/sources.list\`. Then \`sudo apt-get update\`.`,
    });
    expect(await check({ listed: true, source: true }, sources(OWN, LINE))).toMatchObject({
      cause: 'repository-line-missing',
      found: `No line of /etc/apt/sources.list is \`${SOURCE_LINE}\`.`,
    });
  });

  it('is a comment', async () => {
    const comment: Script = {
      answers: { "grep -nHsE '^[[:space:]]*#'": `/etc/apt/sources.list:2:# ${LINE}\n` },
    };
    expect(await check({ listed: true }, sources(OWN), comment)).toMatchObject({
      cause: 'repository-line-commented',
      found: 'Line 2 of /etc/apt/sources.list names nginx.org, but it is a comment.',
    });
  });

  it.for([
    [
      'deb http://nginx.org/packages/ubuntu/ rarring nginx',
      'asks for the release "rarring" at nginx.org, and there is none of that name',
    ],
    ['deb http://nginx.org/package/ubuntu/ raring nginx', 'has the address http://nginx.org/package/ubuntu/'],
    [
      'deb http://ngnix.org/packages/ubuntu/ raring nginx',
      'has the address http://ngnix.org/packages/ubuntu/',
    ],
    ['dep http://nginx.org/packages/ubuntu/ raring nginx', 'begins with "dep", not with "deb"'],
    ['deb http://nginx.org/packages/ubuntu/ raring ngnix', 'asks for the section "ngnix"'],
    [
      'deb http://nginx.org/packages/ubuntu/raring nginx',
      'has the address http://nginx.org/packages/ubuntu/raring',
    ],
  ])('is %s', async ([line = '', says = '']) => {
    const result = await check({ read: true }, sources(OWN, line), NOT_READ);
    expect(result).toMatchObject({
      cause: 'repository-line-misspelt',
      found: expect.stringContaining(`Line 2 of /etc/apt/sources.list ${says}`) as unknown,
      advice: `Change it to \`${LINE}\`: \`sudo nano /etc/apt/sources.list\`. Then \`sudo apt-get update\`.`,
    });
  });
});

it.for([`deb ${'['.repeat(65_000)}`, `deb http://nginx.org${'/'.repeat(65_000)}x raring nginx`])(
  'takes no time for a line without end, %#',
  async (line) => {
    const took = await processorMs(async () =>
      expect(await check({ listed: true }, sources(OWN, line))).toMatchObject({ status: 'fail' }),
    );
    expect(took).toBeLessThan(500);
  },
);

describe('its key', () => {
  it('is missing', async () => {
    expect(await check({ trusted: true }, NO_KEY)).toMatchObject({
      cause: 'repository-key-missing',
      advice: `Fetch the key and add it: \`wget ${KEY_URL}\`, then \`sudo apt-key add nginx_signing.key\`.`,
    });
    expect(await check({ read: true }, NO_KEY, NOT_READ)).toMatchObject({
      cause: 'repository-key-missing',
      found: expect.stringContaining('it refuses that repository') as unknown,
      advice: expect.stringMatching(/, then `sudo apt-get update`\.$/) as unknown,
    });
  });

  it('was fetched and not added', async () => {
    const fetched: Script = {
      answers: { "ls -1d '/home/ubuntu/nginx_signing.key'": '/home/ubuntu/nginx_signing.key\n' },
    };
    expect(await check({ trusted: true }, NO_KEY, fetched)).toMatchObject({
      cause: 'repository-key-missing',
      advice: expect.stringContaining('`sudo apt-key add /home/ubuntu/nginx_signing.key`') as unknown,
    });
  });
});

describe('its lists', () => {
  it('have not been read since the line was added', async () => {
    expect(await check({ read: true }, NOT_READ)).toMatchObject({
      cause: 'repository-not-read',
      found:
        'The line about nginx.org is in /etc/apt/sources.list, and apt has not read that repository since the line was added.',
      advice: 'Let it read all of them: `sudo apt-get update`.',
    });
  });

  it('do not offer the package, or another repository offers it first', async () => {
    const none: Script = { answers: { 'apt-cache': '' } };
    expect(await check({ offers: 'nginx' }, none)).toMatchObject({ cause: 'repository-lacks-package' });
    const other: Script = {
      answers: {
        'apt-cache': POLICY.replace('Candidate: 1.22.1-9+deb12u1~10~raring', 'Candidate: 1.22.1-9'),
      },
    };
    expect(await check({ offers: 'nginx' }, other)).toMatchObject({
      cause: 'repository-not-preferred',
      found: 'apt would take nginx 1.22.1-9 from another repository.',
    });
  });
});
