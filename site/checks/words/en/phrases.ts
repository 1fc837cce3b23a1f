/** Parts of sentences that several programs' words have. */
import type { FileStat, HttpOutcome } from '../../../sandbox/types.ts';
import type { Callable } from '../../guest/callable.ts';
import type { Installation, Installer } from '../../guest/installer.ts';
import type { NginxService } from '../../guest/nginx-service.ts';
import type { PathPart } from '../../guest/path-access.ts';
import type { ListeningProgram } from '../../guest/sockets.ts';
import type { UnitFacts } from '../../guest/unit-facts.ts';
import { excerpt } from '../../text.ts';

/** The types of files, as sentences name them. */
export const FILE_TYPES: Readonly<Record<FileStat['type'], string>> = {
  file: 'a file',
  directory: 'a folder',
  symlink: 'a symbolic link',
  socket: 'a socket',
  other: 'a special file',
};

/** What begins a command that only root may run. */
export function sudoIf(needed: boolean): string {
  return needed ? 'sudo ' : '';
}

/** A path as the shell takes it. */
export function shellWord(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/** How the configuration of Nginx comes back after it was deleted, as a sentence. dpkg does so only when it is told to. */
export function adviseReinstall({ manager, nginxFiles }: Installer): string {
  return manager === 'yum'
    ? 'Bring back what was installed: `sudo yum reinstall nginx`.'
    : `Bring back what was installed: \`sudo apt-get install --reinstall -o Dpkg::Options::=--force-confmiss ${nginxFiles}\`.`;
}

/** What to type to install a package, as the end of a sentence. */
export function adviseInstall({ name, manager, needsEpel }: Installation): string {
  const install = `\`sudo ${manager} install ${name}\``;
  return needsEpel ? `\`sudo yum install epel-release\`, then ${install}` : install;
}

/** "python3 (process 812)", or "a program" when `ss` did not tell. */
export function nameProgram(programs: readonly ListeningProgram[]): string {
  const first = programs[0];
  return first === undefined ? 'a program' : `${first.name} (process ${first.pid})`;
}

/** "belongs to user:user and its permissions are 700" */
export function describePart({ owner, group, mode }: PathPart): string {
  return `belongs to ${owner}:${group} and its permissions are ${mode.toString(8)}`;
}

/** What came back, in a sentence. */
export function describeOutcome(outcome: HttpOutcome, body: string): string {
  switch (outcome.kind) {
    case 'response':
      return (
        `The answer is ${outcome.status} ${outcome.statusText}`.trim() +
        (body === '' ? '.' : `: ${excerpt(body)}`)
      );
    case 'refused':
      return 'The connection was refused: nothing listens on that port.';
    case 'timeout':
      return outcome.phase === 'connect'
        ? 'No answer: nothing came back at all.'
        : 'The connection was made, but no answer came.';
    case 'broken':
      return `The connection ended before an answer that a browser understands: ${outcome.message}`;
  }
}

/** A rule as sentences name it. */
export function describeRule(rule: string): string {
  return /^\d/.test(rule) ? `port ${rule}` : `"${rule}"`;
}

/** As it is typed after `ufw allow`. */
export function spellRule(rule: string): string {
  return /\s/.test(rule) ? `'${rule}'` : rule;
}

/** How to make Flask's own server, or uWSGI started by hand, take requests from outside. */
export function adviseOpenAddress(port: number, callable: Callable): string {
  return `For Flask's own server write \`${callable}.run(host='0.0.0.0')\` in the last line of the application; for uWSGI give \`--socket 0.0.0.0:${port}\`. Stop the program with Ctrl+C and start it again.`;
}

/** Ends an advice after a change of a unit file. */
export function restartUnit({ name }: Pick<UnitFacts, 'name'>): string {
  return `Then \`sudo systemctl daemon-reload\` and \`sudo systemctl restart ${name}\`.`;
}

/** Ends an advice after a change of Nginx's configuration. */
export function testAndRestart(service: NginxService): string {
  return `Then \`sudo nginx -t\`. If it reports no errors, \`${service.restart}\`.`;
}

/** How a package gets into the environment in which uWSGI runs, as the end of a sentence. */
export function adviseModule(
  name: string,
  { bin, activated }: { readonly bin: string; readonly activated: boolean },
): string {
  return activated
    ? `\`source ${shellWord(`${bin}/activate`)}\`, then \`pip install ${name}\``
    : `\`sudo ${shellWord(`${bin}/pip`)} install ${name}\``;
}

/** How a job of Upstart's gets another login, as a whole advice. */
export function adviseLogin(
  { name, file }: { readonly name: string; readonly file: string },
  user: string,
  group: string,
): string {
  return `In ${file}, let the line \`exec\` have \`--uid ${user} --gid ${group}\`. Then \`sudo stop ${name}\` and \`sudo start ${name}\`.`;
}
