/** Which names Debian's packages have as RPMs. */
import type { Renaming } from './debian-control.ts';

/** Where Red Hat's name is one that a guide or a reader uses. All others keep Debian's. */
const RED_HAT_NAMES: Readonly<Record<string, string>> = {
  'base-files': 'filesystem',
  dnsutils: 'bind-utils',
  'g++': 'gcc-c++',
  iproute2: 'iproute',
  'iputils-ping': 'iputils',
  'libc-bin': 'glibc-common',
  libc6: 'glibc',
  'libc6-dev': 'glibc-devel',
  passwd: 'shadow-utils',
  procps: 'procps-ng',
  'python-is-python3': 'python-unversioned-command',
  'python3-dev': 'python-devel',
  'python3-pip': 'platform-python-pip',
  sqlite3: 'sqlite',
  vim: 'vim-enhanced',
  'xz-utils': 'xz',
};

/** Debian's own package management: a system of RPMs is without it. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'apt',
  'debconf',
  'debconf-2.0',
  'debian-archive-keyring',
  'dpkg',
  'install-info',
  'libapt-pkg6.0',
  'ucf',
]);

export const RED_HAT: Renaming = {
  nameOf: (debian) => RED_HAT_NAMES[debian] ?? debian,
  isLeftOut: (debian) => LEFT_OUT.has(debian),
};
