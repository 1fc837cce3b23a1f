/** What every guest has from the start, whatever its guide. Their dependencies come by themselves. */
export const BASE_PACKAGES: readonly string[] = [
  // The system itself.
  'systemd',
  'systemd-sysv',
  'dbus',
  'sudo',
  'iproute2',
  'iputils-ping',
  'netbase',
  'procps',
  'psmisc',
  'ca-certificates',
  'python3',
  // What virtualenv puts into new environments.
  'python3-pip-whl',
  'python3-setuptools-whl',
  'python3-wheel-whl',
  // What a reader types with and looks with.
  'bash-completion',
  'nano',
  'vim',
  'less',
  'curl',
  'wget',
  'file',
  'bzip2',
  'xz-utils',
];

/**
 * What packages of more than one guide depend on, large: on the disk of the base it is once for all images. Nothing
 * here may be, or depend on, what a guide's reader installs or looks for.
 */
export const SHARED_PACKAGES: readonly string[] = ['gcc-12', 'g++-12', 'libpython3-dev', 'libxml2'];
