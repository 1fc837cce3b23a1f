/** Why the Emperor has no vassal for an application, or one that does not come up. */
import { unknownPlaceholder, usedKeys } from '../../guest/ini.ts';
import type { JobFacts } from '../../guest/job-facts.ts';
import { may, READ_WRITE, type PathPart } from '../../guest/path-access.ts';
import { entryOf, workersOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { baseName, closestLine, lastLines } from '../../text.ts';
import { afterConfiguration, showLog } from '../../words/en/keeper.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { adviseLogin, jobDownTrouble, outdatedTrouble, unknownJobTrouble } from '../upstart/job-trouble.ts';
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
  const stop = job?.running === true ? `\`sudo stop ${job.name}\` and ` : '';
  const again = started ? ` Then ${stop}\`sudo start ${job.name}\`.` : '';
  const found = `The Emperor is to watch ${folder}, and there is no such folder.`;
  if (meantFolder !== null && job !== null) {
    const line = (job.text ?? '').split('\n').findIndex((text) => text.includes(folder)) + 1;
    return {
      cause: 'vassals-folder-misspelt',
      found,
      advice: `In ${line === 0 ? '' : `line ${line} of `}${job.file}, change \`${folder}\` to \`${meantFolder}\`.${again}`,
    };
  }
  return {
    cause: 'vassals-folder-missing',
    found,
    advice: `Make it, and link the vassal's file into it: \`sudo mkdir -p ${folder}\`, then \`sudo ln -s ${file} ${folder}\`.${again}`,
  };
}

/** Nothing in the Emperor's folder leads to the file, or nothing that it takes; `null` when the link is sound. */
export function linkTrouble(facts: VassalFacts): Trouble | null {
  const { file, fileExists, folder, entries, entry } = facts;
  const name = baseName(file);
  const link = `\`sudo ln -s ${file} ${folder}\``;
  if (!facts.folderExists) return folderTrouble(facts);
  if (!fileExists) {
    const near = closestLine(name, facts.siblings.map(baseName), 3)?.text;
    return near === undefined
      ? {
          cause: 'vassal-file-missing',
          found: `There is no ${file}, the configuration of this vassal.`,
          advice: `Write it: \`sudo nano ${file}\`.`,
        }
      : trouble('file-misnamed', { path: file, needsSudo: true, near });
  }
  if (entry === null) {
    const broken = entries.find((other) => other.leadsTo === '' && baseName(other.link) === name);
    if (broken !== undefined) {
      return {
        cause: 'vassal-link-broken',
        found: `${broken.path} is a link to "${broken.link}", where there is nothing${broken.link === broken.name ? ' but the link itself' : ''}. The Emperor passes it over in silence.`,
        advice: `A link needs the full path of its target: \`sudo rm ${broken.path}\`, then ${link}.`,
      };
    }
    const copy = entries.find((other) => other.name === name && other.leadsTo === other.path);
    if (copy !== undefined) {
      return {
        cause: 'vassal-copied',
        found: `${copy.path} is a file of its own, not a link to ${file}. What you change in one does not change the other.`,
        advice: `Put a link in its place: \`sudo rm ${copy.path}\`, then ${link}.`,
      };
    }
    return {
      cause: 'vassal-not-linked',
      found: `The Emperor has no vassal for this application: nothing in ${folder} leads to ${file}.`,
      advice: `Make the link: ${link}. The Emperor finds it within three seconds.`,
    };
  }
  if (!/\.(ini|xml|ya?ml|js|json|conf)$/.test(entry.name) || entry.name !== name) {
    const stem = entry.name.replace(/\.\w+$/, '');
    return {
      cause: 'vassal-renamed',
      found: entry.name.endsWith('.ini')
        ? `The vassal is called ${entry.name}, so \`%n\` is "${stem}", and its socket and its log are called so, too.`
        : `The link to ${file} is called ${entry.name}; the Emperor takes it for a vassal only by the name ${name}.`,
      advice: `Give the link the name of the file: \`sudo mv ${entry.path} ${folder}/${name}\`.`,
    };
  }
  return null;
}

/** A uWSGI of the same file runs in a terminal. */
export function byHandTrouble({ byHand, job }: VassalFacts): Trouble | null {
  if (byHand === null || job === null) return null;
  return {
    cause: 'uwsgi-outside-job',
    found: `A uWSGI that was started by hand (process ${byHand.pid}) runs as ${byHand.user} with the same file, and has taken the vassal's socket.`,
    advice: `End it with Ctrl+C in its terminal. Then \`sudo stop ${job.name}\` and \`sudo start ${job.name}\`, so that the vassal makes its socket anew.`,
  };
}

/** The vassal is tried and ends, or the uWSGI that was started by hand did; `null` when its logs tell nothing. */
export function startTrouble(facts: VassalFacts): Trouble | null {
  return (
    logTrouble(facts) ??
    strictTrouble(facts) ??
    placeholderTrouble(facts) ??
    misspeltKey(facts) ??
    homeTrouble(facts) ??
    socketFolderTrouble(facts)
  );
}

/** It cannot open the file of its `logto`. */
function logTrouble(facts: VassalFacts): Trouble | null {
  const { logFile, wayToLog, login, job } = facts;
  if (logFile === null) return null;
  const folder = logFile.slice(0, logFile.lastIndexOf('/'));
  const { user, group } = facts.nginx;
  const evidence = facts.beforeLog.findLast((line) => line.startsWith('open("')) ?? '';
  const folderPart = wayToLog.find(({ path }) => path === folder);
  if (folderPart === undefined) {
    return {
      cause: 'log-folder-missing',
      found: `uWSGI is to write its log to ${logFile}, and there is no folder ${folder}.`,
      advice: `Make it: \`sudo mkdir -p ${folder}\`.${job === null ? ' Then start uWSGI again.' : ` Then \`sudo chown -R ${user}:${group} ${folder}/\`. The Emperor tries again by itself.`}`,
      evidence,
    };
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
  return {
    cause: 'log-folder-not-writable',
    found: `The vassal runs as ${login} and may not write to ${closed.path}: ${ownerOf(closed)}.`,
    advice: adviseOwner(facts, job, 'Change the owner of the logs', folder),
    evidence,
  };
}

/** `strict = true`: placeholders are then unknown directives. */
function strictTrouble(facts: VassalFacts): Trouble | null {
  const ini = facts.configuration?.ini;
  const strict = ini === undefined ? undefined : entryOf(ini, 'strict');
  if (ini === undefined || strict === undefined || !/^(true|1|yes|on|)$/i.test(strict.value)) return null;
  const used = usedKeys(ini);
  const words = ini.entries.map(({ key }) => key).filter((key) => used.has(key));
  const evidence = [...facts.beforeLog, ...facts.log].findLast((line) => line.includes('[strict-mode]'));
  return {
    cause: 'strict-with-placeholders',
    found: `Line ${strict.line} of ${facts.file} switches on strict mode, in which uWSGI refuses every key that it does not know, ${[...new Set(words)].map((word) => `\`${word}\``).join(' and ')} included.`,
    advice: `Take line ${strict.line}, \`strict = ${strict.value}\`, out. ${afterConfiguration(facts.keeper)}`,
    ...(evidence === undefined ? {} : { evidence }),
  };
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
  return {
    cause: 'placeholder-unknown',
    found: `Line ${unknown.line} of ${path} uses \`%(${unknown.name})\`, and no line gives that name a value.`,
    advice: `${
      near === null || defined === undefined
        ? `Compare line ${unknown.line} with the text.`
        : `Write \`%(${near.text})\`, as line ${defined.line} calls it.`
    } ${afterConfiguration(keeper)}`,
  };
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
    return {
      cause: 'socket-folder-missing',
      found: `The vassal is to make its socket in ${folder}, and there is no such folder.`,
      advice: `Compare ${line === undefined ? 'the line \`socket\`' : `line ${line}`} of ${facts.file} with the text. ${afterConfiguration(facts.keeper)}`,
      ...(evidence === undefined ? {} : { evidence }),
    };
  }
  if (may(part, login, [login], 0o3)) return null;
  return {
    cause: 'socket-folder-not-writable',
    found: `The vassal runs as ${login} and may not create its socket in ${folder}: ${ownerOf(part)}.`,
    advice: adviseOwner(facts, job, 'Change the owner of the folder and of all that is in it', folder),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** Folders are Nginx's, and a vassal of another login gets into none of them. */
function adviseOwner({ login, nginx }: VassalFacts, job: JobFacts, what: string, folder: string): string {
  const { user, group } = nginx;
  return login === user
    ? `${what}: \`sudo chown -R ${user}:${group} ${folder}/\`. The Emperor tries again by itself.`
    : adviseLogin(job, user, group);
}

/** It does not run, and nothing is recognised. */
function silentTrouble(facts: VassalFacts): Trouble {
  const said = lastLines(facts.log.join('\n'), 3);
  const before = lastLines(facts.beforeLog.join('\n'), 3);
  const { job, folder } = facts;
  const outdated = job === null ? null : outdatedTrouble(job);
  if (outdated !== null) return outdated;
  if (facts.beforeLog.length === 0 && job !== null) {
    return {
      cause: 'vassal-not-spawned',
      found: `The Emperor runs, but has not tried to start ${facts.keeper.name}. An Emperor that was started before there was a folder ${folder} does not notice it.`,
      advice: `Start it anew: \`sudo stop ${job.name}\`, then \`sudo start ${job.name}\`.`,
    };
  }
  return {
    cause: 'vassal-dies',
    found: `The Emperor starts ${facts.keeper.name}, and it ends by itself, again and again.`,
    advice: `Read why, first in the Emperor's log and then in its own: \`sudo tail -n 20 ${facts.emperorLogFile}\`, \`${showLog(facts.keeper)}\`. Then let the Emperor try again: \`sudo touch ${facts.file}\`.`,
    evidence: before === '' ? said : before,
  };
}

function ownerOf({ owner, group, mode }: PathPart): string {
  return `it belongs to ${owner}:${group}, with the permissions ${mode.toString(8)}`;
}
