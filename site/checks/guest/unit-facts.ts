import { readLaunch, type Launch } from './launch.ts';
import { plainUnit } from './processes.ts';
import { quote } from './survey.ts';

/** What systemd knows of a unit. Strings are as `systemctl show` prints them, `''` when it knows nothing. */
export interface UnitFacts {
  readonly id: string;
  /** As people type it: `myproject`. */
  readonly name: string;
  /** `loaded`, `not-found`, `bad-setting`, `masked`, `error`. */
  readonly loadState: string;
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`. */
  readonly activeState: string;
  /** `enabled`, `disabled`, `static`, `masked`, … */
  readonly enabledState: string;
  /** Why it failed: `exit-code`, `signal`, `timeout`, …; `success` otherwise. */
  readonly result: string;
  /** Exit status of the main process; systemd's own reasons begin at 200. */
  readonly exitStatus: number;
  readonly mainPid: number;
  readonly user: string;
  readonly group: string;
  /** Where the program starts: `WorkingDirectory=`, or where the shell goes that starts it. */
  readonly workingDirectory: string;
  /** The program and its arguments; behind a shell that only prepares the way (`bash -c 'cd …; uwsgi …'`). */
  readonly command: readonly string[];
  readonly launch: Launch;
  /** `ExecStart=` as systemd shows it, in one line without quotes. */
  readonly execStart: string;
  readonly file: string;
  /** Its file was changed after systemd read it. */
  readonly needsReload: boolean;
  /** Seconds since 1970 at which the main process started, or 0. */
  readonly startedAt: number;
  /** Seconds since 1970 at which its state last changed, a reload included. */
  readonly changedAt: number;
  /** Seconds since 1970 at which it last read its files as far as systemd knows: a reload, else its start; 0 before both. */
  readonly loadedAt: number;
  /** `running`, `auto-restart`, `stop-sigterm`, … */
  readonly subState: string;
  /** `simple`, `notify`, `forking`, … */
  readonly type: string;
  /** The main process was ended by a signal, and `exitStatus` is its number. */
  readonly bySignal: boolean;
  /** Drop-ins, which change what `file` says. */
  readonly dropIns: readonly string[];
  /** All properties asked for. */
  readonly properties: ReadonlyMap<string, string>;
}

const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'UnitFileState',
  'Result',
  'ExecMainStatus',
  'MainPID',
  'User',
  'Group',
  'WorkingDirectory',
  'ExecStart',
  'FragmentPath',
  'NeedDaemonReload',
  'ExecMainStartTimestamp',
  'StateChangeTimestamp',
  'ActiveEnterTimestamp',
  'SubState',
  'Type',
  'ExecMainCode',
  'DropInPaths',
  'PrivateTmp',
];

/** The command whose output {@link parseUnitFacts} reads. Times are recorded by systemd, so a restored clock does not move them. */
export function showUnit(unit: string, more: readonly string[] = []): string {
  return `systemctl show --timestamp=unix -p ${[...PROPERTIES, ...more].join(',')} -- ${quote(unit)}`;
}

export function parseUnitFacts(output: string, unit: string): UnitFacts {
  const properties = new Map<string, string>();
  for (const line of output.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) properties.set(line.slice(0, equals), line.slice(equals + 1));
  }
  if (!properties.has('LoadState')) {
    throw new Error(`systemd did not answer about ${unit}: ${output.trim().slice(0, 200)}`);
  }
  const text = (name: string): string => properties.get(name) ?? '';
  // A shell's script may hold ` ; ` as well; systemd's next field is always this one.
  const argv = /argv\[\]=(.*?) ; ignore_errors=/.exec(text('ExecStart'))?.[1] ?? '';
  const execStart = argv.replaceAll(/["']/g, '');
  const ownDirectory = text('WorkingDirectory').replace(/^!|^-/, '');
  const launch = readLaunch(execStart, ownDirectory);
  return {
    id: text('Id') || unit,
    name: plainUnit(text('Id') || unit),
    loadState: text('LoadState'),
    activeState: text('ActiveState'),
    enabledState: text('UnitFileState'),
    result: text('Result'),
    exitStatus: Number(text('ExecMainStatus') || '0'),
    mainPid: Number(text('MainPID') || '0'),
    user: text('User'),
    group: text('Group'),
    workingDirectory: launch.directory ?? ownDirectory,
    command: launch.command,
    launch,
    execStart,
    file: text('FragmentPath'),
    needsReload: text('NeedDaemonReload') === 'yes',
    startedAt: seconds(text('ExecMainStartTimestamp')),
    changedAt: seconds(text('StateChangeTimestamp')),
    loadedAt: loadedAt(text),
    subState: text('SubState'),
    type: text('Type'),
    // CLD_KILLED and CLD_DUMPED
    bySignal: text('ExecMainCode') === '2' || text('ExecMainCode') === '3',
    dropIns: text('DropInPaths').split(' ').filter(Boolean),
    properties,
  };
}

/** A unit that runs changes its state only for a reload, and its main process stays the same. */
function loadedAt(text: (property: string) => string): number {
  const activeAt = seconds(text('ActiveEnterTimestamp'));
  const changedAt = seconds(text('StateChangeTimestamp'));
  const isReloaded = text('ActiveState') === 'active' && activeAt > 0 && changedAt > activeAt;
  return isReloaded ? changedAt : seconds(text('ExecMainStartTimestamp'));
}

/** `@1795230000` */
function seconds(timestamp: string): number {
  const value = Number(timestamp.replace('@', ''));
  return Number.isFinite(value) ? value : 0;
}

/** The unit runs uWSGI. */
export function runsUwsgi(unit: UnitFacts): boolean {
  return unit.command.some((word) => /(^|\/)uwsgi$/.test(word));
}

/** The configuration file that uWSGI is told to read, absolute; `null` when there is none or its folder is unknown. */
export function uwsgiConfigurationOf(unit: UnitFacts): string | null {
  const { command } = unit;
  const option = command.findIndex((word) => word === '--ini' || word === '-i');
  const inline = command.map((word) => /^--ini=(.+)$/.exec(word)?.[1]).find((path) => path !== undefined);
  const path =
    inline ?? (option >= 0 ? command[option + 1] : command.slice(1).find((word) => word.endsWith('.ini')));
  if (path === undefined) return null;
  if (path.startsWith('/')) return path;
  return unit.workingDirectory === '' ? null : `${unit.workingDirectory}/${path}`;
}
