import { adviseLogin, shellWord } from './phrases.ts';
import type { JobFacts } from '../../guest/job-facts.ts';
import type { ProgramWords } from '../words.ts';

type Job = Pick<JobFacts, 'name' | 'file'>;

/** A line of a job's file. */
interface JobLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Upstart: jobs, their files, and what became of them. */
export const UPSTART = {
  'upstart-not-running': () => ({
    found: 'The service that stands in for Upstart, upstart-compat, does not run.',
    advice: 'Start it: `sudo systemctl start upstart-compat`.',
  }),

  'job-unknown': ({ file }: Pick<Job, 'file'>) => ({
    found: `The file ${file} is there and in order, but Upstart does not know the job.`,
    advice: 'Let it read its files again: `sudo initctl reload-configuration`.',
  }),

  'job-misnamed': ({ file, near }: Pick<Job, 'file'> & { readonly near: string }) => ({
    found: `There is no ${file}, but there is a ${near} in the same folder. Upstart reads only names that end in .conf, and the rest of the name is that of the job.`,
    advice: `Rename it: \`sudo mv ${shellWord(`/etc/init/${near}`)} ${shellWord(file)}\`.`,
  }),

  'job-misplaced': ({ file, elsewhere }: Pick<Job, 'file'> & { readonly elsewhere: string }) => ({
    found: `There is no ${file}, but there is a ${elsewhere}. Upstart looks for its jobs in /etc/init only.`,
    advice: `If that is the one, move it: \`sudo mv ${shellWord(elsewhere)} ${shellWord(file)}\`.`,
  }),

  'job-missing': ({ name, file }: Job) => ({
    found: `There is no ${file}, so Upstart has no job called ${name}.`,
    advice: `Write it: \`sudo nano ${shellWord(file)}\`, then save with Ctrl+O and Enter, and leave with Ctrl+X.`,
  }),

  'job-stanza-unknown': (
    facts:
      /** The first word is nearly one that Upstart knows. */
      | (JobLine & { readonly is: 'misspelt'; readonly word: string; readonly near: string })
      /** The second word is none that may follow the first. */
      | (JobLine & {
          readonly is: 'wrong-second';
          readonly word: string;
          readonly second: string;
          readonly allowed: readonly string[];
          readonly near: string;
        })
      | (JobLine & { readonly is: 'unknown'; readonly word: string }),
  ) => {
    const { path, line, text, word } = facts;
    switch (facts.is) {
      case 'misspelt':
        return {
          found: `Upstart does not know the first word of line ${line} of ${path}, \`${word}\`, and therefore not the job.`,
          advice: `Change line ${line} to \`${text.replace(word, facts.near)}\`. ${adviseVerdict(path)}`,
        };
      case 'wrong-second':
        return {
          found: `Upstart does not understand line ${line} of ${path}, \`${shorten(text)}\`: after \`${word}\` it expects ${facts.allowed.map((one) => `\`${one}\``).join(' or ')}.`,
          advice: `Change line ${line} to \`${text.replace(facts.second, facts.near)}\`. ${adviseVerdict(path)}`,
        };
      case 'unknown':
        return {
          found: `Upstart does not know the first word of line ${line} of ${path}, \`${shorten(word)}\`, and therefore not the job.`,
          advice: `Compare line ${line} and the one before it with the text. ${adviseVerdict(path)}`,
        };
    }
  },

  'job-exec-broken': ({
    path,
    line,
    text,
    broken,
  }: JobLine & { /** The line with `exec`. */ readonly broken: number }) => ({
    found: `Line ${broken} of ${path} begins the command with \`exec\`, and line ${line} goes on with \`${shorten(text)}\`. To Upstart a new line is a new instruction.`,
    advice: `Join the two lines into one, however long it is. In nano, put the cursor at the end of line ${broken} and press Delete. ${adviseVerdict(path)}`,
  }),

  'job-quote-open': ({ path, line, text }: JobLine) => ({
    found: `Line ${line} of ${path} has a quotation mark that is not closed: \`${shorten(text)}\`.`,
    advice: `Close it at the end of line ${line}. ${adviseVerdict(path)}`,
  }),

  'job-env-spaced': ({ path, line, text, wanted }: JobLine & { readonly wanted: string }) => ({
    found: `Line ${line} of ${path}, \`${shorten(text)}\`, has blanks around its equals sign, and Upstart takes what follows them for another word.`,
    advice: `Write \`${shorten(wanted)}\`, without the blanks. ${adviseVerdict(path)}`,
  }),

  'job-file-invalid': ({
    path,
    line,
    text,
    message,
  }: JobLine & {
    /** Upstart's; about the whole file where `line` is 0. */
    readonly message: string;
  }) => ({
    found:
      line === 0
        ? `Upstart cannot read ${path}: ${message}.`
        : `Upstart does not understand line ${line} of ${path}, \`${shorten(text)}\`: ${message}.`,
    advice: `Compare ${line === 0 ? 'the file' : `line ${line}`} with the text. ${adviseVerdict(path)}`,
  }),

  'job-expects-fork': ({
    name,
    file,
    line,
    text,
  }: Job & { readonly line: number; readonly text: string }) => ({
    found: `Line ${line} of ${file}, \`${text}\`, makes Upstart wait until uWSGI leaves a process behind in the background. It does not do that here, so the job never gets any further.`,
    advice: `Take line ${line} out. Then \`sudo stop ${name}\` and \`sudo start ${name}\`.`,
  }),

  'job-goes-away': ({ name, file, option }: Job & { readonly option: string }) => ({
    found: `The command in ${file} has the option \`${option}\`, with which uWSGI goes into the background. To Upstart it has ended, so it is started again and again, until Upstart gives up.`,
    advice: `Write \`--logto\` in place of \`${option}\`: it also sends the log to that file, and uWSGI stays in the foreground. ${startIt(name)}`,
  }),

  'job-pre-start-failed': ({
    name,
    file,
    line,
    text,
    said,
  }: Job & {
    readonly line: number;
    readonly text: string;
    /** What it said last; `''` when nothing. */
    readonly said: string;
  }) => ({
    found: `What ${file} wants done before the command failed (line ${line}, \`${shorten(text)}\`), so Upstart did not start ${name}.${said === '' ? '' : ` It said: "${shorten(said)}".`}`,
    advice: `${
      /\bmkdir (?!-)/.test(text) && /File exists/.test(said)
        ? `The folder is there already: write \`mkdir -p\` in line ${line}, and nothing happens then.`
        : `Mend line ${line}, or take the \`pre-start\` out.`
    } ${startIt(name)}`,
  }),

  'job-not-running': ({ name, status }: { readonly name: string; readonly status: string }) => ({
    found: `The job ${name} is not running: ${status}. Nothing has started it since this machine came up, or it was stopped.`,
    advice: `Start it: \`sudo start ${name}\`.`,
  }),

  'job-program-missing': ({ name, file, program }: Job & { readonly program: string }) => ({
    found: `The job ${name} starts ${program}, and there is no such program.`,
    advice: `Compare that path in ${file} with the text. ${startIt(name)}`,
  }),

  'job-command-misspelt': ({ name, file, option }: Job & { readonly option: string }) => ({
    found: `uWSGI does not know the option ${option}, which stands in the command of the job ${name}.`,
    advice: `Compare the line \`exec\` in ${file} with the text. ${startIt(name)}`,
  }),

  'job-login-unknown': ({
    name,
    file,
    option,
    value,
    wanted,
  }: Job & {
    readonly option: '--uid' | '--gid';
    readonly value: string;
    readonly wanted: string;
  }) => ({
    found: `The job ${name} is to run with \`${option} ${value}\`, and this machine has no such ${option === '--uid' ? 'login' : 'group'}.`,
    advice: `In ${file}, write \`${option} ${wanted}\`. ${startIt(name)}`,
  }),

  'job-ended': ({
    name,
    status,
    log,
  }: {
    readonly name: string;
    readonly status: string;
    /** The file of its own log, if its command names one. */
    readonly log: string | undefined;
  }) => ({
    found: `The job ${name} was started, but its command ended by itself: ${status}.`,
    advice: `Read why with \`sudo tail ${shellWord(`/var/log/upstart/${name}.log`)}\`${log === undefined ? '' : ` and \`sudo tail ${shellWord(log)}\``}, and fix it. ${startIt(name)}`,
  }),

  'job-wrong-user': ({
    name,
    file,
    pid,
    is,
    wanted,
    given,
  }: Job & {
    readonly pid: number;
    readonly is: string;
    readonly wanted: string;
    /** What its command says after `--uid`. */
    readonly given: string | undefined;
  }) => ({
    found: `Process ${pid} of the job ${name} runs as ${is}, not as ${wanted}: ${
      given === undefined ? 'its command has no `--uid`' : `its command says \`--uid ${given}\``
    }.`,
    advice: adviseLogin({ name, file }, wanted, wanted),
  }),

  'job-outdated': ({
    name,
    file,
    option,
  }: Job & { /** The first that differs. */ readonly option: string }) => ({
    found: `The job ${name} still runs the command that ${file} held when it was started; \`${option}\` is not the same in the two. Upstart, \`restart\` included, keeps to the text that it has started with.`,
    advice: `\`sudo stop ${name}\`, and when it has stopped, \`sudo start ${name}\`.`,
  }),

  'job-never-at-boot': (
    facts:
      | { readonly because: 'manual'; readonly name: string; readonly file: string; readonly line: number }
      | { readonly because: 'no-start'; readonly name: string; readonly file: string }
      /** Upstart's words. */
      | {
          readonly because: 'unknown-event';
          readonly events: string;
          readonly file: string;
          readonly line: number;
        }
      | {
          readonly because: 'other-runlevel';
          readonly on: string;
          readonly runlevel: string;
          readonly file: string;
          readonly line: number;
        },
  ) => {
    const { file } = facts;
    switch (facts.because) {
      case 'manual':
        return {
          found: `Line ${facts.line} of ${file} says \`manual\`, so nothing but you starts the job ${facts.name}.`,
          advice: `Take that line out: \`sudo nano ${shellWord(file)}\`. Then \`sudo reboot\`.`,
        };
      case 'no-start':
        return {
          found: `The job ${facts.name} runs when you start it, and no line of ${file} starts it at boot: \`start on\` is missing.`,
          advice: `Write \`${START_ON}\` into ${file}, in a line of its own above \`respawn\`. Then \`sudo reboot\`.`,
        };
      case 'unknown-event':
        return {
          found: `Line ${facts.line} of ${file} starts the job at an event that never happens: ${facts.events}.`,
          advice: adviseStart(facts),
        };
      case 'other-runlevel':
        return {
          found: `The job starts on \`${facts.on}\`, and this machine boots into runlevel ${facts.runlevel}.`,
          advice: adviseStart(facts),
        };
    }
  },

  'job-started-by-hand': ({ name }: { readonly name: string }) => ({
    found: `The job ${name} runs, but it was started after the machine’s boot.`,
    advice: 'Restart the machine with `sudo reboot`, and start nothing by hand afterwards.',
  }),

  'job-still-running': ({ name, status }: { readonly name: string; readonly status: string }) => ({
    found: `The job ${name} runs: ${status}.`,
    advice: `Stop it: \`sudo stop ${name}\`.`,
  }),
} as const satisfies ProgramWords;

/** What the guides' jobs say. */
const START_ON = 'start on runlevel [2345]';

function adviseStart({ file, line }: { readonly file: string; readonly line: number }): string {
  return `Change line ${line} of ${file} to \`${START_ON}\`. Then \`sudo reboot\`.`;
}

function startIt(name: string): string {
  return `Then \`sudo start ${name}\`.`;
}

function adviseVerdict(path: string): string {
  return `\`init-checkconf ${shellWord(path)}\` should then say \`syntax ok\`.`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
