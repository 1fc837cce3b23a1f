/**
 * An apt of its own, for i386 and Debian 12, in a directory: it answers what a set of packages would
 * install and fetches it, and touches nothing of the maintainer's system.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatSource, type DebianSource } from './debian-sources.ts';
import { ProgramError, runProgram } from './run-program.ts';

/** A package as apt chose it. */
export interface ChosenPackage {
  readonly name: string;
  readonly version: string;
}

export class AptWorkspace {
  readonly directory: string;
  /** The suites that could be fetched; what mmdebstrap is given. */
  readonly sources: readonly DebianSource[];

  private constructor(directory: string, sources: readonly DebianSource[]) {
    this.directory = directory;
    this.sources = sources;
  }

  /**
   * Makes the workspace and fetches the lists of packages. A suite of updates that cannot be had is left
   * out and said to `warn`; the release itself must be there.
   */
  static async open(
    directory: string,
    sources: readonly DebianSource[],
    warn: (message: string) => void,
  ): Promise<AptWorkspace> {
    for (const part of [
      'state/lists/partial',
      'cache/archives/partial',
      'etc/sources.list.d',
      'etc/preferences.d',
      'etc/apt.conf.d',
    ])
      await mkdir(path.join(directory, part), { recursive: true });
    await writeFile(path.join(directory, 'empty-status'), '');
    await writeFile(path.join(directory, 'apt.conf'), await configuration(directory));
    const usable: DebianSource[] = [];
    for (const source of sources) {
      if (await fetchLists(directory, source, source.suite === sources[0]?.suite, warn)) usable.push(source);
    }
    return new AptWorkspace(directory, usable);
  }

  /**
   * What `apt-get install` of these would add to a system whose dpkg status file is `status` (an empty
   * system when it is left out), in the order in which dpkg would be given them.
   */
  async resolve(packages: readonly string[], status?: string): Promise<ChosenPackage[]> {
    const output = await this.#apt(['-s', '-qq', 'install', ...packages], status);
    return [...output.matchAll(/^Inst (\S+?)(?::i386)? (?:\[[^\]]*\] )?\((\S+) /gm)].map(
      ([, name = '', version = '']) => ({
        name,
        version,
      }),
    );
  }

  /** These packages as they were before Debian's last update of them. Throws when there was none. */
  async beforeUpdates(packages: readonly string[]): Promise<ChosenPackage[]> {
    if (packages.length === 0) return [];
    const table = await runProgram(['apt-cache', 'madison', ...packages], { env: this.#environment() });
    const rows = [...table.matchAll(/^ *(\S+) \| *(\S+) \|.* Packages$/gm)];
    return packages.map((name) => {
      // The newest comes first.
      const versions = new Set(rows.filter(([, each]) => each === name).map(([, , version = '']) => version));
      const [, before] = versions;
      if (before === undefined)
        throw new Error(
          `Debian has just one version of ${name}, so there would be nothing to upgrade. Name another package in the ` +
            "layer's `outdated`, one that `apt-cache madison` shows twice.",
        );
      return { name, version: before };
    });
  }

  /** Fetches packages as .deb files (kept from earlier calls) and gives their paths, in the same order. */
  async download(packages: readonly ChosenPackage[]): Promise<string[]> {
    if (packages.length === 0) return [];
    const archives = path.join(this.directory, 'cache/archives');
    const wanted = packages.map(({ name, version }) => `${name}=${version}`);
    const uris = await this.#apt(['--print-uris', '-qq', 'download', ...wanted]);
    await runProgram(['apt-get', '-qq', 'download', ...wanted], { cwd: archives, env: this.#environment() });
    const files = [...uris.matchAll(/^'[^']*' (\S+) \d+/gm)].map(([, file = '']) => file);
    return packages.map(({ name }) => {
      const file = files.find((candidate) => candidate.startsWith(`${name}_`));
      if (file === undefined) throw new Error(`apt-get does not say where ${name} is`);
      return path.join(archives, file);
    });
  }

  /** Fetches a source package, Debian's changes included, and gives the paths of its files. */
  async downloadSource(name: string): Promise<string[]> {
    const downloads = path.join(this.directory, 'sources', `${name}.whole`);
    await mkdir(downloads, { recursive: true });
    await this.#apt(['-qq', '--download-only', 'source', name], undefined, downloads);
    return (await readdir(downloads)).sort().map((file) => path.join(downloads, file));
  }

  /**
   * Fetches the upstream part of a source package (not Debian's changes: they are about its packaging) and
   * unpacks it into `tree`.
   */
  async unpackUpstream(name: string, tree: string): Promise<void> {
    const downloads = path.join(this.directory, 'sources', name);
    await mkdir(downloads, { recursive: true });
    await mkdir(tree, { recursive: true });
    await this.#apt(['-qq', '--download-only', '--tar-only', 'source', name], undefined, downloads);
    const archive = (await readdir(downloads)).find((file) => /\.orig\.tar\.\w+$/.test(file));
    if (archive === undefined) throw new Error(`Debian's source package ${name} has no upstream archive`);
    await runProgram(['tar', '-xf', path.join(downloads, archive), '-C', tree, '--strip-components=1']);
  }

  async #apt(argv: readonly string[], status?: string, cwd?: string): Promise<string> {
    const state = status === undefined ? [] : ['-o', `Dir::State::status=${status}`];
    return runProgram(['apt-get', ...state, ...argv], {
      env: this.#environment(),
      ...(cwd === undefined ? {} : { cwd }),
    });
  }

  #environment(): Record<string, string> {
    return { APT_CONFIG: path.join(this.directory, 'apt.conf') };
  }
}

/** apt reads this file before anything else, so it never sees the maintainer's own configuration. */
async function configuration(directory: string): Promise<string> {
  const host = await runProgram(['apt-config', 'dump']);
  const ways = host
    .split('\n')
    .filter((line) => /^Acquire::(https?::Proxy|ftp::Proxy|Check-[\w-]+) "/.test(line));
  return [
    `Dir "${directory}";`,
    `Dir::Etc "${directory}/etc";`,
    `Dir::State "${directory}/state";`,
    `Dir::State::status "${directory}/empty-status";`,
    `Dir::Cache "${directory}/cache";`,
    'APT::Architecture "i386";',
    'APT::Architectures { "i386"; };',
    'APT::Install-Recommends "0";',
    'APT::Get::List-Cleanup "0";',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    'Debug::NoLocking "1";',
    ...ways,
    '',
  ].join('\n');
}

async function fetchLists(
  directory: string,
  source: DebianSource,
  required: boolean,
  warn: (message: string) => void,
): Promise<boolean> {
  const file = path.join(directory, 'etc/sources.list.d', `${source.suite}.sources`);
  await writeFile(file, formatSource(source, 'deb deb-src'));
  try {
    await runProgram(
      [
        'apt-get',
        '-q',
        'update',
        '--error-on=any',
        '-o',
        `Dir::Etc::sourcelist=${file}`,
        '-o',
        'Dir::Etc::sourceparts=-',
      ],
      { env: { APT_CONFIG: path.join(directory, 'apt.conf') } },
    );
    return true;
  } catch (error) {
    if (required || !(error instanceof ProgramError)) throw error;
    await writeFile(file, '');
    warn(`${source.suite} cannot be fetched for i386; building without it`);
    return false;
  }
}
