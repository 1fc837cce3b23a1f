/** The image's files that no package of Debian's has, as packages of the RPM database. */
import type { OwnPackage } from '../../rpm/rpm-database.ts';

const RELEASE = [
  '/etc/centos-release',
  '/etc/os-release',
  '/etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7',
  '/etc/redhat-release',
  '/etc/system-release',
  '/etc/yum.repos.d/CentOS-Base.repo',
  '/usr/lib/os-release',
  '/usr/lib/systemd/system-preset/99-default-disable.preset',
];
const YUM = ['/etc/yum.conf', '/usr/bin/yum'];

/** `arranged`: the files that the recipes put there, absolute. */
export function ownPackages(arranged: readonly string[]): OwnPackage[] {
  const rest = arranged.filter((file) => ![...RELEASE, ...YUM].includes(file));
  return [
    {
      package: {
        name: 'centos-release',
        evr: { epoch: 0, version: '7', release: '9.typealong1' },
        architecture: 'noarch',
        summary: 'Repositories and names of a CentOS 7 arrangement',
        description:
          'This system is Debian 12, arranged like CentOS 7. The package says so in the files where CentOS\n' +
          'keeps its name, and knows the addresses of the repositories and the key that signs their packages.',
        licence: 'MIT',
        requires: [],
        provides: ['system-release = 7', 'redhat-release = 7'],
      },
      paths: RELEASE,
      configuration: ['/etc/yum.repos.d/CentOS-Base.repo'],
    },
    {
      package: {
        name: 'yum',
        evr: { epoch: 0, version: '4.14.0', release: '1.typealong1' },
        architecture: 'noarch',
        summary: 'Package manager',
        description:
          "CentOS 7 had yum 3. This is yum 4, another name of its successor dnf: dnf's own front end under\n" +
          'the old name.',
        licence: 'GPL-2+',
        requires: ['dnf'],
        provides: [],
      },
      paths: YUM,
      configuration: [],
    },
    {
      package: {
        name: 'typealong-guest',
        evr: { epoch: 0, version: '1', release: '1' },
        architecture: 'i686',
        summary: 'What ties this machine to the page that it runs in',
        description: 'See /usr/share/doc/typealong/about.txt.',
        licence: 'MIT',
        requires: [],
        provides: [],
      },
      paths: rest,
      configuration: rest.filter((file) => file.startsWith('/etc/')),
    },
  ];
}
