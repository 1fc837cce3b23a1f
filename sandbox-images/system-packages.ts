/** A Debian package that building an image needs on the maintainer's machine. */
export interface SystemPackage {
  readonly name: string;
  /** What the build uses it for. */
  readonly purpose: string;
}

/** Everything that `buildImage` runs or reads and that a plain Debian 12 may lack. */
export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  { name: 'mmdebstrap', purpose: 'makes the root file system from Debian packages' },
  { name: 'arch-test', purpose: 'tells mmdebstrap that i386 programs run here' },
  { name: 'e2fsprogs', purpose: 'mke2fs makes the disk' },
  { name: 'apt-utils', purpose: 'apt-ftparchive makes the index of the package archive' },
  { name: 'rpm', purpose: 'makes and signs the packages of the yum repositories' },
  { name: 'createrepo-c', purpose: 'makes the index of the yum repositories' },
  {
    name: 'libcap2-bin',
    purpose: 'getcap and setcap: what programs may do beyond their login is not for the RPM database',
  },
  { name: 'gnupg', purpose: 'signs the package archive' },
  { name: 'seabios', purpose: "the machine's BIOS" },
  { name: 'linux-source-6.1', purpose: "the kernel's source" },
  { name: 'gcc', purpose: 'compiles the kernel and the agent' },
  { name: 'gcc-multilib', purpose: 'compiles the agent for i386' },
  { name: 'make', purpose: 'builds the kernel' },
  { name: 'flex', purpose: 'builds the kernel' },
  { name: 'bison', purpose: 'builds the kernel' },
  { name: 'bc', purpose: 'builds the kernel' },
  { name: 'libelf-dev', purpose: 'builds the kernel' },
  { name: 'libssl-dev', purpose: 'builds the kernel' },
  { name: 'lz4', purpose: 'compresses the kernel' },
  { name: 'xz-utils', purpose: "unpacks the kernel's source, compresses the archive's index" },
  { name: 'util-linux', purpose: 'unshare and setarch, for programs that run inside the root file system' },
];
