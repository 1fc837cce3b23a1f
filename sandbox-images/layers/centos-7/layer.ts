import type { Layer } from '../layer.ts';
import { ownPackages } from './own-packages.ts';
import { RECIPES } from './recipes.ts';

/** Debian 12 arranged like the CentOS 7 server of the guides, its packages managed by rpm and yum. */
export const CENTOS_7: Layer = {
  name: 'centos-7',
  login: 'user',
  packages: ['rpm', 'dnf', 'python-is-python3', 'python3-pip'],
  installedByReader: ['python3-dev', 'gcc', 'nginx', 'nginx-common'],
  alsoOffered: [
    'bc',
    'cowsay',
    'htop',
    'jq',
    'lsof',
    'make',
    'ncdu',
    'net-tools',
    'strace',
    'tmux',
    'tree',
    'unzip',
    'zip',
  ],
  archive: {
    kind: 'yum',
    repositories: {
      base: { host: 'mirror.centos.org', path: 'centos/7/os/i386' },
      updates: { host: 'mirror.centos.org', path: 'centos/7/updates/i386' },
      epel: { host: 'download.fedoraproject.org', path: 'pub/epel/7/i386' },
    },
    // As EPEL had them for CentOS 7.
    inEpel: ['cowsay', 'htop', 'jq', 'ncdu', 'nginx', 'python-pip'],
    recipes: RECIPES,
    ownPackages,
    keyFile: '/etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7',
  },
};
