/** yum and rpm on the machine itself, against the repositories of its internet. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeSandbox, imageUrl } from '../../scripts/node-sandbox.ts';
import { openSigningKey } from '../archive/signing-key.ts';
import type { RpmPackage } from './rpm-package.ts';
import { buildRpms } from './rpmbuild.ts';

const sandboxDirectory = process.env['TYPEALONG_SANDBOX'] ?? '';
if (sandboxDirectory === '') throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');

const sandbox = createNodeSandbox();
beforeAll(() => sandbox.start({ imageUrl: imageUrl(sandboxDirectory, 'centos-7'), snapshot: 'base' }));
afterAll(() => sandbox.powerOff());

async function run(command: string): Promise<{ code: number; output: string }> {
  const result = await sandbox.agent.exec(['sh', '-c', `${command} 2>&1`], { timeoutMs: 180_000 });
  return { code: result.code, output: result.stdout };
}

describe('the database of the system', () => {
  it('knows what is installed and whose a file is', async () => {
    expect(await run('rpm -q bash systemd python3 yum centos-release')).toMatchObject({ code: 0 });
    expect((await run('rpm -qf /usr/bin/bash')).output).toMatch(/^bash-5\S*\.i686$/m);
    expect((await run('rpm -qf /etc/redhat-release')).output).toMatch(/^centos-release-7-/m);
    expect(await run('command -v dpkg apt-get')).toMatchObject({ code: 127, output: '' });
  });

  it('notices a changed file', async () => {
    await run('echo >> /usr/share/doc/bash/copyright');
    expect((await run('rpm -V bash')).output).toMatch(/^S\.5\.+T\.\s+d \/usr\/share\/doc\/bash\/copyright$/m);
  });
});

describe('yum', () => {
  it('fetches the lists of packages', async () => {
    const { code, output } = await run('yum makecache');
    expect(output).toContain('Metadata cache created.');
    expect(code).toBe(0);
  });

  it('has nothing of EPEL until epel-release is installed', async () => {
    const before = await run('yum -y install nginx');
    expect(before.output).toContain('No match for argument: nginx');
    expect(before.code).toBe(1);
    expect(await run('yum -y install epel-release')).toMatchObject({ code: 0 });
    expect((await run('yum info nginx')).output).toMatch(/Repository\s+: epel/);
  });

  it('installs nginx as EPEL arranges it, stopped and disabled, and removes it', async () => {
    expect(await run('yum -y install nginx')).toMatchObject({ code: 0 });
    expect(await run('rpm -V nginx')).toMatchObject({ code: 0, output: '' });
    expect((await run('systemctl is-active nginx; systemctl is-enabled nginx')).output).toBe(
      'inactive\ndisabled\n',
    );
    expect((await run('id -Gn nginx')).output).toBe('nginx\n');
    expect(await run('nginx -t')).toMatchObject({ code: 0 });
    expect((await run('yum -q history list | head -3')).output).toContain('install nginx');
    expect(await run('yum -y remove nginx')).toMatchObject({ code: 0 });
    expect(await run('test -e /usr/sbin/nginx')).toMatchObject({ code: 1 });
  });

  it("installs pip's commands, and takes nothing but them away", async () => {
    const modules = '/usr/lib/python3/dist-packages/pip/__init__.py';
    expect(await run('pip --version')).toMatchObject({ code: 127 });
    expect((await run(`rpm -qf ${modules}`)).output).toMatch(/^platform-python-pip-/);
    expect(await run('yum -y install python-pip')).toMatchObject({ code: 0 });
    expect(await run('rpm -V python-pip platform-python-pip')).toMatchObject({ code: 0, output: '' });
    expect((await run('rpm -ql python-pip')).output).toBe('/usr/bin/pip\n/usr/bin/pip3\n/usr/bin/pip3.11\n');
    expect((await run('pip --version')).output).toMatch(/^pip 23/);
    expect(await run('yum -y remove python-pip')).toMatchObject({ code: 0 });
    expect(await run('test -e /usr/bin/pip')).toMatchObject({ code: 1 });
    expect(await run(`test -e ${modules}`)).toMatchObject({ code: 0 });
  });

  it('finds a package by a file of it', async () => {
    expect((await run('yum -q provides /usr/bin/tree')).output).toMatch(/^tree-/m);
  });
});

it('a package whose files are damaged is refused', async () => {
  const fetched = await run('yum -y install --downloadonly --downloaddir=/root/fetched tree');
  expect(fetched).toMatchObject({ code: 0 });
  const damage =
    "import glob; f = open(glob.glob('/root/fetched/tree-*.rpm')[0], 'r+b'); f.seek(-2000, 2); f.write(bytes(16))";
  expect(await run(`python3 -c "${damage}"`)).toMatchObject({ code: 0 });
  expect((await run('rpm -K /root/fetched/tree-*.rpm')).output).toContain('DIGESTS SIGNATURES NOT OK');
  expect((await run('rpm -i /root/fetched/tree-*.rpm')).output).toContain('unpacking of archive failed');
  expect(await run('rpm -q tree')).toMatchObject({ code: 1 });
  expect(await run('rm -r /root/fetched')).toMatchObject({ code: 0 });
});

describe('a package that another key signed', () => {
  let work = '';
  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'foreign-'));
  });
  afterAll(() => rm(work, { recursive: true }));

  it('is refused', async () => {
    await putForeignRepository();
    const install = 'yum -y --disablerepo="*" --repofrompath=foreign,file:///root/foreign install thing';
    const refused = await run(
      `${install} --setopt=foreign.gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7 --setopt=foreign.gpgcheck=1`,
    );
    expect(refused.output).toContain('GPG check FAILED');
    expect(refused.code).toBe(1);
    expect(await run('rpm -q thing')).toMatchObject({ code: 1 });
    // It is the signature and nothing else that was in the way.
    expect(await run(`${install} --nogpgcheck`)).toMatchObject({ code: 0 });
  });

  async function putForeignRepository(): Promise<void> {
    const tree = path.join(work, 'tree');
    await mkdir(path.join(tree, 'usr/share/thing'), { recursive: true });
    await writeFile(path.join(tree, 'usr/share/thing/file'), 'thing\n');
    const thing: RpmPackage = {
      name: 'thing',
      evr: { epoch: 0, version: '1', release: '1' },
      architecture: 'noarch',
      summary: 'Thing',
      description: 'A thing.',
      licence: 'MIT',
      requires: [],
      provides: [],
      files: [
        {
          path: '/usr/share/thing/file',
          type: 'file',
          mode: 0o644,
          owner: 'root',
          group: 'root',
          isConfiguration: false,
        },
      ],
    };
    const rpms = await buildRpms([thing], { tree, workDir: path.join(work, 'build'), payload: 'compressed' });
    await (await openSigningKey(path.join(work, 'key'))).signRpms(rpms);
    const repository = path.join(work, 'repository');
    await mkdir(repository);
    for (const rpm of rpms) await writeFile(path.join(repository, path.basename(rpm)), await readFile(rpm));
    execFileSync('createrepo_c', ['--quiet', '--no-database', repository]);
    const archive = execFileSync('tar', ['-cz', '-C', repository, '.']).toString('base64');
    await sandbox.agent.writeFile('/root/foreign.tgz.b64', archive);
    const unpack = 'mkdir /root/foreign && base64 -d /root/foreign.tgz.b64 | tar -xz -C /root/foreign';
    expect(await run(unpack)).toMatchObject({ code: 0 });
  }
});
