/** How software gets onto this machine: by the package manager that is found there. */
import type { Reading } from './survey.ts';

export interface Installer {
  readonly manager: 'apt-get' | 'yum';
  /** The repository EPEL is set up. Only yum knows it. */
  readonly epel: boolean;
  /** The package that Nginx's own configuration belongs to. That of nginx.org has all of Nginx in one. */
  readonly nginxFiles: 'nginx' | 'nginx-common';
}

/** A question for `survey`, answered by {@link parseInstaller}. */
export const FIND_INSTALLER =
  'command -v yum; ls /etc/yum.repos.d/epel.repo 2>/dev/null; cd /var/lib/dpkg/info 2>/dev/null && ' +
  '[ -e nginx.list ] && [ ! -e nginx-common.list ] && echo nginx alone; true';

/** Packages of the guides that Red Hat's own repositories leave to EPEL; names differ by version of Python. */
const IN_EPEL = /^(nginx|nginx-.+|python[23]?[0-9]*-pip|htop|uwsgi|uwsgi-.+)$/;

export function parseInstaller({ output }: Reading): Installer {
  const lines = output.split('\n').map((line) => line.trim());
  return {
    manager: lines.some((line) => line.endsWith('/yum')) ? 'yum' : 'apt-get',
    epel: lines.some((line) => line.endsWith('/epel.repo')),
    nginxFiles: lines.includes('nginx alone') ? 'nginx' : 'nginx-common',
  };
}

/** A package that yum cannot find before EPEL is set up. */
function lacksEpel(name: string, { manager, epel }: Installer): boolean {
  return manager === 'yum' && !epel && IN_EPEL.test(name);
}

/** What it takes to install a package. */
export interface Installation {
  readonly name: string;
  readonly manager: Installer['manager'];
  /** yum finds it only once the repository EPEL is set up. */
  readonly needsEpel: boolean;
}

/** How this machine gets a package. */
export function installationOf(name: string, installer: Installer): Installation {
  return { name, manager: installer.manager, needsEpel: lacksEpel(name, installer) };
}
