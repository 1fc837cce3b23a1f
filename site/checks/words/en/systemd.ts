import type { GuestProcess } from '../../guest/processes.ts';
import type { UnitFacts } from '../../guest/unit-facts.ts';
import type { ProgramWords } from '../words.ts';
import { restartUnit } from './phrases.ts';

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

/** systemd: units, known, started, enabled, and their processes. */
export const SYSTEMD = {
  'unit-missing': ({ id, file, deleted, name }: Unit & { readonly id: string; readonly deleted: boolean }) =>
    deleted
      ? {
          found: `${file} is gone; systemd still goes by what it once read there.`,
          advice: `Write the unit file again: \`sudo nano ${file}\`. ${restartUnit({ name })}`,
        }
      : {
          found: `systemd knows no unit ${id}: there is no ${file}.`,
          advice: `Write the unit file: \`sudo nano ${file}\`.`,
        },

  'unit-misnamed': ({
    id,
    file,
    similar,
    name,
  }: Unit & { readonly id: string; /** The file's path. */ readonly similar: string }) => ({
    found: `systemd knows no unit ${id}, but there is a ${similar}.`,
    advice: `Give it the right name: \`sudo mv ${similar} ${file}\`, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${name}\`.`,
  }),

  'unit-masked': ({ id, name }: { readonly id: string; readonly name: string }) => ({
    found: `The unit ${id} is masked: systemd is told never to start it.`,
    advice: `Take the mask off: \`sudo systemctl unmask ${name}\`, then \`sudo systemctl start ${name}\`.`,
  }),

  'daemon-not-reloaded': ({ name, file }: Unit) => ({
    found: `${file} has changed since systemd read it; systemd still goes by the old text.`,
    advice: `Let systemd read it again: \`sudo systemctl daemon-reload\`, then \`sudo systemctl restart ${name}\`.`,
  }),

  'unit-file-invalid': ({ name, file }: Unit) => ({
    found: `systemd cannot use ${file}: a line in it is wrong or missing.`,
    advice: `Ask systemd which line: \`systemd-analyze verify ${file}\`. Fix it, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${name}\`.`,
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
    by,
  }: {
    readonly unit: Unit;
    readonly folder: string;
    /** Who goes there: systemd, or the unit's shell with `cd`. */
    readonly by: 'systemd' | 'shell';
  }) =>
    by === 'shell'
      ? {
          found: `The unit's shell should go to ${folder}, which is not there or may not be entered.`,
          advice: `In ${unit.file}, in the line \`ExecStart=\`, let \`cd\` name the folder of your project. ${restartUnit(unit)}`,
        }
      : {
          found: `The unit's working directory, ${folder}, is not there or may not be entered.`,
          advice: `In ${unit.file}, let \`WorkingDirectory=\` name the folder of your project. If the folder itself was deleted, write its files again, or reset the machine to the start of this chapter. ${restartUnit(unit)}`,
        },

  'unit-exec-failed': ({
    unit,
    program,
    user,
  }: {
    readonly unit: Unit;
    readonly program: string;
    readonly user: string;
  }) => ({
    found: `systemd could not start ${program}, though the file is there.`,
    advice: `See that it may be executed by ${user}: \`ls -l ${program}\`. ${restartUnit(unit)}`,
  }),

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
        },
  ) => {
    const { unit } = facts;
    if (facts.by === 'shell') {
      return {
        found:
          "The unit's shell finds no program uwsgi: it is not installed in the environment that the unit enters.",
        advice: `Install it there: \`source ${facts.environment}/bin/activate\`, then \`pip install uwsgi\`. Then \`sudo systemctl restart ${unit.name}\`.`,
      };
    }
    const { program, environment } = facts;
    return {
      found: `There is no program ${program}, which the unit starts.`,
      advice:
        environment === null
          ? `In ${unit.file}, let \`ExecStart=\` name the whole path of uwsgi in your virtual environment. ${restartUnit(unit)}`
          : `Either the path in \`ExecStart=\` is misspelt, or uWSGI is not installed in that environment. If the environment itself is gone, create it first: \`virtualenv ${environment}\`. Then \`source ${environment}/bin/activate\`, then \`pip install uwsgi\`. ${restartUnit(unit)}`,
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
