import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PACKAGE_JOBS } from './package-jobs.fixture.ts';
import { isAlive } from './systemd.fixture.ts';
import { buildForTests, Computer } from './upstart.fixture.ts';
import { UPSTART_LINKS } from './upstart.ts';

let directory = '';
let program = '';
let computer: Computer;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'upstart-build-'));
  program = await buildForTests(directory);
}, 120_000);
afterAll(() => rm(directory, { recursive: true }));

beforeEach(() => {
  computer = new Computer(program);
});
afterEach(() => computer.dispose());

const ok = (stdout: string): object => ({ code: 0, stdout, stderr: '' });
const refused = (stderr: string): object => ({ code: 1, stdout: '', stderr });
const running = (name: string): RegExp => new RegExp(`^${name} start/running, process \\d+\n$`);
/** A program that runs until it is stopped, with no letter that a shell would mind. */
const FOR_EVER = 'exec sleep 1000';

/** What the environment of a running process has. */
function environmentOf(pid: number): Record<string, string> {
  const text = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
  return Object.fromEntries(
    text
      .split('\0')
      .filter((line) => line !== '' && !line.startsWith('STAND_IN'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Waits for a state; on a busy computer that takes its time. */
const eventually = <T>(look: () => T): ReturnType<typeof expect.poll<T>> =>
  expect.poll(look, { timeout: 30_000 });
const pidOf = (job: string): number => computer.systemd.mainPid(`${job}.service`);
const status = async (job: string): Promise<string> => (await computer.run('status', job)).stdout;
const log = (job: string): string => computer.read(`var/log/upstart/${job}.log`);

describe('job files', () => {
  /** What init-checkconf finds wrong in a file, or 'ok'. */
  async function check(text: string | Uint8Array): Promise<string> {
    computer.write('etc/init/job.conf', text);
    const file = '/etc/init/job.conf';
    const { code, stdout, stderr } = await computer.run('init-checkconf', file);
    if (code === 0) {
      expect({ stdout, stderr }).toEqual({ stdout: `File ${file}: syntax ok\n`, stderr: '' });
      return 'ok';
    }
    const [first, second = ''] = stderr.split('\n');
    expect(first).toBe(`ERROR: File ${file}: syntax invalid:`);
    expect(second.startsWith(`${file}:`)).toBe(true);
    return second.slice(file.length + 1);
  }

  test.each([
    '',
    '\n\n# only a comment\n',
    'description "uWSGI"',
    "description 'in other quotes' # and a comment",
    'description one-word',
    'author "a"\nversion "1"\nusage "job"\nemits a b c',
    'start on runlevel [2345]\nstop on runlevel [06]',
    'start on a and b or c',
    'start on (a and (b or c ONE=1 TWO!=2))',
    'start on (a\n  and b # why\n  and c)\n',
    'start on a \\\n  and b',
    'start on started dbus',
    'start on a "and"',
    'respawn\nrespawn limit 10 5',
    'respawn limit unlimited',
    'env A=1\nenv B="two words"\nenv C',
    'export A B',
    'exec /bin/true',
    'exec /bin/true "with \' quotes" # comment',
    'exec /bin/true \\\n  --more',
    'exec echo "quoted over\ntwo lines"',
    'script\n  echo hello\nend script',
    'script # comment\n  if true; then\n  echo end\n  fi\n  end   script # comment\n',
    'script\nend script',
    'pre-start exec a\npost-start exec b\npre-stop exec c\npost-stop exec d',
    'pre-start script\na\nend script\npost-start script\nb\nend script\npre-stop script\nc\nend script\npost-stop script\nd\nend script',
    'chdir /srv\nsetuid daemon\nsetgid daemon\numask 077\nnice -5',
    'console log\nconsole none\nconsole output\nconsole owner',
    'limit nofile 10 20\nlimit core unlimited unlimited',
    'kill timeout 20\nkill signal INT\nkill signal SIGQUIT\nkill signal 9',
    'expect fork\nexpect daemon\nexpect stop\nexpect none',
    'task\nmanual',
    'oom -5\noom never\noom score 100\noom score never',
    'normal exit 0 1 TERM SIGHUP',
    '   description "indented"   ',
    'description "carriage returns"\r\nexec true\r\n',
    'description "naïve"',
  ])('%j is right', async (text) => {
    expect(await check(text)).toBe('ok');
  });

  test.each([
    ['describtion "a"', '1: Unknown stanza'],
    ['description "a"\n\nexecute x\n', '3: Unknown stanza'],
    ['exec /usr/bin/uwsgi\n  --master --ini x', '2: Unknown stanza'],
    ['Exec true', '1: Unknown stanza'],
    ['exec true \\\n  more\nwrong', '3: Unknown stanza'],
    ['description "two\nlines"\nwrong', '3: Unknown stanza'],
    ['script\n  a\nend script\nwrong', '4: Unknown stanza'],
    ['start on (a\n or b)\nwrong', '3: Unknown stanza'],
    ['start when a', '1: Unknown stanza'],
    ['pre-start run x', '1: Unknown stanza'],
    ['kill time 5', '1: Unknown stanza'],
    ['respawn for ever', '1: Unknown stanza'],
    ['normal end 5', '1: Unknown stanza'],
    ['console tty', '1: Unknown stanza'],
    ['expect nothing', '1: Unknown stanza'],
    ['limit files 1 2', '1: Unknown stanza'],
    ['description', '1: Expected token'],
    ['description ""', '1: Expected token'],
    ['env', '1: Expected token'],
    ['exec', '1: Expected token'],
    ['\nexec # nothing', '2: Expected token'],
    ['start', '1: Expected token'],
    ['limit nofile 10', '1: Expected token'],
    ['respawn limit 10', '1: Expected token'],
    ['description two words', '1: Unexpected token'],
    ['task now', '1: Unexpected token'],
    ['manual labour', '1: Unexpected token'],
    ['script echo hello\nend script', '1: Unexpected token'],
    ['env A=1 B=2', '1: Unexpected token'],
    ['description "open\n', '2: Unterminated quoted string'],
    ["exec echo 'open", '1: Unterminated quoted string'],
    ['description a\\', '1: Trailing slash in file'],
    ['task\nscript\n  echo\n', '4: Unterminated block'],
    ['script\n  echo\nend scripts\n', '4: Unterminated block'],
    ['start on', '1: Expected event'],
    ['start on and a', '1: Expected event'],
    ['start on a and', '1: Expected event'],
    ['start on a and or b', '1: Expected event'],
    ['start on ()', '1: Expected event'],
    ['start on (a) (b)', '1: Expected operator'],
    ['start on a (b)', '1: Expected operator'],
    ['start on (a) b', '1: Expected operator'],
    ['start on a KEY=1 2', '1: Expected variable name before value'],
    ['task\nstart on (a', '2: Mismatched parentheses'],
    ['start on a)', '1: Mismatched parentheses'],
    [`start on ${'('.repeat(100)}a${')'.repeat(100)}`, '1: Too many parentheses'],
    [`start on a${' or a'.repeat(600)}`, '1: Too many operators'],
    ['respawn limit many 5', "1: Illegal limit, expected 'unlimited' or integer"],
    ['respawn limit 5 soon', '1: Illegal interval, expected number of seconds'],
    ['limit nofile -1 5', "1: Illegal limit, expected 'unlimited' or integer"],
    ['kill timeout soon', '1: Illegal interval, expected number of seconds'],
    ['kill signal LOUD', '1: Illegal signal status, expected integer'],
    ['umask 999', '1: Illegal file creation mask, expected octal integer'],
    ['nice 20', '1: Illegal nice value, expected -20 to 19'],
    ['oom 16', "1: Illegal oom adjustment, expected -16 to 15 or 'never'"],
    ['oom score 1001', "1: Illegal oom score adjustment, expected -999 to 1000 or 'never'"],
    ['normal exit well', '1: Illegal exit status, expected integer'],
    ['chroot /srv', "1: chroot: upstart-compat runs every job in the system's own root directory"],
    ['instance $N', '1: instance: upstart-compat runs one instance of a job, as one systemd service'],
    ['exec true\0', '1: Unexpected token'],
    ['script\na\0b\nend script', '3: Unexpected token'],
  ])('%j is wrong', async (text, mistake) => {
    // The mistake itself comes with a file that is right before it and after it.
    expect(await check(text)).toBe(mistake);
  });

  test('a file that is too large is no job', async () => {
    computer.job('large', '#'.repeat(70_000));
    const file = '/etc/init/large.conf';
    expect(await computer.run('init-checkconf', file)).toEqual(
      refused(`ERROR: File ${file}: syntax invalid:\n${file}: The file is larger than 64 KiB\n`),
    );
  });

  test.each([
    [[], 'ERROR: must specify configuration file\n'],
    [['/nowhere.conf'], 'ERROR: file /nowhere.conf does not exist\n'],
    [['/etc/passwd'], 'ERROR: file must end in .conf\n'],
  ])('init-checkconf %j', async (words, message) => {
    expect(await computer.run('init-checkconf', ...words)).toEqual(refused(message));
  });

  test('init-checkconf takes -f, and says how it is used', async () => {
    computer.job('a', 'task');
    const file = '/etc/init/a.conf';
    expect(await computer.run('init-checkconf', '-f', file)).toEqual(ok(`File ${file}: syntax ok\n`));
    expect((await computer.run('init-checkconf', '--help')).stdout).toContain(
      'Usage: init-checkconf [-f] FILE',
    );
  });
});

describe('the service of a job', () => {
  beforeEach(() => computer.boot());

  /** Lines of the service that a job with these stanzas becomes, after its first lines. */
  async function settings(...lines: string[]): Promise<string[]> {
    computer.job('job', ...lines);
    expect(await computer.run('status', 'job')).toEqual(ok('job stop/waiting\n'));
    return computer.unit('job').split('\n');
  }

  test('says what it is, and has what every job has', async () => {
    computer.job('uwsgi', 'description "uWSGI"', 'exec /usr/bin/uwsgi --ini /etc/uwsgi.ini');
    await computer.run('status', 'uwsgi');
    expect(computer.unit('uwsgi')).toBe(`# Generated by upstart-compat from /etc/init/uwsgi.conf.
# It is made anew when the job starts: change that file, not this one.

[Unit]
Description=uWSGI
After=upstart-compat.service
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/bin/uwsgi --ini /etc/uwsgi.ini
TimeoutStartSec=infinity
TimeoutStopSec=5s
IgnoreSIGPIPE=no
EnvironmentFile=ROOT/run/upstart-compat/jobs/uwsgi.service/environment
UnsetEnvironment=HOME LANG LOGNAME SHELL USER INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID 
ExecSearchPath=/usr/local/sbin:/usr/local/bin:/usr/bin:/usr/sbin:/sbin:/bin
WorkingDirectory=/
UMask=0022
StandardOutput=append:ROOT/var/log/upstart/uwsgi.log
StandardError=inherit
`);
  });

  test.each([
    ['exec true', 'ExecStart=true'],
    ['exec   /bin/echo   many    blanks', 'ExecStart=/bin/echo many blanks'],
    ['exec /bin/echo 100%d', 'ExecStart=/bin/echo "100%%d"'],
    ['exec /bin/echo é', String.raw`ExecStart=/bin/echo "\xc3\xa9"`],
    ['exec ./program', 'ExecStart=/bin/sh -e -c "exec ./program" /bin/sh'],
    ['exec -program', 'ExecStart=/bin/sh -e -c "exec -program" /bin/sh'],
    ['exec $UWSGI --ini "a b"', String.raw`ExecStart=/bin/sh -e -c "exec $$UWSGI --ini \"a b\"" /bin/sh`],
    ['exec /bin/echo a > b', 'ExecStart=/bin/sh -e -c "exec /bin/echo a > b" /bin/sh'],
    [String.raw`exec /bin/echo \x`, String.raw`ExecStart=/bin/sh -e -c "exec /bin/echo \\x" /bin/sh`],
    ['exec a \\\n   b', 'ExecStart=a b'],
    ['exec a # comment', 'ExecStart=a'],
    ['script\n  echo one\nend script', 'ExecStart=/bin/sh -e -c "echo one" /bin/sh'],
    ['script\n  a\n  b\nend script', 'ExecStart=/bin/sh -e ROOT/run/upstart-compat/jobs/job.service/main'],
    ['pre-start exec a', 'ExecStartPre=a'],
    ['post-start exec a', 'ExecStartPost=-a'],
    ['pre-stop exec a', 'ExecStop=-a'],
    ['post-stop exec a', 'ExecStopPost=-a'],
    [
      'exec a\npre-stop exec b',
      String.raw`ExecStop=-/bin/sh -e -c "test -n \"$$MAINPID\" || exit 0; exec b" /bin/sh`,
    ],
    ['exec a\nexpect fork', 'Type=forking'],
    ['exec a\nexpect daemon', 'PIDFile=ROOT/run/upstart-compat/jobs/job.service/daemon/pid'],
    [
      'exec a b\nexpect daemon',
      'ExecStart=PROGRAM follow 2 ROOT/run/upstart-compat/jobs/job.service/daemon/pid a b',
    ],
    ['exec a\nexpect stop', 'Type=exec'],
    ['exec a\ntask', 'Type=oneshot'],
    ['task', 'ExecStart=/bin/true'],
    ['description "only a state"', 'RemainAfterExit=yes'],
    ['description "100%"', 'Description=100%%'],
    ['exec a', 'Description=job'],
    ['respawn', 'Restart=always'],
    ['respawn', 'StartLimitBurst=11'],
    ['respawn', 'StartLimitIntervalSec=150s'],
    ['respawn\ntask\nexec a', 'Restart=on-failure'],
    ['respawn\nrespawn limit 3 10', 'StartLimitBurst=4'],
    ['respawn\nrespawn limit 3 10', 'StartLimitIntervalSec=300s'],
    ['respawn\nrespawn limit unlimited', 'StartLimitIntervalSec=0'],
    ['respawn\nrespawn limit 0 5', 'StartLimitIntervalSec=0'],
    ['normal exit 0 3 TERM', 'SuccessExitStatus=0 3 SIGTERM'],
    ['normal exit 0 3 TERM', 'RestartPreventExitStatus=0 3 SIGTERM'],
    ['kill timeout 20', 'TimeoutStopSec=20s'],
    ['kill timeout 0', 'TimeoutStopSec=1ms'],
    ['post-stop exec a', 'TimeoutStopSec=30s'],
    ['post-stop exec a\nkill timeout 60', 'TimeoutStopSec=60s'],
    ['kill signal INT', 'KillSignal=2'],
    ['setuid daemon', 'User=daemon'],
    ['setgid daemon', 'Group=daemon'],
    ['chdir /srv', 'WorkingDirectory=/srv'],
    ['chdir srv', 'WorkingDirectory=/srv'],
    ['chdir /srv/%n', 'WorkingDirectory=/srv/%%n'],
    ['umask 077', 'UMask=0077'],
    ['nice -5', 'Nice=-5'],
    ['oom score 100', 'OOMScoreAdjust=100'],
    ['oom score never', 'OOMScoreAdjust=-1000'],
    ['oom 15', 'OOMScoreAdjust=1000'],
    ['oom -16', 'OOMScoreAdjust=-941'],
    ['limit nofile 10 20', 'LimitNOFILE=10:20'],
    ['limit core unlimited unlimited', 'LimitCORE=infinity:infinity'],
    ['console none', 'StandardOutput=null'],
    ['console output', 'StandardOutput=file:/dev/console'],
    ['console owner', 'TTYPath=/dev/console'],
    [
      'env HOME=/srv',
      'UnsetEnvironment=LANG LOGNAME SHELL USER INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID ',
    ],
    ['env PATH=/srv/bin:/bin', 'ExecSearchPath=/srv/bin:/bin'],
  ])('%j: %s', async (stanzas, line) => {
    expect(await settings(stanzas)).toContain(line.replace('PROGRAM', program));
  });

  test('a script keeps its lines, without the indent that all have', async () => {
    await settings('script', '  if true; then', '    echo "$0" \\', '      more', '  fi', 'end script');
    expect(computer.read('run/upstart-compat/jobs/job.service/main')).toBe(
      'if true; then\n  echo "$0" \\\n    more\nfi\n',
    );
  });

  test('a script that a job has no more is no more', async () => {
    await settings('script', '  a', '  b', 'end script', 'post-stop script', '  c', '  d', 'end script');
    expect(computer.list('run/upstart-compat/jobs/job.service')).toEqual([
      'environment',
      'main',
      'post-stop',
    ]);
    await settings('exec a');
    expect(computer.list('run/upstart-compat/jobs/job.service')).toEqual(['environment']);
  });

  test('systemd itself has nothing against the services of the packages', async () => {
    const analyze = spawnSync('systemd-analyze', ['--version']);
    for (const [name, text] of Object.entries(PACKAGE_JOBS)) computer.write(`etc/init/${name}.conf`, text);
    await computer.run('initctl', 'list');
    const units = computer.list('run/systemd/system').filter((name) => name.endsWith('.service'));
    expect(units).toHaveLength(Object.keys(PACKAGE_JOBS).length);
    if (analyze.status !== 0) return;
    const { stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', ...units.map((name) => computer.path(`run/systemd/system/${name}`))],
      { encoding: 'utf8' },
    );
    expect(
      stderr
        .split('\n')
        .filter((line) => line.includes(computer.root) && !line.includes('is not executable')),
    ).toEqual([]);
  });

  test.each([
    ['lib/systemd/system', 'upstart-nginx'],
    ['etc/systemd/system', 'upstart-nginx'],
    ['usr/lib/systemd/system', 'upstart-nginx'],
    ['var/lib', 'nginx'],
  ])('with a service of the name in %s it is %s', async (place, unit) => {
    computer.write(`${place}/nginx.service`, '[Service]\nExecStart=/bin/true\n');
    computer.job('nginx', FOR_EVER);
    expect((await computer.run('start', 'nginx')).stdout).toMatch(running('nginx'));
    expect(computer.systemd.state(`${unit}.service`)).toBe('active/running');
  });

  test('a service that somebody else has written where ours would be stays', async () => {
    computer.write('run/systemd/system/job.service', '[Service]\nExecStart=/bin/true\n');
    computer.job('job', FOR_EVER);
    await computer.run('start', 'job');
    expect(computer.unit('job')).toBe('[Service]\nExecStart=/bin/true\n');
    expect(computer.systemd.state('upstart-job.service')).toBe('active/running');
  });

  test('a name with letters that systemd does not take', async () => {
    computer.job('my job@x', FOR_EVER);
    expect((await computer.run('start', 'my job@x')).stdout).toMatch(
      /^my job@x start\/running, process \d+\n$/,
    );
    expect(computer.systemd.state('my\\x20job\\x40x.service')).toBe('active/running');
  });

  test('what only root may read in the job file, only root may read elsewhere', async () => {
    computer.write(
      'etc/init/job.conf',
      `env PASSWORD=1\nscript\n  echo $PASSWORD\n  ${FOR_EVER}\nend script\n`,
      0o600,
    );
    // Also when all could read it for a while.
    chmodSync(computer.path('etc/init/job.conf'), 0o644);
    await status('job');
    chmodSync(computer.path('etc/init/job.conf'), 0o600);
    await computer.run('start', 'job');
    const mode = (file: string): number => statSync(computer.path(file)).mode & 0o777;
    expect(mode('run/systemd/system/job.service')).toBe(0o600);
    expect(mode('run/upstart-compat/jobs/job.service/environment')).toBe(0o600);
    expect(mode('run/upstart-compat/jobs/job.service/main')).toBe(0o400);
    await eventually(() => log('job')).toBe('1\n');
    expect(mode('var/log/upstart/job.log')).toBe(0o640);
  });

  test.each([
    ['exec /bin/true --password=secret', '/bin/true --password=secret'],
    ['script\n  echo secret\nend script', 'echo secret'],
  ])('the command line of systemd has nothing of a secret job: %j', async (stanzas, command) => {
    computer.write('etc/init/job.conf', `${stanzas}\n`);
    // An override counts as much as the file itself.
    computer.write('etc/init/job.override', 'task\n', 0o600);
    computer.write('etc/init/own.conf', `setuid daemon\n${stanzas}\n`, 0o600);
    await computer.run('initctl', 'list');
    for (const job of ['job', 'own']) {
      const file = `run/upstart-compat/jobs/${job}.service/main`;
      expect(computer.unit(job)).toContain(`ExecStart=/bin/sh -e ROOT/${file}\n`);
      expect(computer.unit(job)).not.toContain('secret');
      expect(computer.read(file)).toContain(command);
      expect(statSync(computer.path(file)).mode & 0o777).toBe(0o400);
    }
    // The job's user runs it.
    const daemon = /^daemon:[^:]*:(\d+):/m.exec(computer.read('etc/passwd'))?.[1];
    expect(statSync(computer.path('run/upstart-compat/jobs/own.service/main')).uid).toBe(Number(daemon));
  });

  test('files are made with the right modes', async () => {
    await settings('script', '  a', '  b', 'end script');
    const mode = (file: string): number => statSync(computer.path(file)).mode & 0o777;
    expect(mode('run/systemd/system/job.service')).toBe(0o644);
    expect(mode('run/upstart-compat')).toBe(0o755);
    expect(mode('run/upstart-compat/jobs/job.service')).toBe(0o755);
    expect(mode('run/upstart-compat/jobs/job.service/main')).toBe(0o644);
    expect(mode('run/upstart-compat/jobs/job.service/environment')).toBe(0o600);
    expect(mode('run/upstart-compat/socket')).toBe(0o666);
    expect(computer.list('run/upstart-compat')).toEqual(['jobs', 'socket', 'started']);
  });
});

describe('commands', () => {
  beforeEach(() => computer.boot());

  test('start, status, stop', async () => {
    computer.job('uwsgi', 'description "uWSGI"', FOR_EVER);
    expect(await computer.run('status', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
    const started = await computer.run('start', 'uwsgi');
    expect(started).toEqual(ok(`uwsgi start/running, process ${String(pidOf('uwsgi'))}\n`));
    expect(await computer.run('status', 'uwsgi')).toEqual(started);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job is already running: uwsgi\n'));
    expect(await computer.run('stop', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
    expect(computer.systemd.state('uwsgi.service')).toBe('not loaded');
    expect(await computer.run('stop', 'uwsgi')).toEqual(refused('stop: Unknown instance: \n'));
  });

  test('none makes systemd read all of its files anew', async () => {
    computer.job('uwsgi', FOR_EVER);
    await computer.run('start', 'uwsgi');
    await computer.run('stop', 'uwsgi');
    computer.job('uwsgi', 'env A=1', FOR_EVER);
    await computer.run('start', 'uwsgi');
    expect(environmentOf(pidOf('uwsgi'))['A']).toBe('1');
    await computer.run('restart', 'uwsgi');
    expect(computer.systemd.calls).not.toContain('Reload');
  });

  test('a service that systemd keeps in its memory is read anew all the same', async () => {
    computer.job('uwsgi', 'pre-start exec false', FOR_EVER);
    await computer.run('start', 'uwsgi');
    expect(computer.systemd.state('uwsgi.service')).toBe('failed/failed');
    computer.job('uwsgi', FOR_EVER);
    expect((await computer.run('start', 'uwsgi')).stdout).toMatch(running('uwsgi'));
  });

  test('restart', async () => {
    computer.job('uwsgi', FOR_EVER);
    expect(await computer.run('restart', 'uwsgi')).toEqual(refused('restart: Unknown instance: \n'));
    const first = await computer.run('start', 'uwsgi');
    // A new file counts when the job has been stopped.
    computer.job('uwsgi', 'env A=1', FOR_EVER);
    const second = await computer.run('restart', 'uwsgi');
    expect(second.stdout).toMatch(running('uwsgi'));
    expect(second.stdout).not.toBe(first.stdout);
    expect(second.stdout).toBe(`uwsgi start/running, process ${String(pidOf('uwsgi'))}\n`);
    expect(environmentOf(pidOf('uwsgi'))['A']).toBeUndefined();
  });

  test('a restart that fails', async () => {
    computer.job('uwsgi', 'pre-start exec test ! -e ROOT/broken', FOR_EVER);
    await computer.run('start', 'uwsgi');
    computer.write('broken', '');
    expect(await computer.run('restart', 'uwsgi')).toEqual(refused('restart: Job failed to restart\n'));
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
  });

  test('reload sends SIGHUP to the main process', async () => {
    computer.job(
      'job',
      'script',
      '  trap "echo again" HUP',
      '  echo ready',
      '  while :; do sleep 0.05; done',
      'end script',
    );
    expect(await computer.run('reload', 'job')).toEqual(refused('reload: Unknown instance: \n'));
    await computer.run('start', 'job');
    await eventually(() => log('job')).toBe('ready\n');
    expect(await computer.run('reload', 'job')).toEqual(ok(''));
    await eventually(() => log('job')).toBe('ready\nagain\n');
  });

  test.each(['start', 'stop', 'restart', 'reload', 'status'])(
    '%s of a job that is not there',
    async (command) => {
      expect(await computer.run(command, 'uwsgi')).toEqual(refused(`${command}: Unknown job: uwsgi\n`));
      expect(await computer.run('initctl', command, 'uwsgi')).toEqual(
        refused('initctl: Unknown job: uwsgi\n'),
      );
      expect(await computer.run(command)).toEqual(
        refused(`${command}: missing job name\nTry \`${command} --help' for more information.\n`),
      );
      const help = await computer.run(command, '--help');
      expect(help.stdout).toMatch(
        new RegExp(`^Usage: ${command} \\[OPTION\\]\\.\\.\\. JOB \\[KEY=VALUE\\]\\.\\.\\.\n`),
      );
      expect((await computer.run(command, '--version')).stdout).toContain(
        `${command} (upstart 1.8)\nThis is upstart-compat`,
      );
      expect(await computer.run(command, '--fast', 'uwsgi')).toEqual(
        refused(`${command}: invalid option: --fast\nTry \`${command} --help' for more information.\n`),
      );
    },
  );

  test('initctl has them all', async () => {
    computer.job('uwsgi', FOR_EVER);
    expect((await computer.run('initctl', 'start', 'uwsgi')).stdout).toMatch(running('uwsgi'));
    expect((await computer.run('initctl', 'restart', 'uwsgi')).stdout).toMatch(running('uwsgi'));
    expect((await computer.run('initctl', 'status', 'uwsgi')).stdout).toMatch(running('uwsgi'));
    expect(await computer.run('initctl', '--quiet', 'stop', 'uwsgi')).toEqual(ok(''));
    expect(await computer.run('initctl', 'version')).toEqual(ok('init (upstart 1.8)\n'));
    expect(await computer.run('initctl', 'reload-configuration')).toEqual(ok(''));
    expect((await computer.run('initctl', 'help')).stdout).toContain('check-config');
    expect((await computer.run('initctl', '--help')).stdout).toContain('Usage: initctl [OPTION]... COMMAND');
    expect((await computer.run('initctl', 'start', '--help')).stdout).toContain(
      'Usage: initctl start [OPTION]',
    );
    expect((await computer.run('initctl', '--version')).stdout).toContain('initctl (upstart 1.8)');
    expect(await computer.run('initctl')).toEqual(
      refused("initctl: missing command\nTry `initctl --help' for more information.\n"),
    );
    expect(await computer.run('initctl', 'go')).toEqual(
      refused("initctl: invalid command: go\nTry `initctl --help' for more information.\n"),
    );
    expect(await computer.run('initctl', 'emit')).toEqual(
      refused("initctl: missing event name\nTry `initctl --help' for more information.\n"),
    );
    expect((await computer.run('upstart-compat', 'status', 'uwsgi')).stdout).toBe('uwsgi stop/waiting\n');
  });

  test('initctl list, usage, show-config', async () => {
    computer.job('b', FOR_EVER);
    computer.job('a', 'usage "a [PORT=number]"', 'emits up', 'start on (x A=1 and y) or z', 'stop on w');
    await computer.run('start', 'b');
    expect(await computer.run('initctl', 'list')).toEqual(
      ok(`a stop/waiting\nb start/running, process ${String(pidOf('b'))}\n`),
    );
    expect(await computer.run('initctl', 'usage', 'a')).toEqual(ok('Usage: a [PORT=number]\n'));
    expect(await computer.run('initctl', 'show-config', '-e', 'a')).toEqual(
      ok('a\n  emits up\n  start on ((x A=1 and y) or z)\n  stop on w\n'),
    );
    expect((await computer.run('initctl', 'show-config')).stdout).toContain('\nb\n');
    expect(await computer.run('initctl', 'show-config', 'c')).toEqual(refused('initctl: Unknown job: c\n'));
  });

  test('initctl check-config', async () => {
    computer.job('good', 'start on runlevel [2345] or never', 'stop on starting good');
    expect(await computer.run('initctl', 'check-config')).toEqual(ok(''));
    computer.job('bad', 'describtion "a"');
    computer.job('deaf', 'start on never', 'stop on stopped nobody and runlevel');
    computer.job('hears', 'start on heard', 'stop on started $JOB or stopped rc', 'emits heard');
    expect(await computer.run('initctl', 'check-config')).toEqual({
      code: 1,
      stdout:
        '/etc/init/bad.conf:1: Unknown stanza\n' +
        'deaf\n  start on: unknown event never\n  stop on: unknown job nobody\n',
      stderr: '',
    });
    expect(await computer.run('initctl', 'check-config', 'good')).toEqual(ok(''));
    expect(await computer.run('initctl', 'check-config', 'none')).toEqual(
      refused('initctl: Invalid job class: none\n'),
    );
  });

  test('initctl check-config --warn and --ignore-events', async () => {
    computer.job('half', 'start on never or runlevel', 'stop on ever');
    const ever = '  stop on: unknown event ever\n';
    const never = '  start on: unknown event never\n';
    expect((await computer.run('initctl', 'check-config')).stdout).toBe(`half\n${ever}`);
    expect((await computer.run('initctl', 'check-config', '--warn')).stdout).toBe(`half\n${never}${ever}`);
    expect((await computer.run('initctl', 'check-config', '-w', '-i', 'ever')).stdout).toBe(`half\n${never}`);
    expect(await computer.run('initctl', 'check-config', '--warn', '--ignore-events=never,ever')).toEqual(
      ok(''),
    );
    expect(await computer.run('initctl', 'check-config', '--ignore-events', 'never', 'half')).toEqual({
      code: 1,
      stdout: `half\n${ever}`,
      stderr: '',
    });
    computer.job('half', 'start on stop or start or starter');
    expect((await computer.run('initctl', 'check-config')).stdout).toBe(
      'half\n  start on: unknown event stop\n  start on: unknown event start\n  start on: unknown event starter\n',
    );
  });

  test('initctl log-priority', async () => {
    expect(await computer.run('initctl', 'log-priority')).toEqual(ok('message\n'));
    expect(await computer.run('initctl', 'log-priority', 'error')).toEqual(ok(''));
    expect(await computer.run('initctl', 'log-priority')).toEqual(ok('error\n'));
    // What is logged is a warning.
    computer.job('bad', 'task', 'exec false');
    await computer.run('start', 'bad');
    expect(computer.logged()).toEqual([]);
    await computer.run('initctl', 'log-priority', 'info');
    await computer.run('start', 'bad');
    expect(computer.logged()).toHaveLength(1);
    expect(await computer.run('initctl', 'log-priority', 'loud')).toEqual(
      refused('initctl: Invalid log priority\n'),
    );
    await computer.endDaemon();
    await computer.startDaemon({ UPSTART_COMPAT_OWNER: '4242' });
    expect((await computer.run('initctl', 'log-priority', 'info')).stderr).toContain('Rejected send message');
  });

  test('an answer of thousands of lines', async () => {
    const events = Array.from({ length: 4000 }, (_, at) => `event-${String(at)}`);
    computer.job('many', `emits ${events.join(' ')}`, 'start on event-1');
    expect(await computer.run('initctl', 'show-config', 'many')).toEqual(
      ok(['many', ...events.map((event) => `  emits ${event}`), '  start on event-1', ''].join('\n')),
    );
  });

  test('a job without a name is that of the process that asks', async () => {
    computer.job('uwsgi', FOR_EVER);
    await computer.run('start', 'uwsgi');
    const environment = { UPSTART_JOB: 'uwsgi', UPSTART_INSTANCE: '' };
    expect((await computer.runWith(environment, 'status')).stdout).toMatch(running('uwsgi'));
    const stopped = await computer.runWith(environment, 'stop');
    expect(stopped.stdout).toMatch(/^uwsgi stop\//);
    await eventually(() => status('uwsgi')).toBe('uwsgi stop/waiting\n');
  });

  test('--no-wait does not wait', async () => {
    computer.job('slow', `pre-start exec sh ROOT/wait`, FOR_EVER);
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    expect((await computer.run('start', '--no-wait', 'slow')).stdout).toBe('slow start/starting\n');
    await eventually(() => status('slow')).toMatch(/^slow start\/pre-start, process \d+\n$/);
    computer.write('gate', '');
    await eventually(() => status('slow')).toMatch(running('slow'));
  });

  test('who goes away while a job starts is forgotten, and the job starts', async () => {
    computer.job('slow', `pre-start exec sh ROOT/wait`, FOR_EVER);
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    const command = computer.begin('start', 'slow');
    await eventually(() => status('slow')).toContain('pre-start');
    command.kill('SIGINT');
    computer.write('gate', '');
    await eventually(() => status('slow')).toMatch(running('slow'));
  });

  test('others than root may look only', async () => {
    computer.job('uwsgi', FOR_EVER);
    await computer.endDaemon();
    await computer.startDaemon({ UPSTART_COMPAT_OWNER: '4242' });
    expect(await computer.run('status', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
    expect(await computer.run('start', 'other')).toEqual(refused('start: Unknown job: other\n'));
    for (const [words, inside] of [
      [['start', 'uwsgi'], 'interface="com.ubuntu.Upstart0_6.Job" member="Start"'],
      [['stop', 'uwsgi'], 'member="Stop"'],
      [['restart', 'uwsgi'], 'member="Restart"'],
      [['initctl', 'emit', 'x'], 'interface="com.ubuntu.Upstart0_6" member="EmitEvent"'],
      [['initctl', 'reload-configuration'], 'member="ReloadConfiguration"'],
    ] as const) {
      const [command, ...rest] = words;
      const { code, stderr } = await computer.run(command, ...rest);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        new RegExp(
          `^${command}: Rejected send message, 1 matched rules; type="method_call", sender=":1\\.\\d+" \\(uid=\\d+ pid=\\d+ comm="\\S*${words.join(' ')} "\\) `,
        ),
      );
      expect(stderr).toContain(inside);
      expect(stderr).toContain('destination="com.ubuntu.Upstart" (uid=0 pid=1 comm="/sbin/init")\n');
    }
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
  });

  test('variables must be variables', async () => {
    computer.job('uwsgi', FOR_EVER);
    expect(await computer.run('start', 'uwsgi', 'fast')).toEqual(
      refused('start: Env must be KEY=VALUE pairs\n'),
    );
    expect(await computer.run('initctl', 'emit', 'x', '=1')).toEqual(
      refused('initctl: Env must be KEY=VALUE pairs\n'),
    );
  });
});

describe('service', () => {
  beforeEach(async () => {
    computer.write('usr/sbin/service', '#!/bin/sh\necho "Debian: $*"\nexit 3\n', 0o755);
    await computer.boot();
    computer.job('uwsgi', FOR_EVER);
  });

  test('start, status, reload, restart and stop of a job', async () => {
    expect(await computer.run('service', 'uwsgi', 'status')).toEqual(ok('uwsgi stop/waiting\n'));
    expect((await computer.run('service', 'uwsgi', 'start')).stdout).toMatch(running('uwsgi'));
    expect(await computer.run('service', 'uwsgi', 'start')).toEqual(
      refused('start: Job is already running: uwsgi\n'),
    );
    expect((await computer.run('service', 'uwsgi', 'restart')).stdout).toMatch(
      /^uwsgi stop\/waiting\nuwsgi start\/running, process \d+\n$/,
    );
    expect(await computer.run('service', 'uwsgi', 'reload')).toEqual(ok(''));
    await eventually(() => status('uwsgi')).toBe('uwsgi stop/waiting\n');
    const again = await computer.run('service', 'uwsgi', 'restart');
    expect(again.stderr).toBe('stop: Unknown instance: \n');
    expect(again.stdout).toMatch(running('uwsgi'));
    expect(await computer.run('service', 'uwsgi', 'stop')).toEqual(ok('uwsgi stop/waiting\n'));
  });

  test.each([
    [['nginx', 'restart']],
    [['--status-all']],
    [[]],
    [['uwsgi']],
    [['uwsgi', 'dance']],
    [['../init/uwsgi', 'start']],
  ])('everything else is Debian’s: %j', async (words) => {
    expect(await computer.run('service', ...words)).toEqual({
      code: 3,
      stdout: `Debian: ${words.join(' ')}\n`,
      stderr: '',
    });
  });

  test('a broken job is a job', async () => {
    computer.job('uwsgi', 'exce sleep 1');
    expect(await computer.run('service', 'uwsgi', 'start')).toEqual(refused('start: Unknown job: uwsgi\n'));
  });
});

describe('what a job runs', () => {
  beforeEach(() => computer.boot());

  test('has Upstart’s environment and no other', async () => {
    computer.job('uwsgi', 'env A=one', 'env B="two $A `x` \\\\ words"', 'env VARIABLE_OF_NOBODY', FOR_EVER);
    await computer.run('start', 'uwsgi', 'C=three', 'A=other');
    expect(environmentOf(pidOf('uwsgi'))).toEqual({
      TERM: 'linux',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/bin:/usr/sbin:/sbin:/bin',
      A: 'other',
      B: 'two $A `x` \\ words',
      C: 'three',
      UPSTART_JOB: 'uwsgi',
      UPSTART_INSTANCE: '',
    });
    await computer.run('stop', 'uwsgi');
    await computer.run('start', 'uwsgi');
    expect(environmentOf(pidOf('uwsgi'))).toMatchObject({ A: 'one' });
    expect(environmentOf(pidOf('uwsgi'))).not.toHaveProperty('C');
  });

  test('a variable that systemd would not take is left out, with a line in the log', async () => {
    computer.write('etc/init/job.conf', Buffer.from(`env A=\xff\nenv B=1\n${FOR_EVER}\n`, 'latin1'));
    await computer.run('start', 'job');
    expect(environmentOf(pidOf('job'))).toMatchObject({ B: '1' });
    expect(environmentOf(pidOf('job'))).not.toHaveProperty('A');
    expect(computer.logged()).toContain(
      'init: job.service: A is left out of the environment: its value is not UTF-8',
    );
  });

  test('env with a name only takes the value that init has', async () => {
    computer.job('uwsgi', 'env VARIABLE_OF_THE_DAEMON', FOR_EVER);
    await computer.run('start', 'uwsgi');
    expect(environmentOf(pidOf('uwsgi'))['VARIABLE_OF_THE_DAEMON']).toBe('yes');
  });

  test('variables of exec lines are those of the job', async () => {
    computer.job('say', 'task', 'env WHAT="a  b"', 'exec echo "$WHAT" $WHAT ${UPSTART_JOB} 100%');
    expect(await computer.run('start', 'say')).toEqual(ok('say stop/waiting\n'));
    expect(log('say')).toBe('a  b a b say 100%\n');
  });

  test('all its processes run in their order, and their output is in the log', async () => {
    computer.job(
      'job',
      'pre-start script',
      '  echo pre-start',
      '  echo error >&2',
      'end script',
      'script',
      '  echo main',
      '  exec sleep 1000',
      'end script',
      'post-start exec echo post-start',
      'pre-stop exec echo pre-stop',
      'post-stop exec echo post-stop $WHY',
    );
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    await eventually(() => log('job')).toContain('main\n');
    expect(await computer.run('stop', 'job', 'WHY=because')).toEqual(ok('job stop/waiting\n'));
    const lines = log('job').trim().split('\n');
    expect(lines.slice(0, 2)).toEqual(['pre-start', 'error']);
    expect(lines.slice(2, 4).sort()).toEqual(['main', 'post-start']);
    expect(lines.slice(4)).toEqual(['pre-stop', 'post-stop because']);
  });

  test('its states are those of Upstart', async () => {
    const gate = (name: string): string => `exec sh ROOT/wait ${name}`;
    computer.write('wait', `while ! test -e ${computer.root}/gate-$1; do sleep 0.02; done`);
    computer.job(
      'job',
      FOR_EVER,
      ...['pre-start', 'post-start', 'pre-stop', 'post-stop'].map((name) => `${name} ${gate(name)}`),
    );
    computer.begin('start', 'job');
    await eventually(() => status('job')).toMatch(/^job start\/pre-start, process \d+\n$/);
    computer.write('gate-pre-start', '');
    await eventually(() => status('job')).toMatch(
      /^job start\/post-start, process \d+\n\tpost-start process \d+\n$/,
    );
    expect(await computer.run('start', 'job')).toEqual(refused('start: Job is already running: job\n'));
    computer.write('gate-post-start', '');
    await eventually(() => status('job')).toMatch(running('job'));
    computer.begin('stop', 'job');
    await eventually(() => status('job')).toMatch(
      /^job stop\/pre-stop, process \d+\n\tpre-stop process \d+\n$/,
    );
    expect(await computer.run('stop', 'job')).toEqual(refused('stop: Job has already been stopped: job\n'));
    computer.write('gate-pre-stop', '');
    await eventually(() => status('job')).toMatch(/^job stop\/post-stop, process \d+\n$/);
    computer.write('gate-post-stop', '');
    await eventually(() => status('job')).toBe('job stop/waiting\n');
  });

  test('a pre-start that fails', async () => {
    computer.job('uwsgi', 'pre-start exec false', FOR_EVER, 'post-stop exec echo clean');
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job failed to start\n'));
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(computer.logged()).toEqual([
      expect.stringMatching(/^init: uwsgi pre-start process \(\d+\) terminated with status 1$/),
    ]);
    expect(log('uwsgi')).toBe('clean\n');
  });

  test('a pre-start that is killed', async () => {
    computer.job('uwsgi', 'pre-start script', '  kill -9 $$', 'end script', FOR_EVER);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job failed to start\n'));
    expect(computer.logged()).toEqual([
      expect.stringMatching(/^init: uwsgi pre-start process \(\d+\) killed by KILL signal$/),
    ]);
  });

  test('a pre-start that stops its own job', async () => {
    computer.job(
      'uwsgi',
      `env UPSTART_COMPAT_ROOT=${computer.root}`,
      'env ASAN_OPTIONS=detect_leaks=0',
      'pre-start script',
      '  ROOT/bin/stop; exit 0',
      'end script',
      FOR_EVER,
    );
    expect(await computer.run('start', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
    expect(computer.systemd.state('uwsgi.service')).toBe('not loaded');
  });

  test.each([
    'pre-start exec false\nexec sleep 1000',
    'exec /nowhere/uwsgi',
    'exec sleep 1000\nchdir /nowhere',
  ])('a job that respawns and cannot be started is not tried again: %j', async (stanzas) => {
    computer.job('uwsgi', 'respawn', stanzas);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job failed to start\n'));
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(computer.logged()).toHaveLength(1);
    await eventually(() => computer.systemd.state('uwsgi.service')).toBe('not loaded');
  });

  test.each([
    ['exec /nowhere/uwsgi --ini x', 'main', 'unable to execute: No such file or directory'],
    [
      'exec sleep 1000\nchdir /nowhere',
      'main',
      'unable to change working directory: No such file or directory',
    ],
    ['exec sleep 1000\nsetuid nobody-here', 'main', 'unable to find setuid user'],
    ['exec sleep 1000\nsetgid nobody-here', 'main', 'unable to find setgid group'],
    [
      'exec sleep 1000\npre-start exec /nowhere/a',
      'pre-start',
      'unable to execute: No such file or directory',
    ],
    ['exec sleep 1000\npre-start exec a\nsetuid a:b', 'pre-start', 'unable to find setuid user'],
  ])('%j cannot be started', async (stanzas, process, reason) => {
    computer.job('uwsgi', stanzas);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job failed to start\n'));
    expect(computer.logged()).toEqual([`init: Failed to spawn uwsgi ${process} process: ${reason}`]);
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
  });

  test('a pre-stop that starts its own job again', async () => {
    computer.job(
      'uwsgi',
      `env UPSTART_COMPAT_ROOT=${computer.root}`,
      'env ASAN_OPTIONS=detect_leaks=0',
      'pre-stop exec ROOT/bin/start',
      FOR_EVER,
    );
    const first = await computer.run('start', 'uwsgi');
    const { stdout } = await computer.run('stop', 'uwsgi');
    expect(stdout).toMatch(running('uwsgi'));
    expect(stdout).not.toBe(first.stdout);
  });

  test('failures of post-start and of what runs at the stop do not matter', async () => {
    computer.job('job', FOR_EVER, 'post-start exec false', 'pre-stop exec false', 'post-stop exec false');
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
  });

  test('a task', async () => {
    computer.job('report', 'task', 'script', '  echo begin', '  sleep 0.1', '  echo end', 'end script');
    expect(await computer.run('start', 'report')).toEqual(ok('report stop/waiting\n'));
    expect(log('report')).toBe('begin\nend\n');
    computer.job('report', 'task', 'exec false');
    expect(await computer.run('start', 'report')).toEqual(refused('start: Job failed to start\n'));
    expect(computer.logged()).toEqual([
      expect.stringMatching(/^init: report main process \(\d+\) terminated with status 1$/),
    ]);
  });

  test('a task that runs is running', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('report', 'task', 'exec sh ROOT/wait');
    const start = computer.run('start', 'report');
    await eventually(() => status('report')).toMatch(running('report'));
    computer.write('gate', '');
    expect(await start).toEqual(ok('report stop/waiting\n'));
  });

  test('a job that is only a state', async () => {
    computer.job('state', 'pre-start exec echo up', 'post-stop exec echo down');
    expect(await computer.run('start', 'state')).toEqual(ok('state start/running\n'));
    expect(await status('state')).toBe('state start/running\n');
    expect(await computer.run('stop', 'state')).toEqual(ok('state stop/waiting\n'));
    expect(log('state')).toBe('up\ndown\n');
  });

  test.each([
    ['fork', `sleep 1000 & echo $! > PID`],
    // The process between the program and its daemon lives for a while, alone, and is not taken for it.
    ['daemon', `( sleep 1000 & echo $! > PID; sleep 0.3 ) &`],
  ])('expect %s follows the daemon', async (expectation, script) => {
    computer.write('daemon.sh', script.replace('PID', computer.path('pid')));
    computer.job('job', `expect ${expectation}`, 'exec sh ROOT/daemon.sh', 'pre-stop exec echo stop');
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    expect(await status('job')).toBe(`job start/running, process ${computer.read('pid').trim()}\n`);
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
    expect(isAlive(Number(computer.read('pid')))).toBe(false);
    expect(log('job')).toBe('stop\n');
  });

  test('a daemon that ends is noticed', async () => {
    computer.write('daemon.sh', `sleep 1000 & echo $! > ${computer.path('pid')}`);
    computer.job('job', 'expect fork', 'respawn', 'setuid daemon', 'exec sh ROOT/daemon.sh');
    await computer.run('start', 'job');
    const pid = computer.read('pid');
    process.kill(Number(pid), 'SIGKILL');
    await eventually(() => computer.read('pid')).not.toBe(pid);
    await eventually(() => status('job')).toBe(`job start/running, process ${computer.read('pid').trim()}\n`);
    expect(computer.logged()).toContain('init: job main process ended, respawning');
  });

  test('a daemon that leaves something beside its pid can be started again', async () => {
    computer.write(
      'daemon.sh',
      `touch ROOT/mine; sleep 1000 & echo $! > PID`
        .replace('PID', computer.path('pid'))
        .replace('ROOT', computer.path('run/upstart-compat/jobs/job.service/daemon')),
    );
    computer.job('job', 'expect fork', 'setuid daemon', 'exec sh ROOT/daemon.sh');
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    await computer.run('stop', 'job');
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    expect(computer.list('run/upstart-compat/jobs/job.service/daemon')).toEqual(['mine', 'pid']);
  });

  test.each([
    ['exec sh -c "exit 3"', /^init: job main process \(\d+\) terminated with status 3$/],
    ['exec sh -c "kill -9 $$"', /^init: job main process \(\d+\) killed by KILL signal$/],
    ['exec true', /^init: job main process \(\d+\) terminated with status 1$/],
    [
      'exec nowhere-to-be-found',
      /^init: Failed to spawn job main process: unable to execute: No such file or directory$/,
    ],
  ])('expect fork with %j', async (exec, line) => {
    computer.job('job', 'expect fork', exec);
    expect(await computer.run('start', 'job')).toEqual(refused('start: Job failed to start\n'));
    expect(computer.logged()).toEqual([expect.stringMatching(line)]);
  });

  test('expect daemon of a program that is none waits, and can be stopped', async () => {
    computer.job('job', 'expect daemon', FOR_EVER);
    const start = computer.run('start', 'job');
    await eventually(() => status('job')).toMatch(/^job start\/spawned, process \d+\n$/);
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
    expect(await start).toEqual(ok('job stop/waiting\n'));
  });

  test('expect stop waits for the process to stop itself, and lets it go on', async () => {
    computer.job(
      'job',
      'expect stop',
      'script',
      `  while ! test -e ROOT/gate; do sleep 0.02; done`,
      '  kill -STOP $$',
      '  echo goes on',
      '  exec sleep 1000',
      'end script',
    );
    computer.begin('start', 'job');
    await eventually(() => status('job')).toMatch(/^job start\/spawned, process \d+\n$/);
    computer.write('gate', '');
    await eventually(() => status('job')).toMatch(running('job'));
    await eventually(() => log('job')).toBe('goes on\n');
    await computer.run('stop', 'job');
    computer.job('job', 'expect stop', 'exec true');
    expect(await computer.run('start', 'job')).toEqual(refused('start: Job failed to start\n'));
  });

  test('a main process that ends is told of', async () => {
    computer.job('job', 'exec sh ROOT/end', 'post-stop exec echo post-stop', 'pre-stop exec echo pre-stop');
    computer.write('end', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done; exit 3`);
    await computer.run('start', 'job');
    const pid = pidOf('job');
    computer.write('gate', '');
    await eventually(() => status('job')).toBe('job stop/waiting\n');
    expect(computer.logged()).toEqual([`init: job main process (${String(pid)}) terminated with status 3`]);
    expect(log('job')).toBe('post-stop\n');
    // It has been told of once, and can be started again.
    computer.remove('gate');
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
  });

  test('one that ends well is not told of, and pre-stop does not run for it', async () => {
    computer.job('job', 'exec true', 'post-stop exec echo post-stop', 'pre-stop exec echo pre-stop');
    // What start prints is the state when it is asked for.
    expect((await computer.run('start', 'job')).stdout).toMatch(
      /^job (?:start\/running, process \d+|stop\/waiting)\n$/,
    );
    await eventually(() => status('job')).toBe('job stop/waiting\n');
    expect(computer.logged()).toEqual([]);
    expect(log('job')).toBe('post-stop\n');
  });

  test('respawn', async () => {
    computer.job('uwsgi', 'respawn', 'pre-start exec echo pre-start', FOR_EVER);
    await computer.run('start', 'uwsgi');
    const first = pidOf('uwsgi');
    process.kill(first, 'SIGKILL');
    await eventually(() => computer.logged().length).toBe(2);
    await eventually(() => status('uwsgi')).toMatch(running('uwsgi'));
    await eventually(() => pidOf('uwsgi')).not.toBe(first);
    await eventually(() => status('uwsgi')).toBe(`uwsgi start/running, process ${String(pidOf('uwsgi'))}\n`);
    expect(computer.logged()).toEqual([
      `init: uwsgi main process (${String(first)}) killed by KILL signal`,
      'init: uwsgi main process ended, respawning',
    ]);
    expect(log('uwsgi')).toBe('pre-start\npre-start\n');
    expect(await computer.run('stop', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
  });

  test('respawning too fast', async () => {
    computer.job('uwsgi', 'respawn', 'respawn limit 3 5', 'exec false');
    await computer.run('start', 'uwsgi');
    await eventually(() => status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(computer.logged().at(-1)).toBe('init: uwsgi respawning too fast, stopped');
    expect(computer.logged().some((line) => line === 'init: uwsgi main process ended, respawning')).toBe(
      true,
    );
    // Starting it by hand begins to count anew.
    expect((await computer.run('start', 'uwsgi')).code).toBe(0);
  });

  test('a job that has respawned in the past is not called too fast when it is stopped', async () => {
    computer.job(
      'job',
      'respawn',
      'respawn limit 1 60',
      'script',
      '  trap "exit 1" TERM',
      '  echo ready',
      '  while :; do sleep 0.05; done',
      'end script',
    );
    await computer.run('start', 'job');
    await eventually(() => log('job')).toBe('ready\n');
    const first = pidOf('job');
    process.kill(first, 'SIGKILL');
    await eventually(() => log('job')).toBe('ready\nready\n');
    // Whatever was before it, this upstart-compat has seen none.
    await computer.endDaemon();
    await computer.startDaemon();
    const second = pidOf('job');
    expect(await status('job')).toBe(`job start/running, process ${String(second)}\n`);
    await computer.systemd.stop('job.service');
    await eventually(() => status('job')).toBe('job stop/waiting\n');
    expect(computer.logged()).toEqual([
      `init: job main process (${String(first)}) killed by KILL signal`,
      'init: job main process ended, respawning',
      `init: job main process (${String(second)}) terminated with status 1`,
    ]);
  });

  test('a normal exit is no failure', async () => {
    computer.systemd.keeping = true;
    computer.job('job', 'normal exit 3 KILL', 'exec sh ROOT/end');
    computer.job('after', 'start on stopped job', 'task', 'exec echo $RESULT $EXIT_STATUS');
    computer.write('end', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done; exit 3`);
    await computer.run('start', 'job');
    computer.write('gate', '');
    await eventually(() => log('after')).toBe('ok\n');
    computer.remove('gate');
    await computer.run('start', 'job');
    process.kill(pidOf('job'), 'SIGKILL');
    await eventually(() => log('after')).toBe('ok\nok\n');
    expect(computer.logged()).toEqual([]);
  });

  test('normal exit ends a job that respawns', async () => {
    computer.job('job', 'respawn', 'normal exit 7', 'exec sh ROOT/end');
    computer.write('end', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done; exit 7`);
    await computer.run('start', 'job');
    computer.write('gate', '');
    await eventually(() => status('job')).toBe('job stop/waiting\n');
  });

  test('kill timeout, then SIGKILL', async () => {
    computer.job(
      'job',
      'kill timeout 1',
      'script',
      '  trap "echo no" TERM',
      '  echo ready',
      '  while :; do sleep 0.05; done',
      'end script',
    );
    await computer.run('start', 'job');
    await eventually(() => log('job')).toBe('ready\n');
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
    // The shell may tell that the signal has ended its sleep, too.
    expect(log('job')).toMatch(/^ready\n(?:Terminated\n)?no\n/);
  });

  test('kill signal', async () => {
    computer.job(
      'job',
      'kill signal USR1',
      'script',
      '  trap "echo usr1; exit 0" USR1',
      '  echo ready',
      '  while :; do sleep 0.05; done',
      'end script',
    );
    await computer.run('start', 'job');
    await eventually(() => log('job')).toBe('ready\n');
    await computer.run('stop', 'job');
    expect(log('job')).toMatch(/^ready\n(?:User defined signal 1\n)?usr1\n$/);
  });

  test('there is a log from the first start on', async () => {
    computer.job('job', 'task');
    await computer.run('status', 'job');
    expect(computer.list('var/log/upstart')).toEqual([]);
    await computer.run('start', 'job');
    expect(computer.list('var/log/upstart')).toEqual(['job.log']);
  });

  test('console none has no log', async () => {
    computer.job('job', 'console none', 'task', 'exec echo hello');
    await computer.run('start', 'job');
    expect(computer.list('var/log/upstart')).toEqual([]);
  });

  test('without a directory for logs the output goes to the journal', async () => {
    computer.write('var/log/upstart', 'a file in the way');
    computer.job('job', FOR_EVER);
    expect((await computer.run('start', 'job')).stdout).toMatch(running('job'));
    expect(computer.unit('job')).toContain('\nStandardOutput=journal\n');
  });

  test('whoever uses systemctl is noticed', async () => {
    computer.job('uwsgi', FOR_EVER);
    await computer.run('status', 'uwsgi');
    await computer.systemd.start('uwsgi.service');
    expect(await status('uwsgi')).toBe(`uwsgi start/running, process ${String(pidOf('uwsgi'))}\n`);
    await computer.systemd.stop('uwsgi.service');
    await eventually(() => status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(await computer.run('stop', 'uwsgi')).toEqual(refused('stop: Unknown instance: \n'));
  });
});

describe('files of /etc/init', () => {
  beforeEach(() => computer.boot());

  test('count as soon as they are written, and no more when they are gone', async () => {
    expect(await computer.run('status', 'uwsgi')).toEqual(refused('status: Unknown job: uwsgi\n'));
    computer.job('uwsgi', FOR_EVER);
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    computer.remove('etc/init/uwsgi.conf');
    expect(await computer.run('status', 'uwsgi')).toEqual(refused('status: Unknown job: uwsgi\n'));
    expect(computer.unit('uwsgi')).toBe('');
    expect(computer.list('run/upstart-compat/jobs')).toEqual([]);
  });

  test('what is wrong is logged when the file is written, once', async () => {
    computer.job('uwsgi', 'description "uWSGI"', '', 'exce /usr/bin/uwsgi');
    await eventually(() => computer.logged()).toEqual(['init: /etc/init/uwsgi.conf:3: Unknown stanza']);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Unknown job: uwsgi\n'));
    expect(await computer.run('initctl', 'list')).toEqual(ok(''));
    expect(computer.logged()).toHaveLength(1);
    computer.job('uwsgi', FOR_EVER);
    await eventually(() => computer.unit('uwsgi')).toContain('ExecStart=sleep 1000');
    expect((await computer.run('start', 'uwsgi')).stdout).toMatch(running('uwsgi'));
  });

  test.each([
    'uwsgi.config',
    'uwsgi',
    'uwsgi.conf~',
    '.uwsgi.conf',
    'uwsgi.conf.dpkg-old',
    'uwsgi.override',
    '.conf',
  ])('%s is no job', async (file) => {
    computer.write(`etc/init/${file}`, FOR_EVER);
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Unknown job: uwsgi\n'));
    expect(await computer.run('initctl', 'list')).toEqual(ok(''));
    expect(computer.logged()).toEqual([]);
  });

  test('links are followed, also when what they lead to changes', async () => {
    computer.write('srv/app.conf', FOR_EVER);
    symlinkSync(computer.path('srv/app.conf'), computer.path('etc/init/uwsgi.conf'));
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    computer.write('srv/app.conf', 'exec sleep 2000\n');
    await status('uwsgi');
    expect(computer.unit('uwsgi')).toContain('ExecStart=sleep 2000');
    symlinkSync('/nowhere', computer.path('etc/init/broken.conf'));
    expect(await computer.run('status', 'broken')).toEqual(refused('status: Unknown job: broken\n'));
    expect(computer.logged()).toEqual(['init: /etc/init/broken.conf: No such file or directory']);
  });

  test('an override file changes single stanzas', async () => {
    computer.job('uwsgi', 'description "one"', 'start on go', FOR_EVER);
    computer.write('etc/init/uwsgi.override', 'manual\ndescription "two"\n');
    expect(await computer.run('initctl', 'emit', 'go')).toEqual(ok(''));
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(computer.unit('uwsgi')).toContain('Description=two');
    expect((await computer.run('start', 'uwsgi')).stdout).toMatch(running('uwsgi'));
    await computer.run('stop', 'uwsgi');
    computer.write('etc/init/uwsgi.override', 'manuel\n');
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Unknown job: uwsgi\n'));
    expect(computer.logged()).toEqual(['init: /etc/init/uwsgi.override:1: Unknown stanza']);
    computer.remove('etc/init/uwsgi.override');
    await computer.run('initctl', 'emit', 'go');
    expect(await status('uwsgi')).toMatch(running('uwsgi'));
  });

  test('a job that runs keeps what it was started with until it has stopped', async () => {
    computer.job('uwsgi', 'post-stop exec echo old', FOR_EVER);
    await computer.run('start', 'uwsgi');
    computer.job('uwsgi', 'post-stop exec echo new', FOR_EVER);
    await computer.run('stop', 'uwsgi');
    expect(log('uwsgi')).toBe('old\n');
    await computer.run('start', 'uwsgi');
    await computer.run('stop', 'uwsgi');
    expect(log('uwsgi')).toBe('old\nnew\n');
    expect(computer.systemd.calls).not.toContain('Reload');
  });

  test.each([
    ['is removed', () => computer.remove('etc/init/uwsgi.conf')],
    ['becomes wrong', () => computer.job('uwsgi', 'exce')],
  ])('a running job whose file %s can still be stopped', async (_, change) => {
    computer.job('uwsgi', FOR_EVER);
    await computer.run('start', 'uwsgi');
    change();
    expect(await status('uwsgi')).toMatch(running('uwsgi'));
    expect(await computer.run('stop', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Unknown job: uwsgi\n'));
    expect(computer.unit('uwsgi')).toBe('');
  });

  test('the folder can be missing, and come back', async () => {
    computer.job('uwsgi', FOR_EVER);
    // Not while it is being read.
    await status('uwsgi');
    renameSync(computer.path('etc/init'), computer.path('etc/away'));
    expect(await computer.run('initctl', 'list')).toEqual(ok(''));
    expect(await computer.run('initctl', 'check-config')).toEqual(ok(''));
    mkdirSync(computer.path('etc/init'));
    expect(await computer.run('initctl', 'list')).toEqual(ok(''));
    computer.job('new', 'exce');
    await eventually(() => computer.logged()).toEqual(['init: /etc/init/new.conf:1: Unknown stanza']);
  });

  test('what cannot be read is logged', async () => {
    mkdirSync(computer.path('etc/init/directory.conf'));
    expect(await computer.run('start', 'directory')).toEqual(refused('start: Unknown job: directory\n'));
    expect(computer.logged()).toEqual(['init: /etc/init/directory.conf: Not a regular file']);
  });

  test.runIf(process.getuid?.() !== 0)('what may not be read is logged', async () => {
    computer.job('secret', FOR_EVER);
    chmodSync(computer.path('etc/init/secret.conf'), 0);
    expect(await computer.run('start', 'secret')).toEqual(refused('start: Unknown job: secret\n'));
    expect(computer.logged().at(-1)).toBe('init: /etc/init/secret.conf: Permission denied');
  });
});

describe('events', () => {
  test('of a boot start jobs', async () => {
    const conditions = {
      levels: 'runlevel [2345]',
      level: 'runlevel RUNLEVEL=2',
      startup: 'startup',
      filesystem: 'filesystem',
      local: 'local-filesystems',
      network: 'net-device-up IFACE!=lo',
      static: 'static-network-up',
      both: '(local-filesystems and net-device-up IFACE!=lo)',
      either: 'never or runlevel [!06]',
      rc: 'stopped rc RUNLEVEL=[2345]',
    };
    for (const [name, condition] of Object.entries(conditions))
      computer.job(name, `start on ${condition}`, FOR_EVER);
    computer.job('not-one', 'start on runlevel [06]', FOR_EVER);
    computer.job('not-two', 'start on never and runlevel', FOR_EVER);
    computer.job('not-three', 'start on runlevel 2 3', FOR_EVER);
    computer.job('not-four', FOR_EVER);
    await computer.boot();
    for (const name of Object.keys(conditions)) await eventually(() => status(name)).toMatch(running(name));
    for (const name of ['one', 'two', 'three', 'four'])
      expect(await status(`not-${name}`)).toBe(`not-${name} stop/waiting\n`);
    expect(environmentOf(pidOf('levels'))).toMatchObject({
      RUNLEVEL: '2',
      PREVLEVEL: 'N',
      UPSTART_EVENTS: 'runlevel',
      UPSTART_JOB: 'levels',
    });
    expect(environmentOf(pidOf('both'))).toMatchObject({
      UPSTART_EVENTS: 'local-filesystems net-device-up',
      IFACE: 'eth0',
    });
  });

  test('of a boot come once', async () => {
    computer.job('uwsgi', 'start on runlevel [2345]', FOR_EVER);
    computer.job('state', 'start on runlevel [2345]');
    await computer.boot();
    await eventually(() => status('uwsgi')).toMatch(running('uwsgi'));
    const before = await status('uwsgi');
    await computer.run('stop', 'state');
    await computer.endDaemon();
    await computer.startDaemon();
    // What ran goes on, and is known.
    expect(await status('uwsgi')).toBe(before);
    expect(environmentOf(pidOf('uwsgi'))['RUNLEVEL']).toBe('2');
    expect(computer.read('run/upstart-compat/jobs/uwsgi.service/environment')).toContain('RUNLEVEL');
    expect(await status('state')).toBe('state stop/waiting\n');
    expect(await computer.run('stop', 'uwsgi')).toEqual(ok('uwsgi stop/waiting\n'));
  });

  test('initctl emit, with variables', async () => {
    computer.job('job', 'start on go WHERE=ho*', 'stop on halt WHERE=$WHERE', 'env NAME=x', FOR_EVER);
    computer.job('never', 'start on go WHERE=$UNKNOWN', 'env KNOWN=1');
    await computer.boot();
    // A variable that nobody has set is not the empty text.
    await computer.run('initctl', 'emit', 'go', 'WHERE=');
    expect(await status('never')).toBe('never stop/waiting\n');
    await computer.run('initctl', 'emit', 'go', 'WHERE=away');
    expect(await status('job')).toBe('job stop/waiting\n');
    // It is over when the job runs.
    expect(await computer.run('initctl', 'emit', 'go', 'WHERE=home', 'WHY=tired')).toEqual(ok(''));
    expect(computer.systemd.state('job.service')).toBe('active/running');
    expect(environmentOf(pidOf('job'))).toMatchObject({ WHERE: 'home', WHY: 'tired', UPSTART_EVENTS: 'go' });
    await computer.run('initctl', 'emit', 'halt', 'WHERE=away');
    expect(await status('job')).toMatch(running('job'));
    await computer.run('initctl', 'emit', 'halt', 'WHERE=home');
    expect(computer.systemd.state('job.service')).toBe('not loaded');
    expect(await computer.run('initctl', 'emit', '--no-wait', 'go', 'WHERE=home')).toEqual(ok(''));
    await eventually(() => status('job')).toMatch(running('job'));
  });

  test('stop on gives its variables to post-stop', async () => {
    computer.job('job', FOR_EVER, 'stop on halt', 'post-stop exec echo $UPSTART_STOP_EVENTS $WHY');
    await computer.boot();
    await computer.run('start', 'job');
    await computer.run('initctl', 'emit', 'halt', 'WHY=night');
    expect(log('job')).toBe('halt night\n');
  });

  test('an event whose job fails has failed', async () => {
    computer.job('job', 'start on go', 'pre-start exec false');
    await computer.boot();
    expect(await computer.run('initctl', 'emit', 'go')).toEqual(refused('initctl: Event failed\n'));
  });

  test('conditions with and begin anew after they were true', async () => {
    computer.job('job', 'task', 'start on a and b', 'exec echo ran');
    await computer.boot();
    for (const event of ['a', 'a', 'b', 'b', 'a']) await computer.run('initctl', 'emit', event);
    await eventually(() => log('job')).toBe('ran\nran\n');
  });

  test('what stop on has seen in one run does not count in the next', async () => {
    computer.job('job', 'stop on a and b', FOR_EVER);
    await computer.boot();
    await computer.run('start', 'job');
    await computer.run('initctl', 'emit', 'a');
    await computer.run('stop', 'job');
    await computer.run('start', 'job');
    await computer.run('initctl', 'emit', 'b');
    expect(await status('job')).toMatch(running('job'));
    await computer.run('initctl', 'emit', 'a');
    expect(await status('job')).toBe('job stop/waiting\n');
  });

  /** A job that writes down which events of another come, in order. */
  function listen(job: string): void {
    for (const event of ['starting', 'started', 'stopping', 'stopped'])
      computer.job(
        `on-${event}`,
        `start on ${event} ${job}`,
        'task',
        `exec sh -c "echo ${event} >> ROOT/events"`,
      );
  }
  const heard = (): string => computer.read('events').trim().replaceAll('\n', ' ');

  test('of a restart', async () => {
    computer.job('job', FOR_EVER);
    listen('job');
    await computer.boot();
    await computer.run('start', 'job');
    await eventually(heard).toBe('starting started');
    expect((await computer.run('restart', 'job')).stdout).toMatch(running('job'));
    await eventually(heard).toBe('starting started stopping starting started');
    computer.write('etc/init/on-starting.override', 'exec sleep 1000\n');
    const restart = computer.run('restart', 'job');
    await eventually(() => status('job')).toBe('job start/starting\n');
    // A stop in the middle of it, called off.
    await computer.run('stop', '--no-wait', 'job');
    await computer.run('start', '--no-wait', 'job');
    const before = pidOf('job');
    await computer.run('stop', 'on-starting');
    expect((await restart).stdout).toMatch(running('job'));
    expect(pidOf('job')).not.toBe(before);
  });

  test('of a stop before the job runs', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', FOR_EVER, 'pre-start exec sh ROOT/wait');
    listen('job');
    await computer.boot();
    const start = computer.run('start', 'job');
    await eventually(() => status('job')).toContain('pre-start');
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
    expect(await start).toEqual(ok('job stop/waiting\n'));
    await eventually(heard).toBe('starting stopping stopped');
  });

  test('of a start while the job stops', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', FOR_EVER, 'post-stop exec sh ROOT/wait');
    listen('job');
    await computer.boot();
    await computer.run('start', 'job');
    // Nothing waits for what is started on `started`.
    await eventually(heard).toBe('starting started');
    computer.begin('stop', 'job');
    await eventually(() => status('job')).toContain('post-stop');
    const again = computer.run('start', 'job', 'WHAT=kept');
    await eventually(() => status('job')).toContain('job start/');
    computer.write('gate', '');
    expect((await again).stdout).toMatch(running('job'));
    expect(environmentOf(pidOf('job'))['WHAT']).toBe('kept');
    await eventually(heard).toBe('starting started stopping starting started');
  });

  test('of the system’s own services', async () => {
    computer.job('one', 'start on started networking', FOR_EVER);
    computer.job('two', 'start on (started dbus and mounted MOUNTPOINT=/)', FOR_EVER);
    computer.job('dbus', 'task', 'start on startup', 'exec echo $UPSTART_EVENTS');
    computer.job('three', 'task', 'start on started dbus', 'exec echo ran');
    expect(await computer.run('initctl', 'check-config')).toEqual(ok(''));
    await computer.boot();
    for (const name of ['one', 'two']) await eventually(() => status(name)).toMatch(running(name));
    // A job of the name speaks for itself.
    await eventually(() => log('three')).toBe('ran\n');
    computer.remove('etc/init/dbus.conf');
    expect(await computer.run('initctl', 'check-config')).toEqual(ok(''));
  });

  test('come for what systemctl has started, once, when it is noticed', async () => {
    computer.job('job', FOR_EVER);
    computer.job('web', 'start on started job', FOR_EVER);
    await computer.boot();
    await status('job');
    await computer.systemd.start('job.service');
    expect(await status('job')).toMatch(running('job'));
    await eventually(() => status('web')).toMatch(running('web'));
    await computer.run('stop', 'web');
    await computer.endDaemon();
    await computer.startDaemon();
    await status('job');
    expect(await status('web')).toBe('web stop/waiting\n');
  });

  test('conditions of a new file count while the job still runs by the old one', async () => {
    computer.job('job', FOR_EVER);
    await computer.boot();
    await computer.run('start', 'job');
    computer.job('job', 'start on a and b', FOR_EVER);
    await computer.run('initctl', 'emit', 'a');
    await computer.run('stop', 'job');
    await computer.run('initctl', 'emit', 'b');
    expect(await status('job')).toMatch(running('job'));
  });

  test('jobs follow one another', async () => {
    computer.job('database', 'export PORT', 'env PORT=5432', FOR_EVER);
    computer.job('web', 'start on started database', 'stop on stopping database', FOR_EVER);
    computer.job(
      'after',
      'start on stopped database RESULT=ok',
      'task',
      'exec echo $JOB $RESULT $UPSTART_EVENTS',
    );
    computer.job('before', 'start on starting database', 'task', 'exec echo before');
    await computer.boot();
    await computer.run('start', 'database');
    expect(log('before')).toBe('before\n');
    await eventually(() => status('web')).toMatch(running('web'));
    expect(environmentOf(pidOf('web'))).toMatchObject({
      JOB: 'database',
      PORT: '5432',
      UPSTART_EVENTS: 'started',
    });
    expect(await computer.run('stop', 'database')).toEqual(ok('database stop/waiting\n'));
    // stopping holds the job up until what stops on it has stopped.
    expect(await status('web')).toBe('web stop/waiting\n');
    await eventually(() => log('after')).toBe('database ok stopped\n');
  });

  test('a job is held up by what starts on its starting', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('first', 'start on starting second', 'task', 'exec sh ROOT/wait');
    computer.job('second', FOR_EVER);
    await computer.boot();
    computer.begin('start', 'second');
    await eventually(() => status('first')).toMatch(running('first'));
    expect(await status('second')).toBe('second start/starting\n');
    computer.write('gate', '');
    await eventually(() => status('second')).toMatch(running('second'));
  });

  test('a job that fails says so in its events', async () => {
    computer.job('job', 'respawn', 'respawn limit 1 60', 'exec false');
    computer.job('rescue', 'start on stopped job RESULT=failed', 'task', 'exec echo $PROCESS $EXIT_STATUS');
    computer.job('bad', 'pre-start exec sh -c "exit 4"');
    computer.job('help', 'start on stopping bad RESULT=failed', 'task', 'exec echo $PROCESS $EXIT_STATUS');
    await computer.boot();
    await computer.run('start', 'job');
    await eventually(() => log('rescue')).toMatch(/^respawn/);
    await computer.run('start', 'bad');
    await eventually(() => log('help')).toBe('pre-start 4\n');
  });

  test('a start while the job stops starts it again', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', FOR_EVER, 'post-stop exec sh ROOT/wait');
    await computer.boot();
    await computer.run('start', 'job');
    const before = await status('job');
    computer.begin('stop', 'job');
    await eventually(() => status('job')).toContain('post-stop');
    const again = computer.run('start', 'job');
    await eventually(() => status('job')).toContain('job start/');
    computer.write('gate', '');
    expect((await again).stdout).toMatch(running('job'));
    expect((await again).stdout).not.toBe(before);
  });

  test('a stop while the job starts ends it', async () => {
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', FOR_EVER, 'pre-start exec sh ROOT/wait');
    await computer.boot();
    const start = computer.run('start', 'job');
    await eventually(() => status('job')).toContain('pre-start');
    expect(await computer.run('stop', 'job')).toEqual(ok('job stop/waiting\n'));
    expect(await start).toEqual(ok('job stop/waiting\n'));
  });

  test('jobs that start each other do not hang', async () => {
    computer.job('a', 'start on started b', 'stop on stopped b', FOR_EVER);
    computer.job('b', 'start on started a', 'stop on stopped a', FOR_EVER);
    computer.job('self', 'start on stopped self', 'task', 'exec true');
    await computer.boot();
    expect((await computer.run('start', 'a')).stdout).toMatch(running('a'));
    await eventually(() => status('b')).toMatch(running('b'));
    expect((await computer.run('stop', 'a')).stdout).toBe('a stop/waiting\n');
    await eventually(() => status('b')).toBe('b stop/waiting\n');
  });
});

describe('jobs that start each other at once', () => {
  test('for ever leave room for everything else', async () => {
    computer.job('a', 'start on (runlevel [2345] or stopped a)', 'setuid nobody-here', 'exec true');
    computer.job('b', 'start on runlevel [2345]', FOR_EVER);
    await computer.boot();
    await eventually(() => status('b')).toMatch(running('b'));
    expect(await computer.run('stop', 'b')).toEqual(ok('b stop/waiting\n'));
    computer.job('a', 'task');
    await eventually(async () => (await computer.run('initctl', 'list')).stdout).toBe(
      'a stop/waiting\nb stop/waiting\n',
    );
    // They do not fill the log, either.
    expect(computer.logged().length).toBeLessThan(1000);
  });
});

describe('the packages’ jobs', () => {
  test('are all right, and their conditions known or said to be not', async () => {
    for (const [name, text] of Object.entries(PACKAGE_JOBS)) computer.write(`etc/init/${name}.conf`, text);
    expect((await computer.run('initctl', 'check-config')).stdout).toBe(
      'gunicorn\n  stop on: unknown event shutdown\n' +
        'message-bus\n  stop on: unknown event deconfiguring-networking\n' +
        'tty1\n  start on: unknown event not-container\n  start on: unknown event container\n  start on: unknown event container\n',
    );
  });
});

describe('trouble', () => {
  test('no service', async () => {
    computer.job('uwsgi', FOR_EVER);
    const { code, stdout, stderr } = await computer.run('start', 'uwsgi');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^start: Unable to connect to Upstart: Failed to connect to socket \/run\/upstart-compat\/socket: No such file or directory\n/,
    );
    expect((await computer.run('initctl', 'version')).code).toBe(1);
  });

  test('no systemd', async () => {
    await computer.startDaemon();
    computer.job('uwsgi', FOR_EVER);
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
    expect(await computer.run('start', 'uwsgi')).toEqual(refused('start: Job failed to start\n'));
    expect(computer.logged()).toEqual(['init: uwsgi: systemd does not answer']);
    await computer.systemd.listen();
    expect((await computer.run('start', 'uwsgi')).stdout).toMatch(running('uwsgi'));
  });

  test('systemd breaks the connection while a job starts', async () => {
    await computer.boot();
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', 'pre-start exec sh ROOT/wait', FOR_EVER);
    const start = computer.run('start', 'job');
    await eventually(() => status('job')).toContain('pre-start');
    computer.systemd.disconnect();
    computer.write('gate', '');
    expect((await start).stdout).toMatch(running('job'));
  });

  test('a stop that systemd refuses has failed, and is tried again', async () => {
    await computer.boot();
    computer.write('wait', `while ! test -e ${computer.path('gate')}; do sleep 0.02; done`);
    computer.job('job', 'pre-start exec sh ROOT/wait', 'stop on halt', FOR_EVER);
    computer.job('other', FOR_EVER);
    const start = computer.run('start', 'job');
    await eventually(() => status('job')).toContain('pre-start');
    computer.remove('etc/init/job.conf');
    computer.systemd.refusing = 'StopUnit';
    expect(await computer.run('stop', 'job')).toEqual(refused('stop: Job failed while stopping\n'));
    expect(await start).toEqual(refused('start: Job failed to start\n'));
    expect(await status('job')).toMatch(/^job stop\/pre-start/);
    expect(computer.logged()).toEqual(['init: job: Operation refused.']);
    computer.systemd.refusing = '';
    await eventually(() => status('job')).toBe('');
    expect(await computer.run('initctl', 'list')).toEqual(ok('other stop/waiting\n'));
    expect(computer.systemd.state('job.service')).toBe('not loaded');
  });

  test('a stop of a job that has ended and is not done yet', async () => {
    await computer.boot();
    const wait = (gate: string): string => `sh -c "while ! test -e ROOT/${gate}; do sleep 0.02; done"`;
    computer.job('job', `exec ${wait('main')}`, `post-stop exec ${wait('post')}`);
    computer.job('hold', 'task', 'start on stopping job', `exec ${wait('hold')}`);
    await computer.run('start', 'job');
    computer.write('main', '');
    await eventually(() => computer.systemd.state('job.service')).toBe('deactivating/stop-post');
    computer.remove('etc/init/job.conf');
    const stop = computer.run('stop', 'job');
    await eventually(() => status('job')).toContain('job stop/stopping');
    computer.write('post', '');
    await eventually(() => computer.systemd.state('job.service')).toBe('not loaded');
    // Longer than it takes to look.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    computer.write('hold', '');
    expect(await stop).toEqual(ok('job stop/waiting\n'));
    expect(await computer.run('initctl', 'list')).toEqual(ok('hold stop/waiting\n'));
  });

  test('systemd loses a stop with its connection', async () => {
    await computer.boot();
    computer.job('job', FOR_EVER);
    await computer.run('start', 'job');
    computer.systemd.losing = 'StopUnit';
    const stop = computer.run('stop', 'job');
    await eventually(() => computer.systemd.calls).toContain('StopUnit job.service');
    computer.systemd.losing = '';
    computer.systemd.disconnect();
    expect(await stop).toEqual(ok('job stop/waiting\n'));
  });

  test('connections on which nothing is asked do not keep others out', async () => {
    await computer.boot();
    const { kept } = await computer.hold(64, 7000);
    await eventually(async () => (await computer.run('initctl', 'version')).code).toBe(0);
    expect(await kept).toBe(0);
  }, 20_000);

  test('nobody but root has all connections', async () => {
    await computer.systemd.listen();
    await computer.startDaemon({ UPSTART_COMPAT_OWNER: '4242' });
    const { kept } = await computer.hold(64, 1000);
    expect(await kept).toBe(16);
  });

  test('many commands at once', async () => {
    await computer.boot();
    computer.job('uwsgi', FOR_EVER);
    const starts = await Promise.all(Array.from({ length: 8 }, () => computer.run('start', 'uwsgi')));
    expect(starts.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(starts.filter(({ stderr }) => stderr === 'start: Job is already running: uwsgi\n')).toHaveLength(
      7,
    );
    const stops = await Promise.all(Array.from({ length: 8 }, () => computer.run('stop', 'uwsgi')));
    expect(stops.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(await status('uwsgi')).toBe('uwsgi stop/waiting\n');
  });

  test('a link where a file of ours is to be is replaced, not followed', async () => {
    await computer.boot();
    computer.write('srv/precious', 'precious');
    mkdirSync(computer.path('run/systemd/system'), { recursive: true });
    mkdirSync(computer.path('run/upstart-compat/jobs/job.service'), { recursive: true });
    symlinkSync(
      computer.path('srv/precious'),
      computer.path('run/upstart-compat/jobs/job.service/environment'),
    );
    symlinkSync(computer.path('srv/precious'), computer.path('run/upstart-compat/jobs/job.service/main'));
    computer.job('job', 'script', '  a', '  b', 'end script');
    await computer.run('status', 'job');
    expect(computer.read('srv/precious')).toBe('precious');
    expect(computer.read('run/upstart-compat/jobs/job.service/main')).toBe('a\nb\n');
  });

  test('any bytes in a job file', async () => {
    // The same in every run.
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return (seed >>> 8) % below;
    };
    const texts = Object.values(PACKAGE_JOBS).map((text) => Buffer.from(text));
    const pieces = [
      '\\',
      '"',
      "'",
      '(',
      ')',
      '\n',
      ' ',
      '#',
      '\0',
      'end script\n',
      'script\n',
      'start on ',
      ' and ',
      '\xff',
      '%',
      '$',
      '\\\n',
      'env ',
      'limit ',
    ];
    await computer.boot();
    for (let round = 0; round < 40; round++) {
      for (let file = 0; file < 20; file++) {
        let bytes = Buffer.from(texts[random(texts.length)] ?? '');
        for (let change = random(8); change >= 0; change--) {
          const at = random(bytes.length + 1);
          const piece = Buffer.from(pieces[random(pieces.length)] ?? '', 'latin1');
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            random(4) ? piece : Buffer.from([random(256)]),
            bytes.subarray(at + random(12)),
          ]);
        }
        computer.write(`etc/init/fuzz-${String(file)}.conf`, bytes);
      }
      const { code } = await computer.run('initctl', 'list');
      expect(code).toBe(0);
    }
    // What of it is a job, systemd can read.
    await computer.run('initctl', 'check-config');
    for (const unit of computer.list('run/systemd/system'))
      for (const line of computer.read(`run/systemd/system/${unit}`).split('\n'))
        expect(line).toMatch(/^(?:#.*|\[\w+\]|[A-Za-z]+=.*|)$/);
  });

  test('any bytes in a request', async () => {
    await computer.boot();
    expect((await computer.run('start', 'x'.repeat(60_000))).code).toBe(1);
    expect(await computer.run('start', 'x', 'y'.repeat(70_000))).toEqual(
      refused('start: Argument list too long\n'),
    );
    expect((await computer.run('initctl', 'emit', '\n\x01é', 'A=\n"\\')).code).toBe(0);
    expect(await computer.run('initctl', 'list')).toEqual(ok(''));
  });
});

test('the links have names that no package of Debian 12 that the guests have uses', () => {
  expect(UPSTART_LINKS.map((link) => path.basename(link)).sort()).toEqual(
    ['init-checkconf', 'initctl', 'reload', 'restart', 'service', 'start', 'status', 'stop'].sort(),
  );
});
