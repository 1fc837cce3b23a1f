import { expect, test } from 'vitest';
import { specOf, type RpmPackage } from './rpm-package.ts';

const THING: RpmPackage = {
  name: 'thing',
  evr: { epoch: 1, version: '2', release: '3' },
  architecture: 'noarch',
  summary: '100 % thing',
  description: 'About it.',
  licence: 'MIT',
  requires: ['glibc >= 2'],
  provides: ['old-thing = 1:2-3'],
  files: [
    {
      path: '/etc/thing.conf',
      type: 'file',
      mode: 0o640,
      owner: 'root',
      group: 'thing',
      isConfiguration: true,
    },
    {
      path: '/usr/bin/thing',
      type: 'symlink',
      mode: 0o777,
      owner: 'root',
      group: 'root',
      isConfiguration: false,
    },
    {
      path: '/var/lib/thing',
      type: 'directory',
      mode: 0o1777,
      owner: 'thing',
      group: 'thing',
      isConfiguration: false,
    },
    {
      path: '/usr/bin/a%b',
      type: 'file',
      mode: 0o755,
      owner: 'root',
      group: 'root',
      isConfiguration: false,
    },
  ],
  scriptlets: { post: 'echo 50%\n' },
};

test('a spec file says all of a package, and rpmbuild expands nothing in it', () => {
  const spec = specOf('source', [THING]);
  for (const line of [
    '%package -n thing',
    'Summary: 100 %% thing',
    'Epoch: 1',
    'Version: 2',
    'Release: 3',
    'BuildArch: noarch',
    'AutoReqProv: no',
    'Requires: glibc >= 2',
    'Provides: old-thing = 1:2-3',
    '%attr(640, root, thing) %config(noreplace) "/etc/thing.conf"',
    '%attr(-, root, root) "/usr/bin/thing"',
    '%attr(1777, thing, thing) %dir "/var/lib/thing"',
    '%attr(755, root, root) "/usr/bin/a%%b"',
  ])
    expect(spec.split('\n')).toContain(line);
  expect(spec).toContain('%post -n thing\necho 50%%\n');
});
