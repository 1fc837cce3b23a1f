/** Why the Emperor has no vassal for an application, or one that does not come up. */
import { unknownPlaceholder, usedKeys } from '../../guest/ini.ts';
import { may, READ_WRITE } from '../../guest/path-access.ts';
import { entryOf, workersOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { baseName, closestLine, folderOf, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { renamedTrouble } from '../files/gone-folder.ts';
import { misnamedAs } from '../files/missing-file.ts';
import { jobDownTrouble, outdatedTrouble, unknownJobTrouble } from '../upstart/job-trouble.ts';
import { chdirTrouble } from './chdir-trouble.ts';
import { misspeltKey } from './configuration-trouble.ts';
import { homeTrouble } from './home-trouble.ts';

/** The first thing that keeps the vassal from running; `null` when it runs. */
export function vassalDownTrouble(facts: VassalFacts): Trouble | null {
  const { job } = facts;
  if (job === null) return startTrouble(facts);
  return (
    unknownJobTrouble(job) ??
    folderTrouble(facts) ??
    jobDownTrouble(job) ??
    linkTrouble(facts) ??
    (workersOf(facts).length > 0
      ? null
      : (startTrouble(facts) ?? byHandTrouble(facts) ?? silentTrouble(facts)))
  );
}

/** The Emperor's folder is not there; it then waits for nothing, and does not notice when the folder is made. */
function folderTrouble({ file, folder, folderExists, meantFolder, job }: VassalFacts): Trouble | null {
  if (folderExists) return null;
  // Before it was ever started, there is more to do first.
  const started = job !== null && (job.running || job.unit.startedAt > 0);
  const again = !started ? null : job.running ? 'restart' : 'start';
  if (meantFolder !== null && job !== null) {
    const at = (job.text ?? '').split('\n').findIndex((text) => text.includes(folder)) + 1;
    const line = at === 0 ? undefined : at;
    return trouble('vassals-folder-misspelt', { folder, meant: meantFolder, line, job, again });
  }
  return trouble('vassals-folder-missing', { folder, file, job, again });
}

/** The whole folder of the application is not there, or has another name; `null` when it is. */
export function goneTrouble({ goneFolder, keeper }: VassalFacts): Trouble | null {
  if (goneFolder === null) return null;
  const { path } = goneFolder;
  return renamedTrouble(goneFolder, keeper) ?? trouble('project-gone', { path, keeper, unitFile: null });
}

/** Nothing in the Emperor's folder leads to the file, or nothing that it takes; `null` when the link is sound. */
export function linkTrouble(facts: VassalFacts): Trouble | null {
  const { file, fileExists, folder, entries, entry } = facts;
  const name = baseName(file);
  if (!facts.folderExists) return folderTrouble(facts);
  if (!fileExists) {
    const gone = goneTrouble(facts);
    if (gone !== null) return gone;
    const siblings = facts.siblings.map(baseName);
    const near = misnamedAs(name, 'file', siblings.join('\n')) ?? closestLine(name, siblings, 3)?.text;
    return near === undefined
      ? trouble('vassal-file-missing', { file })
      : trouble('file-misnamed', { path: file, needsSudo: true, near });
  }
  if (entry === null) {
    const broken = entries.find((other) => other.leadsTo === '' && baseName(other.link) === name);
    if (broken !== undefined) {
      const { path, link, name: own } = broken;
      return trouble('vassal-link-broken', { path, target: link, toItself: link === own, file, folder });
    }
    const copy = entries.find((other) => other.name === name && other.leadsTo === other.path);
    return copy === undefined
      ? trouble('vassal-not-linked', { file, folder })
      : trouble('vassal-copied', { path: copy.path, file, folder });
  }
  if (!/\.(ini|xml|ya?ml|js|json|conf)$/.test(entry.name) || entry.name !== name) {
    return trouble('vassal-renamed', { path: entry.path, name: entry.name, file, wanted: name });
  }
  return null;
}

/** A uWSGI of the same file runs in a terminal. */
export function byHandTrouble({ byHand, job }: VassalFacts): Trouble | null {
  if (byHand === null || job === null) return null;
  return trouble('uwsgi-outside-job', { seen: 'process', process: byHand, job: job.name });
}

/** The vassal is tried and ends, or the uWSGI that was started by hand did; `null` when its logs tell nothing. */
export function startTrouble(facts: VassalFacts): Trouble | null {
  return (
    logTrouble(facts) ??
    strictTrouble(facts) ??
    placeholderTrouble(facts) ??
    misspeltKey(facts) ??
    chdirTrouble(facts, [...facts.beforeLog, ...facts.log], folderOf(facts.file)) ??
    homeTrouble(facts) ??
    socketFolderTrouble(facts)
  );
}

/** It cannot open the file of its `logto`. */
function logTrouble(facts: VassalFacts): Trouble | null {
  const { logFile, wayToLog, login, job } = facts;
  if (logFile === null) return null;
  const folder = logFile.slice(0, logFile.lastIndexOf('/'));
  const evidence = facts.beforeLog.findLast((line) => line.startsWith('open("')) ?? '';
  const folderPart = wayToLog.find(({ path }) => path === folder);
  if (folderPart === undefined) {
    const { nginx } = facts;
    return trouble('log-folder-missing', { of: 'uwsgi', logFile, folder, nginx, job }, evidence);
  }
  const filePart = wayToLog.find(({ path }) => path === logFile);
  const groups = [login];
  const closed =
    filePart === undefined
      ? may(folderPart, login, groups, 0o3)
        ? null
        : folderPart
      : may(filePart, login, groups, READ_WRITE)
        ? null
        : filePart;
  if (job === null || closed === null) return null;
  const { nginx } = facts;
  return trouble('log-folder-not-writable', { login, part: closed, folder, nginx, job }, evidence);
}

/** `strict = true`: placeholders are then unknown directives. */
function strictTrouble(facts: VassalFacts): Trouble | null {
  const ini = facts.configuration?.ini;
  const strict = ini === undefined ? undefined : entryOf(ini, 'strict');
  if (ini === undefined || strict === undefined || !/^(true|1|yes|on|)$/i.test(strict.value)) return null;
  const used = usedKeys(ini);
  const keys = [...new Set(ini.entries.map(({ key }) => key).filter((key) => used.has(key)))];
  const evidence = [...facts.beforeLog, ...facts.log].findLast((line) => line.includes('[strict-mode]'));
  const { line, value } = strict;
  return trouble(
    'strict-with-placeholders',
    { path: facts.file, line, value, keys, keeper: facts.keeper },
    evidence,
  );
}

/** A placeholder that no line gives a value. */
function placeholderTrouble({ configuration, keeper }: VassalFacts): Trouble | null {
  if (configuration === null) return null;
  const { ini, path } = configuration;
  const unknown = unknownPlaceholder(ini);
  if (unknown === null) return null;
  const keys = ini.entries.map(({ key }) => key);
  const near = closestLine(unknown.name, keys, 2);
  const defined = near === null ? undefined : ini.entries.find(({ key }) => key === near.text);
  const meant = near === null || defined === undefined ? undefined : { key: near.text, line: defined.line };
  return trouble('placeholder-unknown', { path, line: unknown.line, name: unknown.name, meant, keeper });
}

/** It may not make its socket in the folder that it should be in. */
function socketFolderTrouble(facts: VassalFacts): Trouble | null {
  const { socket, wayToSocket, login, job } = facts;
  if (socket === null || job === null) return null;
  const folder = socket.slice(0, socket.lastIndexOf('/'));
  const part = wayToSocket.find(({ path }) => path === folder);
  const evidence = facts.log.findLast((line) => /^(error removing unix socket|bind\(\): )/.test(line));
  if (part === undefined) {
    const line = facts.configuration === null ? undefined : entryOf(facts.configuration.ini, 'socket')?.line;
    return trouble(
      'socket-folder-missing',
      { path: facts.file, line, folder, keeper: facts.keeper },
      evidence,
    );
  }
  if (may(part, login, [login], 0o3)) return null;
  const { nginx } = facts;
  return trouble('socket-folder-not-writable', { login, part, folder, nginx, job }, evidence);
}

/** It does not run, and nothing is recognised. */
function silentTrouble(facts: VassalFacts): Trouble {
  const said = lastLines(facts.log.join('\n'), 3);
  const before = lastLines(facts.beforeLog.join('\n'), 3);
  const { job, folder } = facts;
  const outdated = job === null ? null : outdatedTrouble(job);
  if (outdated !== null) return outdated;
  if (facts.beforeLog.length === 0 && job !== null) {
    return trouble('vassal-not-spawned', { name: facts.keeper.name, folder, job: job.name });
  }
  return trouble(
    'vassal-dies',
    { emperorLog: facts.emperorLogFile, file: facts.file, keeper: facts.keeper },
    before === '' ? said : before,
  );
}
