/** Why a job of Upstart's is not known, does not run, runs as another, or would not start with the machine. */
import type { JobFacts } from '../../guest/job-facts.ts';
import { optionOf } from '../../guest/job-file.ts';
import { closestLine, lastLines } from '../../text.ts';
import { adviseLogin } from '../../words/en/phrases.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { jobFileTrouble } from './job-file-trouble.ts';

/** Upstart does not know the job, or not as its file now is; `null` when it does. */
export function unknownJobTrouble(job: JobFacts): Trouble | null {
  if (job.text === null) return missingTrouble(job);
  if (job.mistake !== null) return jobFileTrouble(job.mistake, job.text);
  if (job.known) return null;
  if (job.status.includes('Unable to connect to Upstart')) {
    return {
      cause: 'upstart-not-running',
      found: 'The service that stands in for Upstart, upstart-compat, does not run.',
      advice: 'Start it: `sudo systemctl start upstart-compat`.',
      evidence: job.status,
    };
  }
  return {
    cause: 'job-unknown',
    found: `The file ${job.file} is there and in order, but Upstart does not know the job.`,
    advice: 'Let it read its files again: `sudo initctl reload-configuration`.',
    evidence: job.status,
  };
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
  if (near !== undefined) {
    return {
      cause: 'job-misnamed',
      found: `There is no ${file}, but there is a ${near} in the same folder. Upstart reads only names that end in .conf, and the rest of the name is that of the job.`,
      advice: `Rename it: \`sudo mv /etc/init/${near} ${file}\`.`,
    };
  }
  const elsewhere = files.find((path) => !path.startsWith('/etc/init/'));
  if (elsewhere !== undefined) {
    return {
      cause: 'job-misplaced',
      found: `There is no ${file}, but there is a ${elsewhere}. Upstart looks for its jobs in /etc/init only.`,
      advice: `If that is the one, move it: \`sudo mv ${elsewhere} ${file}\`.`,
    };
  }
  return {
    cause: 'job-missing',
    found: `There is no ${file}, so Upstart has no job called ${name}.`,
    advice: `Write it: \`sudo nano ${file}\`, then save with Ctrl+O and Enter, and leave with Ctrl+X.`,
  };
}

/** Why the job does not run; `null` when it does. */
export function jobDownTrouble(job: JobFacts): Trouble | null {
  const unknown = unknownJobTrouble(job);
  if (unknown !== null) return unknown;
  if (job.running) return null;
  // A job that does not hear that it is to stop is killed, and systemd calls that a time-out.
  const wasStopped = job.unit.result === 'success' || job.unit.result === 'timeout';
  if (!wasStopped || job.events.length > 0 || (job.unit.result === 'success' && job.unit.exitStatus !== 0))
    return endedTrouble(job);
  return {
    cause: 'job-not-running',
    // Of a job that was stopped, systemd soon knows no more than of one that never ran.
    found: `The job ${job.name} is not running: ${job.status}. Nothing has started it since this machine came up, or it was stopped.`,
    advice: `Start it: \`sudo start ${job.name}\`.`,
  };
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
  const again = `Then \`sudo start ${name}\`.`;
  const program = command[0] ?? '';
  if (/: not found|No such file or directory/.test(said) && said.includes(program) && program !== '') {
    return {
      cause: 'job-program-missing',
      found: `The job ${name} starts ${program}, and there is no such program.`,
      advice: `Compare that path in ${file} with the text. ${again}`,
      evidence,
    };
  }
  const option = /(?:unrecognized|invalid) option '?([^'\s]+)'?/.exec(said)?.[1];
  if (option !== undefined && isGiven(option)) {
    return {
      cause: 'job-command-misspelt',
      found: `uWSGI does not know the option ${option}, which stands in the command of the job ${name}.`,
      advice: `Compare the line \`exec\` in ${file} with the text. ${again}`,
      evidence,
    };
  }
  const folder = /open\("([^"]+)\/[^"/]+"\): No such file or directory/.exec(said)?.[1];
  if (folder !== undefined && valueOf('--logto').startsWith(`${folder}/`)) {
    return trouble('log-folder-missing', { of: 'emperor', folder, job: name }, evidence);
  }
  const login = /^(user|group) (\S+) not found\.?$/m.exec(said);
  const key = login?.[1] === 'user' ? '--uid' : '--gid';
  if (login !== null && valueOf(key) === login[2]) {
    return {
      cause: 'job-login-unknown',
      found: `The job ${name} is to run with \`${key} ${login[2]}\`, and this machine has no such ${login[1] === 'user' ? 'login' : 'group'}.`,
      advice: `In ${file}, write \`${key} ${key === '--uid' ? nginx.user : nginx.group}\`. ${again}`,
      evidence,
    };
  }
  return {
    cause: 'job-ended',
    found: `The job ${name} was started, but its command ended by itself: ${job.status}.`,
    advice: `Read why with \`sudo tail /var/log/upstart/${name}.log\`${optionOf(command, '--logto') === undefined ? '' : ` and \`sudo tail ${optionOf(command, '--logto') ?? ''}\``}, and fix it. ${again}`,
    evidence,
  };
}

/** It runs as somebody else; `null` when all of its processes that are named so are `user`'s. */
export function jobUserTrouble(job: JobFacts, user: string): Trouble | null {
  const wrong = job.processes.find((process) => process.user !== user);
  if (wrong === undefined) return null;
  const outdated = outdatedTrouble(job);
  if (outdated !== null) return outdated;
  const given = optionOf(job.command, '--uid');
  return {
    cause: 'job-wrong-user',
    found: `Process ${wrong.pid} of the job ${job.name} runs as ${wrong.user}, not as ${user}: ${
      given === undefined ? 'its command has no `--uid`' : `its command says \`--uid ${given}\``
    }.`,
    advice: adviseLogin(job, user, user),
  };
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
  return {
    cause: 'job-outdated',
    found: `The job ${job.name} still runs the command that ${job.file} held when it was started; \`${differs}\` is not the same in the two. Upstart, \`restart\` included, keeps to the text that it has started with.`,
    advice: `\`sudo stop ${job.name}\`, and when it has stopped, \`sudo start ${job.name}\`.`,
    evidence: main.command.slice(0, 300),
  };
}

/** The runlevel that an Ubuntu 13.04 boots into. */
const BOOT_RUNLEVEL = '2';

/** Nothing in the file starts the job at boot; `null` when something does, as far as can be told. */
export function neverAtBootTrouble(job: JobFacts): Trouble | null {
  const { name, start } = job;
  const cause = 'job-never-at-boot';
  if (start.manual !== null) {
    const { file, line } = start.manual;
    return {
      cause,
      found: `Line ${line} of ${file} says \`manual\`, so nothing but you starts the job ${name}.`,
      advice: `Take that line out: \`sudo nano ${file}\`. Then \`sudo reboot\`.`,
    };
  }
  const wanted = 'start on runlevel [2345]';
  if (start.on === '') {
    return {
      cause,
      found: `The job ${name} runs when you start it, and no line of ${job.file} starts it at boot: \`start on\` is missing.`,
      advice: `Write \`${wanted}\` into ${job.file}, in a line of its own above \`respawn\`. Then \`sudo reboot\`.`,
    };
  }
  const advice = `Change line ${start.line} of ${start.file} to \`${wanted}\`. Then \`sudo reboot\`.`;
  if (job.unknownEvents !== '') {
    return {
      cause,
      found: `Line ${start.line} of ${start.file} starts the job at an event that never happens: ${job.unknownEvents}.`,
      advice,
    };
  }
  const levels = /^runlevel (?:RUNLEVEL=)?(?:\[(!?)([^\]]*)\]|(\w+))$/.exec(start.on);
  if (levels === null) return null;
  const [, not, set = '', plain] = levels;
  const starts =
    plain === undefined ? isInSet(set, BOOT_RUNLEVEL) === (not !== '!') : plain === BOOT_RUNLEVEL;
  return starts
    ? null
    : {
        cause,
        found: `The job starts on \`${start.on}\`, and this machine boots into runlevel ${BOOT_RUNLEVEL}.`,
        advice,
      };
}

/** Whether a set of a pattern, `2345` or `1-5`, has a character. */
function isInSet(set: string, wanted: string): boolean {
  return [...set.matchAll(/(.)-(.)|(.)/g)].some(([, from, to, one]) =>
    from === undefined || to === undefined ? one === wanted : from <= wanted && wanted <= to,
  );
}

/** It runs, but somebody started it after the boot; `null` when the boot did. */
export function byHandTrouble(job: JobFacts): Trouble | null {
  if (job.startedByBoot) return null;
  return (
    neverAtBootTrouble(job) ?? {
      cause: 'job-started-by-hand',
      found: `The job ${job.name} runs, but it was started after the machine’s boot.`,
      advice: 'Restart the machine with `sudo reboot`, and start nothing by hand afterwards.',
    }
  );
}
