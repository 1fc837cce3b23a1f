import { describe, expect, it } from 'vitest';
import type { FileStat } from '../../sandbox/types.ts';
import type { Check } from '../model.ts';
import { runCheck, scriptedGuest, type Answer, type Script } from '../testing/scripted-guest.ts';

const PATH = '/home/sammy/myproject/myproject.ini';

function stat(changes: Partial<FileStat> = {}): FileStat {
  return { type: 'file', mode: 0o644, owner: 'sammy', group: 'sammy', sizeBytes: 100, ...changes };
}

function check(
  properties: Omit<Extract<Check, { kind: 'file' }>, 'kind' | 'path'>,
  ...scripts: readonly Script[]
) {
  return runCheck(
    { kind: 'file', path: '~/myproject/myproject.ini', ...properties },
    scriptedGuest(...scripts),
  );
}

function holding(content: string): Script {
  return { stats: { [PATH]: stat() }, files: { [PATH]: content } };
}

describe('content', () => {
  it('passes whatever the blanks', async () => {
    const script = holding('[uwsgi]\n\n\tmodule=wsgi:app\r\nmaster  =  true\n');
    expect(await check({ contains: ['module = wsgi:app', 'master = true'] }, script)).toMatchObject({
      status: 'pass',
    });
    expect(await check({ contains: '[uwsgi]\nmodule = wsgi:app' }, script)).toMatchObject({ status: 'pass' });
  });

  it('names the line that is nearly right', async () => {
    const result = await check({ contains: 'chmod-socket = 660' }, holding('[uwsgi]\nchmod-sokcet = 660\n'));
    expect(result).toMatchObject({
      cause: 'file-line-differs',
      found: `Line 2 of ${PATH} is \`chmod-sokcet = 660\`, where \`chmod-socket = 660\` should be.`,
      advice: 'Change line 2 to `chmod-socket = 660` and save.',
    });
  });

  it('is not satisfied by a longer word', async () => {
    const script = holding('module = wsgi:application\nhttp-socket = myproject.sock\n');
    expect(await check({ contains: 'module = wsgi:app' }, script)).toMatchObject({
      cause: 'file-line-differs',
    });
    expect(await check({ contains: 'socket = myproject.sock' }, script)).toMatchObject({ status: 'fail' });
  });

  it('is not satisfied by a comment', async () => {
    expect(await check({ contains: 'master = true' }, holding('[uwsgi]\n# master = true\n'))).toMatchObject({
      cause: 'file-line-commented',
      found: `Line 2 of ${PATH} is a comment: \`# master = true\`.`,
    });
  });

  it('is not satisfied by a value with a comment behind it, where that belongs to the value', async () => {
    expect(
      await check(
        { contains: ['[uwsgi]', 'chmod-socket = 660'] },
        holding('[uwsgi]\nchmod-socket = 660 # Nginx\n'),
      ),
    ).toMatchObject({
      cause: 'file-comment-behind',
      found: expect.stringContaining('Line 2 of') as unknown,
      advice: 'Change line 2 to `chmod-socket = 660` and save.',
    });
    expect(await check({ contains: 'chmod-socket = 660' }, holding('chmod-socket="660"\n'))).toMatchObject({
      cause: 'file-line-differs',
    });
  });

  it('names a line of the reader’s server block, and none of another', async () => {
    const packaged =
      'server {\n    listen 80 default_server;\n    server_name _;\n    include /etc/nginx/default.d/*.conf;\n}\n';
    const own = (name: string) =>
      `server {\n    listen 80;\n${name}    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/a.sock;\n    }\n}\n`;
    const contains = ['server_name flask.example;', 'include uwsgi_params;', 'uwsgi_pass unix:/a.sock;'];
    const main = (name: string) => holding(`http {\n${own(name)}${packaged}}\n`);
    expect(await check({ syntax: 'nginx', contains }, main(''))).toMatchObject({ cause: 'file-lacks-text' });
    expect(await check({ syntax: 'nginx', contains }, main('    server_name _;\n'))).toMatchObject({
      cause: 'file-line-differs',
      found: expect.stringContaining('Line 4 of') as unknown,
    });
    expect(await check({ syntax: 'nginx', contains }, holding(`http {\n${packaged}}\n`))).toMatchObject({
      cause: 'file-lacks-text',
    });
  });

  it('stands in its block', async () => {
    const outside = 'server {\n    include uwsgi_params;\n    uwsgi_pass unix:/a.sock;\n}\n';
    expect(
      await check({ syntax: 'nginx', contains: 'uwsgi_pass unix:/a.sock;' }, holding(outside)),
    ).toMatchObject({
      cause: 'nginx-pass-outside-location',
      found: expect.stringContaining('Line 3') as unknown,
    });
    const run = 'if __name__ == "__main__":\n    pass\napp.run()\n';
    expect(
      await check({ syntax: 'python', contains: 'app.run()' }, holding(run), {
        answers: { 'python3 -I': '' },
      }),
    ).toMatchObject({
      cause: 'python-run-at-margin',
      advice: expect.stringContaining('Begin line 3') as unknown,
    });
  });

  it('tells what is not there at all', async () => {
    expect(await check({ contains: 'vacuum = true' }, holding('[uwsgi]\n'))).toMatchObject({
      cause: 'file-lacks-text',
    });
    expect(await check({ contains: 'vacuum = true' }, holding(' \n'))).toMatchObject({ cause: 'file-empty' });
  });

  it('tells what is there and should not be', async () => {
    expect(await check({ lacks: 'daemonize' }, holding('daemonize = /tmp/log\n'))).toMatchObject({
      cause: 'file-has-too-much',
    });
    expect(await check({ lacks: 'daemonize' }, holding('master = true\n'))).toMatchObject({ status: 'pass' });
  });
});

describe('the syntax of Nginx', () => {
  const block = 'server {\n    listen 80;\n    location / {\n        include uwsgi_params;\n    }\n}\n';

  it('passes when every line and block is closed', async () => {
    expect(await check({ syntax: 'nginx' }, holding(block))).toMatchObject({ status: 'pass' });
  });

  it('misses a semicolon, whatever the line', async () => {
    expect(await check({ syntax: 'nginx' }, holding(block.replace('80;', '80')))).toMatchObject({
      cause: 'nginx-missing-semicolon',
      found: `Line 2 of ${PATH}, \`listen 80\`, does not end in a semicolon.`,
      advice: 'Write `listen 80;` in line 2 and save the file.',
    });
  });

  it('misses a brace', async () => {
    expect(await check({ syntax: 'nginx' }, holding(block.replace(/}\n$/, '')))).toMatchObject({
      cause: 'nginx-missing-brace',
    });
  });
});

describe('existence', () => {
  const listing = (output: string, code = 0): Script => ({ answers: { 'ls -1A': { code, output } } });

  it('tells a missing file, a missing folder and a misspelt name apart', async () => {
    expect(await check({}, listing('wsgi.py\n'))).toMatchObject({
      cause: 'file-missing',
      advice: expect.stringContaining(`\`nano ${PATH}\``) as unknown,
    });
    expect(await check({}, listing('', 2))).toMatchObject({ cause: 'folder-missing' });
    expect(await check({}, listing('myproject.py\nmyprojct.ini\n'))).toMatchObject({
      cause: 'file-misnamed',
      advice: expect.stringContaining(`mv /home/sammy/myproject/myprojct.ini ${PATH}`) as unknown,
    });
  });

  const there = (path: string, files: string, elsewhere = '', properties: object = {}) =>
    runCheck(
      { kind: 'file', path, ...properties },
      scriptedGuest(listing(files), { answers: { '[ ! -L "$f" ] && echo': elsewhere } }),
    );

  it('leaves alone what the guide may have there for itself', async () => {
    const project = 'myproject.ini\nmyprojectenv/\nwsgi.py\nmyproject.sock=\n';
    expect(await there('~/myproject/myproject.py', project)).toMatchObject({ cause: 'file-missing' });
    expect(await there('~/myproject/myproject', project)).toMatchObject({ cause: 'file-missing' });
    expect(await there('/run/uwsgi', 'user/\nudev/\n', '', { type: 'directory' })).toMatchObject({
      cause: 'file-missing',
    });
    expect(
      await there('/etc/nginx/conf.d/teaapp_nginx.conf', 'demoapp_nginx.conf@\n', '', { type: 'symlink' }),
    ).toMatchObject({ cause: 'link-missing' });
    expect(await there('/usr/local/bin/pip', 'pip3*\npip2\n')).toMatchObject({ cause: 'file-missing' });
  });

  it.for([
    ['/etc/systemd/system/myproject.service', 'myproject.services\n', 'myproject.services'],
    ['/etc/systemd/system/myproject.service', 'myproject\n', 'myproject'],
    ['~/myproject/myproject.py', 'myproject.ini\nmyproject.py.txt\n', 'myproject.py.txt'],
    ['~/myproject/wsgi.py', 'wsig.py\nmyproject.py\n', 'wsig.py'],
  ] as const)('%s was saved under another name', async ([path, files, near]) => {
    expect(await there(path, files)).toMatchObject({
      cause: 'file-misnamed',
      found: expect.stringContaining(`there is a ${near} in the same folder`) as unknown,
    });
  });

  it('was saved in another folder', async () => {
    expect(
      await there('~/myproject/myproject.py', 'myproject.ini\n', '/home/sammy/myproject.py\n'),
    ).toMatchObject({
      cause: 'file-misplaced',
      advice:
        'If that is the one, move it: `mv /home/sammy/myproject.py /home/sammy/myproject/myproject.py`.',
    });
    expect(
      await there('/etc/systemd/system/myproject.service', '', '/etc/systemd/myproject.service\n'),
    ).toMatchObject({
      advice: expect.stringContaining(
        '`sudo mv /etc/systemd/myproject.service /etc/systemd/system/',
      ) as unknown,
    });
  });

  const missing = (path: string, top: string, answers: Script['answers'] = {}) =>
    runCheck(
      { kind: 'file', path },
      scriptedGuest(listing('', 2), { answers: { 'dirname "$d"': `${top}\n`, ...answers } }),
    );
  const NGINX_BLOCK = '/etc/nginx/sites-enabled/myproject';

  it('says that the whole configuration of Nginx is gone', async () => {
    expect(await missing(NGINX_BLOCK, '/etc/nginx')).toMatchObject({
      cause: 'nginx-folder-missing',
      found: 'The folder /etc/nginx is gone, and Nginx’s whole configuration with it.',
      advice: expect.stringMatching(/--reinstall .*nginx-common`.* Or reset the machine/) as unknown,
    });
    const vendors = { 'command -v yum': 'nginx alone\n' };
    expect(await missing(NGINX_BLOCK, '/etc/nginx', vendors)).toHaveProperty(
      'advice',
      expect.stringContaining('--force-confmiss nginx`'),
    );
    const yum = { 'command -v yum': '/usr/bin/yum\n' };
    expect(await missing(NGINX_BLOCK, '/etc/nginx', yum)).toHaveProperty(
      'advice',
      expect.stringContaining('`sudo yum reinstall nginx`'),
    );
  });

  it('tells a folder that was deleted from a program that is not installed', async () => {
    const none = { 'command -v nginx': { code: 1, output: '' } };
    expect(await missing(NGINX_BLOCK, '/etc/nginx', none)).toMatchObject({ cause: 'nginx-not-installed' });
    expect(await missing(NGINX_BLOCK, '/etc/nginx/sites-enabled')).toMatchObject({
      cause: 'folder-missing',
      advice: expect.stringContaining('`sudo mkdir -p /etc/nginx/sites-enabled`') as unknown,
    });
  });

  it('names the uppermost folder that is missing', async () => {
    expect(await missing('~/myproject/wsgi.py', '/home/sammy/myproject')).toMatchObject({
      cause: 'folder-missing',
      found: 'There is no folder /home/sammy/myproject, so there is no wsgi.py in it.',
      advice: expect.stringContaining('`mkdir -p /home/sammy/myproject`') as unknown,
    });
    expect(await missing('/etc/uwsgi/vassals/myapp.ini', '/etc/uwsgi')).toMatchObject({
      found: 'There is no folder /etc/uwsgi, so there is no myapp.ini in /etc/uwsgi/vassals.',
      advice: expect.stringContaining('`sudo mkdir -p /etc/uwsgi/vassals`') as unknown,
    });
  });

  it('has a virtual environment created, and no folder bin', async () => {
    const path = '~/myproject/myprojectenv/bin/activate';
    expect(await missing(path, '/home/sammy/myproject/myprojectenv')).toMatchObject({
      cause: 'environment-missing',
      advice: expect.stringContaining(
        '`cd /home/sammy/myproject`, then `virtualenv myprojectenv`',
      ) as unknown,
    });
    expect(await missing(path, '/home/sammy/myproject')).toMatchObject({ cause: 'folder-missing' });
  });

  it('asks for sudo outside the home', async () => {
    const path = '/etc/systemd/system/myproject.service';
    const result = await runCheck({ kind: 'file', path }, scriptedGuest(listing('')));
    expect(result).toHaveProperty('advice', expect.stringContaining(`sudo nano ${path}`));
  });

  it('tells a folder from a file', async () => {
    expect(await check({ type: 'file' }, { stats: { [PATH]: stat({ type: 'directory' }) } })).toMatchObject({
      cause: 'file-wrong-type',
      found: `${PATH} is a folder, not a file.`,
    });
  });

  it('tells a folder from a file whose content matters', async () => {
    const guest = { stats: { [PATH]: stat({ type: 'directory' }) }, files: {} };
    expect(await check({ contains: 'module = wsgi:app' }, guest)).toMatchObject({
      status: 'fail',
      cause: 'file-wrong-type',
    });
  });
});

describe('owner and mode', () => {
  it('fails with the command that mends it', async () => {
    const roots = { stats: { [PATH]: stat({ owner: 'root', group: 'root' }) } };
    expect(await check({ owner: 'sammy' }, roots)).toMatchObject({
      cause: 'file-wrong-owner',
      advice: `Give it to them: \`sudo chown sammy:root ${PATH}\`.`,
    });
    expect(await check({ mode: '600' }, { stats: { [PATH]: stat() } })).toMatchObject({
      cause: 'file-wrong-mode',
      found: 'Its permissions are 644, not 600.',
    });
    expect(
      await check({ mode: '644', owner: 'sammy', group: 'sammy' }, { stats: { [PATH]: stat() } }),
    ).toMatchObject({
      status: 'pass',
    });
  });
});

describe('a symbolic link', () => {
  const LINK = '/etc/nginx/sites-enabled/myproject';
  const TARGET = '/etc/nginx/sites-available/myproject';
  const link = { kind: 'file', path: LINK, type: 'symlink', target: TARGET } as const;
  const stats = { [LINK]: stat({ type: 'symlink', target: TARGET }), [TARGET]: stat() };

  it('passes when it leads there', async () => {
    const context = scriptedGuest({ stats, answers: { 'readlink -e': `${TARGET}\n` } });
    expect(await runCheck(link, context)).toMatchObject({ status: 'pass' });
  });

  it('fails when it leads nowhere or elsewhere', async () => {
    const nowhere = scriptedGuest({ stats, answers: { 'readlink -e': { code: 1, output: '' } } });
    expect(await runCheck(link, nowhere)).toMatchObject({ cause: 'link-broken' });
    const elsewhere = scriptedGuest({ stats, answers: { 'readlink -e': '/etc/hosts\n' } });
    expect(await runCheck(link, elsewhere)).toMatchObject({ cause: 'link-elsewhere' });
  });

  it('fails when it is a copy', async () => {
    const copy = scriptedGuest({ stats: { [LINK]: stat() } });
    expect(await runCheck(link, copy)).toMatchObject({ cause: 'file-wrong-type' });
  });

  it('is missing with the command that makes it', async () => {
    const missing = scriptedGuest({ answers: { 'ls -1A': 'default\n' } });
    expect(await runCheck(link, missing)).toMatchObject({
      cause: 'link-missing',
      advice: `Make the link: \`sudo ln -s ${TARGET} /etc/nginx/sites-enabled\`.`,
    });
  });
});

describe('syntax', () => {
  it('reads an INI file', async () => {
    expect(
      await check({ syntax: 'ini' }, holding('[uwsgi]\nmodule = wsgi:app\n; a comment\n')),
    ).toMatchObject({ status: 'pass' });
    expect(await check({ syntax: 'ini' }, holding('[uwsgi]\nmodule wsgi:app\n'))).toMatchObject({
      cause: 'ini-syntax-error',
      found: `Line 2 of ${PATH}, \`module wsgi:app\`, is neither a section in brackets nor a \`key = value\`.`,
    });
  });

  it("repeats Python's complaint with the line", async () => {
    const path = '/home/sammy/myproject/myproject.py';
    const complaint = `Traceback (most recent call last):
  File "<string>", line 1, in <module>
  File "${path}", line 5
    def hello()
               ^
SyntaxError: expected ':'
`;
    const python = (answer: { code: number; output: string }) =>
      scriptedGuest({ stats: { [path]: stat() }, files: { [path]: 'x' }, answers: { 'python3 -I': answer } });
    expect(
      await runCheck({ kind: 'file', path, syntax: 'python' }, python({ code: 1, output: complaint })),
    ).toMatchObject({
      cause: 'python-syntax-error',
      found: `Python cannot read ${path}: line 5: SyntaxError: expected ':'.`,
    });
    expect(
      await runCheck({ kind: 'file', path, syntax: 'python' }, python({ code: 0, output: '' })),
    ).toMatchObject({
      status: 'pass',
    });
    expect(
      await runCheck({ kind: 'file', path, syntax: 'python' }, python({ code: 127, output: '' })),
    ).toMatchObject({
      status: 'error',
    });
  });
});

describe('a folder with all that is in it', () => {
  const folder = { type: 'directory', owner: 'nginx', group: 'nginx', recursive: true } as const;
  const guest = (found: Answer, owner = 'nginx'): Script => ({
    stats: { [PATH]: stat({ type: 'directory', owner, group: owner }) },
    answers: { [`find '${PATH}' \\( ! -user 'nginx' -o ! -group 'nginx' \\)`]: found },
  });

  it('passes when nothing in it is another’s', async () => {
    expect(await check(folder, guest(''))).toMatchObject({ status: 'pass' });
  });

  it('passes when a file vanishes during the search, and is an error when it fails otherwise', async () => {
    const complaint = (reason: string): Script =>
      guest({ code: 1, output: `find: ‘${PATH}/demo.sock’: ${reason}\n` });
    expect(await check(folder, complaint('No such file or directory'))).toMatchObject({ status: 'pass' });
    expect(await check(folder, complaint('Input/output error'))).toMatchObject({ status: 'error' });
  });

  it('names the first thing that is', async () => {
    expect(await check(folder, guest(`root:root ${PATH}/venv/a b\n`))).toMatchObject({
      cause: 'file-wrong-owner',
      found: `${PATH}/venv/a b belongs to root:root, not to nginx:nginx. Perhaps it was made after the \`chown\`, with sudo, or the \`chown\` had no \`-R\`.`,
      advice: `Change the owner of everything in it: \`sudo chown -R nginx:nginx ${PATH}/\`.`,
    });
  });

  it('is given away as a whole when it is another’s itself', async () => {
    expect(await check(folder, guest('', 'root'))).toMatchObject({
      cause: 'file-wrong-owner',
      advice: expect.stringContaining(`sudo chown -R nginx:nginx ${PATH}/`) as unknown,
    });
  });
});
