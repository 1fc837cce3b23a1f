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
    ['unit-section-unknown', '[Install]', '[Install] # comment', 'Change line 12 to `[Install]`'],
    ['unit-section-unknown', '[Service]', '[Service] # comment', 'Change line 5 to `[Service]`'],
    ['unit-key-unknown', 'ExecStart=', 'Execstart=', `Change line 10 to \`ExecStart=${PROGRAM} --ini`],
    ['unit-equals-missing', 'ExecStart=', 'ExecStart ', `Change line 10 to \`ExecStart=${PROGRAM} --ini`],
    ['unit-key-misplaced', '[Service]\n', '', 'Write `[Service]` in a line of its own, above line 5'],
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
      found: `systemd cannot use ${UNIT_FILE}. Of line 6 it says: Unit type requires a thing`,
      advice: expect.stringContaining('Compare line 6 with the text') as unknown,
      evidence: `${UNIT_FILE}:6: Unit type requires a thing`,
    });
  });
});

describe('a unit that cannot begin', () => {
  it.for([
    ['ProtectHome=true', 203],
    ['ProtectHome=yes', 200],
    ['InaccessiblePaths=/home/sammy', 203],
  ] as const)('names what hides the project: %s', async ([line, status]) => {
    const result = await checkChain(
      unit(edited('[Service]', `[Service]\n${line}`), {
        ActiveState: 'failed',
        Result: 'exit-code',
        ExecMainStatus: String(status),
      }),
    );
    expect(result).toMatchObject({
      cause: 'unit-folder-protected',
      found: expect.stringContaining(`Line 6 of ${UNIT_FILE} says \`${line}\``) as unknown,
    });
  });

  it.for([
    'InaccessiblePaths=',
    'InaccessiblePaths=-',
    'InaccessiblePaths=/srv  /opt',
    `InaccessiblePaths=${PROJECT}\nInaccessibleDirectories=`,
    'ProtectHome=true\nProtectHome=false',
  ])('knows what hides nothing: %j', async (lines) => {
    const shown = { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '200' };
    const result = await checkChain(unit(edited('[Service]', `[Service]\n${lines}`), shown), {
      answers: { 'test -d': { code: 1, output: '' } },
    });
    expect(result).toMatchObject({ cause: 'working-directory-missing' });
  });

  it('goes by the last value, in a drop-in', async () => {
    const open = edited('[Service]', '[Service]\nProtectHome=no');
    const shown = { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '203' };
    const dropIn = `${UNIT_FILE}.d/own.conf`;
    const hides = unit(open, shown, { [dropIn]: '[Service]\nProtectHome=yes\n' });
    expect(await checkChain(hides)).toMatchObject({
      cause: 'unit-folder-protected',
      found: expect.stringContaining(`Line 2 of ${dropIn} says`) as unknown,
    });
    const hidden = edited('[Service]', '[Service]\nProtectHome=yes');
    const opens = unit(hidden, shown, { [dropIn]: '[Service]\nProtectHome=no\n' });
    expect(await checkChain(opens)).not.toHaveProperty('cause', 'unit-folder-protected');
  });

  it.for(['ProtectHome=read-only', 'ProtectSystem=strict', `ReadOnlyPaths=${PROJECT}`])(
    'names what keeps uWSGI from making its socket: %s',
    async (line) => {
      const shown = { ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '1' };
      const result = await checkChain(unit(edited('[Service]', `[Service]\n${line}`), shown), {
        answers: {
          "-n 400 -u 'myproject.service'": 'bind(): Read-only file system [core/socket.c line 230]\n',
        },
      });
      expect(result).toMatchObject({
        cause: 'unit-folder-protected',
        found: expect.stringContaining('can only be read') as unknown,
      });
    },
  );

  it('names the unit that it needs and that is not there', async () => {
    const text = edited('After=network.target', 'Requires=postgresql.service sysinit.target');
    const result = await checkChain(unit(text, { ActiveState: 'inactive' }), {
      answers: {
        "-- 'postgresql.service'":
          'Id=postgresql.service\nLoadState=not-found\n\nId=sysinit.target\nLoadState=loaded',
      },
    });
    expect(result).toMatchObject({
      cause: 'unit-need-missing',
      found: expect.stringContaining(
        `Line 3 of ${UNIT_FILE} (\`Requires=\`) names postgresql.service`,
      ) as unknown,
      advice: expect.stringContaining(RELOAD) as unknown,
    });
  });

  it('names the file of variables that is not there', async () => {
    const text = edited('Environment="PATH=', `EnvironmentFile=${PROJECT}/.env\nEnvironment="PATH=`);
    const result = await checkChain(
      unit(text, { ActiveState: 'failed', Result: 'resources', ExecMainStatus: '0' }),
      {
        answers: {
          "-n 400 -u 'myproject.service'": `myproject.service: Failed to load environment files: No such file or directory
myproject.service: Failed to run 'start' task: No such file or directory
myproject.service: Failed with result 'resources'.
`,
        },
      },
    );
    expect(result).toMatchObject({
      cause: 'unit-environment-file-missing',
      found: expect.stringContaining(
        `Line 9 of ${UNIT_FILE} says \`EnvironmentFile=${PROJECT}/.env\``,
      ) as unknown,
      advice: expect.stringContaining(RELOAD) as unknown,
    });
  });

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
      advice: expect.stringContaining(`make \`ExecStart=\` begin with \`${PROGRAM}\``) as unknown,
    });
  });
});

describe('a project that is not there', () => {
  const NONE = { code: 1, output: '' };
  const gone = (path: string, activates = '', programs = ''): Script => ({
    answers: {
      'test -x': NONE,
      'test -d': NONE,
      "head -c 65536 '/home/sammy/myproject/myproject.ini'": NONE,
      'dirname "$d"': `${path}\n${activates}`,
      '/bin/uwsgi 2>/dev/null; true': programs,
    },
  });
  const madeAt = (is: string): string => `${is}/bin/activate:VIRTUAL_ENV='${PROJECT}/myprojectenv'\n`;

  it('was renamed, or its environment was', async () => {
    const programs = `${PROJECT}2/myprojectenv/bin/uwsgi\n`;
    const renamed = gone(PROJECT, madeAt(`${PROJECT}2/myprojectenv`), programs);
    expect(await checkChain(unit(UNIT, failed(203)), renamed)).toMatchObject({
      cause: 'folder-renamed',
      found: expect.stringContaining(`There is no folder ${PROJECT}. It is ${PROJECT}2 now`) as unknown,
      advice: expect.stringMatching(
        /`mv \/home\/sammy\/myproject2 \/home\/sammy\/myproject`\. Then `sudo systemctl restart myproject`\.$/,
      ) as unknown,
    });
    const environment = gone(
      `${PROJECT}/myprojectenv`,
      madeAt(`${PROJECT}/env`),
      `${PROJECT}/env/bin/uwsgi\n`,
    );
    expect(await checkChain(unit(UNIT, failed(203)), environment)).toMatchObject({
      cause: 'folder-renamed',
      advice: expect.stringContaining(`\`mv ${PROJECT}/env ${PROJECT}/myprojectenv\``) as unknown,
    });
  });

  it('was deleted, and not only its environment', async () => {
    expect(await checkChain(unit(UNIT, failed(203)), gone(PROJECT))).toMatchObject({
      cause: 'project-gone',
      found: `There is no folder ${PROJECT}, where the application and its virtual environment should be.`,
      advice: expect.stringContaining(`change the paths in ${UNIT_FILE}`) as unknown,
    });
    const environment = gone(`${PROJECT}/myprojectenv`);
    expect(await checkChain(unit(UNIT, failed(203)), environment)).toMatchObject({
      cause: 'uwsgi-not-in-environment',
      found: `There is no virtual environment at ${PROJECT}/myprojectenv, from which the unit starts uWSGI.`,
      advice: expect.stringContaining(`make it, \`virtualenv ${PROJECT}/myprojectenv\``) as unknown,
    });
  });

  it('is elsewhere, and the unit does not name it', async () => {
    const elsewhere = gone(PROJECT, '', '/home/sammy/site/env/bin/uwsgi\n');
    expect(await checkChain(unit(UNIT, failed(203)), elsewhere)).toHaveProperty(
      'cause',
      'uwsgi-not-in-environment',
    );
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
      'unit-never-ready',
      { ActiveState: 'failed', Result: 'timeout', Type: 'notify', ExecMainStatus: '0' },
      {
        answers: {
          'journalctl -q':
            'Starting myproject.service...\nmyproject.service: start operation timed out. Terminating.\n',
        },
      },
      'how far it got',
    ],
    [
      'uwsgi-not-started',
      { ActiveState: 'activating', SubState: 'start', Type: 'notify' },
      {},
      'Give it a moment',
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
