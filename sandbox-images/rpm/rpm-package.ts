/** A package as rpm has it, and the spec file that rpmbuild makes packages from. */

export interface RpmPackage {
  readonly name: string;
  /** Epoch, version and release; see `toEvr` in `debian-control.ts`. */
  readonly evr: Evr;
  readonly architecture: 'i686' | 'noarch';
  readonly summary: string;
  readonly description: string;
  readonly licence: string;
  readonly url?: string;
  /** As in a spec file: `glibc >= 2.36`. */
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly files: readonly RpmFile[];
  readonly scriptlets?: Scriptlets;
}

export interface Evr {
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
}

/** Shell scripts that rpm runs around an installation (`pre`, `post`) and a removal (`preun`, `postun`). */
export type Scriptlets = Readonly<Partial<Record<'pre' | 'post' | 'preun' | 'postun', string>>>;

export interface RpmFile {
  /** Absolute, in the guest. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits, set-user-id and so on included. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** A configuration file: an update keeps what the administrator wrote, and a removal keeps a copy. */
  readonly isConfiguration: boolean;
}

/** A spec file for all of these at once; `name` is that of the source package, which has no files of its own. */
export function specOf(name: string, packages: readonly RpmPackage[]): string {
  const header = [
    `Name: ${name}`,
    'Version: 1',
    'Release: 1',
    'Summary: Debian packages as RPMs',
    'License: see each package',
    '',
    '%description',
    'The source of these packages is Debian.',
  ];
  return `${[...header, ...packages.flatMap(sectionsOf)].join('\n')}\n`;
}

/** The macros without which rpmbuild would strip, compress or look for dependencies in what Debian built. */
export const PACK_AS_IT_IS: Readonly<Record<string, string>> = {
  __os_install_post: '%{nil}',
  __spec_install_pre: '%{nil}',
  __spec_install_post: '%{nil}',
  _build_id_links: 'none',
  debug_package: '%{nil}',
  _unpackaged_files_terminate_build: '0',
  _missing_doc_files_terminate_build: '0',
  _buildhost: 'typealong',
  use_source_date_epoch_as_buildtime: '1',
};

function sectionsOf(rpm: RpmPackage): string[] {
  const { epoch, version, release } = rpm.evr;
  return [
    '',
    `%package -n ${rpm.name}`,
    `Summary: ${escapeMacros(rpm.summary)}`,
    ...(epoch > 0 ? [`Epoch: ${epoch}`] : []),
    `Version: ${version}`,
    `Release: ${release}`,
    `License: ${escapeMacros(rpm.licence)}`,
    ...(rpm.url === undefined ? [] : [`URL: ${escapeMacros(rpm.url)}`]),
    ...(rpm.architecture === 'noarch' ? ['BuildArch: noarch'] : []),
    'AutoReqProv: no',
    ...rpm.requires.map((requirement) => `Requires: ${requirement}`),
    ...rpm.provides.map((provision) => `Provides: ${provision}`),
    '',
    `%description -n ${rpm.name}`,
    escapeMacros(rpm.description),
    '',
    ...Object.entries(rpm.scriptlets ?? {}).flatMap(([when, script]) => [
      `%${when} -n ${rpm.name}`,
      escapeMacros(script.trimEnd()),
      '',
    ]),
    `%files -n ${rpm.name}`,
    ...rpm.files.map(fileLine),
  ];
}

function fileLine({ path, type, mode, owner, group, isConfiguration }: RpmFile): string {
  const attributes = `%attr(${type === 'symlink' ? '-' : mode.toString(8)}, ${owner}, ${group})`;
  const kind = type === 'directory' ? '%dir ' : isConfiguration ? '%config(noreplace) ' : '';
  return `${attributes} ${kind}"${escapeMacros(path)}"`;
}

function escapeMacros(text: string): string {
  return text.replaceAll('%', '%%');
}
