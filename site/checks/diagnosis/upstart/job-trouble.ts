/** Why a job of Upstart's is not known, does not run, runs as another, or would not start with the machine. */
import { BEGAN, BOOT_FINISHED, startedByBoot } from '../../guest/boot.ts';
import type { CheckContext } from '../../guest/context.ts';
import type { JobFacts } from '../../guest/job-facts.ts';
import { optionOf } from '../../guest/job-file.ts';
import { survey } from '../../guest/survey.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { jobFileTrouble } from './job-file-trouble.ts';

/** Upstart does not know the job, or not as its file now is; `null` when it does. */
export function unknownJobTrouble(job: JobFacts): Trouble | null {
  if (job.text === null) return missingTrouble(job);
  if (job.mistake !== null) return jobFileTrouble(job.mistake, job.text);
  if (job.known) return null;
  return job.status.includes('Unable to connect to Upstart')
    ? trouble('upstart-not-running', {}, job.status)
    : trouble('job-unknown', job, job.status);
}

/** There is no file of the job; another may have been meant. */
function missingTrouble({ name, file, files, text }: JobFacts): Trouble | null {
  if (text !== null) return null;
  const inFolder = files
    .filter((path) => path.startsWith('/etc/init/'))
    .map((path) => path.slice('/etc/init/'.length));
  const near =
    inFolder.find((other) => other === name || other.startsWith(`${name}.`)) ??
    closestLine(`${name}.conf`, inFolder, 3)?.text;
  if (near !== undefined) return trouble('job-misnamed', { file, near });
  const elsewhere = files.find((path) => !path.startsWith('/etc/init/'));
  return elsewhere === undefined
    ? trouble('job-missing', { name, file })
    : trouble('job-misplaced', { file, elsewhere });
}

/** Why the job does not run; `null` when it does. */
export function jobDownTrouble(job: JobFacts): Trouble | null {
  const unknown = unknownJobTrouble(job);
  if (unknown !== null) return unknown;
  if (job.running) return null;
  const waits = expectTrouble(job);
  if (waits !== null) return waits;
  const early = preStartTrouble(job);
  if (early !== null) return early;
  // A job that does not hear that it is to stop is killed, and systemd calls that a time-out.
  const wasStopped = job.unit.result === 'success' || job.unit.result === 'timeout';
  if (!wasStopped || job.events.length > 0 || (job.unit.result === 'success' && job.unit.exitStatus !== 0))
    return endedTrouble(job);
  // Of a job that was stopped, systemd soon knows no more than of one that never ran.
  return trouble('job-not-running', job);
}

/** What should run before the command failed, so Upstart did not start the command. */
function preStartTrouble({ name, file, text, preStartSaid }: JobFacts): Trouble | null {
  const stanza = stanzaLike(text, /^\s*pre-start\s+\S/);
  if (stanza === null || preStartSaid === null) return null;
  return trouble('job-pre-start-failed', { name, file, ...stanza, said: preStartSaid }, preStartSaid);
}

/** Upstart waits for a process in the background that the command does not leave behind. */
function expectTrouble({ name, file, text, command, status }: JobFacts): Trouble | null {
  const stanza = stanzaLike(text, /^\s*expect\s+(?:daemon|fork|stop)\s*$/);
  if (stanza === null || awayOption(command) !== undefined || !/ (?:start|stop)\/(?!waiting)/.test(status))
    return null;
  return trouble('job-expects-fork', { name, file, ...stanza });
}

/** The first line of a job's file that is like this: its number, from 1, and its words. */
function stanzaLike(
  file: string | null,
  pattern: RegExp,
): { readonly line: number; readonly text: string } | null {
  const lines = (file ?? '').split('\n');
  const at = lines.findIndex((line) => pattern.test(line));
  return at < 0 ? null : { line: at + 1, text: lines[at]?.trim().replace(/\s+/, ' ') ?? '' };
}

/** The option, without its value, with which uWSGI goes into the background. */
function awayOption(command: readonly string[]): string | undefined {
  return command.map((word) => word.split('=')[0]).find((word) => /^(?:--daemonize2?|-d)$/.test(word ?? ''));
}

/** The command ended by itself, again and again. */
function endedTrouble(job: JobFacts): Trouble {
  const { name, file, command, nginx } = job;
  // The command may have been changed since: what it no longer has is not the reason.
  const isGiven = (option: string): boolean =>
    command.some((word) => word === option || word.startsWith(`${option}=`));
  const valueOf = (option: string): string => (optionOf(command, option) ?? '').replaceAll(/["']/g, '');
  const said = lastLines(job.log.join('\n'), 3);
  const evidence = said === '' ? lastLines(job.events.join('\n'), 2) : said;
  const program = command[0] ?? '';
  if (/: not found|No such file or directory/.test(said) && said.includes(program) && program !== '') {
    return trouble('job-program-missing', { name, file, program }, evidence);
  }
  const option = /(?:unrecognized|invalid) option '?([^'\s]+)'?/.exec(said)?.[1];
  if (option !== undefined && isGiven(option)) {
    return trouble('job-command-misspelt', { name, file, option }, evidence);
  }
  const away = awayOption(command);
  if (away !== undefined) return trouble('job-goes-away', { name, file, option: away }, evidence);
  const folder = /open\("([^"]+)\/[^"/]+"\): No such file or directory/.exec(said)?.[1];
  if (folder !== undefined && valueOf('--logto').startsWith(`${folder}/`)) {
    return trouble('log-folder-missing', { of: 'emperor', folder, job: name }, evidence);
  }
  const login = /^(user|group) (\S+) not found\.?$/m.exec(said);
  const key = login?.[1] === 'user' ? '--uid' : '--gid';
  if (login !== null && valueOf(key) === login[2]) {
    const wanted = key === '--uid' ? nginx.user : nginx.group;
    return trouble('job-login-unknown', { name, file, option: key, value: login[2], wanted }, evidence);
  }
  return trouble('job-ended', { name, status: job.status, log: optionOf(command, '--logto') }, evidence);
}

/** It runs as somebody else; `null` when all of its processes that are named so are `user`'s. */
export function jobUserTrouble(job: JobFacts, user: string): Trouble | null {
  const wrong = job.processes.find((process) => process.user !== user);
  if (wrong === undefined) return null;
  const outdated = outdatedTrouble(job);
  if (outdated !== null) return outdated;
  const { name, file } = job;
  const given = optionOf(job.command, '--uid');
  return trouble('job-wrong-user', { name, file, pid: wrong.pid, is: wrong.user, wanted: user, given });
}

/** Options of uWSGI by which its process is told from one that an earlier text of the file started. */
const TELLING_OPTIONS = ['--emperor', '--logto', '--uid', '--gid'];

/** It runs what its file said when it was started, and the file says something else now; `null` when it does not. */
export function outdatedTrouble(job: JobFacts): Trouble | null {
  const [main] = job.processes;
  if (main === undefined || main.pid !== job.unit.mainPid || job.command.length === 0) return null;
  const running = main.command.split(' ');
  const differs = TELLING_OPTIONS.find(
    (option) => optionOf(running, option) !== optionOf(job.command, option),
  );
  if (differs === undefined) return null;
  const { name, file } = job;
  return trouble('job-outdated', { name, file, option: differs }, main.command.slice(0, 300));
}

/** The runlevel that an Ubuntu 13.04 boots into. */
const BOOT_RUNLEVEL = '2';

/** Nothing in the file starts the job at boot; `null` when something does, as far as can be told. */
export function neverAtBootTrouble(job: JobFacts): Trouble | null {
  const { name, start } = job;
  if (start.manual !== null)
    return trouble('job-never-at-boot', { because: 'manual', name, ...start.manual });
  if (start.on === '') return trouble('job-never-at-boot', { because: 'no-start', name, file: job.file });
  const { on, file, line } = start;
  if (job.unknownEvents !== '') {
    return trouble('job-never-at-boot', { because: 'unknown-event', events: job.unknownEvents, file, line });
  }
  const levels = /^runlevel (?:RUNLEVEL=)?(?:\[(!?)([^\]]*)\]|(\w+))$/.exec(start.on);
  if (levels === null) return null;
  const [, not, set = '', plain] = levels;
  const starts =
    plain === undefined ? isInSet(set, BOOT_RUNLEVEL) === (not !== '!') : plain === BOOT_RUNLEVEL;
  return starts
    ? null
    : trouble('job-never-at-boot', { because: 'other-runlevel', on, runlevel: BOOT_RUNLEVEL, file, line });
}

/** Whether a set of a pattern, `2345` or `1-5`, has a character. */
function isInSet(set: string, wanted: string): boolean {
  return [...set.matchAll(/(.)-(.)|(.)/g)].some(([, from, to, one]) =>
    from === undefined || to === undefined ? one === wanted : from <= wanted && wanted <= to,
  );
}

/** It runs, but somebody started it after the boot; `null` when the boot did. One run of the agent. */
export async function byHandTrouble(job: JobFacts, context: CheckContext): Promise<Trouble | null> {
  const { finished } = await survey(context, { finished: BOOT_FINISHED });
  if (startedByBoot(job.unit.properties.get(BEGAN) ?? '', finished.output)) return null;
  return neverAtBootTrouble(job) ?? trouble('job-started-by-hand', job);
}
