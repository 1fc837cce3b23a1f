import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStanzas } from './debian-control.ts';
import { fromDebian, shareOut } from './from-debian.ts';

let tree = '';
beforeEach(async () => {
  tree = await mkdtemp(path.join(tmpdir(), 'from-debian-'));
});
afterEach(() => rm(tree, { recursive: true }));

test('a package of Debian’s is described under the name that rpm’s world knows', async () => {
  await mkdir(path.join(tree, 'usr/share/doc/libc6'), { recursive: true });
  await writeFile(path.join(tree, 'usr/share/doc/libc6/copyright'), 'GNU Lesser General Public License\n');
  const [control] = readStanzas(
    'Package: libc6\nVersion: 2.36-9\nArchitecture: i386\nPre-Depends: dpkg (>= 1)\nDepends: libgcc-s1\n' +
      'Provides: libc6-i686\nHomepage: https://example.org/\nDescription: the C library\n Long text.\n .\n More.\n',
  );
  if (!control) throw new Error('no stanza');
  expect(await fromDebian(control, [], [tree])).toEqual({
    name: 'glibc',
    evr: { epoch: 0, version: '2.36', release: '9' },
    architecture: 'i686',
    summary: 'the C library',
    description: "Long text.\n\nMore.\n\nMade of Debian's package libc6.",
    licence: 'LGPL',
    url: 'https://example.org/',
    requires: ['libgcc-s1'],
    provides: ['libc6-i686', 'libc6 = 2.36-9'],
    files: [],
  });
});

test('a path has one owner: a file the first that names it, a directory of several the common package', () => {
  const shares = shareOut(
    [
      { name: 'own', paths: ['/etc/motd'] },
      { name: 'a', paths: ['/etc', '/etc/motd', '/usr/share/a'] },
      { name: 'b', paths: ['/etc', '/b'] },
      { name: 'filesystem', paths: ['/'] },
    ],
    'filesystem',
    (file) => file === '/etc',
  );
  expect(Object.fromEntries(shares)).toEqual({
    own: ['/etc/motd'],
    a: ['/usr/share/a'],
    b: ['/b'],
    filesystem: ['/', '/etc'],
  });
});
