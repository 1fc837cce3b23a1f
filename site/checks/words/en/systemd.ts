import type { GuestProcess } from '../../guest/processes.ts';
import type { PathPart } from '../../guest/path-access.ts';
import type { UnitFacts } from '../../guest/unit-facts.ts';
import type { ProgramWords } from '../words.ts';
import { describePart, restartUnit, shellWord } from './phrases.ts';

type Unit = Pick<UnitFacts, 'name' | 'file'>;

/** Where the login and the group of a unit's processes are set. */
export type IdentityPlace =
  /** Somebody started them. */
  | { readonly in: 'hand' }
  | { readonly in: 'unit'; readonly name: string; readonly file: string }
  /** uWSGI's configuration. */
  | { readonly in: 'ini'; readonly name: string; readonly file: string };

interface Identity {
  readonly pid: number;
  readonly is: string;
  readonly wanted: string;
  readonly place: IdentityPlace;
}

interface NotStarted {
  readonly name: string;
  readonly activeState: string;
  /** Not since the machine came up; `null` when that is not known. */
  readonly neverStarted: boolean | null;
  readonly enabled: boolean;
}

/** A line of the unit's file, or of a drop-in of it. */
interface Place {
  readonly unit: Unit;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

interface Line extends Place {
  /** What the reader was about to do with the unit. */
  readonly then: 'restart' | 'enable';
}

/** A value that is not what was meant, and the one that was. */
interface Value extends Place {
  readonly key: string;
  readonly value: string;
  readonly plain: string;
}

interface Stop {
  readonly name: string;
  /** uWSGI's configuration, when it lacks `die-on-term`. */
  readonly ini: string | null;
}

/** What systemd waits for. */
const TYPES: Readonly<Record<string, string>> = {
  forking: 'systemd waits until the program that it has started ends and leaves another behind',
  oneshot: 'systemd waits until the program has ended',
  dbus: 'systemd waits for a name on the bus',
  notify: 'systemd waits for a message from the program',
};

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** Ends an advice after a change of a unit file. */
function again(unit: Unit, then: 'restart' | 'enable'): string {
  return then === 'restart'
    ? restartUnit(unit)
    : `Then \`sudo systemctl daemon-reload\` and \`sudo systemctl enable ${unit.name}\`.`;
}

/** systemd: units, known, started, enabled, and their processes. */
export const SYSTEMD = {
  'unit-misplaced': ({
    id,
    file,
    elsewhere,
    name,
  }: Unit & { readonly id: string; /** The file's path. */ readonly elsewhere: string }) => ({
    found: `systemd knows no unit ${id}: there is no ${file}, but there is a ${elsewhere}, where systemd does not look.`,
    advice: `Move it: \`sudo mv ${shellWord(elsewhere)} ${shellWord(file)}\`, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${name}\`.`,
  }),

  'unit-empty': ({ name, file }: Unit) => ({
    found: `${file} is empty, so systemd takes the unit ${name} as one that must never start.`,
    advice: `Write the text of the unit into it and save it: \`sudo nano ${shellWord(file)}\`. ${restartUnit({ name })}`,
  }),

  'unit-overridden': ({
    unit,
    path,
    line,
    key,
    value,
    before,
  }: Place & {
    readonly value: string;
    readonly key: string;
    /** What the unit's own file says. */ readonly before: string | null;
  }) => ({
    found: `Line ${line} of ${path} sets ${key} to \`${value}\`, and it counts more than ${unit.file}${before === null ? '' : `, which says \`${key}=${before}\``}.`,
    advice: `Remove it: \`sudo rm ${shellWord(path)}\`. ${restartUnit(unit)}`,
  }),

  'unit-key-unknown': ({
    unit,
    path,
    line,
    key,
    near,
    value,
    then,
  }: Line & { readonly key: string; readonly near: string; readonly value: string }) => ({
    found: `Line ${line} of ${path} says \`${key}=\`, which systemd does not know and passes over.`,
    advice: `Change line ${line} to \`${near}=${value}\`. ${again(unit, then)}`,
  }),

  'unit-key-misplaced': ({
    unit,
    path,
    line,
    key,
    section,
    wanted,
    header,
    then,
  }: Line & {
    readonly key: string;
    /** Where it stands; `''` above the first header. */
    readonly section: string;
    readonly wanted: string;
    /** The line above which the header of that section should stand; `null` when the file has one. */
    readonly header: number | null;
  }) => ({
    found: `Line ${line} of ${path} sets ${key} ${section === '' ? 'above the header of the first section' : `in the section [${section}]`}, where systemd passes it over: it belongs in [${wanted}].`,
    advice:
      header !== null
        ? `Write \`[${wanted}]\` in a line of its own, above line ${header}. ${again(unit, then)}`
        : `Move line ${line} below the line \`[${wanted}]\`. ${again(unit, then)}`,
  }),

  'unit-section-unknown': ({
    unit,
    path,
    line,
    text,
    near,
    behind,
    then,
  }: Line & {
    readonly text: string;
    readonly near: string;
    /** Something stands behind the closing bracket. */
    readonly behind: boolean;
  }) => ({
    found: `Line ${line} of ${path} is \`${text}\`. ${
      behind
        ? 'Nothing may follow the closing bracket, not even a comment, so systemd refuses the whole file.'
        : 'systemd knows no such section and does not use what stands in it.'
    }`,
    advice: `Change line ${line} to \`${near}\`. ${again(unit, then)}`,
  }),

  'unit-equals-missing': ({
    unit,
    path,
    line,
    text,
    wanted,
    then,
  }: Line & { readonly text: string; readonly wanted: string }) => ({
    found: `Line ${line} of ${path}, \`${text}\`, is not of the form \`Key=value\`, so systemd passes it over.`,
    advice: `Change line ${line} to \`${wanted}\`. ${again(unit, then)}`,
  }),

  'unit-line-broken': ({
    unit,
    path,
    line,
    text,
    above,
    key,
    backslash,
    then,
  }: Line & {
    readonly text: string;
    /** The line with the key. */
    readonly above: number;
    readonly key: string;
    /** It ends in a backslash, with a blank behind it. */
    readonly backslash: boolean;
  }) => ({
    found: `Line ${line} of ${path}, \`${text}\`, should belong to \`${key}=\` in line ${above}, but systemd passes it over: ${
      backslash
        ? `a backslash joins two lines only as the very last character, and behind the one in line ${above} is a blank`
        : 'to systemd a new line is a new setting'
    }.`,
    advice: `${backslash ? 'Take the backslash away and join' : 'Join'} the two lines into one, however long it is. In nano, put the cursor at the end of line ${above} and press Delete. ${again(unit, then)}`,
  }),

  'unit-folder-protected': ({
    unit,
    path,
    line,
    key,
    value,
    folder,
    how,
  }: {
    readonly unit: Unit;
    /** The unit's file, or a drop-in. */
    readonly path: string;
    readonly line: number;
    readonly key: string;
    readonly value: string;
    readonly folder: string;
    readonly how: 'hidden' | 'read-only';
  }) => ({
    found: `Line ${line} of ${path} says \`${key}=${value}\`: ${
      how === 'hidden'
        ? `systemd hides ${folder} from the service, and what it should start lies there.`
        : `for the service, ${folder} can only be read, so uWSGI cannot make its socket there.`
    }`,
    advice: `Take that line out. ${restartUnit(unit)}`,
  }),

  'unit-need-missing': ({
    unit,
    path,
    line,
    key,
    needed,
  }: {
    readonly unit: Unit;
    /** The unit's file, or a drop-in. */
    readonly path: string;
    readonly line: number;
    readonly key: string;
    /** The unit that is not there. */
    readonly needed: string;
  }) => ({
    found: `Line ${line} of ${path} (\`${key}=\`) names ${needed}, and this machine has no such unit. Without it, systemd does not start ${unit.name}.`,
    advice: `Take ${needed} out of that line. ${restartUnit(unit)}`,
  }),

  'unit-environment-file-missing': ({
    unit,
    path,
    line,
    value,
  }: {
    readonly unit: Unit;
    /** The unit's file, or a drop-in. */
    readonly path: string;
    readonly line: number;
    readonly value: string;
  }) => ({
    found: `Line ${line} of ${path} says \`EnvironmentFile=${value}\`, and systemd finds no such file.`,
    advice: `Take that line out, or put the file there. ${restartUnit(unit)}`,
  }),

  'unit-exec-missing': ({
    unit,
    path,
    commented,
  }: {
    readonly unit: Unit;
    readonly path: string;
    /** The line in which it is a comment. */
    readonly commented: number | null;
  }) => ({
    found:
      commented === null
        ? `${path} has no line \`ExecStart=\`, so systemd does not know what to start.`
        : `Line ${commented} of ${path} is a comment, and there is no other \`ExecStart=\`, so systemd does not know what to start.`,
    advice: `${
      commented === null
        ? 'Write the line `ExecStart=` under [Service], as the text shows it.'
        : `Take away the sign at the beginning of line ${commented}.`
    } ${restartUnit(unit)}`,
  }),

  'unit-exec-twice': ({
    unit,
    path,
    lines,
  }: {
    readonly unit: Unit;
    readonly path: string;
    readonly lines: readonly number[];
  }) => ({
    found: `${path} sets ExecStart more than once (lines ${lines.join(' and ')}), and a service has only one program to start.`,
    advice: `Keep the line that is like the text, and remove the other. ${restartUnit(unit)}`,
  }),

  'unit-exec-relative': ({
    unit,
    path,
    line,
    value,
    program,
    wanted,
  }: Place & {
    readonly value: string;
    readonly program: string;
    /** The program's whole path. */ readonly wanted: string | null;
  }) => ({
    found: `Line ${line} of ${path} starts \`${program}\`. systemd wants the whole path of a program, beginning with a slash.`,
    advice: `${
      wanted === null
        ? 'Let `ExecStart=` begin with the whole path of uwsgi in your virtual environment.'
        : `Change line ${line} to \`ExecStart=${value.replace(program, wanted)}\`.`
    } ${restartUnit(unit)}`,
  }),

  'unit-directory-relative': ({
    unit,
    path,
    line,
    value,
    wanted,
  }: Place & { readonly value: string; /** `''` when it is not known. */ readonly wanted: string }) => ({
    found: `Line ${line} of ${path} says \`WorkingDirectory=${value}\`. systemd wants a whole path there, beginning with a slash; a tilde is no home to it.`,
    advice: `${
      wanted === ''
        ? 'Write the whole path of your project after `WorkingDirectory=`.'
        : `Change line ${line} to \`WorkingDirectory=${wanted}\`.`
    } ${restartUnit(unit)}`,
  }),

  'unit-value-comment': ({ unit, path, line, key, value, plain }: Value) => ({
    found: `Line ${line} of ${path} is \`${key}=${value}\`. To systemd a comment needs a line of its own: behind a value, it is taken as a part of the value.`,
    advice: `Change line ${line} to \`${key}=${plain}\`. ${restartUnit(unit)}`,
  }),

  'unit-value-quoted': ({
    unit,
    path,
    line,
    key,
    value,
    plain,
    typographic,
  }: Value & { /** “ and ” */ readonly typographic: boolean }) => ({
    found: `Line ${line} of ${path} is \`${key}=${value}\`. ${
      typographic
        ? 'Its quotation marks are those of printed text, which systemd takes as letters.'
        : 'systemd takes the quotation marks as a part of the value.'
    }`,
    advice: `Change line ${line} to \`${key}=${plain}\`. ${restartUnit(unit)}`,
  }),

  'unit-quote-open': ({ unit, path, line, key, value }: Value) => ({
    found: `Line ${line} of ${path} has a quotation mark that is not closed: \`${key}=${value}\`.`,
    advice: `Take it away, or close it. ${restartUnit(unit)}`,
  }),

  'unit-path-closed': ({
    unit,
    user,
    path,
    folder,
    login,
  }: {
    readonly unit: Unit;
    readonly user: string;
    readonly path: string;
    /** The first folder on the way that is closed. */
    readonly folder: PathPart;
    /** The reader's. */
    readonly login: string;
  }) => ({
    found: `The unit runs as ${user}, and ${user} may not enter ${folder.path} on the way to ${path}: it ${describePart(folder)}.`,
    advice:
      folder.owner === user
        ? `Let ${user} enter it: \`sudo chmod u+x ${shellWord(folder.path)}\`. Then \`sudo systemctl restart ${unit.name}\`.`
        : folder.owner === login
          ? `The project is ${login}'s: in ${unit.file}, under [Service], write \`User=${login}\`. ${restartUnit(unit)}`
          : `Let others enter it: \`sudo chmod o+x ${shellWord(folder.path)}\`. Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'service-stopping': ({ name, ini }: Stop) => ({
    found: `${name} is being stopped: systemd has told it to end, and it has not ended yet.${ini === null ? '' : ` ${ini} does not say \`die-on-term = true\`, and without it SIGTERM makes uWSGI load itself again instead of ending.`}`,
    advice:
      ini === null
        ? `Start it once more; systemd waits for the end of the old one first: \`sudo systemctl start ${name}\`.`
        : `Write \`die-on-term = true\` into ${ini}, under [uwsgi]. Then \`sudo systemctl start ${name}\`, which this time may take a minute and a half: systemd waits that long before it kills the old one.`,
  }),

  'stop-timed-out': ({ name, ini }: Stop) => ({
    found: `${name} was stopped. It did not end when systemd told it to, so systemd killed it after a while.${ini === null ? '' : ` ${ini} does not say \`die-on-term = true\`, and without it SIGTERM makes uWSGI load itself again instead of ending.`}`,
    advice:
      ini === null
        ? `Start it: \`sudo systemctl start ${name}\`.`
        : `Write \`die-on-term = true\` into ${ini}, under [uwsgi]. Then \`sudo systemctl start ${name}\`.`,
  }),

  'unit-type-mismatch': ({ unit, type }: { readonly unit: Unit; readonly type: string }) => ({
    found: `${unit.file} says \`Type=${type}\`: ${TYPES[type] ?? 'systemd waits for a sign that the service is up'}, which uWSGI does not do here. So systemd does not take it as started, and ends it.`,
    advice: `Take the line \`Type=${type}\` out of ${unit.file}: without it, the service counts as started when its program runs. ${restartUnit(unit)}`,
  }),

  'unit-never-ready': ({ unit }: { readonly unit: Unit }) => ({
    found: `${unit.file} says \`Type=notify\`: systemd waits until uWSGI says that it is ready. It did not in time, and systemd has ended it. It was still loading the application, or waiting for something.`,
    advice: `\`sudo journalctl -u ${unit.name}\` shows how far it got. Mend what it waited for. ${restartUnit(unit)}`,
  }),

  'service-killed': ({
    name,
    signal,
    dumped,
  }: {
    readonly name: string;
    readonly signal: number;
    /** It crashed. */
    readonly dumped: boolean;
  }) => ({
    found: `${name} was ended by the signal ${SIGNALS[signal] ?? signal}${dumped ? ': it crashed' : ', from outside: somebody has killed its process'}.`,
    advice: dumped
      ? `Read what it said last, with \`sudo journalctl -u ${name}\`. Then start it again: \`sudo systemctl start ${name}\`.`
      : `Start it again: \`sudo systemctl start ${name}\`.`,
  }),

  'sudo-lost': ({ login, group }: { readonly login: string; readonly group: string }) => ({
    found: `The login ${login} is no longer in the group ${group}, and so may not use sudo. A \`usermod -G\` without \`-a\` does that: it takes a login out of all its other groups.`,
    advice: `In a terminal that has been open since before that, sudo still works, until the machine is restarted: \`sudo usermod -a -G ${group} ${login}\`. If sudo is refused in all three, reset the machine to the start of this chapter.`,
  }),

  'service-out-of-memory': ({ name }: { readonly name: string }) => ({
    found: `${name} was ended because the machine's memory was full.`,
    advice: `Let uWSGI start no more processes than the text says (\`processes\` in its configuration). Then \`sudo systemctl restart ${name}\`.`,
  }),

  'unit-missing': ({ id, file, deleted, name }: Unit & { readonly id: string; readonly deleted: boolean }) =>
    deleted
      ? {
          found: `${file} is gone; systemd still goes by what it once read there.`,
          advice: `Write the unit file again: \`sudo nano ${shellWord(file)}\`. ${restartUnit({ name })}`,
        }
      : {
          found: `systemd knows no unit ${id}: there is no ${file}.`,
          advice: `Write the unit file: \`sudo nano ${shellWord(file)}\`.`,
        },

  'unit-misnamed': ({
    id,
    file,
    similar,
    name,
  }: Unit & { readonly id: string; /** The file's path. */ readonly similar: string }) => ({
    found: `systemd knows no unit ${id}, but there is a ${similar}.`,
    advice: `Give it the right name: \`sudo mv ${shellWord(similar)} ${shellWord(file)}\`, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${name}\`.`,
  }),

  'unit-masked': ({ id, name }: { readonly id: string; readonly name: string }) => ({
    found: `The unit ${id} is masked: systemd is told never to start it.`,
    advice: `Take the mask off: \`sudo systemctl unmask ${name}\`, then \`sudo systemctl start ${name}\`.`,
  }),

  'daemon-not-reloaded': ({ name, file }: Unit) => ({
    found: `${file} has changed since systemd read it; systemd still goes by the old text.`,
    advice: `Let systemd read it again: \`sudo systemctl daemon-reload\`, then \`sudo systemctl restart ${name}\`.`,
  }),

  'unit-file-invalid': ({
    name,
    file,
    complaint,
  }: Unit & {
    /** What systemd says of a line; `null` when it speaks of none, or of several. */
    readonly complaint: { readonly line: number; readonly message: string } | null;
  }) => ({
    found:
      complaint === null
        ? `systemd cannot use ${file}: a line in it is wrong or missing.`
        : `systemd cannot use ${file}. Of line ${complaint.line} it says: ${complaint.message}`,
    advice: `${complaint === null ? `Ask systemd which line: \`systemd-analyze verify ${shellWord(file)}\`. Fix it,` : `Compare line ${complaint.line} with the text and fix it,`} then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${name}\`.`,
  }),

  'unit-user-unknown': ({
    unit,
    user,
    near,
  }: {
    readonly unit: Unit;
    readonly user: string;
    readonly near: string;
  }) => ({
    found: `The unit wants to run as "${user}", and this machine has no such login.`,
    advice: `In ${unit.file}, under [Service], write \`User=${near}\`. ${restartUnit(unit)}`,
  }),

  'unit-group-unknown': ({
    unit,
    group,
    near,
  }: {
    readonly unit: Unit;
    readonly group: string;
    readonly near: string;
  }) => ({
    found: `The unit wants the group "${group}", and this machine has no such group.`,
    advice: `In ${unit.file}, under [Service], write \`Group=${near}\`. ${restartUnit(unit)}`,
  }),

  'working-directory-missing': ({
    unit,
    folder,
    ...facts
  }: {
    readonly unit: Unit;
    readonly folder: string;
  } & (
    | {
        /** The unit's shell goes there, with `cd`. */
        readonly by: 'shell';
        /** It is there, and may not be entered. */
        readonly closed: boolean;
        readonly project: string | null;
      }
    | {
        readonly by: 'systemd';
        /** It is there by now. */
        readonly isThere: boolean;
        /** The folder with the environment that has uWSGI. */
        readonly project: string | null;
      }
  )) =>
    facts.by === 'shell'
      ? {
          found: `The unit's shell is told to go to ${folder}, ${facts.closed ? 'which it may not enter' : 'and there is no such folder'}.`,
          advice: `In ${unit.file}, in the line \`ExecStart=\`, ${
            facts.project === null || facts.closed
              ? 'make `cd` name the folder of your project'
              : `write \`cd ${facts.project}\``
          }. ${restartUnit(unit)}`,
        }
      : facts.isThere
        ? {
            found: `The unit's working directory, ${folder}, was not there or could not be entered when the unit was started. It can be by now.`,
            advice: `Start the unit again: \`sudo systemctl restart ${unit.name}\`.`,
          }
        : {
            found: `The unit's working directory, ${folder}, is not there.`,
            advice: `In ${unit.file}, ${
              facts.project === null
                ? 'make `WorkingDirectory=` name the folder of your project'
                : `write \`WorkingDirectory=${facts.project}\``
            }. If the folder itself was deleted, write its files again, or reset the machine to the start of this chapter. ${restartUnit(unit)}`,
          },

  'unit-exec-failed': ({
    unit,
    program,
    user,
    isExecutable,
  }: {
    readonly unit: Unit;
    readonly program: string;
    readonly user: string;
    /** For anybody. */
    readonly isExecutable: boolean;
  }) =>
    isExecutable
      ? {
          found: `systemd could not start ${program}, though the file is there.`,
          advice: `See that it may be executed by ${user}: \`ls -l ${shellWord(program)}\`. ${restartUnit(unit)}`,
        }
      : {
          found: `systemd could not start ${program}: the file is there, but its permissions let nobody execute it.`,
          advice: `Let it be executed: \`sudo chmod +x ${shellWord(program)}\`. Then \`sudo systemctl restart ${unit.name}\`.`,
        },

  'uwsgi-not-in-environment': (
    facts:
      /** The unit's shell has looked for it. */
      | { readonly by: 'shell'; readonly unit: Unit; readonly environment: string }
      /** `environment` is where it should be; `null` when the path does not tell. */
      | {
          readonly by: 'systemd';
          readonly unit: Unit;
          readonly program: string;
          readonly environment: string | null;
          /** There is no such environment. */
          readonly isGone: boolean;
          /** pip counts it as installed there. */
          readonly isListed: boolean;
          /** Where it is, in another environment. */
          readonly other: string | null;
        },
  ) => {
    const { unit } = facts;
    if (facts.by === 'shell') {
      return {
        found:
          "The unit's shell finds no program uwsgi: it is not installed in the environment that the unit enters.",
        advice: `Install it there: \`source ${shellWord(`${facts.environment}/bin/activate`)}\`, then \`pip install uwsgi\`. Then \`sudo systemctl restart ${unit.name}\`.`,
      };
    }
    const { program, environment, isGone, isListed, other } = facts;
    if (other !== null) {
      return {
        found: `There is no program ${program}, which the unit starts; uWSGI is at ${other}.`,
        advice: `In ${unit.file}, make \`ExecStart=\` begin with \`${other}\`. ${restartUnit(unit)}`,
      };
    }
    if (environment === null) {
      return {
        found: `There is no program ${program}, which the unit starts.`,
        advice: `In ${unit.file}, make \`ExecStart=\` name the whole path of uwsgi in your virtual environment. ${restartUnit(unit)}`,
      };
    }
    return isGone
      ? {
          found: `There is no virtual environment at ${environment}, from which the unit starts uWSGI.`,
          advice: `If it has another name, correct the path in \`ExecStart=\`, in ${unit.file}. Otherwise make it, \`virtualenv ${shellWord(environment)}\`, and install in it again what the application needs, uWSGI included. ${restartUnit(unit)}`,
        }
      : {
          found: `There is no program ${program}, which the unit starts: ${
            isListed
              ? 'pip has installed uWSGI in that environment, but its program is gone'
              : 'uWSGI is not installed in that environment'
          }.`,
          advice: `Install it there${isListed ? ' once more' : ''}: \`source ${shellWord(`${environment}/bin/activate`)}\`, then \`pip install ${isListed ? '--force-reinstall ' : ''}uwsgi\`. Then \`sudo systemctl restart ${unit.name}\`.`,
        };
  },

  'uwsgi-daemonized': ({
    name,
    key,
    line,
  }: {
    readonly name: string;
    readonly key: string;
    readonly line: number;
  }) => ({
    found: `uWSGI went into the background by itself (\`${key}\`, line ${line} of its configuration), so systemd believes that it has ended.`,
    advice: `Take that line out; systemd keeps uWSGI running without it. ${restartUnit({ name })}`,
  }),

  'uwsgi-not-started': (facts: NotStarted) => notStarted('uWSGI', facts),

  'service-not-started': (facts: NotStarted) => notStarted(facts.name, facts),

  'service-failed': ({
    name,
    result,
    exitStatus,
  }: {
    readonly name: string;
    readonly result: string;
    readonly exitStatus: number;
  }) => ({
    found: `${name} was started, but it ended by itself (${result}, exit status ${exitStatus}).`,
    advice: `Read what it said last, with \`sudo journalctl -u ${name}\`; fix that, then \`sudo systemctl restart ${name}\`.`,
  }),

  'service-still-active': ({
    name,
    activeState,
  }: {
    readonly name: string;
    readonly activeState: string;
  }) => ({
    found: `${name} is ${activeState}.`,
    advice: `Stop it: \`sudo systemctl stop ${name}\`.`,
  }),

  'service-still-enabled': ({ name }: { readonly name: string }) => ({
    found: `${name} starts with the machine.`,
    advice: `Take it out of the start: \`sudo systemctl disable ${name}\`.`,
  }),

  'service-not-enabled': ({
    name,
    enabledState,
  }: {
    readonly name: string;
    readonly enabledState: string;
  }) => ({
    found: `${name} does not start with the machine: it is ${enabledState || 'unknown to systemd'}. After a restart it would be gone.`,
    advice: `Enable it: \`sudo systemctl enable ${name}\`.`,
  }),

  'unit-wanted-by-wrong': ({ unit, path, line, value }: Place & { readonly value: string }) => ({
    found: `Line ${line} of ${path} says \`WantedBy=${value}\`, and this machine has no such target, so systemd would not start ${unit.name} with the machine.`,
    advice: `Change line ${line} to \`WantedBy=multi-user.target\`. Then \`sudo systemctl daemon-reload\` and \`sudo systemctl reenable ${unit.name}\`.`,
  }),

  'service-started-by-hand': ({ name }: { readonly name: string }) => ({
    found: `${name} runs, but it was started after the machine’s boot.`,
    advice: 'Restart the machine with `sudo reboot`, and start nothing by hand afterwards.',
  }),

  'unit-install-section-missing': ({ name, file }: Unit) => ({
    found: `${file} has no [Install] section, so systemd does not know when to start it.`,
    advice: `Write at its end \`[Install]\` and below it \`WantedBy=multi-user.target\`. Then \`sudo systemctl daemon-reload\` and \`sudo systemctl enable ${name}\`.`,
  }),

  'unit-user-wrong': (facts: Property) => propertyDiffers(facts),

  'unit-property-differs': (facts: Property) => propertyDiffers(facts),

  'process-missing': ({
    match,
    name,
  }: {
    readonly match: string;
    /** The unit's; `null` when the check names none. */
    readonly name: string | null;
  }) => ({
    found: `No process whose command line contains "${match}" is running.`,
    advice:
      name === null
        ? 'Start it as this step shows, and leave it running while the check looks.'
        : `Compare the command line in the unit with the text, then \`sudo systemctl restart ${name}\`.`,
  }),

  'process-outside-unit': ({
    process,
    id,
    name,
  }: {
    readonly process: GuestProcess;
    readonly id: string;
    readonly name: string;
  }) => ({
    found: `It runs (${describeProcess(process)}), but not as a part of ${id}: somebody started it by hand.`,
    advice: `Stop the one in your terminal with Ctrl+C, then \`sudo systemctl restart ${name}\`.`,
  }),

  'process-wrong-user': ({ pid, is, wanted, place }: Identity) => ({
    found: `Process ${pid} runs as ${is}, not as ${wanted}.`,
    advice: adviseIdentity({ unit: 'User', ini: 'uid' }, wanted, place),
  }),

  'process-wrong-group': ({ pid, is, wanted, place }: Identity) => ({
    found: `Process ${pid} runs with the group ${is}, not ${wanted}.`,
    advice: adviseIdentity({ unit: 'Group', ini: 'gid' }, wanted, place),
  }),

  'too-few-processes': ({ running, wanted }: { readonly running: number; readonly wanted: number }) => ({
    found: `${running} of them ${running === 1 ? 'runs' : 'run'}; ${wanted} should.`,
    advice: 'Compare the configuration that sets their number with the text, then restart the service.',
  }),
} as const satisfies ProgramWords;

/** A property of a unit that has another value than it should. */
interface Property {
  readonly unit: Unit & { readonly id: string };
  readonly property: string;
  /** `''` when it has none. */
  readonly value: string;
  readonly wanted: string;
}

function propertyDiffers({ unit, property, value, wanted }: Property) {
  return {
    found:
      value === ''
        ? `The unit ${unit.id} sets no ${property}.`
        : `The unit ${unit.id} sets ${property} to \`${value}\`.`,
    advice: `In ${unit.file}, write \`${property}=${wanted}\`. ${restartUnit(unit)}`,
  };
}

function notStarted(subject: string, { name, activeState, neverStarted, enabled }: NotStarted) {
  const enable = enabled
    ? ''
    : ` Then \`sudo systemctl enable ${name}\`, so that it starts with the machine.`;
  if (activeState === 'activating') {
    return {
      found: `${name} is still starting: systemd waits until ${subject} says that it is ready.`,
      advice: `Give it a moment, and check again. \`sudo journalctl -u ${name}\` shows how far it has got.`,
    };
  }
  return {
    found:
      neverStarted === null
        ? `${name} is ${activeState}.`
        : neverStarted
          ? `${subject} has not been started since this machine came up: ${name} is ${activeState}.`
          : `${subject} was stopped: ${name} is ${activeState}.`,
    advice: `Start it: \`sudo systemctl start ${name}\`.${enable}`,
  };
}

/** A process, in brackets or after a colon. */
export function describeProcess({ pid, user, group, command }: GuestProcess): string {
  return `process ${pid}, ${user}:${group}, "${command.slice(0, 80)}"`;
}

function adviseIdentity(
  key: { readonly unit: string; readonly ini: string },
  value: string,
  place: IdentityPlace,
): string {
  switch (place.in) {
    case 'hand':
      return `Start it again as ${value}.`;
    case 'ini':
      return `In ${place.file}, under [uwsgi], write \`${key.ini} = ${value}\`. Then \`sudo systemctl restart ${place.name}\`.`;
    case 'unit':
      return `In ${place.file}, under [Service], write \`${key.unit}=${value}\`. ${restartUnit(place)}`;
  }
}
