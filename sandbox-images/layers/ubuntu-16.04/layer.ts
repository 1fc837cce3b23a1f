import type { Layer } from '../layer.ts';

/** Debian 12 arranged like the Ubuntu 16.04 server of the guide. */
export const UBUNTU_16_04: Layer = {
  name: 'ubuntu-16.04',
  login: 'sammy',
  packages: ['ufw'],
  installedByReader: ['python3-pip', 'python3-dev', 'nginx', 'nginx-common'],
  alsoOffered: [
    'apache2-utils',
    'build-essential',
    'cowsay',
    'dnsutils',
    'figlet',
    'gcc',
    'gunicorn',
    'htop',
    'iftop',
    'jq',
    'lsof',
    'make',
    'ncdu',
    'net-tools',
    'netcat-openbsd',
    'openssh-client',
    'openssh-server',
    'python-is-python3',
    'python3-flask',
    'python3-venv',
    'python3-virtualenv',
    'rsync',
    'screen',
    'sqlite3',
    'strace',
    'supervisor',
    'tcpdump',
    'telnet',
    'tmux',
    'traceroute',
    'tree',
    'unzip',
    'uwsgi-core',
    'uwsgi-plugin-python3',
    'virtualenv',
    'zip',
  ],
  archive: {
    kind: 'apt',
    hosts: ['archive.ubuntu.com', 'security.ubuntu.com'],
    suite: 'xenial',
    transitional: [
      {
        name: 'python-pip',
        version: '23.0.1-1typealong1',
        depends: 'python3-pip',
        description:
          "Python's package installer, under its old name\n" +
          'Ubuntu 16.04 had pip for Python 2 under this name. Python 2 has not been maintained since 2020;\n' +
          'this package brings pip for Python 3, so that the same commands run.',
      },
      {
        name: 'python-dev',
        version: '3.11.2-1typealong1',
        depends: 'python3-dev, python-is-python3',
        description:
          "Python's header files, under their old name\n" +
          'Ubuntu 16.04 had those of Python 2 under this name, and the command python. This package brings\n' +
          'those of Python 3.',
      },
    ],
  },
};
