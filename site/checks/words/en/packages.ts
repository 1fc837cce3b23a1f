import type { Installation, Installer } from '../../guest/installer.ts';
import { trimSlashes } from '../../text.ts';
import type { ProgramWords } from '../words.ts';
import { adviseInstall, shellWord } from './phrases.ts';

/** A repository of apt's, as its line should name it. */
interface Repository {
  readonly url: string;
  readonly suite: string;
  readonly component: string;
}

/** How a line about a repository differs from what it should be: in the first of these. */
type Difference =
  | { readonly in: 'type'; readonly is: string; readonly wanted: string }
  | { readonly in: 'address' | 'release' | 'section'; readonly is: string };

/** Packages and where they come from: apt, yum, pip. */
export const PACKAGES = {
  'package-missing': (
    facts:
      | {
          readonly by: 'apt';
          readonly name: string;
          /** apt has read lists of packages. */ readonly hasLists: boolean;
        }
      | { readonly by: 'yum'; readonly install: Installation }
      /** Python's packages of the whole system. */
      | { readonly by: 'pip'; readonly name: string; readonly manager: Installer['manager'] }
      /** `own`: the reader's, who enters it. */
      | {
          readonly by: 'environment';
          readonly name: string;
          readonly environment: string;
          readonly own: boolean;
        },
  ) => {
    switch (facts.by) {
      case 'apt':
        return {
          found: `${facts.name} is not installed.`,
          advice: facts.hasLists
            ? `Install it: \`sudo apt-get install ${facts.name}\`. When apt asks whether to continue, answer y.`
            : `This machine has not read the list of packages yet. Run \`sudo apt-get update\`, then \`sudo apt-get install ${facts.name}\`.`,
        };
      case 'yum':
        return {
          found: `${facts.install.name} is not installed.`,
          advice: `Install it: ${adviseInstall(facts.install)}. ${ANSWER_YUM}`,
        };
      case 'pip':
        return {
          found: `${facts.name} is not among the system's Python packages.`,
          // On a machine with yum, Python 3's pip goes by the plain name.
          advice: `Install it: \`sudo ${facts.manager === 'yum' ? 'pip' : 'pip3'} install ${facts.name}\`.`,
        };
      case 'environment':
        return {
          found: `${facts.name} is not in the virtual environment ${facts.environment}.`,
          advice: facts.own
            ? `Enter it with \`source ${shellWord(`${facts.environment}/bin/activate`)}\`, then \`pip install ${facts.name}\`.`
            : `Install it with the environment's own pip: \`sudo ${shellWord(`${facts.environment}/bin/pip`)} install ${facts.name}\`.`,
        };
    }
  },

  'package-half-installed': ({ name, state }: { readonly name: string; readonly state: string }) => ({
    found: `${name} was unpacked but not set up (dpkg calls it "${state}"); its installation was interrupted.`,
    advice: `Let dpkg finish what it began: \`sudo dpkg --configure -a\`, then \`sudo apt-get install ${name}\`.`,
  }),

  'epel-not-enabled': (install: Installation) => ({
    found: `${install.name} is not installed, and yum cannot find it yet: it comes from the repository EPEL, which is not set up on this machine.`,
    advice: `Set EPEL up, then install it: ${adviseInstall(install)}. ${ANSWER_YUM}`,
  }),

  'installed-outside-environment': ({
    name,
    environment,
    own,
  }: {
    readonly name: string;
    readonly environment: string;
    /** The environment is the reader's, who enters it. */
    readonly own: boolean;
  }) =>
    own
      ? {
          found: `${name} is installed, but outside the virtual environment: pip ran while it was not active.`,
          advice: `Enter the environment with \`source ${shellWord(`${environment}/bin/activate`)}\` (its name appears before the prompt), then \`pip install ${name}\` once more, without sudo.`,
        }
      : {
          found: `${name} is installed, but outside the virtual environment: another Python has installed it.`,
          advice: `Install it with the environment's own programs: \`sudo ${shellWord(`${environment}/bin/pip`)} install ${name}\`; what has a setup.py, with \`sudo ${shellWord(`${environment}/bin/python`)} setup.py install\` in its folder.`,
        },

  'repository-line-missing': ({ wanted }: { readonly wanted: string }) => ({
    found: `No line of /etc/apt/sources.list is \`${wanted}\`.`,
    advice: `Append it: \`echo "${wanted}" | sudo tee -a /etc/apt/sources.list\`. ${READ_LATER}`,
  }),

  'repository-line-commented': ({
    file,
    line,
    host,
  }: {
    readonly file: string;
    readonly line: number;
    readonly host: string;
  }) => ({
    found: `Line ${line} of ${file} names ${host}, but it is a comment.`,
    advice: `Take away the sign at its beginning: \`sudo nano ${shellWord(file)}\`. ${READ_LATER}`,
  }),

  'repository-line-misspelt': ({
    file,
    line,
    wanted,
    repository,
    differs,
  }: {
    readonly file: string;
    readonly line: number;
    readonly wanted: string;
    readonly repository: Repository;
    readonly differs: Difference;
  }) => ({
    found: `Line ${line} of ${file} ${describeDifference(differs, repository)}.`,
    advice: `Change it to \`${wanted}\`: \`sudo nano ${shellWord(file)}\`. ${READ_LATER}`,
  }),

  'repository-key-missing': ({
    repository,
    keyUrl,
    fetched,
    thenUpdate,
  }: {
    readonly repository: Repository;
    readonly keyUrl: string;
    /** The key's file, where it has been fetched to; `''` when it has not. */
    readonly fetched: string;
    readonly thenUpdate: boolean;
  }) => {
    const where = `${trimSlashes(repository.url)} ${repository.suite}`;
    const update = thenUpdate ? ', then `sudo apt-get update`' : '';
    return fetched === ''
      ? {
          found: `apt has no key for the signature of ${where}, so it refuses that repository.`,
          advice: `Fetch the key and add it: \`wget ${keyUrl}\`, then \`sudo apt-key add ${shellWord(keyUrl.slice(keyUrl.lastIndexOf('/') + 1))}\`${update}.`,
        }
      : {
          found: `${fetched} has been fetched, but not given to apt, which refuses ${where} without its key.`,
          advice: `Add it: \`sudo apt-key add ${shellWord(fetched)}\`${update}. If apt-key finds no valid data in it, remove the file and fetch it again.`,
        };
  },

  'repository-not-read': ({ file, host }: { readonly file: string; readonly host: string }) => ({
    found: `The line about ${host} is in ${file}, and apt has not read that repository since the line was added.`,
    advice: 'Let it read all of them: `sudo apt-get update`.',
  }),

  'repository-lacks-package': ({ name }: { readonly name: string }) => ({
    found: `apt knows no package ${name} yet.`,
    advice: readSources(name),
  }),

  'repository-not-preferred': ({ name, version }: { readonly name: string; readonly version: string }) => ({
    found: `apt would take ${name} ${version} from another repository.`,
    advice: readSources(name),
  }),
} as const satisfies ProgramWords;

const ANSWER_YUM = 'When yum asks "Is this ok", answer y.';
const READ_LATER = 'Then `sudo apt-get update`.';

function readSources(name: string): string {
  return `Let apt read its sources again: \`sudo apt-get update\`. \`apt-cache policy ${name}\` then lists where each version comes from.`;
}

function describeDifference(differs: Difference, { url, component }: Repository): string {
  const { host } = new URL(url);
  switch (differs.in) {
    case 'type':
      return `begins with "${differs.is}", not with "${differs.wanted}"`;
    case 'address':
      return `has the address ${differs.is}, and the repository is at ${url}`;
    case 'release':
      return `asks for the release "${differs.is}" at ${host}, and there is none of that name`;
    case 'section':
      return `asks for the section "${differs.is}" at ${host}, and the packages are in "${component}"`;
  }
}
