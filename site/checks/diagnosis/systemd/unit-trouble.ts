import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { runsUwsgi, type UnitFacts } from '../../guest/unit-facts.ts';
import { NEEDS } from '../../guest/unit-file.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { renamedTrouble } from '../files/gone-folder.ts';
import { closedCodeTrouble } from '../uwsgi/closed-code.ts';
import { may, SEARCH } from '../../guest/path-access.ts';
import { configurationTrouble } from '../uwsgi/configuration-trouble.ts';
import { lastWordsTrouble } from '../uwsgi/ended-trouble.ts';
import { loginTrouble } from '../uwsgi/start-trouble.ts';
import { shellTrouble } from './shell-trouble.ts';
import { protectedTrouble } from '../uwsgi/protection.ts';
import { overrideTrouble, refusedTrouble, slipTrouble, valueTrouble } from './unit-file-trouble.ts';

/** Exit statuses that systemd gives before the program itself begins (systemd.exec, "Process Exit Codes"). */
const EXIT_CHDIR = 200;
const EXIT_EXEC = 203;
const EXIT_GROUP = 216;
const EXIT_USER = 217;

/** Why the unit that should run uWSGI does not; `null` when it runs. */
export function unitTrouble(facts: UnitUwsgiFacts, login: string): Trouble | null {
  const { unit } = facts;
  if (unit.loadState === 'not-found') return missingTrouble(facts);
  if (unit.loadState === 'masked') {
    // An empty file is a mask as well; of a link to /dev/null, nothing is read.
    const [own] = facts.unitFiles;
    return own === undefined
      ? trouble('unit-masked', unit)
      : trouble('unit-empty', { name: unit.name, file: own.path });
  }
  if (unit.needsReload) {
    return facts.unitFileExists
      ? trouble('daemon-not-reloaded', unit)
      : trouble('unit-missing', { ...unit, deleted: true });
  }
  if (unit.loadState !== 'loaded') {
    return overrideTrouble(facts, CRUCIAL_KEYS) ?? refusedTrouble(facts) ?? unreadableTrouble(facts);
  }
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  const waits =
    unit.activeState === 'activating'
      ? unit.subState === 'start'
      : unit.activeState === 'deactivating' && unit.result === 'timeout';
  if (waits && ENDLESS_TYPES.has(unit.type)) return trouble('unit-type-mismatch', { unit, type: unit.type });
  if (unit.activeState === 'deactivating') return trouble('service-stopping', stopFacts(facts));
  if (unit.activeState === 'failed' || unit.result !== 'success' || unit.exitStatus !== 0) {
    return failedTrouble(facts, login);
  }
  return notStartedTrouble(unit, facts);
}

/** Types that wait for something that uWSGI, started as the guides do, never does. */
const ENDLESS_TYPES: ReadonlySet<string> = new Set(['forking', 'oneshot', 'dbus']);

/** Keys without which the unit cannot start uWSGI. */
const CRUCIAL_KEYS: readonly string[] = ['User', 'Group', 'WorkingDirectory', 'ExecStart', 'Type'];

function missingTrouble({ unit, similarUnits, unitElsewhere }: UnitUwsgiFacts): Trouble {
  const { id, name } = unit;
  const file = `/etc/systemd/system/${id}`;
  const misnamed = unitElsewhere.find((path) => path === `/etc/systemd/system/${name}`);
  const [similar = misnamed] = similarUnits;
  if (similar !== undefined) return trouble('unit-misnamed', { id, name, file, similar });
  const [elsewhere] = unitElsewhere;
  return elsewhere === undefined
    ? trouble('unit-missing', { id, name, file, deleted: false })
    : trouble('unit-misplaced', { id, name, file, elsewhere });
}

/** What systemd said of the file itself: "…/myproject.service:8: …", and "myproject.service: Service has …". */
function unreadableTrouble({ unit, log }: UnitUwsgiFacts): Trouble {
  const isComplaint = (line: string): boolean =>
    (unit.file !== '' && line.startsWith(`${unit.file}:`)) ||
    (line.startsWith(`${unit.id}: `) && /Refusing|fatal error/.test(line));
  const said = log.filter(isComplaint);
  const complaints = said.flatMap((text) => {
    const [, line, message = ''] = /^\/[^:]+:(\d+): (.+)$/.exec(text) ?? [];
    return line === undefined ? [] : [{ line: Number(line), message }];
  });
  const [first = null] = complaints;
  const complaint = complaints.every(({ line }) => line === first?.line) ? first : null;
  return trouble(
    'unit-file-invalid',
    { name: unit.name, file: unit.file || unit.id, complaint },
    lastLines([...new Set(said)].join('\n'), 3),
  );
}

/** It was started and ended by itself, or was ended. */
function failedTrouble(facts: UnitUwsgiFacts, login: string): Trouble {
  const { unit, log } = facts;
  const evidence = lastLines(log.filter((line) => !/: Consumed .* CPU time\.$/.test(line)).join('\n'), 5);
  const override = overrideTrouble(facts, CRUCIAL_KEYS);
  if (override !== null) return { ...override, evidence };
  const gone = goneTrouble(facts);
  if (gone !== null) return { ...gone, evidence };
  const reason = environmentFileTrouble(facts, evidence) ?? exitTrouble(facts, login, evidence);
  if (reason !== null) return reason;
  if (unit.result === 'start-limit-hit') {
    return trouble('started-too-often', { of: 'unit', unit: unit.name }, evidence);
  }
  return endTrouble(facts, evidence);
}

/** systemd was to read variables out of a file that is not there. */
function environmentFileTrouble({ unit, unitFiles, log }: UnitUwsgiFacts, evidence: string): Trouble | null {
  if (unit.result !== 'resources' || !log.some((line) => FILE_NOT_LOADED.test(line))) return null;
  // With a hyphen in front, a file may be missing.
  const named = unitFiles.flatMap(({ path, entries }) =>
    entries
      .filter(({ section, key, value }) => section === 'Service' && key === 'EnvironmentFile' && value !== '')
      .filter(({ value }) => !value.startsWith('-'))
      .map(({ line, value }) => ({ unit, path, line, value })),
  );
  const [only] = named;
  return only === undefined || named.length > 1
    ? null
    : trouble('unit-environment-file-missing', only, evidence);
}

const FILE_NOT_LOADED = /: Failed to load environment files: No such file or directory$/;

/**
 * The whole project is not there, or the folder of its program was renamed. When uWSGI is in an environment elsewhere,
 * a path of the unit is wrong.
 */
function goneTrouble({ unit, goneFolder, uwsgiPrograms, keeper }: UnitUwsgiFacts): Trouble | null {
  const renamed = renamedTrouble(goneFolder, keeper);
  if (renamed !== null || goneFolder === null || uwsgiPrograms.length > 0) return renamed;
  const { path } = goneFolder;
  const worksThere = `${unit.workingDirectory}/`.startsWith(`${path}/`);
  return worksThere ? trouble('project-gone', { path, keeper, unitFile: unit.file }) : null;
}

/** Why it ended, by its exit status and by what it said; `null` when neither tells. */
function exitTrouble(facts: UnitUwsgiFacts, login: string, evidence: string): Trouble | null {
  const { unit } = facts;
  // The number is a signal's.
  if (unit.bySignal) return null;
  switch (unit.exitStatus) {
    case EXIT_USER: {
      const near = closestLine(unit.user, facts.users, 2)?.text ?? login;
      return (
        withEvidence(valueTrouble(facts, 'User'), evidence) ??
        trouble('unit-user-unknown', { unit, user: unit.user, near }, evidence)
      );
    }
    case EXIT_GROUP: {
      const near = closestLine(unit.group, facts.groups, 3)?.text ?? facts.nginx.group;
      return (
        withEvidence(valueTrouble(facts, 'Group'), evidence) ??
        trouble('unit-group-unknown', { unit, group: unit.group, near }, evidence)
      );
    }
    case EXIT_CHDIR:
      return ownCodeTrouble(facts, login) ?? directoryTrouble(facts, login, evidence);
    case EXIT_EXEC:
      return executableTrouble(facts, login, evidence);
    default:
      return (
        withEvidence(slipTrouble(facts, ['WorkingDirectory', 'ExecStart']), evidence) ??
        withEvidence(valueTrouble(facts, 'ExecStart'), evidence) ??
        shellTrouble(facts) ??
        loginTrouble(facts, login) ??
        configurationTrouble(facts) ??
        lastWordsTrouble(facts)
      );
  }
}

function withEvidence(found: Trouble | null, evidence: string): Trouble | null {
  return found === null ? null : { ...found, evidence };
}

/** How systemd has ended it, or how it ended, when its own words say nothing. */
function endTrouble(facts: UnitUwsgiFacts, evidence: string): Trouble {
  const { unit, log } = facts;
  const { name, result, exitStatus, type } = unit;
  const atStart = log.some((line) => /start operation timed out/.test(line));
  // uWSGI does say that it is ready, once it has loaded the application.
  if (type === 'notify' && result === 'timeout' && atStart)
    return trouble('unit-never-ready', { unit }, evidence);
  if (result === 'protocol' || (result === 'timeout' && (atStart || ENDLESS_TYPES.has(type)))) {
    return trouble('unit-type-mismatch', { unit, type }, evidence);
  }
  if (result === 'timeout') return trouble('stop-timed-out', stopFacts(facts), evidence);
  if (result === 'oom-kill') return trouble('service-out-of-memory', { name }, evidence);
  return unit.bySignal
    ? trouble('service-killed', { name, signal: exitStatus, dumped: result === 'core-dump' }, evidence)
    : trouble('service-failed', { name, result, exitStatus }, evidence);
}

/** Whether uWSGI, told to end, ends. */
function stopFacts({ unit, configuration }: UnitUwsgiFacts) {
  const dies = configuration?.ini.entries.some(
    ({ key, value }) => key === 'die-on-term' && value !== 'false',
  );
  return { name: unit.name, ini: dies === false ? (configuration?.path ?? null) : null };
}

/** The reader's own login may not read its project, because a part of it is somebody else's. */
function ownCodeTrouble(facts: UnitUwsgiFacts, login: string): Trouble | null {
  const closed = facts.unit.user === login ? closedCodeTrouble(facts) : null;
  return closed?.cause === 'code-not-readable' && closed.facts.part.owner !== login ? closed : null;
}

/** systemd could not go to the working directory as the unit's login. */
function directoryTrouble(facts: UnitUwsgiFacts, login: string, evidence: string): Trouble {
  const { unit } = facts;
  const value = valueTrouble(facts, 'WorkingDirectory');
  if (value !== null) return { ...value, evidence };
  const folder = unit.workingDirectory;
  const hidden = protectedTrouble(facts, folder, 'hidden');
  if (hidden !== null) return { ...hidden, evidence };
  const closed = closedTrouble(facts, folder, login, evidence) ?? closedCodeTrouble(facts);
  if (closed !== null) return closed;
  const { workingDirectoryExists: isThere, projectFolder: project } = facts;
  return trouble('working-directory-missing', { unit, folder, by: 'systemd', isThere, project }, evidence);
}

/** A folder on the way to `path` that the unit's login may not enter; `null` when none is known. */
function closedTrouble(
  { unit, parts, loginGroups }: UnitUwsgiFacts,
  path: string,
  login: string,
  evidence: string,
): Trouble | null {
  const user = unit.user || 'root';
  const closed = parts.find(
    (part) =>
      part.type === 'directory' &&
      (part.path === '/' || path === part.path || path.startsWith(`${part.path}/`)) &&
      !may(part, user, [...loginGroups, unit.group], SEARCH),
  );
  if (closed === undefined) return null;
  return trouble('unit-path-closed', { unit, user, path, folder: closed, login }, evidence);
}

function executableTrouble(facts: UnitUwsgiFacts, login: string, evidence: string): Trouble {
  const { unit } = facts;
  const program = unit.command[0] ?? '';
  const value = valueTrouble(facts, 'ExecStart');
  if (value !== null) return { ...value, evidence };
  if (facts.executableThere || facts.executableExists) {
    const isExecutable = facts.executableExists;
    return (
      ownCodeTrouble(facts, login) ??
      withEvidence(protectedTrouble(facts, program, 'hidden'), evidence) ??
      closedTrouble(facts, program, login, evidence) ??
      trouble('unit-exec-failed', { unit, program, user: unit.user || 'root', isExecutable }, evidence)
    );
  }
  const shell = closestLine(program, ['/usr/bin/bash', '/bin/bash'], 3)?.text;
  if (shell !== undefined) {
    return trouble('exec-start-misspelt', { wrong: 'shell', program, meant: shell, unit }, evidence);
  }
  const environment = /^(.+)\/bin\/uwsgi$/.exec(program)?.[1] ?? null;
  const [other = null] = facts.uwsgiPrograms;
  const isGone = environment !== null && facts.goneFolder?.path === environment;
  return trouble(
    'uwsgi-not-in-environment',
    { by: 'systemd', unit, program, environment, isGone, isListed: facts.isUwsgiListed, other },
    evidence,
  );
}

/** The unit needs another one that is not there. */
function needTrouble({ unit, unitFiles, missingNeeds }: UnitUwsgiFacts): Trouble | null {
  const [needed] = missingNeeds;
  if (needed === undefined) return null;
  for (const { path, entries } of unitFiles) {
    const entry = entries.find(
      ({ section, key, value }) =>
        section === 'Unit' && NEEDS.includes(key) && value.split(/\s+/).includes(needed),
    );
    if (entry === undefined) continue;
    const { line, key } = entry;
    return trouble('unit-need-missing', { unit, path, line, key, needed });
  }
  return null;
}

function notStartedTrouble(unit: UnitFacts, facts: UnitUwsgiFacts): Trouble {
  const need = needTrouble(facts);
  if (need !== null) return need;
  const daemonized = facts.configuration?.ini.entries.find(({ key }) => key.startsWith('daemonize'));
  if (daemonized !== undefined) {
    const { key, line } = daemonized;
    return trouble('uwsgi-daemonized', { name: unit.name, key, line });
  }
  const { name, activeState, enabledState, startedAt } = unit;
  return trouble(runsUwsgi(unit) ? 'uwsgi-not-started' : 'service-not-started', {
    name,
    activeState,
    neverStarted: startedAt === 0,
    enabled: enabledState === 'enabled',
  });
}
