/** RPMs that are more than one package of Debian's as it is. */
import path from 'node:path';
import type { RpmRecipe } from '../../rpm/recipe.ts';

const FILES = path.join(import.meta.dirname, 'packages');

/** By the RPM's name. */
export const RECIPES: Readonly<Record<string, RpmRecipe>> = {
  nginx: {
    debian: ['nginx', 'nginx-common'],
    // Debian's way to arrange sites, and what serves its other tools.
    without:
      /^\/etc\/(?:default|init\.d|ufw|nginx\/(?:sites-|snippets|modules-|nginx\.conf|proxy_params))|^\/(?:usr\/)?lib\/systemd|^\/usr\/share\/(?:apport|vim)|^\/var/,
    files: path.join(FILES, 'nginx/files'),
    directories: [
      { path: '/etc/nginx/conf.d', mode: 0o755, owner: 'root', group: 'root' },
      { path: '/etc/nginx/default.d', mode: 0o755, owner: 'root', group: 'root' },
      { path: '/var/lib/nginx', mode: 0o770, owner: 'nginx', group: 'root' },
      { path: '/var/log/nginx', mode: 0o770, owner: 'nginx', group: 'root' },
    ],
    scriptlets: {
      pre: `getent group nginx > /dev/null || groupadd --system nginx
getent passwd nginx > /dev/null || useradd --system --gid nginx --home-dir /var/lib/nginx --no-create-home \\
  --shell /usr/sbin/nologin --comment "Nginx web server" nginx
exit 0`,
      post: 'systemctl --no-reload preset nginx.service > /dev/null 2>&1 || :',
      preun: `if [ $1 -eq 0 ]; then
  systemctl --no-reload disable --now nginx.service > /dev/null 2>&1 || :
fi`,
      postun: 'systemctl daemon-reload > /dev/null 2>&1 || :',
    },
  },
  'epel-release': {
    debian: [],
    own: {
      evr: { epoch: 0, version: '7', release: '14.typealong1' },
      summary: 'Extra Packages for Enterprise Linux: its repository and its key',
      description: "Makes yum know this sandbox's repository epel, at the address of the real one.",
      licence: 'MIT',
    },
    files: path.join(FILES, 'epel-release/files'),
    keyFile: '/etc/pki/rpm-gpg/RPM-GPG-KEY-EPEL-7',
  },
  // As on Red Hat's systems since version 8, the image has the modules, in platform-python-pip; this package has the
  // commands. With the modules, more than a thousand files, yum took half as long again.
  'python-pip': {
    debian: ['python3-pip'],
    requires: ['platform-python-pip'],
    without: /^(?!\/usr\/bin\/)/,
    dropScripts: 'they compile the modules',
  },
  // Maintainer scripts that have nothing to do here, or whose work is done by the recipe.
  bc: { debian: ['bc'], dropScripts: 'they register a menu entry' },
  gcc: { debian: ['gcc'], dropScripts: 'the link cc is in the package', links: { '/usr/bin/cc': 'gcc' } },
  tmux: { debian: ['tmux'], dropScripts: 'they list tmux as a login shell' },
  unzip: { debian: ['unzip'], dropScripts: 'they register a mail viewer' },
};
