import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../model.ts';
import {
  BAD_GATEWAY,
  connectFailed,
  fromNginxAlone,
  healthyGuest,
  INI,
  UNIT_FILE,
  unitShown,
} from '../../testing/healthy-guest.ts';
import { runCheck, scriptedGuest, type Script } from '../../testing/scripted-guest.ts';

const PROJECT = '/home/sammy/myproject';
const PROGRAM = `${PROJECT}/myprojectenv/bin/uwsgi`;
const UNIT = `[Unit]
Description=uWSGI instance to serve myproject
After=network.target

[Service]
User=sammy
Group=www-data
WorkingDirectory=${PROJECT}
Environment="PATH=${PROJECT}/myprojectenv/bin"
ExecStart=${PROGRAM} --ini myproject.ini

[Install]
WantedBy=multi-user.target
`;
const REFUSED = fromNginxAlone(502, BAD_GATEWAY, connectFailed('2: No such file or directory'));
const DENIED = fromNginxAlone(502, BAD_GATEWAY, connectFailed('13: Permission denied'));

function checkChain(...scripts: readonly Script[]): Promise<CheckResult> {
  return runCheck(
    {
      kind: 'http',
      url: 'http://flask.example/',
      contains: 'Hello There!',
      servedBy: 'nginx+uwsgi',
      unit: 'myproject',
      socket: '~/myproject/myproject.sock',
    },
    scriptedGuest(healthyGuest, REFUSED, ...scripts),
  );
}

const PARTS = `755 root root / directory
755 root root /home directory
755 sammy sammy /home/sammy directory
755 sammy sammy ${PROJECT} directory
`;

/** The unit's file, and what systemd says of it. */
function unit(
  text: string,
  shown: Readonly<Record<string, string>>,
  dropIn: Readonly<Record<string, string>> = {},
): Script {
  const files = Object.entries({ [UNIT_FILE]: text, ...dropIn });
  return {
    answers: {
      "-- 'myproject.service'": unitShown(shown),
      [`for f in '${UNIT_FILE}'`]: files
        .map(([path, own]) => `# configuration file ${path}:\n${own}\n`)
        .join(''),
      '/bin/uwsgi 2>/dev/null; true': `${PROGRAM}\n`,
    },
  };
}

/** One text of the unit's file becomes another. */
function edited(from: string, to: string): string {
  expect(UNIT).toContain(from);
  return UNIT.replace(from, to);
}

const BAD = { LoadState: 'bad-setting', ActiveState: 'inactive', ExecMainStartTimestamp: '' };
const failed = (status: number, more: Readonly<Record<string, string>> = {}) => ({
  ActiveState: 'failed',
  Result: 'exit-code',
  ExecMainCode: '1',
  ExecMainStatus: String(status),
  ...more,
});
const RELOAD = 'Then `sudo systemctl daemon-reload` and `sudo systemctl restart myproject`.';

describe('a unit file that systemd refuses', () => {
  it.for([
    ['unit-section-unknown', '[Service]', '[Sevice]', 'Change line 5 to `[Service]`'],
    ['unit-section-unknown', '[Service]', '[service]', 'Change line 5 to `[Service]`'],
    ['unit-section-unknown', '[Service]', '[Service', 'Change line 5 to `[Service]`'],
    ['unit-key-unknown', 'ExecStart=', 'Execstart=', `Change line 10 to \`ExecStart=${PROGRAM} --ini`],
    ['unit-equals-missing', 'ExecStart=', 'ExecStart ', `Change line 10 to \`ExecStart=${PROGRAM} --ini`],
    ['unit-key-misplaced', '[Service]\n', '', 'Write `[Service]` in a line of its own, above line 9'],
    ['unit-exec-missing', 'ExecStart=', '#ExecStart=', 'beginning of line 10'],
    ['unit-exec-missing', `ExecStart=${PROGRAM} --ini myproject.ini\n`, '', 'Write the line `ExecStart=`'],
    ['unit-exec-twice', 'ExecStart=', 'ExecStart=/usr/bin/uwsgi\nExecStart=', 'Keep the line'],
    [
      'unit-exec-relative',
      `ExecStart=${PROJECT}/`,
      'ExecStart=',
      `\`ExecStart=${PROGRAM} --ini myproject.ini\``,
    ],
    ['unit-value-quoted', `${PROGRAM} --ini`, `“${PROGRAM}” --ini`, `\`ExecStart="${PROGRAM}" --ini`],
    ['unit-quote-open', `=${PROGRAM}`, `="${PROGRAM}`, 'Take it away'],
    [
      'unit-value-quoted',
      `Directory=${PROJECT}`,
      `Directory="${PROJECT}"`,
      `\`WorkingDirectory=${PROJECT}\``,
    ],
    [
      'unit-directory-relative',
      `Directory=${PROJECT}`,
      'Directory=~/myproject',
      `\`WorkingDirectory=${PROJECT}\``,
    ],
  ] as const)('%s: %s', async ([cause, from, to, advice]) => {
    const result = await checkChain(unit(edited(from, to), BAD));
    expect(result, JSON.stringify(result)).toMatchObject({
      cause,
      advice: expect.stringContaining(advice) as unknown,
    });
    expect(result).toHaveProperty('advice', expect.stringContaining(RELOAD));
  });

  it('is empty', async () => {
    expect(await checkChain(unit('', { ...BAD, LoadState: 'masked' }))).toMatchObject({
      cause: 'unit-empty',
    });
  });

  it('shows what systemd said of it, and nothing else', async () => {
    const journal = `myproject.service: Consumed 21.010s CPU time.
${UNIT_FILE}:6: Unit type requires a thing
`;
    const result = await checkChain(unit(UNIT, BAD), {
      answers: { "-n 400 -u 'myproject.service'": journal },
    });
    expect(result).toMatchObject({
      cause: 'unit-file-invalid',
      evidence: `${UNIT_FILE}:6: Unit type requires a thing`,
    });
  });
});

describe('a unit that cannot begin', () => {
  it.for([
    ['unit-value-comment', 'User=sammy', 'User=sammy # me', 217, { User: 'sammy # me' }, '`User=sammy`'],
    ['unit-value-quoted', 'User=sammy', 'User="sammy"', 217, { User: '"sammy"' }, '`User=sammy`'],
    ['unit-value-comment', 'Group=www-data', 'Group=www-data # x', 216, {}, '`Group=www-data`'],
    [
      'unit-value-comment',
      `ory=${PROJECT}`,
      `ory=${PROJECT} # x`,
      200,
      {},
      `\`WorkingDirectory=${PROJECT}\``,
    ],
    [
      'unit-value-quoted',
      `=${PROGRAM} --ini myproject.ini`,
      `="${PROGRAM} --ini myproject.ini"`,
      203,
      {},
      `\`ExecStart=${PROGRAM} --ini`,
    ],
    ['unit-value-comment', 'myproject.ini', 'myproject.ini # x', 1, {}, 'ExecStart='],
    ['unit-line-broken', ' --ini', '\n--ini', 1, {}, 'at the end of line 10'],
    ['unit-line-broken', ' --ini', ' \\ \n--ini', 1, {}, 'backslash away'],
    [
      'unit-equals-missing',
      'WorkingDirectory=',
      'WorkingDirectory ',
      1,
      { WorkingDirectory: '' },
      'Change line 8',
    ],
    [
      'unit-key-unknown',
      'WorkingDirectory=',
      'WorkingDirectroy=',
      1,
      { WorkingDirectory: '' },
      'Change line 8',
    ],
  ] as const)('%s: %s → %s', async ([cause, from, to, status, shown, advice]) => {
    const result = await checkChain(unit(edited(from, to), failed(status, shown)));
    expect(result, JSON.stringify(result)).toMatchObject({
      cause,
      advice: expect.stringContaining(advice) as unknown,
    });
  });

  const way = (parts: string, more: Script['answers'] = {}): Script => ({
    answers: { "stat -L -c '%a %U %G %n %F'": parts, 'id -Gn --': 'sammy\n', ...more },
  });

  it('may not enter a folder on the way', async () => {
    expect(
      await checkChain(
        unit(UNIT, failed(200)),
        way(PARTS.replace('755 sammy sammy /home/sammy ', '610 sammy sammy /home/sammy ')),
      ),
    ).toMatchObject({
      cause: 'unit-path-closed',
      advice: 'Let sammy enter it: `sudo chmod u+x /home/sammy`. Then `sudo systemctl restart myproject`.',
    });
    expect(
      await checkChain(
        unit(edited('User=sammy', 'User=www-data'), failed(200, { User: 'www-data' })),
        way(PARTS.replace('755 sammy sammy /home/sammy ', '700 sammy sammy /home/sammy '), {
          'id -Gn --': 'www-data\n',
        }),
      ),
    ).toMatchObject({
      cause: 'unit-path-closed',
      advice: expect.stringContaining('`User=sammy`') as unknown,
    });
  });

  it('goes to a folder that is not there', async () => {
    const gone: Script = {
      answers: {
        'test -d': { code: 1, output: '' },
        [`'${PROJECT}s/myproject.ini'`]: { code: 1, output: '' },
      },
    };
    expect(
      await checkChain(unit(UNIT, failed(200, { WorkingDirectory: `${PROJECT}s` })), way(PARTS), gone),
    ).toMatchObject({
      cause: 'working-directory-missing',
      advice: expect.stringContaining(`write \`WorkingDirectory=${PROJECT}\``) as unknown,
    });
  });

  it('starts a program that may not be executed, or is elsewhere', async () => {
    const closed: Script = { answers: { 'test -x': { code: 1, output: '' }, "[ -e '/": '' } };
    expect(await checkChain(unit(UNIT, failed(203)), way(PARTS), closed)).toMatchObject({
      cause: 'unit-exec-failed',
      advice: expect.stringContaining(`\`sudo chmod +x ${PROGRAM}\``) as unknown,
    });
    const gone: Script = { answers: { ...closed.answers, "[ -e '/": { code: 1, output: '' } } };
    expect(await checkChain(unit(UNIT, failed(203)), way(PARTS), gone)).toMatchObject({
      cause: 'uwsgi-not-in-environment',
      advice: expect.stringContaining(`let \`ExecStart=\` begin with \`${PROGRAM}\``) as unknown,
    });
  });
});

describe('a unit that ended, or was ended', () => {
  const mortal: Script = {
    answers: {
      "head -c 65536 '/home/sammy/myproject/myproject.ini'": INI.replace('die-on-term = true\n', ''),
    },
  };
  it.for([
    [
      'service-stopping',
      { ActiveState: 'deactivating', SubState: 'stop-sigterm' },
      mortal,
      'die-on-term = true',
    ],
    ['service-stopping', { ActiveState: 'deactivating' }, {}, 'sudo systemctl start myproject'],
    [
      'stop-timed-out',
      { ActiveState: 'failed', Result: 'timeout', ExecMainCode: '2', ExecMainStatus: '9' },
      mortal,
      'die-on-term = true',
    ],
    [
      'service-killed',
      { ActiveState: 'failed', Result: 'signal', ExecMainCode: '2', ExecMainStatus: '9' },
      {},
      'Start it again',
    ],
    [
      'service-killed',
      { ActiveState: 'failed', Result: 'core-dump', ExecMainCode: '3', ExecMainStatus: '11' },
      {},
      'journalctl',
    ],
    [
      'service-out-of-memory',
      { ActiveState: 'failed', Result: 'oom-kill', ExecMainCode: '2', ExecMainStatus: '9' },
      {},
      'processes',
    ],
    [
      'unit-type-mismatch',
      { ActiveState: 'activating', SubState: 'start', Type: 'forking' },
      {},
      '`Type=forking`',
    ],
    [
      'unit-type-mismatch',
      { ActiveState: 'failed', Result: 'timeout', Type: 'forking', ExecMainStatus: '0' },
      {},
      '`Type=forking`',
    ],
    [
      'unit-type-mismatch',
      { ActiveState: 'failed', Result: 'protocol', Type: 'notify', ExecMainStatus: '0' },
      {},
      '`Type=notify`',
    ],
    [
      'unit-type-mismatch',
      { ActiveState: 'deactivating', Result: 'timeout', Type: 'forking' },
      {},
      'Take the line',
    ],
    [
      'started-too-often',
      { ActiveState: 'failed', Result: 'start-limit-hit', ExecMainStatus: '1' },
      {},
      'reset-failed',
    ],
    [
      'unit-user-unknown',
      { ActiveState: 'failed', Result: 'start-limit-hit', ExecMainStatus: '217', User: 'samy' },
      {},
      '`User=sammy`',
    ],
  ] as const)('%s: %o', async ([cause, shown, script, advice]) => {
    expect(await checkChain(unit(UNIT, shown), script)).toMatchObject({
      cause,
      advice: expect.stringContaining(advice) as unknown,
    });
  });
});

describe('a unit file elsewhere', () => {
  const missing = unit(UNIT, { LoadState: 'not-found', ActiveState: 'inactive', FragmentPath: '' });
  const at = (path: string): Script => ({
    answers: { "grep -lsE '^ *(ExecStart": `${path}\n`, 'grep -ls uwsgi': '' },
  });

  it.for([
    '/etc/systemd/myproject.service',
    '/etc/systemd/user/myproject.service',
    `${PROJECT}/myproject.service`,
  ])('%s is moved', async (path) => {
    expect(await checkChain(missing, at(path))).toMatchObject({
      cause: 'unit-misplaced',
      advice: `Move it: \`sudo mv ${path} ${UNIT_FILE}\`, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start myproject\`.`,
    });
  });

  it('has no ending', async () => {
    expect(await checkChain(missing, at('/etc/systemd/system/myproject'))).toMatchObject({
      cause: 'unit-misnamed',
    });
  });
});

describe('what systemd passes over while the unit runs', () => {
  const OVERRIDE = `${UNIT_FILE}.d/override.conf`;

  it('is the group', async () => {
    const owner = `${PARTS}660 sammy sammy ${PROJECT}/myproject.sock socket\n`;
    const result = await checkChain(DENIED, unit(edited('Group=', 'Gruop='), { Group: '' }), {
      answers: { "stat -L -c '%a %U %G %n %F'": owner },
    });
    expect(result, JSON.stringify(result)).toMatchObject({
      cause: 'unit-key-unknown',
      found: expect.stringMatching(
        /^The socket .* belongs to sammy:sammy.*Line 7 of .* says `Gruop=`/,
      ) as unknown,
      advice: `Change line 7 to \`Group=www-data\`. ${RELOAD}`,
    });
  });

  it('is overridden by a drop-in', async () => {
    const result = await checkChain(
      unit(UNIT, failed(217, { User: 'nobdy', DropInPaths: OVERRIDE }), {
        [OVERRIDE]: '[Service]\nUser=nobdy\n',
      }),
    );
    expect(result).toMatchObject({
      cause: 'unit-overridden',
      advice: `Remove it: \`sudo rm ${OVERRIDE}\`. ${RELOAD}`,
    });
  });

  it('is the target with which it should start', async () => {
    expect(
      await runCheck(
        { kind: 'service', unit: 'myproject', enabled: true },
        scriptedGuest(
          healthyGuest,
          unit(edited('multi-user.target', 'multi-user.traget'), { UnitFileState: 'disabled' }),
        ),
      ),
    ).toMatchObject({
      cause: 'unit-wanted-by-wrong',
      advice: expect.stringContaining('Change line 13 to `WantedBy=multi-user.target`') as unknown,
    });
  });

  it('is the section in which it should be enabled', async () => {
    expect(
      await runCheck(
        { kind: 'service', unit: 'myproject', enabled: true },
        scriptedGuest(healthyGuest, unit(edited('[Install]', '[Instal]'), { UnitFileState: 'static' })),
      ),
    ).toMatchObject({
      cause: 'unit-section-unknown',
      advice:
        'Change line 12 to `[Install]`. Then `sudo systemctl daemon-reload` and `sudo systemctl enable myproject`.',
    });
  });
});

it('cannot be mended without sudo', async () => {
  const lost: Script = {
    answers: {
      'sudo -l -U': 'User sammy is not allowed to run sudo on server.\n',
      'getent group wheel': 'wheel:x:995:\n',
    },
  };
  expect(await checkChain(unit(UNIT, failed(1)), lost)).toMatchObject({
    cause: 'sudo-lost',
    advice: expect.stringContaining('`sudo usermod -a -G wheel sammy`') as unknown,
  });
});
