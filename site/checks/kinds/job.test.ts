/** A job of Upstart's, by itself. */
import { describe, expect, it } from 'vitest';
import { jobFileTrouble } from '../diagnosis/upstart/job-file-trouble.ts';
import { parseMistake } from '../guest/job-file.ts';
import type { Check, CheckResult } from '../model.ts';
import {
  EMPEROR,
  emperorGuest,
  JOB,
  jobDown,
  jobShown,
  NGINX,
  process,
  VASSAL,
} from '../testing/healthy-emperor-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../testing/scripted-guest.ts';
import { say } from '../words/index.ts';

function check(more: object = {}, ...mistakes: readonly Script[]): Promise<CheckResult> {
  const wanted = { kind: 'job', name: 'uwsgi', ...more } as Check;
  return runCheck(wanted, scriptedGuest(emperorGuest, ...mistakes));
}

function answers(table: NonNullable<Script['answers']>): Script {
  return { answers: table };
}

const UNKNOWN = answers({ 'initctl status': { code: 1, output: 'initctl: Unknown job: uwsgi\n' } });
const BOOTED = answers({ '-- "$u"': jobShown({ ActiveEnterTimestampMonotonic: '41000000' }) });

describe('a healthy job', () => {
  it.for([{}, { running: true }, { running: true, user: 'nginx' }, { startsAtBoot: true }])(
    'passes: %j',
    async (more) => {
      expect(await check(more)).toMatchObject({
        status: 'pass',
        found: '/etc/init/uwsgi.conf is in order: uwsgi start/running, process 1042.',
      });
    },
  );

  it('passes when the boot has started it, or has not ended', async () => {
    expect(await check({ sinceBoot: true }, BOOTED)).toMatchObject({ status: 'pass' });
    expect(await check({ sinceBoot: true }, answers({ FinishTimestampMonotonic: '0\n' }))).toMatchObject({
      status: 'pass',
    });
  });

  it('passes when it is to be known and not to run', async () => {
    expect(await check({ running: false }, jobDown({}))).toMatchObject({ status: 'pass' });
    expect(await check({ running: false })).toMatchObject({
      cause: 'job-still-running',
      advice: 'Stop it: `sudo stop uwsgi`.',
    });
  });

  it('is an error where there is no Upstart', async () => {
    expect(
      await check({}, answers({ 'initctl status': { code: 127, output: 'sh: initctl: not found' } })),
    ).toMatchObject({
      status: 'error',
    });
  });
});

interface WrongFile {
  readonly text: string;
  readonly says: string;
  readonly cause: string;
  readonly found: RegExp;
  readonly advice: RegExp;
}

/** Files, and what init-checkconf says of them. */
const WRONG_FILES: Readonly<Record<string, WrongFile>> = {
  'respawn misspelt': {
    text: JOB.replace('respawn', 'respwan'),
    says: ':4: Unknown stanza',
    cause: 'job-stanza-unknown',
    found: /first word of line 4 of \/etc\/init\/uwsgi\.conf, `respwan`/,
    advice: /Change line 4 to `respawn`/,
  },
  'description misspelt': {
    text: JOB.replace('description', 'discription'),
    says: ':1: Unknown stanza',
    cause: 'job-stanza-unknown',
    found: /line 1 of .*`discription`/,
    advice: /Change line 1 to `description "uWSGI"`/,
  },
  '`start in`': {
    text: JOB.replace('start on', 'start in'),
    says: ':2: Unknown stanza',
    cause: 'job-stanza-unknown',
    found: /line 2 .*after `start` it expects `on`/,
    advice: /Change line 2 to `start on runlevel \[2345\]`/,
  },
  'exec broken before an option': {
    text: JOB.replace(' --uid', '\n    --uid'),
    says: ':10: Unknown stanza',
    cause: 'job-exec-broken',
    found: /Line 9 of .* begins the command with `exec`, and line 10 goes on with `--uid nginx/,
    advice: /at the end of line 9 and press Delete/,
  },
  'exec broken before a path': {
    text: JOB.replace(' /etc/uwsgi', '\n/etc/uwsgi'),
    says: ':10: Unknown stanza',
    cause: 'job-exec-broken',
    found: /goes on with `\/etc\/uwsgi\/vassals --die-on-term/,
    advice: /Join the two lines/,
  },
  'a quotation mark left open': {
    text: JOB.replace('"uWSGI"', '"uWSGI'),
    says: ':9: Unterminated quoted string',
    cause: 'job-quote-open',
    found: /Line 1 of .* has a quotation mark that is not closed/,
    advice: /Close it at the end of line 1/,
  },
  'a variable with blanks around its equals sign': {
    text: JOB.replace('env UWSGI=', 'env UWSGI = '),
    says: ':6: Unexpected token',
    cause: 'job-env-spaced',
    found: /has blanks around its equals sign/,
    advice: /Write `env UWSGI=\/usr\/local\/bin\/uwsgi`/,
  },
  'a word too much': {
    text: JOB.replace('respawn', 'respawn limit'),
    says: ':4: Expected token',
    cause: 'job-file-invalid',
    found: /does not understand line 4 .*`respawn limit`: Expected token/,
    advice: /Compare line 4 with the text/,
  },
  'a word that is like none': {
    text: JOB.replace('respawn', 'whatever'),
    says: ':4: Unknown stanza',
    cause: 'job-stanza-unknown',
    found: /first word of line 4 .*`whatever`/,
    advice: /Compare line 4 and the one before it/,
  },
};

describe.for(Object.entries(WRONG_FILES))('%s', ([, { text, says, cause, found, advice }]) => {
  it(`is recognised as ${cause}`, async () => {
    const wrong = answers({
      "head -c 65536 '/etc/init/uwsgi.conf'": text,
      "init-checkconf '": {
        code: 1,
        output: `ERROR: File /etc/init/uwsgi.conf: syntax invalid:\n/etc/init/uwsgi.conf${says}\n`,
      },
    });
    const result = await check({}, wrong, UNKNOWN);
    expect(result).toMatchObject({ status: 'fail', cause, evidence: `/etc/init/uwsgi.conf${says}` });
    if (result.status !== 'fail') return;
    expect(result.found).toMatch(found);
    expect(result.advice).toMatch(advice);
    expect(result.advice).toMatch(/`init-checkconf \/etc\/init\/uwsgi\.conf` should then say `syntax ok`\.$/);
    // Even while the job still runs with its old text.
    expect(await check({ running: true }, wrong)).toMatchObject({ cause });
  });
});

describe('a job whose file is not there', () => {
  const gone = answers({ "head -c 65536 '/etc/init/uwsgi.conf'": { code: 1, output: '' } });
  const withFiles = (files: string): Script => answers({ 'ls -1d /etc/init/*': files });

  it.for(['uwsgi.config', 'uwsgi', 'uwsgi.conf.conf', 'uwgsi.conf', 'uwsgi.Conf'])(
    'was saved as %s',
    async (name) => {
      const result = await check({}, gone, UNKNOWN, withFiles(`/etc/init/cron.conf\n/etc/init/${name}\n`));
      expect(result).toMatchObject({
        cause: 'job-misnamed',
        advice: `Rename it: \`sudo mv /etc/init/${name} /etc/init/uwsgi.conf\`.`,
      });
    },
  );

  it('was saved in another folder', async () => {
    expect(await check({}, gone, UNKNOWN, withFiles('/etc/init.d/uwsgi.conf\n'))).toMatchObject({
      cause: 'job-misplaced',
      advice: expect.stringContaining('`sudo mv /etc/init.d/uwsgi.conf /etc/init/uwsgi.conf`') as unknown,
    });
  });

  it('was not written', async () => {
    expect(await check({}, gone, UNKNOWN, withFiles('/etc/init/cron.conf\n'))).toMatchObject({
      cause: 'job-missing',
      advice: expect.stringContaining('`sudo nano /etc/init/uwsgi.conf`') as unknown,
    });
  });
});

describe('a job that Upstart does not know, although its file is in order', () => {
  it('because nobody answers', async () => {
    const silent = answers({
      'initctl status': {
        code: 1,
        output:
          'initctl: Unable to connect to Upstart: Failed to connect to socket /run/upstart-compat/socket: Connection refused\n',
      },
    });
    expect(await check({}, silent)).toMatchObject({
      cause: 'upstart-not-running',
      advice: 'Start it: `sudo systemctl start upstart-compat`.',
    });
  });

  it('for whatever reason', async () => {
    expect(await check({}, UNKNOWN)).toMatchObject({ cause: 'job-unknown' });
  });
});

describe('a job that does not run', () => {
  const ended = (words: string): Script => jobDown({ Result: 'start-limit-hit', ExecMainStatus: '1' }, words);
  const withJob = (from: string, to: string): Script =>
    answers({ "head -c 65536 '/etc/init/uwsgi.conf'": JOB.replace(from, to) });

  it('has something to do before it, which fails', async () => {
    const wrong = withJob('respawn', 'respawn\npre-start exec mkdir /var/log/uwsgi');
    const failed = answers({
      'initctl status': 'uwsgi stop/waiting\n',
      'journalctl -q -k':
        '1795230300.004321 debian kernel: init: uwsgi pre-start process (1274) terminated with status 1\n',
      'tail -c 8192': '1795230300\nmkdir: cannot create directory ‘/var/log/uwsgi’: File exists\n',
    });
    expect(await check({ running: true }, wrong, failed)).toMatchObject({
      cause: 'job-pre-start-failed',
      found: expect.stringContaining('(line 5, `pre-start exec mkdir /var/log/uwsgi`)') as unknown,
      advice: expect.stringMatching(/`mkdir -p` in line 5.*`sudo start uwsgi`\.$/) as unknown,
    });
    // The file has been mended since.
    const since = answers({ 'stat -c %Y -- ': '1795230400\n' });
    expect(await check({ running: true }, wrong, failed, since)).not.toHaveProperty(
      'cause',
      'job-pre-start-failed',
    );
  });

  it('has a command that goes into the background', async () => {
    expect(await check({ running: true }, ended(''), withJob('--logto', '--daemonize'))).toMatchObject({
      cause: 'job-goes-away',
      advice: expect.stringMatching(/`--logto` in place of `--daemonize`.*`sudo start uwsgi`\.$/) as unknown,
    });
  });

  it.for(['-d', '--daemonize2', '--daemonize'])('goes into the background with %s', async (option) => {
    const away = withJob('--logto', option);
    expect(await check({ running: true }, ended(''), away)).toMatchObject({
      cause: 'job-goes-away',
      found: expect.stringContaining(`has the option \`${option}\`,`) as unknown,
    });
    const waiting = answers({ 'initctl status': 'uwsgi start/spawned, process 1274\n' });
    const file = JOB.replace('--logto', option).replace('respawn', 'respawn\nexpect daemon');
    const waits = answers({ "head -c 65536 '/etc/init/uwsgi.conf'": file });
    expect(await check({ running: true }, waits, waiting)).not.toHaveProperty('cause', 'job-expects-fork');
  });

  it('waits for a process that never goes into the background', async () => {
    const waiting = answers({ 'initctl status': 'uwsgi start/spawned, process 1274\n' });
    const wrong = withJob('respawn', 'respawn\nexpect daemon');
    expect(await check({ running: true }, wrong, waiting)).toMatchObject({
      cause: 'job-expects-fork',
      found: expect.stringContaining('Line 5 of /etc/init/uwsgi.conf, `expect daemon`') as unknown,
      advice: 'Take line 5 out. Then `sudo stop uwsgi` and `sudo start uwsgi`.',
    });
  });

  it('was never started, or was stopped', async () => {
    expect(await check({ running: true }, jobDown({ ExecMainStartTimestamp: '' }))).toMatchObject({
      cause: 'job-not-running',
      advice: 'Start it: `sudo start uwsgi`.',
    });
    expect(await check({ running: true }, jobDown({}))).toMatchObject({ cause: 'job-not-running' });
    const killed = jobDown({ Result: 'timeout', ExecMainStatus: '9' });
    expect(await check({ running: true }, killed)).toMatchObject({ cause: 'job-not-running' });
  });

  it('starts a program that is not there', async () => {
    const result = await check(
      { running: true },
      ended('/bin/sh: 1: exec: /usr/local/bin/uwgsi: not found\n'),
      withJob('bin/uwsgi', 'bin/uwgsi'),
    );
    expect(result).toMatchObject({
      cause: 'job-program-missing',
      found: 'The job uwsgi starts /usr/local/bin/uwgsi, and there is no such program.',
      evidence: '/bin/sh: 1: exec: /usr/local/bin/uwgsi: not found',
    });
  });

  it('gives uWSGI an option that it does not know', async () => {
    expect(
      await check(
        { running: true },
        ended("/usr/local/bin/uwsgi: unrecognized option '--emporer'\n"),
        withJob('--emperor', '--emporer'),
      ),
    ).toMatchObject({
      cause: 'job-command-misspelt',
      found: expect.stringContaining('--emporer') as unknown,
    });
  });

  it('has no folder for its log', async () => {
    expect(
      await check(
        { running: true },
        ended('open("/var/log/uwsgi/emperor.log"): No such file or directory [core/logging.c line 288]\n'),
      ),
    ).toMatchObject({
      cause: 'log-folder-missing',
      advice: 'Make it: `sudo mkdir -p /var/log/uwsgi`. Then `sudo start uwsgi`.',
    });
  });

  it('is to run as a login that is not there', async () => {
    const wrong = withJob('--uid nginx', '--uid ngnix');
    expect(await check({ running: true }, ended('user ngnix not found.\n'), wrong)).toMatchObject({
      cause: 'job-login-unknown',
      found: 'The job uwsgi is to run with `--uid ngnix`, and this machine has no such login.',
      advice: 'In /etc/init/uwsgi.conf, write `--uid nginx`. Then `sudo start uwsgi`.',
    });
    const other = answers({ "grep -hsE '^[[:space:]]*user": 'user www-data web;\n' });
    const group = withJob('--gid nginx', '--gid ngnix');
    expect(await check({ running: true }, ended('group ngnix not found.\n'), group, other)).toMatchObject({
      advice: expect.stringContaining('write `--gid web`') as unknown,
    });
  });

  it.for([
    "/usr/local/bin/uwsgi: unrecognized option '--emporer'\n",
    'open("/var/log/uwgsi/emperor.log"): No such file or directory [core/logging.c line 288]\n',
    'user ngin not found.\n',
  ])('has been changed since it said %s', async (words) => {
    expect(await check({ running: true }, ended(words))).toMatchObject({ cause: 'job-ended' });
  });

  it('was stopped, after failures before its last start', async () => {
    const before = answers({
      'journalctl -q -k': '1795229999.900000 debian kernel: init: uwsgi respawning too fast, stopped\n',
      'tail -c 8192': '1795229999\nuser nginx not found.\n',
    });
    expect(await check({ running: true }, jobDown({}), before)).toMatchObject({ cause: 'job-not-running' });
    const failed = jobDown({ Result: 'exit-code', ExecMainStatus: '1' });
    expect(await check({ running: true }, failed, before)).toMatchObject({ cause: 'job-ended' });
  });

  it('ended for another reason', async () => {
    const events = answers({
      'journalctl -q -k': '1795230000.004321 debian kernel: init: uwsgi respawning too fast, stopped\n',
    });
    expect(await check({ running: true }, jobDown({}), events)).toMatchObject({
      cause: 'job-ended',
      evidence: 'init: uwsgi respawning too fast, stopped',
    });
  });
});

it('tells a job that runs as root', async () => {
  const asRoot = EMPEROR.replaceAll('nginx nginx', 'root root').replaceAll(' --uid nginx --gid nginx', '');
  const root = answers({
    'ps -ww': asRoot + VASSAL + NGINX,
    "head -c 65536 '/etc/init/uwsgi.conf'": JOB.replace(' --uid nginx --gid nginx', ''),
  });
  expect(await check({ user: 'nginx' }, root)).toMatchObject({
    cause: 'job-wrong-user',
    found: 'Process 1042 of the job uwsgi runs as root, not as nginx: its command has no `--uid`.',
    advice:
      'In /etc/init/uwsgi.conf, let the line `exec` have `--uid nginx --gid nginx`. Then `sudo stop uwsgi` and `sudo start uwsgi`.',
  });
  // It was started before the file was mended; restart keeps to the old text.
  expect(await check({ user: 'nginx' }, answers({ 'ps -ww': asRoot + VASSAL + NGINX }))).toMatchObject({
    cause: 'job-outdated',
    found: expect.stringContaining('`--uid` is not the same in the two') as unknown,
    advice: '`sudo stop uwsgi`, and when it has stopped, `sudo start uwsgi`.',
  });
  // Somebody else's processes do not count.
  const beside = process(77, 1, 'uwsgi --ini other.ini', 'root', 'user.slice/session-1.scope');
  expect(await check({ user: 'nginx' }, answers({ 'ps -ww': EMPEROR + beside }))).toMatchObject({
    status: 'pass',
  });
});

describe('a job that the boot does not start', () => {
  const file = (text: string, conditions = ''): Script =>
    answers({
      "head -c 65536 '/etc/init/uwsgi.conf'": text,
      'initctl check-config': conditions === '' ? '' : { code: 1, output: conditions },
    });
  const without = file(JOB.replace('start on runlevel [2345]\n', ''));

  it('has no line for it', async () => {
    expect(await check({ startsAtBoot: true }, without)).toMatchObject({
      cause: 'job-never-at-boot',
      found: expect.stringContaining('`start on` is missing') as unknown,
      advice: expect.stringMatching(/^Write `start on runlevel \[2345\]` into .*`sudo reboot`\.$/) as unknown,
    });
    expect(await check({ sinceBoot: true }, without)).toMatchObject({ cause: 'job-never-at-boot' });
  });

  it('waits for an event that there is not', async () => {
    const misspelt = file(
      JOB.replace('runlevel [2345]', 'runlevels [2345]'),
      'uwsgi\n  start on: unknown event runlevels\n',
    );
    expect(await check({ startsAtBoot: true }, misspelt)).toMatchObject({
      cause: 'job-never-at-boot',
      found: expect.stringMatching(/^Line 2 of .*unknown event runlevels\.$/) as unknown,
      advice: expect.stringContaining('Change line 2') as unknown,
    });
  });

  it.for(['[345]', '3', '[!2]', '[3-5]', '[!1-5]'])('waits for runlevel %s', async (levels) => {
    const other = file(JOB.replace('[2345]', levels));
    expect(await check({ startsAtBoot: true }, other)).toMatchObject({
      cause: 'job-never-at-boot',
      found: expect.stringContaining('boots into runlevel 2') as unknown,
    });
  });

  it.for(['[!06]', '2', '[2]', '[1-5]', '[016-]\nstart on runlevel [2]'])(
    'is another than one that waits for runlevel %s',
    async (levels) => {
      const other = file(JOB.replace('[2345]', levels));
      expect(await check({ startsAtBoot: true }, other)).toMatchObject({ status: 'pass' });
    },
  );

  it('is told at the line that counts', async () => {
    const twice = file(JOB.replace('respawn', 'start on runlevel [345]'));
    expect(await check({ startsAtBoot: true }, twice)).toMatchObject({
      found: expect.stringContaining('`runlevel [345]`') as unknown,
      advice: expect.stringMatching(/^Change line 4 of /) as unknown,
    });
  });

  it('is manual', async () => {
    expect(
      await check({ startsAtBoot: true }, file(JOB.replace('respawn', 'respawn\nmanual'))),
    ).toMatchObject({
      cause: 'job-never-at-boot',
      found: 'Line 5 of /etc/init/uwsgi.conf says `manual`, so nothing but you starts the job uwsgi.',
      advice: 'Take that line out: `sudo nano /etc/init/uwsgi.conf`. Then `sudo reboot`.',
    });
    const override = (text: string): Script => answers({ "head -c 65536 '/etc/init/uwsgi.override'": text });
    expect(await check({ startsAtBoot: true }, override('manual\n'))).toMatchObject({
      found: expect.stringContaining('Line 1 of /etc/init/uwsgi.override') as unknown,
    });
    expect(await check({ startsAtBoot: true }, override('manual\nstart on runlevel [2345]\n'))).toMatchObject(
      { status: 'pass' },
    );
  });

  it('was started by hand', async () => {
    expect(await check({ sinceBoot: true })).toMatchObject({
      cause: 'job-started-by-hand',
      advice: 'Restart the machine with `sudo reboot`, and start nothing by hand afterwards.',
    });
  });
});

it('takes what init-checkconf prints for what it is', () => {
  expect(parseMistake('')).toBeNull();
  expect(parseMistake('File /etc/init/uwsgi.conf: syntax ok')).toBeNull();
  expect(parseMistake('/etc/init/uwsgi.conf: The file is larger than 64 KiB')).toEqual({
    path: '/etc/init/uwsgi.conf',
    line: 0,
    message: 'The file is larger than 64 KiB',
  });
  const mistake = { path: '/etc/init/uwsgi.conf', line: 999, message: 'Unknown stanza' };
  expect(say(jobFileTrouble(mistake, 'x'.repeat(100_000))).found.length).toBeLessThan(300);
});
