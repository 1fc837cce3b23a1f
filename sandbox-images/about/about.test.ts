import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildTransitional } from '../archive/deb.ts';
import { describeSoftware, installedPackages } from './about.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'about-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const file = path.join(directory, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const STATUS =
  'Package: zlib\nStatus: install ok installed\nVersion: 1:1.2\n\n' +
  'Package: gone\nStatus: deinstall ok config-files\nVersion: 9\n\n' +
  'Package: bash\nStatus: install ok installed\nVersion: 5.2\nDescription: a shell\n Version: not this\n';

test('only installed packages count', () => {
  expect(installedPackages(STATUS)).toEqual([
    { name: 'bash', version: '5.2' },
    { name: 'zlib', version: '1:1.2' },
  ]);
});

test('everything in the image, the archive and the Python index is listed with a licence', async () => {
  await put('root/var/lib/dpkg/status', STATUS);
  await put('root/usr/share/doc/bash/copyright', 'See /usr/share/common-licenses/GPL-3.\n');
  // One package's documents may be another's.
  await symlink('bash', path.join(directory, 'root/usr/share/doc/zlib'));
  const pip = await buildTransitional(
    { name: 'python-pip', version: '2', depends: 'python3-pip', description: 'pip\nOld name.' },
    directory,
  );
  const kernel = await put('kernel-copyright', 'GNU General Public License\n');

  const about = await describeSoftware({
    root: path.join(directory, 'root'),
    debs: [pip],
    nameOf: (debian) => (debian === 'zlib' ? 'libz' : debian),
    ours: [{ name: 'epel-release', version: '7-14', where: 'archive', licences: ['MIT'] }],
    wheels: [{ name: 'flask', version: '2.2.2', licences: ['BSD'] }],
    fromHost: [{ name: 'linux', version: '6.1', copyright: kernel }],
    workDir: path.join(directory, 'work'),
  });
  expect(about.packages).toEqual([
    { name: 'linux', version: '6.1', where: 'image', licences: ['GPL'] },
    { name: 'bash', version: '5.2', where: 'image', licences: ['GPL-3'] },
    { name: 'libz', version: '1:1.2', where: 'image', licences: ['GPL-3'] },
    { name: 'python-pip', version: '2', where: 'archive', licences: ['MIT'] },
    { name: 'epel-release', version: '7-14', where: 'archive', licences: ['MIT'] },
    { name: 'flask', version: '2.2.2', where: 'python-index', licences: ['BSD'] },
  ]);
});
