import path from 'node:path';
import { installUpstart } from '../../upstart/upstart.ts';
import type { Layer } from '../layer.ts';

const PACKAGES = path.join(import.meta.dirname, 'packages');

/** Debian 12 arranged like the Ubuntu 13.04 server of the guide, with Nginx from nginx.org. */
export const UBUNTU_13_04: Layer = {
  name: 'ubuntu-13.04',
  login: 'ubuntu',
  environmentsOf: 'root',
  recipes: ['upstart'],
  addFiles: installUpstart,
  // apt-key looks at keys with gpg, and that keeps them with the help of its agent.
  packages: ['gpg', 'gpg-agent'],
  outdated: ['libssl3'],
  installedByReader: ['build-essential', 'nginx', 'nginx-common', 'python3-dev', 'python3-setuptools'],
  alsoOffered: ['htop', 'lsof', 'net-tools', 'strace', 'tree', 'unzip'],
  archive: {
    kind: 'apt',
    hosts: ['archive.ubuntu.com', 'security.ubuntu.com'],
    suite: 'raring',
    transitional: [
      {
        name: 'python',
        version: '3.11.2-1typealong1',
        // Debian's own package of this link, python-is-python3, breaks whatever is called python.
        depends: 'python3',
        files: path.join(PACKAGES, 'python/files'),
        description:
          'Python, under its old name\n' +
          'Ubuntu 13.04 had Python 2 under this name, which has not been maintained since 2020. This package\n' +
          'brings Python 3, and the command python.',
      },
      {
        name: 'python-dev',
        version: '3.11.2-1typealong1',
        depends: 'python3-dev, python',
        description:
          "Python's header files, under their old name\n" +
          'Ubuntu 13.04 had those of Python 2 under this name. This package brings those of Python 3.',
      },
      {
        name: 'python-setuptools',
        version: '66.1.1-1typealong1',
        depends: 'python3-setuptools',
        files: path.join(PACKAGES, 'python-setuptools/files'),
        description:
          'setuptools, under its old name\n' +
          'Ubuntu 13.04 had it for Python 2, with the command easy_install. setuptools still has what that\n' +
          'command did, but no longer the command; this package brings both for Python 3.',
      },
    ],
    vendors: [
      {
        host: 'nginx.org',
        description:
          "Nginx from its makers: Debian 12's, arranged like theirs, signed by a key of this sandbox",
        path: 'packages/ubuntu',
        suite: 'raring',
        component: 'nginx',
        keyOwner: 'Packages of nginx.org in the Typealong sandbox <nginx@typealong.invalid>',
        keyPath: 'keys/nginx_signing.key',
        packages: [
          {
            debian: ['nginx', 'nginx-common'],
            // Above that of the system's own archive, as it was.
            revision: '10~raring',
            without:
              /^\/etc\/(?:default|init\.d|ufw|nginx\/(?:sites-|snippets|modules-|nginx\.conf|proxy_params|koi-|win-))|^\/(?:usr\/)?lib\/systemd|^\/usr\/share\/(?:apport|vim|nginx\/html)|^\/var/,
            files: path.join(PACKAGES, 'nginx/files'),
            scripts: path.join(PACKAGES, 'nginx/scripts'),
          },
        ],
      },
    ],
  },
};
